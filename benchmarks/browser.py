"""A browser with the inbox open: what nicegui.js, Socket.IO and our script do, but for the drawing."""

import ast
import asyncio
import random
import re
import time
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson

from benchmarks.frames import Socket, Traffic
from benchmarks.ledger import Ledger
from benchmarks.live import Live

QUERY = re.compile(r'query: (\{.*?\}),\n')
VIEW = re.compile(r'"view":"([0-9a-f]{18})"')
LIVE = b'42["live",'
RECONNECT_MAX_S = 1.0
RETRY_S = 1.0
ACK_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the pages are, and what all their browsers share."""

    host: str
    cookie: str
    session: aiohttp.ClientSession
    traffic: Traffic
    ledger: Ledger
    tasks: asyncio.TaskGroup

    async def fetch(self, path: str) -> bytes:
        """Get a body.

        Raises:
            aiohttp.ClientError: nobody answered, or it was not the answer that was asked for.
        """
        async with self.session.get(f'http://{self.host}{path}', headers={'Cookie': self.cookie}) as response:
            response.raise_for_status()
            body = await response.read()
            self.traffic.fetched += int(response.headers.get('Content-Length', len(body)))
            return body


class Page:
    """One page, from its first request on, through whatever happens to the server."""

    def __init__(self, site: Site, number: int) -> None:
        self.reloads = 0
        self.live = Live('')
        self._site = site
        self._number = number
        self._tab = str(uuid.uuid4())
        self._query: dict[str, Any] = {}
        self._next_id = 0
        self._acknowledged = 0
        self._socket: Socket | None = None
        self._attempt = 0
        self._is_closed = False
        self._current = asyncio.Event()

    async def open(self) -> None:
        """Load it, and wait until it is live."""
        await self._load()
        await self.until_live()

    async def until_live(self) -> None:
        """Wait until it knows all that there is, and hears of what follows."""
        await self._current.wait()

    def close(self) -> None:
        """Close the tab."""
        self._is_closed = True
        if self._socket is not None:
            self._socket.close()

    def opened(self) -> None:
        """Nothing: Engine.IO begins."""

    def received(self, payload: bytes, at: int) -> None:
        """Take a packet of Engine.IO."""
        if payload.startswith(LIVE):
            if self.live.receive(payload):
                self._fetch_snapshot()
            self._settle(at)
        elif payload == b'2':
            self._send('3')
        elif payload.startswith(b'0'):
            self._send('40')
        elif payload.startswith(b'40'):
            self._attempt = 0
        elif payload.startswith(b'44'):
            self._reload()
        elif payload.startswith(b'42'):
            self._take_event(payload)

    def lost(self) -> None:
        """Come back after a while, as Socket.IO does."""
        self._current.clear()
        self.live.offline()
        if self._is_closed:
            return
        delay_s = 2.0**self._attempt * random.uniform(0.5, 1.5)
        self._attempt = min(self._attempt + 1, 10)
        self._later(min(delay_s, RECONNECT_MAX_S), self._connect)

    async def _load(self) -> None:
        body = (await self._site.fetch('/dashboard/')).decode()
        query, view = QUERY.search(body), VIEW.search(body)
        assert query is not None
        assert view is not None
        self._query = ast.literal_eval(query[1])
        self._next_id = self._acknowledged = self._query['next_message_id']
        self._query |= {
            'implicit_handshake': 'true',
            'document_id': str(uuid.uuid4()),
            'tab_id': self._tab,
            'old_tab_id': 'null',
            'EIO': 4,
            'transport': 'websocket',
        }
        self.live = Live(view[1])
        self._fetch_snapshot()
        await self._connect()

    async def _connect(self) -> None:
        path = '/_nicegui_ws/socket.io/?' + urlencode(self._query | {'next_message_id': self._next_id})
        host, port = self._site.host.split(':')
        self._socket = socket = Socket(
            self, self._site.traffic, path=path, host=self._site.host, cookie=self._site.cookie
        )
        try:
            await asyncio.get_running_loop().create_connection(lambda: socket, host, int(port))
        except OSError:
            self.lost()

    def _reload(self) -> None:
        self.reloads += 1
        if self._socket is not None:
            self._socket.close()
        self._current.clear()
        self._site.tasks.create_task(self._load_until_there())

    async def _load_until_there(self) -> None:
        while not self._is_closed:
            try:
                await self._load()
            except (aiohttp.ClientError, OSError):
                await asyncio.sleep(RETRY_S * random.uniform(1, 2))
            else:
                return

    def _fetch_snapshot(self) -> None:
        self._site.tasks.create_task(self._take_snapshot(self.live, self.live.kept))

    async def _take_snapshot(self, live: Live, kept: list[bytes] | None) -> None:
        """Fetch it until it is there, or no longer wanted."""
        pause_s = 0.25
        while live is self.live and live.kept is kept:
            try:
                body = await self._site.fetch(f'/dashboard/api/live/{live.view}')
            except (aiohttp.ClientError, OSError):
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, 4)
                continue
            if live is self.live and live.kept is kept:
                if not body:
                    live.kept = None  # the view is gone; the next hello names another
                elif live.loaded(body):
                    self._fetch_snapshot()
                self._settle(time.monotonic_ns())
            return

    def _settle(self, at: int) -> None:
        """Take note of what it shows since this moment, in nanoseconds."""
        if self.live.state is not None:
            self._site.ledger.see(self._number, self.live.state, at)
        if self.live.is_current:
            self._current.set()

    def _take_event(self, payload: bytes) -> None:
        """Acknowledge what NiceGUI numbers, in time."""
        name, data = orjson.loads(payload[2:])
        if '_id' in data:
            if self._next_id == self._acknowledged:
                self._later(ACK_S, self._acknowledge)
            self._next_id = data['_id'] + 1
        if name == 'run_javascript' and 'window.location.reload' in data['code']:
            self._reload()

    async def _acknowledge(self) -> None:
        self._acknowledged = self._next_id
        message = {'client_id': self._query['client_id'], 'next_message_id': self._next_id}
        self._send('42' + orjson.dumps(['ack', message]).decode())

    def _send(self, text: str) -> None:
        if self._socket is not None:
            self._socket.send(text)

    def _later(self, delay_s: float, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
        asyncio.get_running_loop().call_later(delay_s, lambda: self._site.tasks.create_task(action()))
