"""Where a request comes from, and where one may be sent back to. Pure."""

import re
from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from reviewflow.loopback import is_loopback
from reviewflow.web.paths import HOME

SAFE_METHODS = frozenset({'GET', 'HEAD', 'OPTIONS'})

_FORWARDING = re.compile(r'forwarded|x-forwarded-.*|x-real-ip|via|cf-.*|true-client-ip')
"""Headers of which a proxy puts at least one, whatever they say."""
_UP = re.compile(r'/\.\.?(?=[/\\?#]|$)')
"""What a browser resolves before it asks: it could lead out of the path that we live below."""
_SAFE_TARGET = re.compile(r'/(?![/\\])[^\x00-\x1f\x7f]*')
_DEFAULT_PORTS = {'http': 80, 'https': 443}


def is_loopback_host(header: str) -> bool:
    """Whether a ``Host`` header names this machine; any port will do."""
    return is_loopback(_name_in(header))


def is_loopback_peer(scope: Scope) -> bool:
    """Whether a program on this machine asks for itself, and not a proxy for somebody else.

    It asks by a name of this machine: another name came with a proxy, or a tunnel, that says nothing else.
    Where the server listens on an address of the network, its own commands come from there.
    """
    client, server, headers = scope.get('client'), scope.get('server'), Headers(scope=scope)
    if client is None or any(map(_FORWARDING.fullmatch, headers)):
        return False
    if is_loopback(client[0]):
        return is_loopback_host(headers.get('host', 'localhost'))
    return server is not None and client[0] == server[0]


def is_own_machine(scope: Scope) -> bool:
    """Whether a program on this machine asks for itself, and by a name that only this machine knows it by.

    A proxy that hides itself passes for one, unless it hands on the name that it was asked by.
    """
    name, server = _name_in(Headers(scope=scope).get('host', '')), scope.get('server')
    is_address = server is not None and name == server[0]
    return is_loopback_peer(scope) and (is_loopback(name) or is_address)


def plain_origin(url: str) -> str:
    """Give the origin of an address as a browser writes it: lower case, no default port."""
    parts = urlsplit(url.lower())
    host = f'[{parts.hostname}]' if ':' in (parts.hostname or '') else parts.hostname
    if parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)}:
        return f'{parts.scheme}://{host}'
    return f'{parts.scheme}://{host}:{parts.port}'


def is_foreign(scope: Scope, public_origin: str | None, *, is_socket: bool) -> bool:
    """Whether a page of somebody else made the browser send this; following a link to us is no offence."""
    headers = Headers(scope=scope)
    host = headers.get('host', '').lower()
    ours = {public_origin} if public_origin else {f'http://{host}', f'https://{host}'}
    if any(origin.lower() not in ours for origin in headers.getlist('origin')):
        return True
    if headers.get('sec-fetch-site') != 'cross-site':
        return False
    is_link = (
        not is_socket and scope['method'] in SAFE_METHODS and headers.get('sec-fetch-mode') == 'navigate'
    )
    return not is_link


def safe_target(target: str) -> str:
    """Keep an address to go on to only when it stays here, whatever a browser may make of it."""
    forms = target, unquote(target)
    is_safe = all(_SAFE_TARGET.fullmatch(form) and not _UP.search(form) for form in forms)
    return target if is_safe and len(target) <= 2048 else HOME


def _name_in(header: str) -> str:
    """Take the port off a ``Host`` header."""
    try:
        return urlsplit(f'//{header}').hostname or ''
    except ValueError:
        return ''
