"""Answers that are none: refusals, rubbish, silence."""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

Fault = Callable[[Request], Awaitable[Response]]


def status(code: int = 503, *, headers: Mapping[str, str] | None = None, message: str = 'Oh no') -> Fault:
    """Answer with this HTTP status."""
    return _respond(
        lambda: Response(json.dumps({'message': message}), code, headers, media_type='application/json')
    )


def html(code: int = 200) -> Fault:
    """Answer with a page: 200 like a captive portal, 502 like GitHub's unicorn."""
    return _respond(lambda: HTMLResponse('<!doctype html><h1>Welcome to the airport</h1>', code))


def text(content: str | bytes, **headers: str) -> Fault:
    """Answer 200 with this instead of what was asked for."""
    headers = {name.replace('_', '-'): value for name, value in headers.items()}
    return _respond(lambda: Response(content, headers=headers, media_type='application/json'))


def half_json() -> Fault:
    """Answer 200 with JSON that breaks off."""
    return text('[{"id": 1, "number": 1, "title": "Half a')


def gzip_bomb(megabytes: int = 200, layers: int = 1) -> Fault:
    """Answer with little that unpacks to a lot."""
    packer = zlib.compressobj(wbits=31)
    packed = b''.join(packer.compress(bytes(1024 * 1024)) for _ in range(megabytes)) + packer.flush()
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    return text(packed, content_encoding=', '.join(['gzip'] * layers))


def redirect(url: str, code: int = 301) -> Fault:
    """Redirect."""
    return _respond(lambda: RedirectResponse(url, code))


def primary_limit(resets_at: datetime) -> Fault:
    """Refuse since the hour's allowance is spent."""
    headers = {
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': str(int(resets_at.timestamp())),
    }
    return status(403, headers=headers, message='API rate limit exceeded for user ID 1.')


def secondary_limit(retry_after: timedelta | datetime | None = None, code: int = 403) -> Fault:
    """Refuse since too much came at once; tell when to come back as seconds, as a date or not at all."""
    headers = {}
    if isinstance(retry_after, datetime):
        headers['retry-after'] = format_datetime(retry_after, usegmt=True)
    elif retry_after is not None:
        headers['retry-after'] = str(int(retry_after.total_seconds()))
    return status(code, headers=headers, message='You have exceeded a secondary rate limit.')


def drop() -> Fault:
    """Break the connection amid the answer; in process, without a connection, it is just half an answer."""
    return text('[{"id"', content_length='1000')


def hang() -> Fault:
    """Say nothing until the caller gives up."""

    async def fault(request: Request) -> Response:
        while (await request.receive())['type'] != 'http.disconnect':
            pass
        return Response()

    return fault


def trickle(every_s: float = 0.01) -> Fault:
    """Send byte by byte, without end."""

    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b' '
            await asyncio.sleep(every_s)

    return _respond(lambda: StreamingResponse(drops(), media_type='application/json'))


def endless() -> Fault:
    """Send much, without end."""

    async def flood() -> AsyncIterator[bytes]:
        while True:
            yield bytes(64 * 1024)
            await asyncio.sleep(0)  # nobody may be listening any more

    return _respond(lambda: StreamingResponse(flood(), media_type='image/png'))


def _respond(make: Callable[[], Response]) -> Fault:
    async def fault(_: Request) -> Response:
        return make()

    return fault
