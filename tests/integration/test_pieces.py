"""Bodies in very many pieces, over real sockets: they hold up nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from reviewflow.settings import Settings
from reviewflow.web.framework import pieces
from reviewflow.web.framework.pieces import PIECE_BYTES, PIECES_MIN
from reviewflow.web.options import options
from reviewflow.window import Window
from tests.builders import Ticks
from tests.waiting import until

HEAD = b'POST %s HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n'
END = b'0\r\n\r\n'
CUT = 'cut a connection that sent a body in too many pieces'


class App:
    """It says how long a body was; at /early it answers before it came."""

    def __init__(self) -> None:
        self.port = 0
        self.ends: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size, is_more = 0, scope['path'] != '/early'
        while is_more:
            message = await receive()
            if message['type'] == 'http.disconnect':
                self.ends.append('left')
                return
            size += len(message['body'])
            is_more = message['more_body']
        said = b'%d' % size
        headers = [(b'content-length', b'%d' % len(said))]
        await send({'type': 'http.response.start', 'status': 200, 'headers': headers})
        await send({'type': 'http.response.body', 'body': said})
        self.ends.append('answered')

    async def answers(self, *sent: bytes) -> bytes:
        """Give all that comes back until it is closed; who keeps it open closes it after a second."""
        reader, writer = await asyncio.open_connection('127.0.0.1', self.port)
        answers = b''
        try:
            with suppress(ConnectionError):
                async with asyncio.timeout(5):
                    for piece in sent:
                        writer.write(piece)
                        await writer.drain()
                    while read := await reader.read(1000):
                        answers += read
        finally:
            writer.transport.abort()
        return answers


@pytest.fixture
async def app(monkeypatch: pytest.MonkeyPatch, ticks: Ticks) -> AsyncIterator[App]:
    monkeypatch.setattr(pieces, '_warnings', Window(60, ticks))
    app = App()
    protocol = options(Settings(), opens_browser=False)['http']
    config = uvicorn.Config(app, port=0, http=protocol, log_config=None, lifespan='off', timeout_keep_alive=1)
    config.timeout_graceful_shutdown = 1
    running = uvicorn.Server(config)
    async with asyncio.TaskGroup() as group:
        group.create_task(running.serve())
        await until(lambda: running.started)
        app.port = running.servers[0].sockets[0].getsockname()[1]
        yield app
        running.should_exit = True


def chunks(count: int, size: int = 1) -> bytes:
    return b'%x\r\n%s\r\n' % (size, b'a' * size) * count


async def test_a_body_of_many_tiny_chunks_is_cut_at_once(app: App, caplog: pytest.LogCaptureFixture) -> None:
    assert await app.answers(HEAD % b'/' + chunks(PIECES_MIN * 5)) == b''

    await until(lambda: app.ends == ['left'])
    assert CUT in caplog.text


async def test_so_is_one_that_is_thrown_away_since_it_was_answered(app: App) -> None:
    answers = await app.answers(HEAD % b'/early' + chunks(1), *[chunks(100)] * 10_000)

    assert answers.count(b'HTTP/1.1') <= 1
    assert app.ends == ['answered']


async def test_the_log_has_a_line_a_minute_about_it(
    app: App, ticks: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    for now in (0, 1, 61):
        ticks.now = now
        await app.answers(HEAD % b'/' + chunks(PIECES_MIN * 5))

    assert caplog.messages == [CUT] * 2


async def test_few_tiny_chunks_are_taken_request_after_request(app: App) -> None:
    few = HEAD % b'/' + chunks(PIECES_MIN) + END
    answers = await app.answers(few * 3)

    assert answers.count(b'\r\n\r\n200') == 3


@pytest.mark.parametrize('size', [PIECE_BYTES, 8192])
async def test_many_ordinary_chunks_are_taken(app: App, size: int) -> None:
    count = PIECES_MIN * 5
    answers = await app.answers(HEAD % b'/', *[chunks(10, size)] * (count // 10), END)

    assert answers.endswith(b'%d' % (count * size))


async def test_a_body_of_said_length_may_come_byte_by_byte(app: App) -> None:
    size = PIECES_MIN * 3
    head = f'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {size}\r\n\r\n'
    answers = await app.answers(head.encode(), *[b'a'] * size)

    assert answers.endswith(b'%d' % size)


@pytest.mark.parametrize('path', [b'/', b'/early'])
@pytest.mark.parametrize('is_late', [True, False])
async def test_what_is_no_http_behind_a_head_is_no_error(
    app: App, caplog: pytest.LogCaptureFixture, path: bytes, is_late: bool
) -> None:
    good, bad = HEAD % path + chunks(1), b'ZZ\r\n'
    answers = await app.answers(good, bad) if is_late else await app.answers(good + bad)

    assert answers.count(b'HTTP/1.1') == 1
    await until(lambda: len(app.ends) == 1)
    assert {record.levelname for record in caplog.records} <= {'WARNING'}
