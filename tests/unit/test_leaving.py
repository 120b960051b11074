"""Whoever leaves while being answered is no mistake of ours; everything else is."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from reviewflow.web.framework.leaving import answer_unless_left

SCOPE: Scope = {'type': 'http'}


async def fail_after_listening(_: Scope, receive: Receive, __: Send) -> None:
    """Fail as Starlette's middlewares do."""
    await receive()
    raise RuntimeError('No response returned.')


async def send(_: Message) -> None:
    """Nobody is there."""


async def test_nothing_comes_of_an_answer_that_nobody_waits_for() -> None:
    async def left() -> Message:
        return {'type': 'http.disconnect'}

    await answer_unless_left(fail_after_listening, SCOPE, left, send)


async def test_a_failure_while_somebody_waits_is_one() -> None:
    async def asks() -> Message:
        return {'type': 'http.request', 'body': b''}

    with pytest.raises(RuntimeError, match='No response'):
        await answer_unless_left(fail_after_listening, SCOPE, asks, send)


async def test_who_waits_when_the_server_stops_is_told() -> None:
    said: list[Message] = []

    async def stop(_: Scope, __: Receive, ___: Send) -> None:
        raise asyncio.CancelledError

    async def asks() -> Message:
        return {'type': 'http.request', 'body': b''}

    async def note(message: Message) -> None:
        said.append(message)

    await answer_unless_left(stop, SCOPE, asks, note)

    assert [message.get('status') for message in said] == [503, None]
    assert b'The server stops.' in said[1]['body']
