"""Under which address others reach the server: a colleague, a phone."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from reviewflow.loopback import is_loopback
from reviewflow.settings import Settings
from reviewflow.web.machine import ANYWHERE, local_url

ADDRESS_MAX = 300
ELSEWHERE = {'0.0.0.0': '192.0.2.1', '::': '2001:db8::1'}  # noqa: S104  # of the documentation: nobody is there


def address_for_others(settings: Settings, *, seen: str | None = None) -> str | None:
    """Give the best one, without a path of ours; None when only this machine reaches us.

    ``seen`` is the address under which a page is looked at.
    """
    return next(filter(_is_for_others, _addresses(settings, seen)), None)


def seen_address(request: HTTPConnection) -> str:
    """Give the address under which a page is looked at; it is the browser's word, only for that browser."""
    return f'{request.scope.get("scheme", "http")}://{request.headers.get("host", "")}'


def _addresses(settings: Settings, seen: str | None) -> Iterator[str]:
    if settings.public_url is not None:
        yield settings.public_url
    if seen is not None:
        yield seen
    if settings.host not in ANYWHERE:
        yield local_url(settings.host, settings.port)
    elif (host := _own_address(settings.host)) is not None:
        yield local_url(host, settings.port)


def _is_for_others(url: str) -> bool:
    with suppress(ValueError):
        host = urlsplit(url).hostname
        return host is not None and not is_loopback(host) and len(url) <= ADDRESS_MAX
    return False


def _own_address(anywhere: str) -> str | None:
    """Find out by which address this machine would speak to the network; nothing is sent."""
    family = socket.AF_INET6 if ':' in anywhere else socket.AF_INET
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((ELSEWHERE[anywhere], 9))
        return str(probe.getsockname()[0])
    return None
