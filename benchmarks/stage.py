"""The processes of a measurement: the server, what it is compared with, and the browsers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.control import Child
from benchmarks.script import Script
from benchmarks.server import PASSWORD, USER
from reviewflow.web.options import RECONNECT_S
from tests.ports import free_port

PULLS = 2000
HOST = '127.0.0.1'
SIGNED_IN = ('live', 'feed')


class Stage:
    """All that runs, and how many pages are open."""

    def __init__(
        self, server: Child, reference: Child, load: Child, ports: tuple[int, int], data: Path
    ) -> None:
        self.server = server
        self.reference = reference
        self.load = load
        self.pages = 0
        self.script = Script([], {})
        self._hosts = dict.fromkeys(SIGNED_IN, f'{HOST}:{ports[0]}') | dict.fromkeys(
            ('bare', 'replaced'), f'{HOST}:{ports[1]}'
        )
        self._port, self._data = ports[0], data
        self._cookie = ''

    async def enter(self) -> None:
        """Sign in, and look at what there is."""
        host = self._hosts['live']
        self._cookie = await self.load.ask('sign_in', host=host, username=USER, password=PASSWORD)
        self.script = Script(**await self.server.ask('pulls'))

    async def open(self, kind: str, count: int) -> None:
        """Open more pages."""
        cookie = self._cookie if kind in SIGNED_IN else ''
        await self.load.ask('open', kind=kind, host=self._hosts[kind], count=count, cookie=cookie)

    async def stop_server(self) -> None:
        """End the server as an administrator does."""
        await self.server.stop()

    async def start_server(self) -> None:
        """Start it again, on the same data."""
        self.server = await start_server(self._port, self._data)

    async def traffic(self, kind: str) -> dict[str, int]:
        """Give the bytes so far."""
        traffic: dict[str, int] = await self.load.ask('traffic', kind=kind)
        return traffic

    async def figures(self) -> dict[str, Any]:
        """Give what the server costs so far."""
        figures: dict[str, Any] = await self.server.ask('figures')
        return figures

    async def settle(self) -> None:
        """Let what still goes on come to its end."""
        await asyncio.sleep(0.3)


@asynccontextmanager
async def stage(reconnect_s: float = RECONNECT_S) -> AsyncIterator[Stage]:
    """Start everything; end all of it afterwards. ``reconnect_s``: how long a page outlives its socket."""
    ports = free_port(), free_port()
    with TemporaryDirectory(prefix='reviewflow-bench-') as folder:
        data = Path(folder) / 'data'
        server = await start_server(ports[0], data, reconnect_s=reconnect_s)
        reference = await Child.start('benchmarks.reference', str(ports[1]))
        load = await Child.start('benchmarks.load')
        await reference.ask('cpu')
        set_up = Stage(server, reference, load, ports, data)
        try:
            await set_up.enter()
            yield set_up
        finally:
            for child in (set_up.load, set_up.server, set_up.reference):
                await child.stop()


async def start_server(port: int, data: Path, pulls: int = PULLS, reconnect_s: float = RECONNECT_S) -> Child:
    """Start the real server, and wait until it has something to show."""
    server = await Child.start('benchmarks.server', str(port), str(data), str(pulls), str(reconnect_s))
    await server.ask('ready')
    return server
