"""What every answer tells the browser about keeping others out."""

from collections.abc import Mapping
from contextlib import suppress

from h11 import LocalProtocolError
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

SECURITY = {
    'Content-Security-Policy': (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; frame-src 'none'"
    ),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
}
HTTPS_ONLY = {'Strict-Transport-Security': 'max-age=31536000'}
NO_STORE = {'Cache-Control': 'no-store'}


def with_headers(send: Send, defaults: Mapping[str, str]) -> Send:
    """Add headers to the answer, unless it has its own."""

    async def send_with_headers(message: Message) -> None:
        if message['type'] == 'http.response.start':
            headers = MutableHeaders(raw=list(message.get('headers', ())))
            for name, value in defaults.items():
                headers.setdefault(name, value)
            if message['status'] >= 400:  # whatever else a refused request still sends is not worth parsing
                headers['Connection'] = 'close'
            message = {**message, 'headers': headers.raw}
        with suppress(LocalProtocolError):  # the request broke HTTP halfway: nobody hears an answer any more
            await send(message)

    return send_with_headers
