"""What the gate knows of an address: whether anything is there, and who is meant to see it. Pure."""

import re
from collections.abc import Iterable
from enum import Enum, auto
from urllib.parse import parse_qs

from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Scope

LOGIN = '/dashboard/login'
LOGOUT = '/dashboard/logout'
SETUP = '/dashboard/setup'
DEMO = '/dashboard/demo'
HOME = '/dashboard/'
WINDOW = '/dashboard/window'
CONNECT = '/dashboard/connect'
HEALTH = '/dashboard/sync'
API = '/dashboard/api/'
FEED = '/dashboard/ws'
DOCS = '/dashboard/api/docs'
METRICS = '/metrics'
WEBHOOK = '/webhooks/github'

_OPEN = {'/', LOGIN, LOGOUT, SETUP, DEMO, WINDOW, WEBHOOK, '/livez', '/readyz'}
_STATIC = re.compile(r'/_nicegui/\d[^/]*/|/dashboard/static/|/favicon\.ico$')
_DATA = (API, '/dashboard/avatars/', '/_nicegui/')
_PAGE_SOCKET = '/_nicegui_ws/'


class Kind(Enum):
    """What is asked for, as far as the gate cares."""

    STATIC = auto()
    OPEN = auto()
    PAGE_SOCKET = auto()
    DATA = auto()
    METRICS = auto()
    PAGE = auto()


_NAMED = {
    **dict.fromkeys(_OPEN, Kind.OPEN),
    METRICS: Kind.METRICS,
    DOCS: Kind.PAGE,  # people read it, and can sign in first
}


def kind_of(scope: Scope) -> Kind:
    """Sort a request by its path; whatever is not named here is a page, and wants a session."""
    path = scope['path']
    if path.startswith(_PAGE_SOCKET):
        return Kind.PAGE_SOCKET
    if scope['type'] == 'websocket':
        return Kind.DATA
    if _STATIC.match(path):
        return Kind.STATIC
    if path in _NAMED:
        return _NAMED[path]
    return Kind.DATA if path.startswith(_DATA) else Kind.PAGE


def is_page_socket(scope: Scope) -> bool:
    """Whether a page's socket is opened the one way that ours are: no polling, no former connection."""
    query = parse_qs(scope['query_string'].decode('latin-1'))
    is_new = 'sid' not in query and 'j' not in query
    return (
        scope['type'] == 'websocket'
        and is_new
        and (query.get('EIO'), query.get('transport')) == (['4'], ['websocket'])
    )


def known_path(scope: Scope, routes: Iterable[BaseRoute]) -> str | None:
    """Give the path that some route would answer: this one, or the same with a slash behind it."""
    path, routes = scope['path'], list(routes)
    if path.startswith(_PAGE_SOCKET):
        return path if path.rstrip('/') == f'{_PAGE_SOCKET}socket.io' else None
    if scope['type'] == 'websocket' and _STATIC.match(path):
        return None  # a mounted folder matches, but knows only HTTP
    forms = [path] if path.endswith('/') or scope['type'] == 'websocket' else [path, f'{path}/']
    return next((form for form in forms if _matches({**scope, 'path': form}, routes)), None)


def _matches(scope: Scope, routes: Iterable[BaseRoute]) -> bool:
    """Ask the routes, and those of the applications mounted among them; all may leave notes in the scope."""
    for route in routes:
        try:
            match, within = route.matches(scope)
        except ValueError:
            continue  # a number of thousands of digits, which int() does not take
        inner = route.routes if isinstance(route, Mount) else []
        if match is not Match.NONE and (not inner or _matches({**scope, **within}, inner)):
            return True
    return False
