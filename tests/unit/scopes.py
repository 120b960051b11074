"""What an ASGI server says of a request."""

from starlette.types import Scope


def scope(path: str = '/', *, kind: str = 'http', method: str = 'GET', **headers: str) -> Scope:
    """Make a scope; ``sec_fetch_site='cross-site'`` becomes that header."""
    raw = [(name.replace('_', '-').encode(), value.encode()) for name, value in headers.items()]
    request = {'type': kind, 'path': path, 'root_path': '', 'query_string': b'', 'headers': raw}
    return request | ({'method': method} if kind == 'http' else {})
