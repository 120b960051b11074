"""The address that people use, and the proxies that may stand before us; how both are given. Pure."""

import re
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

from reviewflow.sources import split_address, split_names

EXAMPLE = 'https://reviews.example.com'
LOOPBACK_NETWORKS = ('127.0.0.0/8', '::1/128')
OWN = {'_nicegui', '_nicegui_ws', 'dashboard', 'livez', 'metrics', 'readyz', 'webhooks'}
"""How our own paths begin: a proxy that cuts such a prefix off could not be told from one that does not."""
SEGMENT = re.compile(r'(?!\.{1,2}\Z)[\w.~-]+', re.ASCII)


def checked_address(url: str) -> str:
    """Take the address that people use, without a slash at its end.

    Raises:
        ValueError: it is none, or its path cannot be used.
    """
    _, *segments = split_address(url.rstrip('/'), example=EXAMPLE).path.split('/') or ('',)
    if not all(map(SEGMENT.fullmatch, segments)):
        raise ValueError('may have letters, digits, ".", "_", "~" and "-" in its path, and nothing else')
    if segments and segments[0] in OWN:
        raise ValueError(f'must end before /{segments[0]}, like {EXAMPLE} or {EXAMPLE}/reviewflow')
    return url.rstrip('/')


def path_of(url: str | None) -> str:
    """Give the path of an address, without a slash at its end: ``/reviewflow``; mostly there is none."""
    return urlsplit(url).path if url else ''


def checked_proxies(names: tuple[str, ...]) -> tuple[str, ...]:
    """Take addresses and networks, in the way that Uvicorn reads them.

    Raises:
        ValueError: something else is among them, or they are all there are.
    """
    for name in names:
        try:
            network = ip_network(name)
        except ValueError:
            raise ValueError(f'{name!r} is not an address or a network like 10.0.0.0/8') from None
        if network.prefixlen == 0:
            raise ValueError(f'{name!r} is everybody, who could then pretend to be anybody')
    return names


PublicUrl = Annotated[str, AfterValidator(checked_address)]
Proxies = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_names), AfterValidator(checked_proxies)]
