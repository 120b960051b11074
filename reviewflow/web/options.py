"""How NiceGUI and Uvicorn are run."""

from functools import partial
from typing import Any

from starlette.middleware.gzip import GZipMiddleware

from reviewflow.settings import Settings
from reviewflow.web import assets
from reviewflow.web.framework.frames import SIZE_MAX
from reviewflow.web.framework.pieces import Protocol
from reviewflow.web.paths import HOME

RECONNECT_S = 30
"""How long a page outlives its socket: what was typed survives a tunnel or a lift."""


def options(settings: Settings, *, opens_browser: bool) -> dict[str, Any]:
    """What ``ui.run`` is to be told."""
    return {
        'host': settings.host,
        'port': settings.port,
        'title': 'ReviewFlow',
        'favicon': assets.FOLDER / 'favicon.svg',
        'dark': None,
        'language': 'en-US',
        'reload': False,
        'show': HOME if opens_browser else False,
        'show_welcome_message': False,
        'tailwind': False,
        'reconnect_timeout': RECONNECT_S,
        'binding_refresh_interval': None,
        'ws_per_message_deflate': False,  # halves the memory of a page
        'gzip_middleware_factory': partial(GZipMiddleware, compresslevel=4),  # pages differ: speed counts
        'timeout_graceful_shutdown': 1,
        'server_header': False,
        'proxy_headers': bool(settings.proxies),
        'forwarded_allow_ips': list(settings.proxies),  # not what the environment says
        'log_config': None,  # what Uvicorn has to say goes where everything goes
        'ws_max_size': SIZE_MAX,  # also of a message that is not complete yet
        'http': Protocol,  # of h11, which limits the head of a request; httptools would take what comes
    }
