"""Reads the lists of pulls of one repository, page by page, and keeps how far it got."""

import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reviewflow.clock import Clock
from reviewflow.errors import PageLost
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Ask, Listed, Page
from reviewflow.models import TrackedRepository, Unread
from sync.details import DetailReader
from sync.health import Health
from sync.names import Names
from sync.open_list import OpenList
from sync.trail import Trail
from sync.tries import TRIES, TRIES_FOR_LINES, Tries

log = logging.getLogger(__name__)

PARTS_MAX = 3
OVERLAP = timedelta(minutes=2)
"""Lists are read back a little beyond what is known: a pull may have got its time stamp late."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """One go at the lists."""

    changed: set[int]
    """Takes the keys of the pulls that are not what they were."""
    may_go_on: Callable[[], bool]
    """Whether there is time and allowance for old pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all repositories are read with."""

    flow: ReviewFlow
    details: DetailReader
    page: Callable[[Ask], Awaitable[tuple[int, Page | None]]]
    """Gives a page, or None for nothing new, with the number of the read."""
    advanced: Callable[[], None]
    """To be called when a first read got further."""
    clock: Clock
    monotonic: Callable[[], float]
    closed: timedelta
    """Closed pulls untouched for longer are not wanted."""


class RepositoryReader:
    """How far one repository was read since the start."""

    def __init__(self, id_: int, names: Names, *, desk: Desk, health: Health) -> None:
        self.health = health
        self.read_at = -math.inf
        """When its lists were last tried."""
        self.well_at: datetime | None = None
        """When they were last read well."""
        self._total: int | None = None
        self._id = id_
        self._names = names
        self._desk = desk
        self._open = OpenList()
        self._trail: Trail | None = None
        self._tries = Tries()
        self._lost = set[bool]()  # lists that were lost where they go on: whether of the open pulls

    @property
    def tracked(self) -> TrackedRepository:
        """What is stored of it."""
        return self._names.tracked[self._id]

    @property
    def is_opened(self) -> bool:
        """Whether its open pulls were listed so often that what the lists lacked is known."""
        return self._open.is_read

    @property
    def total(self) -> int | None:
        """How long its list is, as far as the host said so."""
        return self._total or next((part.total for part in self.tracked.unread if part.total), None)

    @property
    def is_first_read(self) -> bool:
        """Whether it was never read whole."""
        each = self.tracked
        if each.read_to is None or each.read_back_to is None:
            return True
        return any(part.back_to <= each.read_back_to for part in each.unread)

    def share(self, pulls: int) -> float:
        """Say how much of the way back was read, 0 to 1; ``pulls`` of it are on the board."""
        each = self.tracked
        if not self.is_first_read:
            return 1
        by_time = min(_share(part, each.read_to) for part in each.unread) if each.read_to else 0
        by_count = pulls / self.total if self.total else 0
        return min(max(by_time, by_count), 1)

    def recover(self) -> None:
        """Note that it was read well."""
        self.health.recover()
        self.well_at = self._desk.clock()

    def relist(self) -> None:
        """List its open pulls again: one that is in no list is really gone."""
        self._open.read_again()

    async def read(self, turn: Turn) -> None:
        """Read whatever changed, and go on with what is still to be read.

        Raises:
            ReviewFlowError: the next call goes on where this one broke off.
        """
        is_listed = not self.is_opened and await self._read_open(turn)
        await self._read_changed(turn)
        if is_listed:
            self._finish_opening()

    @property
    def is_there(self) -> bool:
        """Whether its setting still means it."""
        return self._id in self._names.tracked

    @property
    def is_behind(self) -> bool:
        """Whether pages are left that may be read without waiting for the next turn."""
        is_left = bool(self.tracked.unread) or self._open.is_begun
        return is_left and self.health.error is None

    def is_named_by(self, names: Names) -> bool:
        """Tell whether it is read for this setting."""
        return self._names is names

    def doubt_name(self) -> None:
        """Look it up again: it cannot be read."""
        self._names.doubt()

    async def _read_open(self, turn: Turn) -> bool:
        """List every open pull, however old; tell whether it came to the end."""
        goes_on = True
        while goes_on:
            ask = self._open.ask(self.tracked.repository)
            if (answer := await self._page(ask)) is None:
                self._open.restart()
                self._lose(ask)
                continue
            read, page = answer
            if page is None or not await self._take_open(ask, page, read, turn):
                return page is None
            goes_on = self._open.goes_on(page)
            if goes_on and not turn.may_go_on():
                return False
        return True

    async def _take_open(self, ask: Ask, page: Page, read: int, turn: Turn) -> bool:
        is_new = self.tracked.read_to is None
        if is_new and page.total:  # as many closed ones, until the other list tells
            self._total = self._total or 2 * page.total
        is_whole = await self._take(ask, page, read, None, turn)
        self._open.note(page)
        if is_new:
            self._desk.advanced()
        self.read_at = self._desk.monotonic()  # whatever stops it now, others come first then
        return is_whole

    def _finish_opening(self) -> None:
        """Compare with what we hold, once the changed list has told what closed meanwhile."""
        unlisted = (
            card.pull.number
            for card in self._desk.flow.board.cards_of(self._id)
            if card.pull.is_open and card.pull.number not in self._open.numbers
        )
        self._desk.details.suspect(self._id, unlisted)
        self._open.finish()

    async def _read_changed(self, turn: Turn) -> None:
        """Read the list from its top down to what is known, and what is still to be read of it."""
        each, horizon = self.tracked, self._desk.clock() - self._desk.closed
        is_deep_enough = each.read_back_to is not None and each.read_back_to <= horizon
        read_to = each.read_to if is_deep_enough else None
        ask = Ask(repository=each.repository, known=each.mark if read_to else None)
        read, page = await self._desk.page(ask)
        if page is not None:
            self._total = page.total
            if page.repository != each.repository:
                each = await self._names.follow(page.repository)
            if not await self._take(ask, page, read, horizon, turn):
                return
            trail = Trail(back_to=read_to - OVERLAP if read_to else horizon)
            unread = each.unread if read_to else ()
            if trail.goes_on(page):
                unread = _with(unread, trail.unread)
            newest = max((listed.updated_at for listed in page.listed), default=read_to or horizon)
            back_to = each.read_back_to if read_to else horizon
            await self._reach(
                replace(each, mark=page.mark, read_to=newest, read_back_to=back_to, unread=unread)
            )
        while self.tracked.unread and turn.may_go_on():
            if not await self._read_old_page(turn, horizon):
                return

    async def _read_old_page(self, turn: Turn, horizon: datetime) -> bool:
        """Read a page behind the first, or go on where that broke off; tell whether to go on then."""
        each = self.tracked
        *others, unread = each.unread
        if self._trail is None or self._trail.unread != unread:
            self._trail = Trail.of(unread)
        ask, following = Ask(repository=each.repository, after=self._trail.after), []
        if (answer := await self._page(ask)) is None:
            following = [replace(unread, after='')] if ask.after else []
        else:
            read, page = answer
            if page is not None and not await self._take(ask, page, read, horizon, turn):
                return False
            if page is not None and self._trail.goes_on(page):
                following = [self._trail.unread]
        await self._reach(replace(each, unread=(*others, *following)))
        if answer is None:
            self._lose(ask)
        return True

    async def _page(self, ask: Ask) -> tuple[int, Page | None] | None:
        """Ask for a page; None where the list cannot be followed from there."""
        try:
            answer = await self._desk.page(ask)
        except PageLost:
            return None
        if ask.after:
            self._lost.discard(ask.is_for_open)
        return answer

    def _lose(self, ask: Ask) -> None:
        """Begin a list again at its top; at once only if its second page was read since the last time."""
        if ask.is_for_open in self._lost:
            raise PageLost(f'{ask.repository.name}: a list that cannot be followed')
        self._lost.add(ask.is_for_open)
        log.info('%s: its list is read again from the top', ask.repository.name)

    async def _reach(self, moved: TrackedRepository) -> None:
        """Keep how far it was read, once what was read is stored."""
        if moved != self.tracked:
            await self._desk.flow.reached(moved)
            self._names.tracked[self._id] = moved
            if moved.unread:
                self._desk.advanced()

    async def _take(self, ask: Ask, page: Page, read: int, horizon: datetime | None, turn: Turn) -> bool:
        """Take over what a page says, and read by itself what it only names.

        Tells whether that is all of it, or as much as can be had: else the page is to be asked for again.
        """
        kept = [listed for listed in page.listed if self._is_worth_keeping(listed, horizon)]
        if page.pulls:
            numbers = {listed.number for listed in kept}
            pulls = [pull for pull in page.pulls if pull.number in numbers]
            turn.changed |= await self._desk.flow.record(self._id, pulls, read, is_held=True)
            return True
        news = [listed for listed in kept if self._is_news(listed)]
        changed, is_whole = await self._desk.details.read_listed(self.tracked, news)
        turn.changed |= changed
        if is_whole and page.is_whole:
            self._tries.end(ask)
            return True
        is_enough = self._tries.fail(ask, TRIES_FOR_LINES if is_whole else TRIES)
        if is_enough:
            log.warning('%s: some pulls that it lists cannot be read', self.tracked.repository.name)
        return is_enough

    def _is_worth_keeping(self, listed: Listed, horizon: datetime | None) -> bool:
        """Keep open pulls, closed ones touched since the horizon, and whatever the board shows already."""
        is_recent = listed.is_open or horizon is None or listed.updated_at >= horizon
        return is_recent or self._desk.flow.board.find(self._id, listed.number) is not None

    def _is_news(self, listed: Listed) -> bool:
        """Tell whether a list names a pull that we do not have like that."""
        card = self._desk.flow.board.find(self._id, listed.number)
        return card is None or card.is_older_than(listed)


def _with(parts: tuple[Unread, ...], part: Unread) -> tuple[Unread, ...]:
    """Add a part that is still to be read; of very many the last two are read as one."""
    if len(parts) >= PARTS_MAX:
        *parts_before, last = parts
        return (*parts_before, replace(part, back_to=min(part.back_to, last.back_to)))
    return (*parts, part)


def _share(part: Unread, read_to: datetime) -> float:
    """Say how far back a part was read, as a share of the time."""
    way = read_to - part.back_to
    return 0 if part.reached is None or not way else (read_to - part.reached) / way
