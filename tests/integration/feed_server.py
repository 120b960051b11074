"""The feed behind the real gate, on a loopback port, with a board that the test writes itself."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

import httpx
import orjson
import uvicorn
from fastapi import FastAPI
from nicegui import core
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from reviewflow.accounts import Accounts
from reviewflow.board import Board
from reviewflow.settings import Limits, Settings
from reviewflow.web import login
from reviewflow.web.feed import Feed
from reviewflow.web.framework.frames import SIZE_MAX
from reviewflow.web.framework.sockets import outermost
from reviewflow.web.gate import Gate
from tests.integration.people import KEY, PASSWORD, Clock, accounts_in

PATIENCE_S = 60
SENT_MAX = 32_768
"""Bytes on their way that the system keeps for the server; its own idea would be megabytes."""
GREETING = {'type': 'connection', 'status': 'connected', 'message': 'Live sync enabled'}
Json = dict[str, Any]


class Time:
    """A monotonic clock that goes on by itself, and can be moved ahead."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._ahead_s

    def forward(self, seconds: float) -> None:
        self._ahead_s += seconds


class Reader:
    """Somebody who reads the feed with the ``websockets`` package."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def next(self) -> Json:
        """Wait for a message."""
        async with asyncio.timeout(PATIENCE_S):
            message: Json = orjson.loads(await self.connection.recv())
        return message

    async def take(self, count: int) -> list[Json]:
        """Wait for so many messages."""
        return [await self.next() for _ in range(count)]

    async def silence(self) -> None:
        """See that nothing came before the answer to a ping."""
        await self.connection.send('ping')
        assert await self.next() == {'type': 'pong'}

    async def end(self) -> tuple[int, str]:
        """Read until the server closes; give its code and reason."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    await self.connection.recv()
        code = self.connection.close_code
        assert code is not None
        return code, self.connection.close_reason or ''


class Place:
    """A board, the feed that tells of it, and the address where it is served."""

    def __init__(self, accounts: Accounts, clock: Clock, limits: Limits) -> None:
        self.server: uvicorn.Server
        self.board = Board()
        self.accounts = accounts
        self.clock = clock
        """The wall clock of the sessions."""
        self.time = Time()
        self.feed = Feed(self.board, accounts, limits, clock=self.time)
        self.port = 0
        self._readers: list[ClientConnection] = []

    @property
    def connections(self) -> int:
        """Count what the server holds of connections, also of those that are no readers any more."""
        return len(self.server.server_state.connections)

    @property
    def address(self) -> str:
        return f'ws://127.0.0.1:{self.port}/dashboard/ws'

    async def sign_in(self) -> str:
        """Sign in by the form; give the cookie."""
        form = {'username': 'mei', 'password': PASSWORD}
        async with httpx.AsyncClient(base_url=f'http://127.0.0.1:{self.port}', trust_env=False) as browser:
            answer = await browser.post('/dashboard/login', data=form)
        assert answer.status_code == 303
        return answer.headers['set-cookie'].partition(';')[0]

    async def reader(self, cookie: str = '', *, buffer: int | None = None) -> Reader:
        """Open a feed, with this cookie or with the key; it has to be greeted.

        ``buffer``: the system takes about so many bytes that were not read yet.
        """
        who = {'Cookie': cookie} if cookie else {'Authorization': f'Bearer {KEY}'}
        peer = socket.socket()
        if buffer is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        peer.connect(('127.0.0.1', self.port))  # it waits in the backlog, which takes no time
        connection = await connect(self.address, sock=peer, additional_headers=who, proxy=None)
        self._readers.append(connection)
        reader = Reader(connection)
        assert await reader.next() == {'seq': self.feed.seq, **GREETING}
        return reader

    async def refusal(self, **headers: str) -> int:
        """Try to open a feed with nothing but these headers; give the status with which it is refused."""
        try:
            async with connect(self.address, additional_headers=headers, proxy=None):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self._readers:
            connection.transport.abort()


@asynccontextmanager
async def feed_server(folder: Path, **limits: int) -> AsyncIterator[Place]:
    """Serve as NiceGUI does: the same server, the same protocol, no compression of frames."""
    core.loop = asyncio.get_running_loop()
    clock, settings = Clock(), Settings()
    async with accounts_in(folder, clock=clock) as accounts:
        place = Place(accounts, clock, Limits(**limits))
        app = FastAPI()
        app.include_router(login.create(accounts, settings))
        app.router.routes.append(place.feed.route)
        outermost(app, lambda inner: Gate(inner, accounts=accounts, settings=settings, server_key=KEY))
        config = uvicorn.Config(
            app,
            ws='wsproto',
            http='h11',
            log_config=None,
            lifespan='off',
            ws_per_message_deflate=False,
            ws_max_size=SIZE_MAX,
            timeout_graceful_shutdown=1,
        )
        server = place.server = uvicorn.Server(config)
        with socket.create_server(('127.0.0.1', 0)) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_MAX)  # connections inherit it
            place.port = listening.getsockname()[1]
            async with asyncio.TaskGroup() as tasks:
                serving = tasks.create_task(server.serve([listening]))
                telling = tasks.create_task(place.feed.run())
                try:
                    async with place:
                        yield place
                finally:
                    server.should_exit = True
                    await serving
                    telling.cancel()
