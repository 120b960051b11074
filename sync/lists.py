"""Reads the lists of pulls behind one setting, and keeps how far it got."""

import logging
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from reviewflow.errors import RepositoryUnavailable
from reviewflow.flow import Clock, ReviewFlow
from reviewflow.forge import Forge, Page
from reviewflow.models import PullRequest, TrackedRepository

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=2)
"""Lists are read back a little beyond what is known: a pull may have got its time stamp late."""
RESOLVE_EVERY_S = 3600
"""How often a setting is looked up again: repositories get renamed, and ``owner/*`` grows."""


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
    ) -> None:
        self.pattern = pattern
        self.tracked: dict[int, TrackedRepository] = {}
        self._forge = forge
        self._flow = flow
        self._closed = closed
        self._clock = clock
        self._monotonic = monotonic
        self._resolved_at = -math.inf
        self._opened: set[int] = set()  # repositories whose open pulls were all listed since the start

    async def read(self) -> set[int]:
        """Read whatever changed; give the keys of the pulls that are not what they were.

        Raises:
            ForgeError: what was read before it is recorded, and the next call goes on from there.
            StoreError: likewise.
        """
        if self._monotonic() >= self._resolved_at + RESOLVE_EVERY_S:
            for repository in await self._forge.repositories(self.pattern):
                found = await self._flow.track(self.pattern, repository)
                self.tracked[found.id] = found
            self._resolved_at = self._monotonic()
        changed = set[int]()
        for each in list(self.tracked.values()):
            if each.id not in self._opened:
                changed |= await self._read_open(each)
                self._opened.add(each.id)
            changed |= await self._read_changed(each)
        return changed

    async def _read_open(self, each: TrackedRepository) -> set[int]:
        """List every open pull, however old; one we hold open that is not there is asked for by itself."""
        changed, listed = set[int](), set[int]()
        after: str | None = None
        while True:
            read = self._flow.next_read()
            page = await self._forge.open_pulls(each.repository, after=after)
            changed |= await self._flow.record(each.id, page.pulls, read)
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
                    changed |= await self._flow.record(each.id, [pull], read)
        return changed

    async def _read_changed(self, each: TrackedRepository) -> set[int]:
        """Read the list from its top down to what is known; only then is it known to be read."""
        read = self._flow.next_read()
        page = first = await self._forge.changed_pulls(each.repository, known=each.mark)
        if page is None or first is None:
            return set()
        if page.repository != each.repository:
            log.info('%s is now %s', each.repository.name, page.repository.name)
            each = replace(await self._flow.track(self.pattern, page.repository), read_to=each.read_to)
        horizon = self._clock() - self._closed
        changed = await self._flow.record(each.id, worth_keeping(page, horizon), read)
        back_to = horizon if each.read_to is None else each.read_to - OVERLAP
        while page.next is not None and all(pull.updated_at >= back_to for pull in page.pulls):
            read = self._flow.next_read()
            page = await self._forge.changed_pulls(each.repository, after=page.next)
            if page is None:
                break
            changed |= await self._flow.record(each.id, worth_keeping(page, horizon), read)
        newest = max((pull.updated_at for pull in first.pulls), default=each.read_to)
        await self._flow.reached(each.id, mark=first.mark, read_to=newest)
        self.tracked[each.id] = replace(each, mark=first.mark, read_to=newest)
        return changed


def worth_keeping(page: Page, horizon: datetime) -> list[PullRequest]:
    """Keep open pulls, and closed ones that were touched since the horizon."""
    return [pull for pull in page.pulls if pull.is_open or pull.updated_at >= horizon]
