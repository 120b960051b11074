"""Reads the lists of pulls behind one setting, and keeps how far it got."""

import logging
import math
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from reviewflow.errors import ForgeUnavailable, RepositoryUnavailable, ReviewFlowError
from reviewflow.flow import Clock, ReviewFlow
from reviewflow.forge import Forge, Page
from reviewflow.models import PullRequest, Repository, TrackedRepository
from sync.health import Health

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=2)
"""Lists are read back a little beyond what is known: a pull may have got its time stamp late."""
RESOLVE_EVERY_S = 3600
"""How often a setting is looked up again: repositories get renamed, and ``owner/*`` grows."""

Keys = AsyncIterator[set[int]]


class ListReader:
    """The lists of ``owner/name`` or ``owner/*``."""

    def __init__(
        self,
        pattern: str,
        *,
        forge: Forge,
        flow: ReviewFlow,
        closed: timedelta,
        clock: Clock,
        monotonic: Callable[[], float],
        health: Callable[[str], Health],
    ) -> None:
        self.pattern = pattern
        self.tracked: dict[int, TrackedRepository] = {}
        self.opened: set[int] = set()
        """Repositories whose open pulls were all listed since the start."""
        self.well = 0
        """Repositories that the last :meth:`read` read without an error."""
        self._forge = forge
        self._flow = flow
        self._closed = closed
        self._clock = clock
        self._monotonic = monotonic
        self._resolved_at = -math.inf
        self._new_health = health
        self._naming = health(pattern)
        self._health: dict[int, Health] = {}  # repository → how its lists go

    @property
    def errors(self) -> list[ReviewFlowError]:
        """What is wrong at present."""
        found = [health.error for health in (self._naming, *self._health.values())]
        return [error for error in found if error is not None]

    async def read(self, *, at_once: bool) -> Keys:
        """Read whatever changed, page by page; give the keys of the pulls that are not what they were.

        What goes wrong stays with its repository; it is left alone for a while, unless asked ``at_once``.

        Raises:
            StoreError, BadCredentials, RateLimited: the next call goes on from there.
        """
        self.well = 0
        await self._resolve(at_once=at_once)
        for each in sorted(self.tracked.values(), key=self._failures):  # those in trouble last
            health = self._health_of(each)
            if not (health.is_due or at_once):
                continue
            try:
                async for keys in self._read_one(each):
                    yield keys
            except RepositoryUnavailable as error:
                health.fail(error)
            except ForgeUnavailable as error:
                health.fail(error)
                return  # most likely all of it is out of reach
            else:
                health.recover()
                self.well += 1

    async def _resolve(self, *, at_once: bool) -> None:
        """Look up which repositories are meant; those that are known are read even if this fails."""
        is_old = self._monotonic() >= self._resolved_at + RESOLVE_EVERY_S
        if not is_old or not (self._naming.is_due or at_once):
            return
        try:
            found = await self._forge.repositories(self.pattern)
        except (ForgeUnavailable, RepositoryUnavailable) as error:
            self._naming.fail(error)
            return
        for repository in found:
            await self._track(repository)
        self._resolved_at = self._monotonic()
        self._naming.recover()

    async def _track(self, repository: Repository) -> TrackedRepository:
        """Go on with what was stored of it; one that was deleted makes way for another of its name."""
        tracked = await self._flow.track(self.pattern, repository)
        for other in list(self.tracked.values()):
            if other.repository.name == repository.name and other.id != tracked.id:
                del self.tracked[other.id]
                for card in self._flow.board.cards_of(other.id):
                    self._flow.forget(card)
        self.tracked[tracked.id] = tracked
        return tracked

    async def _read_one(self, each: TrackedRepository) -> Keys:
        if each.id not in self.opened:
            async for keys in self._read_open(each):
                yield keys
            self.opened.add(each.id)
        async for keys in self._read_changed(each):
            yield keys

    async def _read_open(self, each: TrackedRepository) -> Keys:
        """List every open pull, however old; one we hold open that is not there is asked for by itself."""
        listed = set[int]()
        after: str | None = None
        while True:
            read = self._flow.next_read()
            page = await self._forge.open_pulls(each.repository, after=after)
            yield await self._flow.record(each.id, page.pulls, read)
            listed |= {pull.number for pull in page.pulls}
            if (after := page.next) is None:
                break
        for card in self._flow.board.cards_of(each.id):
            if card.pull.is_open and card.pull.number not in listed:
                read = self._flow.next_read()
                try:
                    pull = await self._forge.pull(each.repository, card.pull.number)
                except RepositoryUnavailable:
                    self._flow.forget(card)
                else:
                    yield await self._flow.record(each.id, [pull], read)

    async def _read_changed(self, each: TrackedRepository) -> Keys:
        """Read the list from its top down to what is known; only then is it known to be read."""
        read = self._flow.next_read()
        page = first = await self._forge.changed_pulls(each.repository, known=each.mark)
        if page is None or first is None:
            return
        if page.repository != each.repository:
            log.info('%s is now %s', each.repository.name, page.repository.name)
            each = await self._track(page.repository)
        horizon = self._clock() - self._closed
        yield await self._flow.record(each.id, self._worth_keeping(each, page, horizon), read)
        back_to = horizon if each.read_to is None else each.read_to - OVERLAP
        while page.next is not None and all(pull.updated_at >= back_to for pull in page.pulls):
            read = self._flow.next_read()
            page = await self._forge.changed_pulls(each.repository, after=page.next)
            if page is None:
                return
            yield await self._flow.record(each.id, self._worth_keeping(each, page, horizon), read)
        newest = max((pull.updated_at for pull in first.pulls), default=each.read_to)
        if (first.mark, newest) != (each.mark, each.read_to):
            await self._flow.reached(each.id, mark=first.mark, read_to=newest)
        self.tracked[each.id] = replace(each, mark=first.mark, read_to=newest)

    def _worth_keeping(self, each: TrackedRepository, page: Page, horizon: datetime) -> list[PullRequest]:
        """Keep open pulls, closed ones touched since the horizon, and whatever the board shows already."""
        board = self._flow.board
        return [
            pull
            for pull in page.pulls
            if pull.is_open or pull.updated_at >= horizon or board.find(each.id, pull.number) is not None
        ]

    def _health_of(self, each: TrackedRepository) -> Health:
        if each.id not in self._health:
            self._health[each.id] = self._new_health(each.repository.name)
        return self._health[each.id]

    def _failures(self, each: TrackedRepository) -> int:
        return self._health_of(each).failures
