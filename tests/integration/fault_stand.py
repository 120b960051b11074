"""A ReviewFlow that lives through a fault as it does by itself, and the page that somebody has open."""

import asyncio
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import text

from reviewflow.models import SyncState
from reviewflow.settings import GitHub
from reviewflow.store.database import Database
from reviewflow.views import Views, ViewSpec
from sync.github.client import CALL_TIMEOUT, GitHubClient
from sync.github.forge import GitHubForge
from sync.scheduler import BREATH
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rig import Rig

TROUBLESHOOTING = Path(__file__).parents[2] / 'docs' / 'troubleshooting.md'
REPOSITORIES = ('acme/api', 'acme/web')
RESCHEDULED_FROM = 0.1
"""Share by which the interval has to move before the scheduler begins to count anew."""


class WallClock(Clock):
    """A wall clock that may be wrong; ``now`` is the truth, which monotonic time follows."""

    error = timedelta(0)

    def __call__(self) -> datetime:
        return self.now + self.error

    def truth(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.forward(seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request that left us."""

    at_s: float
    path: str


class Way(httpx.AsyncBaseTransport):
    """The way to GitHub, on which each request is noted; a ``trouble`` is what it meets there."""

    def __init__(self, github: FakeGitHub, clock: WallClock) -> None:
        self.sent: list[Sent] = []
        self.trouble: Callable[[httpx.Request], Awaitable[None]] | None = None
        self._way = github.transport
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(Sent(at_s=self._clock.monotonic(), path=request.url.path))
        began = self._clock.now
        try:
            if self.trouble is not None:
                await self.trouble(request)
            return await self._way.handle_async_request(request)
        except asyncio.CancelledError:
            self._clock.now = max(self._clock.now, began + CALL_TIMEOUT)  # which was shortened, for the test
            raise


class Page:
    """What an open page shows: its first snapshot, and each patch that is sent to it."""

    def __init__(self, rig: Rig) -> None:
        self._view = Views(rig.board).watch(ViewSpec())
        self._shown = self._view.snapshot()
        self._rows = {row['key']: row for row in self._shown['rows']}

    @property
    def titles(self) -> set[str]:
        """Of the pulls on it."""
        self._catch_up()
        return {self._rows[key]['title'] for key in self._shown['order']}

    @property
    def sync(self) -> dict[str, Any]:
        """What the badge and the bar are drawn from."""
        self._catch_up()
        sync: dict[str, Any] = self._shown['sync']
        return sync

    @property
    def error(self) -> str | None:
        """What is wrong, in a sentence that is explained for whoever has to do something about it."""
        error: str | None = self.sync['error']
        assert error is None or is_explained(error), error
        return error

    @property
    def fresh_at(self) -> datetime | None:
        """Since when all is as it was."""
        return self.sync['fresh'] and datetime.fromtimestamp(self.sync['fresh'], UTC)

    def _catch_up(self) -> None:
        if patch := self._view.patch():
            for row in patch.pop('rows', ()):
                self._rows[row['key']] = self._rows.get(row['key'], {}) | row
            self._shown |= patch


class Stand:
    """Our own GitHub, a ReviewFlow that reads it, and a page; time passes when it is told to."""

    def __init__(self, rig: Rig, way: Way, clock: WallClock) -> None:
        self.rig, self.way, self.clock = rig, way, clock
        self.github, self.monotonic = rig.github, clock.monotonic
        self.polled_at: list[float] = []
        """When each poll began."""
        self._interval_s = rig.poller.spending.plan.interval_s
        self._next_poll_s = self.monotonic()
        self.page = Page(rig)

    def happen(self, title: str) -> None:
        """Let a pull of each repository get another title."""
        for name in REPOSITORIES:
            self.github.edit(name, 1, title=f'{title} in {name}')

    def calm(self) -> None:
        """Let nothing go wrong any more."""
        self.github.calm()
        self.way.trouble = None

    async def live(self, seconds: float) -> None:
        """Let time pass, with all that the scheduler does in it."""
        until_s = self.monotonic() + seconds
        while self.monotonic() < until_s:
            if self.monotonic() >= self._next_poll_s:
                await self._poll()
            await self.rig.poller.read_details()
            self.clock.forward(seconds=1)

    async def recover(self) -> float:
        """Let something happen, and live until the page shows it; give how many seconds that took."""
        self.happen('After it')
        return await self.shows(*(f'After it in {name}' for name in REPOSITORIES))

    async def shows(self, *titles: str) -> float:
        """Live until the page is live and shows these pulls; give how many seconds that took."""
        began_s = self.monotonic()
        while not (self.page.sync['state'] == SyncState.LIVE and self.page.titles.issuperset(titles)):
            if self.monotonic() > began_s + 3600:
                raise AssertionError(f'an hour later: {self.page.sync}, {self.page.titles}')
            await self.live(1)
        return self.monotonic() - began_s

    def sent_within(self, from_s: float, to_s: float) -> int:
        """Count the requests after the first moment and before the last."""
        return sum(from_s < sent.at_s < to_s for sent in self.way.sent)

    @property
    def next_poll_in_s(self) -> float:
        """How long until the next poll."""
        return self._next_poll_s - self.monotonic()

    @property
    def busiest_minute(self) -> int:
        """How many requests it had."""
        times = [sent.at_s for sent in self.way.sent]
        return max(sum(at_s <= each < at_s + 60 for each in times) for at_s in times)

    async def _poll(self) -> None:
        began_s = self.monotonic()
        self.polled_at.append(began_s)
        await self.rig.poller.tick()
        interval_s = self.rig.poller.spending.plan.interval_s
        if abs(interval_s - self._interval_s) > self._interval_s * RESCHEDULED_FROM:
            self._interval_s, began_s = interval_s, self.monotonic()
        missed = math.floor((self.monotonic() - began_s) / self._interval_s)  # while the poll went on
        self._next_poll_s = began_s + (1 + missed) * self._interval_s
        if self.rig.poller.is_behind:
            self._next_poll_s = self.monotonic() + BREATH.total_seconds()


def full_github(clock: WallClock) -> FakeGitHub:
    """Make one with two repositories of three pulls, which came to be some minutes ago."""
    github = FakeGitHub(now=clock.truth)
    for name in REPOSITORIES:
        github.add_repository(name)
        for number in range(3):
            github.open_pull(name, f'{name} {number}')
    clock.forward(minutes=5)
    return github


@asynccontextmanager
async def standing(
    github: FakeGitHub,
    clock: WallClock,
    database: Database,
    *patterns: str,
    by_graph: bool,
    call_timeout: timedelta = CALL_TIMEOUT,
    **options: Any,
) -> AsyncIterator[Stand]:
    """Read all there is, so that the page is full and live, and forget what was sent for that."""
    way = Way(github, clock)
    settings = GitHub(api_url=github.url, token=SecretStr(github.token))
    client = GitHubClient(
        settings,
        transport=way,
        monotonic=clock.monotonic,
        now=clock,
        sleep=clock.sleep,
        jitter=lambda: 1,  # the longest waits
        call_timeout=call_timeout,
    )
    forge = GitHubForge(settings, client=client, monotonic=clock.monotonic, by_graph=by_graph)
    async with Rig.running(github, clock, database, *patterns or REPOSITORIES, forge=forge, **options) as rig:
        stand = Stand(rig, way, clock)
        await stand.live(35)
        assert stand.page.sync['state'] == SyncState.LIVE
        way.sent.clear()
        yield stand


async def stored(database: Database) -> set[str]:
    """Give the titles of the pulls in the database, shown or not."""
    async with database.transaction() as connection:
        return set((await connection.execute(text('SELECT title FROM pulls'))).scalars())


def is_explained(sentence: str) -> bool:
    """Tell whether the page on troubleshooting has a row for it; ``…`` there stands for anything."""
    rows = re.findall(r'^\| `([^`]+)` \| .+ \| .+ \|$', TROUBLESHOOTING.read_text(), re.MULTILINE)
    return any(re.fullmatch(re.escape(row).replace('…', '.+'), sentence) for row in rows)
