"""A gated NiceGUI server in a process of its own, and browsers that speak its protocol."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.integration.people import KEY
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60
SOCKET_PATH = '/_nicegui_ws/socket.io/'


@contextmanager
def serve(folder: Path, **limits: int) -> Iterator[str]:
    """Start the server with these limits; gives its address."""
    port = free_port()
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(('PYTEST', 'NICEGUI', 'REVIEWFLOW'))
    }
    chosen = {f'REVIEWFLOW_LIMITS__{name.upper()}': str(value) for name, value in limits.items()}
    command = [sys.executable, '-m', 'tests.integration.gated_server', str(port), str(folder)]
    with (folder / 'output').open('w+') as output:
        process = subprocess.Popen(command, cwd=ROOT, env=inherited | chosen, stdout=output, stderr=output)
        try:
            address = f'http://127.0.0.1:{port}'
            with httpx.Client(
                transport=httpx.HTTPTransport(retries=9), base_url=address, timeout=PATIENCE_S
            ) as client:
                assert client.get('/dashboard/login').status_code == 200
            yield address
        finally:
            process.terminate()
            assert process.wait(PATIENCE_S) == 0
        output.seek(0)
        assert 'Traceback' not in output.read()


def clicks(address: str) -> int:
    """Count the clicks that the server took."""
    return int(_state(address)['clicks'])


def clients(address: str) -> set[str]:
    """List the pages that the server holds."""
    return set(_state(address)['clients'])


def _state(address: str) -> Any:
    return ask(f'{address}/dashboard/api/state', Authorization=f'Bearer {KEY}').json()


def enter(address: str, cookie: str | None = None) -> str:
    """Come in to look at the demo, each time as another person; gives the cookie."""
    headers = {'Cookie': cookie} if cookie else {}
    answer = httpx.post(f'{address}/dashboard/demo', headers=headers, timeout=PATIENCE_S)
    assert answer.status_code == 303
    return answer.headers['set-cookie'].partition(';')[0]


def ask(url: str, cookie: str = '', **headers: str) -> httpx.Response:
    """Send a plain GET."""
    return httpx.get(url, headers={'Cookie': cookie, **headers}, timeout=PATIENCE_S)


def leave(address: str, cookie: str) -> None:
    """Sign out."""
    answer = httpx.post(f'{address}/dashboard/logout', headers={'Cookie': cookie}, timeout=PATIENCE_S)
    assert answer.status_code == 303


class Page:
    """A page that was fetched: what its script would know."""

    def __init__(self, address: str, cookie: str) -> None:
        html = ask(f'{address}/dashboard/', cookie).raise_for_status().text
        self.address = address
        self.cookie = cookie
        self.client_id = found(r"'client_id': '([^']+)'", html)
        self.button = int(found(r'"(\d+)":\{"tag":"q-btn"', html))
        self.listener = found(r'"listener_id":"([^"]+)","type":"click"', html)

    @property
    def click(self) -> dict[str, Any]:
        """What the script sends when the button is clicked."""
        return {'client_id': self.client_id, 'id': self.button, 'listener_id': self.listener, 'args': []}

    @property
    def handshake(self) -> dict[str, Any]:
        return {'client_id': self.client_id, 'tab_id': 'tab', 'document_id': 'document', 'next_message_id': 0}

    def url(
        self, transport: str = 'websocket', *, implicit: bool = True, other: dict[str, str] | None = None
    ) -> str:
        """Where its socket is opened; with ``other`` values than its own script would send."""
        query = {
            'EIO': 4,
            'transport': transport,
            'implicit_handshake': str(implicit).lower(),
            **self.handshake,
            **(other or {}),
        }
        return f'{self.address}{SOCKET_PATH}?{httpx.QueryParams(query)}'


class Socket:
    """An open socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._acks = 0

    @classmethod
    async def open(
        cls, url: str, cookie: str | None = None, *, origin: str | None = None, **headers: str
    ) -> Self:
        """Connect as a browser does, up to Engine.IO's first word."""
        given = {
            **({'Cookie': cookie} if cookie else {}),
            **({'Origin': origin} if origin else {}),
            **headers,
        }
        connection = await connect(url.replace('http', 'ws', 1), additional_headers=given)
        opened = cls(connection)
        assert (await opened.receive()).startswith('0{')
        return opened

    @classmethod
    async def of(cls, page: Page) -> Self:
        """Connect a page as its own script does, up to NiceGUI's handshake."""
        opened = await cls.open(page.url(), page.cookie)
        assert (await opened.join()).startswith('40')
        return opened

    async def join(self) -> str:
        """Ask for Socket.IO's connection; gives the answer."""
        await self._connection.send('40')
        return await self.receive(('40', '44'))

    async def call(self, event: str, message: Any) -> Any:
        """Send an event; gives what the server answers once it has dealt with it."""
        self._acks += 1
        await self._connection.send(f'42{self._acks}{orjson.dumps([event, message]).decode()}')
        answer = await self.receive((f'43{self._acks}[',))
        return orjson.loads(answer.removeprefix(f'43{self._acks}'))

    async def send(self, event: str, message: Any) -> None:
        """Send an event that nothing is to be heard of."""
        await self._connection.send(f'42{orjson.dumps([event, message]).decode()}')

    async def raw(self, packet: str | bytes) -> None:
        """Send whatever it is."""
        await self._connection.send(packet)

    async def receive(self, wanted: tuple[str, ...] = ('',)) -> str:
        """Wait for a packet that begins like this."""
        async with asyncio.timeout(PATIENCE_S):
            while not (packet := str(await self._connection.recv())).startswith(wanted):
                pass
        return packet

    async def rest(self) -> list[str]:
        """Read until the server closes."""
        packets = []
        async with asyncio.timeout(PATIENCE_S):
            try:
                while True:
                    packets.append(str(await self._connection.recv()))
            except ConnectionClosed:
                return packets

    async def close(self) -> None:
        await self._connection.close()


def found(pattern: str, text: str) -> str:
    """Give what a pattern's group matches."""
    match = re.search(pattern, text)
    assert match
    return match[1]
