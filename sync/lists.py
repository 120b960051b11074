"""Reads the lists of pulls behind one setting, and keeps how far it got."""

import logging
import math
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from reviewflow.errors import ForgeUnavailable, RepositoryUnavailable, ReviewFlowError
from reviewflow.flow import Clock, ReviewFlow
from reviewflow.forge import Forge, Page
from reviewflow.models import PullRequest, TrackedRepository
from sync.health import STOPPING, Health, forge_error
from sync.names import Names, Owners
from sync.trail import Trail

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=2)
"""Lists are read back a little beyond what is known: a pull may have got its time stamp late."""

Keys = AsyncIterator[set[int]]


@dataclass(slots=True, kw_only=True)
class Reading:
    """How far one repository was read since the start."""

    health: Health
    read_at: float = -math.inf
    """When its lists were last tried."""
    open_trail: Trail = field(default_factory=Trail)
    """How far its open pulls are listed."""
    listed: set[int] = field(default_factory=set)
    """The numbers of those that the list had so far."""
    open_lists: int = 0
    """How often they were all listed."""
    is_opened: bool = False
    """Whether that was often enough, and what it lacked is known."""
    backlog: list[Trail] = field(default_factory=list)
    """What of its changed pulls is still to be read."""
    is_stored: bool = True
    """Whether how far it was read is stored."""


