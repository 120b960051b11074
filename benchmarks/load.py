"""Many browsers: a process of its own, so that they cost the server only what they ask of it."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import aiohttp
import uvloop

from benchmarks.browser import Page, Site
from benchmarks.control import allow_many_sockets, answer, cpu_seconds
from benchmarks.frames import Traffic
from benchmarks.ledger import Ledger
from benchmarks.live import snapshot
from benchmarks.plain import Bare, Reader, Replaced

Browser = Page | Bare

KINDS: dict[str, Callable[[Site, int], Browser]] = {
    'live': Page,
    'bare': Bare,
    'replaced': Replaced,
    'feed': Reader,
}
AT_ONCE = 16
TIMEOUT_S = 120


class Fleet:
    """Browsers of one kind, all on the same address."""

    def __init__(self, kind: str, site: Site) -> None:
        self.site = site
        self.pages: list[Browser] = []
        self._kind = KINDS[kind]
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def open(self, count: int) -> None:
        """Open more pages, some at a time."""
        new = [self._kind(self.site, len(self.pages) + number) for number in range(count)]
        self.pages += new
        async with asyncio.TaskGroup() as tasks:
            for page in new:
                tasks.create_task(self._open(page))

    async def _open(self, page: Browser) -> None:
        async with self._turns, asyncio.timeout(TIMEOUT_S):
            await page.open()


class Load:
    """The commands."""

    def __init__(self, session: aiohttp.ClientSession, tasks: asyncio.TaskGroup) -> None:
        self._session = session
        self._tasks = tasks
        self._fleets: dict[str, Fleet] = {}

    async def sign_in(self, host: str, username: str, password: str) -> str:
        """Sign in by the form; give the cookie."""
        form = {'username': username, 'password': password}
        address = f'http://{host}/dashboard/login'
        async with self._session.post(address, data=form, allow_redirects=False) as response:
            cookie = response.cookies['rf_session']
            return f'{cookie.key}={cookie.value}'

    async def open(self, kind: str, host: str, count: int, cookie: str = '') -> None:
        """Open more pages of a kind, and wait until all of them are live."""
        if kind not in self._fleets:
            site = Site(
                host=host,
                cookie=cookie,
                session=self._session,
                traffic=Traffic(),
                ledger=Ledger(),
                tasks=self._tasks,
            )
            self._fleets[kind] = Fleet(kind, site)
        await self._fleets[kind].open(count)

    async def close(self, kind: str) -> None:
        """Close all pages of a kind."""
        for page in self._fleets.pop(kind).pages:
            page.close()

    async def expect(self, kind: str, **expected: Any) -> None:
        """Say what all pages of a kind are to show next."""
        fleet = self._fleets[kind]
        fleet.site.ledger.expect(len(fleet.pages), **expected)

    async def arrivals(self, kind: str, timeout_s: float = 60) -> dict[str, Any]:
        """Say when they did."""
        return await self._fleets[kind].site.ledger.arrivals(timeout_s)

    async def until_live(self, kind: str) -> None:
        """Wait until all pages of a kind are live again."""
        async with asyncio.timeout(TIMEOUT_S):
            for page in self._fleets[kind].pages:
                await page.until_live()

    async def traffic(self, kind: str) -> dict[str, int]:
        """Give the bytes of a kind so far."""
        return asdict(self._fleets[kind].site.traffic)

    async def ping(self, kind: str) -> None:
        """Have every reader of the feed say that it is there."""
        for reader in self._readers(kind):
            reader.ping()

    async def heard(self, kind: str) -> int:
        """Count the messages that all readers of the feed have got so far."""
        return sum(reader.heard for reader in self._readers(kind))

    def _readers(self, kind: str) -> list[Reader]:
        return [page for page in self._fleets[kind].pages if isinstance(page, Reader)]

    async def verify(self) -> dict[str, int]:
        """Compare every live page with what one opened now would show; count what should never happen."""
        fleet = self._fleets['live']
        pages = [page for page in fleet.pages if isinstance(page, Page)]
        now = snapshot(await fleet.site.fetch(f'/dashboard/api/live/{pages[0].live.view}'))
        return {
            'lost': sum(page.live.gaps for page in pages),
            'doubled': sum(page.live.doubled for page in pages),
            'stale': sum(page.live.state is None or not page.live.state.is_like(now) for page in pages),
            'reloads': sum(page.reloads for page in pages),
        }


async def main() -> None:
    """Do what is asked, until nobody is there to ask."""
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session,
        asyncio.TaskGroup() as tasks,
    ):
        load = Load(session, tasks)
        commands = (load.sign_in, load.open, load.close, load.expect, load.arrivals, load.until_live)
        more = (load.traffic, load.verify, load.ping, load.heard, cpu_seconds)
        await answer({command.__name__: command for command in (*commands, *more)})


if __name__ == '__main__':
    allow_many_sockets()
    uvloop.run(main())
