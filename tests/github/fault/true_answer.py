"""The answer that was asked for, but late, cut, or of a moment that has passed."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tests.github.fault.plain import Fault

PICTURE = re.compile(rb'("avatar_?[uU]rl": ?")[^"]*/(\d+)(?=")')


def slow(seconds: float) -> Fault:
    """Answer what was true when it was asked, so much later."""

    async def fault(request: Request) -> Response:
        response = true_answer(request)
        await asyncio.sleep(seconds)
        return response

    return fault


def drip(every_s: float = 1.0) -> Fault:
    """Send the answer byte by byte."""

    async def fault(request: Request) -> Response:
        response = true_answer(request)

        async def drops() -> AsyncIterator[bytes]:
            for byte in bytes(response.body):
                yield bytes([byte])
                await asyncio.sleep(every_s)

        return StreamingResponse(drops(), response.status_code, dict(response.headers))

    return fault


def cut(part: float = 0.5) -> Fault:
    """Leave out the end of the answer, and say that this is all."""

    async def fault(request: Request) -> Response:
        response = true_answer(request)
        body = bytes(response.body)
        response.body = body[: int(len(body) * part)]
        response.headers['content-length'] = str(len(response.body))
        return response

    return fault


def before(change: Callable[[], object]) -> Fault:
    """Let something happen, then answer."""

    async def fault(request: Request) -> Response:
        change()
        return true_answer(request)

    return fault


def after(change: Callable[[], object]) -> Fault:
    """Answer, and let something happen before anything else is asked: between two pages, say."""

    async def fault(request: Request) -> Response:
        response = true_answer(request)
        change()
        return response

    return fault


def altered(alter: Callable[[Any], object]) -> Fault:
    """Answer what is true but for what ``alter`` does to the parsed answer."""

    async def fault(request: Request) -> Response:
        response = true_answer(request)
        answer = json.loads(bytes(response.body))
        alter(answer)
        response.body = json.dumps(answer).encode()
        response.headers['content-length'] = str(len(response.body))
        return response

    return fault


def signed_pictures() -> Fault:
    """Answer what is true, with addresses of pictures that are signed anew each time, as some callers get."""
    numbers = count(1)

    async def fault(request: Request) -> Response:
        response = true_answer(request)
        address = rb'\1https://private-avatars.githubusercontent.com/u/\2?jwt=%d' % next(numbers)
        response.body = PICTURE.sub(address, bytes(response.body))
        response.headers['content-length'] = str(len(response.body))
        return response

    return fault


def wrong_date(by: timedelta) -> Fault:
    """Answer with a ``Date`` that is off."""

    async def fault(request: Request) -> Response:
        response = true_answer(request)
        now: datetime = request.state.now().astimezone(UTC)
        response.headers['date'] = format_datetime(now + by, usegmt=True)
        return response

    return fault


def true_answer(request: Request) -> Response:
    """Give the answer that would have been given."""
    answer: Callable[[], Response] = request.state.answer
    return answer()