class ListReader:
    """The lists of ``owner/name`` or ``owner/*``."""

    def __init__(
        self,
        pattern: str,
        *,
        forge: Forge,
        flow: ReviewFlow,
        owners: Owners,
        suspect: Callable[[int, Iterable[int]], None],
        closed: timedelta,
        clock: Clock,
        monotonic: Callable[[], float],
        health: Callable[[str], Health],
    ) -> None:
        self.names = Names(
            pattern, forge=forge, flow=flow, owners=owners, monotonic=monotonic, health=health(pattern)
        )
        self._forge = forge
        self._flow = flow
        self._suspect = suspect  # takes a repository, and the keys of its pulls that are to be asked for
        self._closed = closed
        self._clock = clock
        self._monotonic = monotonic
        self._health = health
        self._readings: dict[int, Reading] = {}

    @property
    def errors(self) -> list[ReviewFlowError]:
        """What is wrong at present."""
        found = [self.names.health, *(reading.health for reading in self._readings.values())]
        return [health.error for health in found if health.error is not None]

    @property
    def well(self) -> list[TrackedRepository]:
        """The repositories that could be read when that was last tried."""
        return [each for each in self._tracked if self._of(each).health.error is None]

    @property
    def begun(self) -> int:
        """Number of repositories whose open pulls were listed."""
        return sum(reading.is_opened for reading in self._readings.values())

    @property
    def waits_since(self) -> float:
        """When the repository that waits longest was read."""
        return min((self._of(each).read_at for each in self._tracked), default=-math.inf)

    async def read(self, *, at_once: bool) -> Keys:
        """Read whatever changed, page by page; give the keys of the pulls that are not what they were.

        What goes wrong stays with its repository; it is left alone for a while, unless asked ``at_once``.

        Raises:
            StoreError, BadCredentials, RateLimited: the next call begins with what was not reached.
        """
        await self.names.look_up(at_once=at_once)
        self._readings = {each.id: self._of(each) for each in self._tracked}
        for each in sorted(self._tracked, key=self._turn):
            reading = self._of(each)
            if not (reading.health.is_due or at_once):
                continue
            try:
                async for keys in self._read_one(each, reading):
                    reading.read_at = self._monotonic()  # whatever stops it now, others come first then
                    yield keys
                reading.health.recover()
            except STOPPING:
                raise
            except Exception as error:  # noqa: BLE001  # see forge_error
                reading.health.fail(forge_error(error, each.repository.name))
                if isinstance(error, RepositoryUnavailable) and reading.health.failures == 1:
                    self.names.doubt()
                elif isinstance(error, ForgeUnavailable):
                    return  # most likely all of it is out of reach
            reading.read_at = self._monotonic()

    def relist(self, repository_id: int) -> None:
        """List the open pulls of a repository again: one that is in no list is really gone."""
        if (reading := self._readings.get(repository_id)) is not None:
            reading.is_opened, reading.open_lists = False, 0

    async def _read_one(self, each: TrackedRepository, reading: Reading) -> Keys:
        if not reading.is_opened:
            async for keys in self._read_open(each, reading):
                yield keys
        async for keys in self._read_changed(each, reading):
            yield keys
        if not reading.is_opened:
            self._finish_opening(each, reading)

    async def _read_open(self, each: TrackedRepository, reading: Reading) -> Keys:
        """List every open pull, however old; several pages twice: what closes meanwhile hides another."""
        while True:
            read = self._flow.next_read()
            page = await self._forge.open_pulls(each.repository, after=reading.open_trail.after)
            yield await self._flow.record(each.id, page.pulls, read)
            reading.listed |= {pull.number for pull in page.pulls}
            if not reading.open_trail.goes_on(page):
                return

    def _finish_opening(self, each: TrackedRepository, reading: Reading) -> None:
        """Compare with what we hold, once the changed list has told what closed meanwhile."""
        unlisted = (
            card.key
            for card in self._flow.board.cards_of(each.id)
            if card.pull.is_open and card.pull.number not in reading.listed
        )
        self._suspect(each.id, unlisted)
        reading.open_lists += 1
        reading.is_opened = reading.open_trail.after is None or reading.open_lists > 1
        reading.open_trail, reading.listed = Trail(), set()

    async def _read_changed(self, each: TrackedRepository, reading: Reading) -> Keys:
        """Read the list from its top down to what is known; how far it got is stored when all of it is."""
        horizon = self._clock() - self._closed
        is_deep_enough = each.read_back_to is not None and each.read_back_to <= horizon
        read_to = each.read_to if is_deep_enough else None
        read = self._flow.next_read()
        page = await self._forge.changed_pulls(each.repository, known=each.mark if read_to else None)
        if page is not None:
            if page.repository != each.repository:
                log.info('%s is now %s', each.repository.name, page.repository.name)
                each = await self.names.follow(page.repository)
            yield await self._flow.record(each.id, self._worth_keeping(each, page, horizon), read)
            trail = Trail(back_to=read_to - OVERLAP if read_to else horizon)
            if trail.goes_on(page):
                reading.backlog.append(trail)
            newest = max((pull.updated_at for pull in page.pulls), default=read_to or horizon)
            back_to = each.read_back_to if read_to else horizon
            moved = replace(each, mark=page.mark, read_to=newest, read_back_to=back_to)
            reading.is_stored = reading.is_stored and moved == each
            self.names.tracked[each.id] = each = moved
        async for keys in self._read_backlog(each, reading, horizon):
            yield keys
        if not reading.is_stored:
            await self._flow.reached(each)
            reading.is_stored = True

    async def _read_backlog(self, each: TrackedRepository, reading: Reading, horizon: datetime) -> Keys:
        """Read what lies behind the first page, or go on with it where that broke off."""
        while reading.backlog:
            trail = reading.backlog[-1]
            read = self._flow.next_read()
            page = await self._forge.changed_pulls(each.repository, after=trail.after)
            if page is not None:
                yield await self._flow.record(each.id, self._worth_keeping(each, page, horizon), read)
            if page is None or not trail.goes_on(page):
                reading.backlog.pop()

    def _worth_keeping(self, each: TrackedRepository, page: Page, horizon: datetime) -> list[PullRequest]:
        """Keep open pulls, closed ones touched since the horizon, and whatever the board shows already."""
        board = self._flow.board
        return [
            pull
            for pull in page.pulls
            if pull.is_open or pull.updated_at >= horizon or board.find(each.id, pull.number) is not None
        ]

    @property
    def _tracked(self) -> list[TrackedRepository]:
        return list(self.names.tracked.values())

    def _turn(self, each: TrackedRepository) -> tuple[int, float]:
        """Sort those in trouble last, and those first that wait longest."""
        reading = self._of(each)
        return reading.health.failures, reading.read_at

    def _of(self, each: TrackedRepository) -> Reading:
        if each.id not in self._readings:
            self._readings[each.id] = Reading(health=self._health(each.repository.name))
        return self._readings[each.id]
