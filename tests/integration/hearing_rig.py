"""Somebody who hears, and a reader who does what a test says."""

import asyncio
import math
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from reviewflow.board import Board
from reviewflow.delivery import Hints, Outcome
from reviewflow.errors import RateLimited
from reviewflow.flow import ReviewFlow
from reviewflow.hooks import Hooks
from reviewflow.models import Repository
from reviewflow.store.database import Database
from reviewflow.store.deliveries import DeliveryStore
from reviewflow.store.store import Store
from sync.hearing import Hearing
from sync.pulls import Spot
from tests.builders import NOW, Clock, detail, pull
from tests.hooks import delivery
from tests.waiting import PATIENCE_S

EARLY_AFTER_S = (0.01, 0.02, 0.04)
UNREAD_AFTER_S = (0.01, 0.01, 0.02, 0.02)
API = Repository(id=7, name='acme/api')


class Reader:
    """It reads whatever it is asked for, from a GitHub that may lag behind."""

    title = 'GitHub'

    def __init__(self, flow: ReviewFlow) -> None:
        self.asked: list[set[Spot]] = []
        self.interrupted = set[int]()
        self.doubts = 0
        self.errors: list[Exception] = []
        self.lag: list[timedelta] = []
        """How old the next answers are; none afterwards."""
        self.breaks_off_after = math.inf
        """How many are read before each reading is broken off."""
        self.passed_over: dict[Spot, int] = {}
        """How often from now on each cannot be read by itself."""
        self.newest: dict[int, datetime] = {}
        """Number of a pull → when it was last changed at the code host."""
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self._flow = flow

    async def refresh(self, spots: Collection[Spot]) -> None:
        self.asked.append(set(spots))
        lag = self.lag.pop(0) if self.lag else timedelta()
        await self.may_go_on.wait()
        if self.errors:
            raise self.errors.pop(0)
        for count, spot in enumerate(spots):
            if count >= self.breaks_off_after:
                raise RateLimited(NOW)
            if self.passed_over.get(spot, 0) > 0:
                self.passed_over[spot] -= 1
                continue
            at = self.newest.get(spot[1], NOW) - lag
            read = pull(number=spot[1], updated_at=at, detail=detail())
            await self._flow.record(spot[0], [read], self._flow.next_read())

    def doubt_names(self) -> None:
        self.doubts += 1


class HearingRig:
    """A board with one repository, and somebody who hears."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.clock = clock
        self.allowed, self.reserve = 1000, 0
        self.flow = ReviewFlow(store=Store(database), board=Board(), forge='github')
        self.hooks = Hooks(DeliveryStore(database), events=['pull_request'], clock=clock)
        self.flow.hooks = self.hooks
        self.reader = Reader(self.flow)
        self.flow.host = self.reader  # type: ignore[assignment]  # of which only the title is wanted
        self.hearing = Hearing(
            flow=self.flow,
            hooks=self.hooks,
            refresher=lambda: self.reader,
            allowed=lambda: (self.allowed, self.allowed - self.reserve),
            monotonic=asyncio.get_running_loop().time,
            clock=clock,
            random=lambda: 1,
            early_after_s=EARLY_AFTER_S,
            unread_after_s=UNREAD_AFTER_S,
            back_off_s=0.01,
        )

    @classmethod
    async def made(cls, database: Database, clock: Clock) -> 'HearingRig':
        rig = cls(database, clock)
        await rig.flow.hydrate(['acme/*'])
        tracked = await rig.flow.track('acme/*', API)
        assert tracked.id == 1
        return rig

    async def say(self, id: str, *numbers: int, at: datetime | None = None, **hints: object) -> Outcome:  # noqa: A002
        for number in numbers:
            newest = self.reader.newest.get(number, at or NOW)
            self.reader.newest[number] = max(newest, at or NOW)
        said = Hints(numbers=numbers, newer_than=at, **hints)  # type: ignore[arg-type]  # any field
        return await self.flow.receive(delivery(id, said))

    async def until_handled(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while await self.hooks.waiting():  # noqa: ASYNC110  # nobody sets an event for it
                await asyncio.sleep(0.001)

    @asynccontextmanager
    async def hearing_it(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.hearing.run())
            await asyncio.sleep(0)
            yield
            await self.hearing.close()
