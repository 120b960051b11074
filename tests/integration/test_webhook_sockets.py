"""Those who send too much, too slowly or too often at once, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self

import pytest
import uvicorn

from reviewflow.delivery import Outcome
from reviewflow.store.database import Database
from reviewflow.web.room import Room
from tests.builders import Clock
from tests.hooks import PATH, body, headers, pull_event
from tests.waiting import PATIENCE_S, until
from tests.webhook import called

KB = 1024
BODY_MAX, HELD_MAX, WITHIN_S = 400 * KB, 1300 * KB, 2
PAUSE_S = 0.05
PULL = body(pull_event(7))


class Caller:
    """One connection, byte by byte."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection('127.0.0.1', self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def begin(self, content: bytes = PULL, **changes: str) -> None:
        """Send the head of a request."""
        said = {'host': 'localhost', 'content-length': str(len(content))} | headers(content, **changes)
        lines = [f'POST {PATH} HTTP/1.1', *(f'{name}: {text}' for name, text in said.items() if text)]
        await self.send('\r\n'.join([*lines, '', '']).encode())

    async def send(self, piece: bytes) -> None:
        self._writer.write(piece)
        await self._writer.drain()

    async def send_chunk(self, piece: bytes) -> None:
        await self.send(b'%x\r\n%s\r\n' % (len(piece), piece))

    async def answer(self) -> tuple[int, bytes]:
        """Read one answer whole; gives its status and its head."""
        async with asyncio.timeout(PATIENCE_S):
            head = await self._reader.readuntil(b'\r\n\r\n')
            length = int(head.lower().partition(b'content-length: ')[2].partition(b'\r\n')[0] or 0)
            await self._reader.readexactly(length)
        return int(head.split()[1]), head.lower()

    async def is_closed(self) -> bool:
        async with asyncio.timeout(PATIENCE_S):
            with suppress(ConnectionResetError):  # it closed while we were still sending
                return await self._reader.read(1) == b''
            return True

    def leave(self) -> None:
        self._writer.transport.abort()


class Server:
    """It can be called."""

    def __init__(self, database: Database, clock: Clock, *, within_s: float = PATIENCE_S) -> None:
        self.room = Room(body_max=BODY_MAX, held_max=HELD_MAX, within_s=within_s)
        called_ = called(database, clock, room=self.room)
        self.hooks = called_.hooks
        self._app = called_.app
        self._port = 0

    def caller(self) -> Caller:
        return Caller(self._port)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator['Server']:
        config = uvicorn.Config(self._app, port=0, http='h11', log_config=None, lifespan='off')
        running = uvicorn.Server(config)
        async with asyncio.TaskGroup() as group:
            group.create_task(running.serve())
            await until(lambda: running.started)
            self._port = running.servers[0].sockets[0].getsockname()[1]
            yield self
            running.should_exit = True

    def counted(self, outcome: Outcome) -> int:
        return self.hooks.counts['pull_request', outcome]


@pytest.fixture
async def server(database: Database, clock: Clock) -> AsyncIterator[Server]:
    async with Server(database, clock).serving() as server:
        yield server


@pytest.fixture
async def hasty(database: Database, clock: Clock) -> AsyncIterator[Server]:
    """It waits for a body no longer than so."""
    async with Server(database, clock, within_s=WITHIN_S).serving() as server:
        yield server


async def test_a_delivery_in_pieces_is_taken_and_the_connection_may_stay(server: Server) -> None:
    async with server.caller() as caller:
        for id_ in '12':
            await caller.begin(id=id_)
            for at in range(0, len(PULL), 50):
                await caller.send(PULL[at : at + 50])
            assert (await caller.answer())[0] == 202


async def test_chunks_without_a_length_are_taken(server: Server) -> None:
    async with server.caller() as caller:
        await caller.begin(content_length='', transfer_encoding='chunked')
        for at in range(0, len(PULL), 50):
            await caller.send_chunk(PULL[at : at + 50])
        await caller.send_chunk(b'')
        assert (await caller.answer())[0] == 202


async def test_a_length_that_is_too_much_is_refused_before_a_byte_of_it_came(server: Server) -> None:
    for length in (BODY_MAX + 1, 10**18):
        async with server.caller() as caller:
            await caller.begin(content_length=str(length), expect='100-continue')
            status, _ = await caller.answer()
            assert (status, await caller.is_closed()) == (413, True), 'and no word of continuing'

    assert server.counted(Outcome.TOO_BIG) == 2


async def test_chunks_are_refused_once_they_are_too_much(server: Server) -> None:
    async with server.caller() as caller:
        await caller.begin(content_length='', transfer_encoding='chunked')
        for _ in range(BODY_MAX // KB + 1):
            await caller.send_chunk(b' ' * KB)
        status, _ = await caller.answer()

        assert (status, await caller.is_closed()) == (413, True)


async def test_who_sends_slowly_is_sent_away_in_time(hasty: Server) -> None:
    async with hasty.caller() as caller:
        begun_at = asyncio.get_running_loop().time()
        await caller.begin()
        answer = asyncio.ensure_future(caller.answer())
        for at in range(len(PULL)):
            await caller.send(PULL[at : at + 1])
            await asyncio.wait([answer], timeout=PAUSE_S)
            if answer.done():
                break
        status, _ = await answer
        lasted_s = asyncio.get_running_loop().time() - begun_at

        assert (status, await caller.is_closed()) == (408, True)
        assert WITHIN_S <= lasted_s < len(PULL) * PAUSE_S
        assert hasty.counted(Outcome.TOO_SLOW) == 1


async def test_without_a_signature_nobody_waits_for_the_body(server: Server) -> None:
    async with server.caller() as caller:
        await caller.begin(x_hub_signature_256='')
        assert (await caller.answer())[0] == 401


async def test_too_much_at_once_is_put_off_and_those_before_are_taken(server: Server) -> None:
    big = PULL + b' ' * 350 * KB
    async with server.caller() as first, server.caller() as second, server.caller() as small:
        await first.begin(big, id='1')
        await first.send(big[:-1])
        await until(lambda: server.room._left <= HELD_MAX - len(big) + 1)
        await second.begin(big, id='2')
        await second.send(big)
        status, head = await second.answer()
        assert status == 503
        assert b'retry-after: 5' in head
        await small.begin(id='3')
        await small.send(PULL)
        assert (await small.answer())[0] == 202, 'there is room for little ones'
        await first.send(big[-1:])
        assert (await first.answer())[0] == 202

    async with server.caller() as again:
        await again.begin(big, id='2')
        await again.send(big)
        assert (await again.answer())[0] == 202
    assert server.counted(Outcome.BUSY) == 1
    assert server.room._left == HELD_MAX


async def test_many_slow_ones_keep_nobody_out(hasty: Server) -> None:
    slow = [hasty.caller() for _ in range(50)]
    for caller in slow:
        await caller.__aenter__()
        await caller.begin()
        await caller.send(PULL[:10])

    async with hasty.caller() as caller:
        await caller.begin()
        await caller.send(PULL)
        assert (await caller.answer())[0] == 202
    for caller in slow:
        assert (await caller.answer())[0] == 408
        await caller.__aexit__()


async def test_who_leaves_in_the_middle_leaves_nothing_behind(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with server.caller() as caller:
        await caller.begin(PULL + b' ' * 300 * KB)
        await caller.send(PULL + b' ' * 200 * KB)
        await until(lambda: server.room._left < HELD_MAX)
        caller.leave()
        await until(lambda: server.room._left == HELD_MAX)

    assert server.hooks.counts == {}
    assert [record.getMessage() for record in caplog.records] == []
