"""The path below which people see all of it, where the public address has one: ``/reviewflow``. Pure.

It comes from the settings, never from a request. A proxy may cut it off or pass it on: both mean the same.
The gate decides on the path without it; what is behind the gate gets the path with it, as ASGI has it.
"""

import re

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORGEABLE = b'x-forwarded-prefix'
"""NiceGUI would write it into its pages."""
VERSIONED = re.compile(r'/_nicegui/\d[^/]*/(?!dynamic_resources/)')
KEPT = 'public, max-age=31536000, immutable'


def outside(request: HTTPConnection, path: str) -> str:
    """Give an address of ours as a browser has to ask for it; whatever a page contains goes through here."""
    prefix: str = request.scope.get('state', {}).get('prefix', '')
    return prefix + path


def within(path: str, prefix: str) -> str:
    """Take the prefix off a path, where it is there."""
    if prefix and (path == prefix or path.startswith(f'{prefix}/')):
        return path[len(prefix) :] or '/'
    return path


def without(scope: Scope, prefix: str) -> Scope:
    """Give a request as if there were no prefix, and as if nobody had named one."""
    headers = scope['headers']
    if any(name == FORGEABLE for name, _ in headers):
        # NOTE: its name stays, which tells ``is_loopback_peer`` of a proxy
        headers = [(name, b'' if name == FORGEABLE else value) for name, value in headers]
    return {**scope, 'path': within(scope['path'], prefix), 'root_path': '', 'headers': headers}


def below(app: ASGIApp, prefix: str) -> ASGIApp:
    """Put an application below the prefix: routes, mounts and NiceGUI find it there, as ASGI describes."""
    if not prefix:
        return app

    async def app_below(scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'lifespan':
            scope = {**scope, 'path': prefix + scope['path'], 'root_path': prefix}
        await app(scope, receive, send)

    return app_below


def answering_below(send: Send, prefix: str, path: str) -> Send:
    """Mend an answer: redirects lead below the prefix; NiceGUI's files may be kept, as it says by itself."""
    if not prefix:
        return send

    async def send_below(message: Message) -> None:
        if message['type'] == 'http.response.start':
            headers = MutableHeaders(raw=list(message.get('headers', ())))
            if (location := headers.get('location', '')).startswith('/'):
                headers['location'] = prefix + location
            if message['status'] < 400 and VERSIONED.match(path):
                headers.setdefault('cache-control', KEPT)
            message = {**message, 'headers': headers.raw}
        await send(message)

    return send_below
