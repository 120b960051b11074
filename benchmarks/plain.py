"""Browsers of what the live list is compared with."""

import asyncio
import time

import aiohttp

from benchmarks.browser import Site
from benchmarks.frames import Socket
from reviewflow.web.paths import FEED


class Bare:
    """A websocket that only listens."""

    path = '/bare'

    def __init__(self, site: Site, number: int) -> None:
        self._site = site
        self._number = number
        self._open = asyncio.Event()
        self._socket = Socket(self, site.traffic, path=self.path, host=site.host, cookie=site.cookie)

    async def open(self) -> None:
        """Connect."""
        host, port = self._site.host.split(':')
        await asyncio.get_running_loop().create_connection(lambda: self._socket, host, int(port))
        await self.until_live()

    async def until_live(self) -> None:
        """Wait until it is connected."""
        await self._open.wait()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def opened(self) -> None:
        """Take note that it is connected."""
        self._open.set()

    def received(self, payload: bytes, at: int) -> None:
        """Look at the frame."""
        self._site.ledger.see_text(self._number, payload, at)

    def lost(self) -> None:
        """Do nothing: a page that is missing shows in the figures."""


class Reader(Bare):
    """A reader of the event feed."""

    path = FEED

    def __init__(self, site: Site, number: int) -> None:
        super().__init__(site, number)
        self.heard = 0
        """Messages so far, the greeting among them."""

    def received(self, payload: bytes, at: int) -> None:
        """Count it, and look at it."""
        self.heard += 1
        super().received(payload, at)

    def ping(self) -> None:
        """Say that somebody is there."""
        self._socket.send('ping')


class Replaced(Bare):
    """A page of the former design: whatever it hears, it fetches itself again."""

    path = '/ws'

    async def open(self) -> None:
        """Load the page, and listen."""
        await self._site.fetch('/')
        await super().open()

    def received(self, payload: bytes, at: int) -> None:
        """Fetch the page."""
        del payload, at
        self._site.tasks.create_task(self._reload())

    async def _reload(self) -> None:
        try:
            body = await self._site.fetch('/')
        except (aiohttp.ClientError, OSError):
            return  # it shows in the figures
        self._site.ledger.see_text(self._number, body, time.monotonic_ns())
