"""Decides when to read what; knows limits and back-off."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from reviewflow.card import Card
from reviewflow.errors import RateLimited, ReviewFlowError
from reviewflow.flow import Clock, ReviewFlow
from reviewflow.forge import Forge, Polls, SyncReport
from reviewflow.models import SyncState, SyncStatus, TrackedRepository
from reviewflow.words import sentence
from sync.budget import Plan
from sync.details import DetailReader, Outcome, Where
from sync.health import STOPPING, Health
from sync.lists import ListReader
from sync.names import Owners
from sync.outage import Outage
from sync.spending import Spending

STOPPED = 'Other repositories are read now: ask again'


class Poller:
    """Reads the lists at every tick, and reviews and checks in between."""

    def __init__(
        self,
        *,
        forge: Forge,
        flow: ReviewFlow,
        patterns: Collection[str],
        interval_s: float,
        closed_days: int,
        clock: Clock,
        monotonic: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        self._outage = Outage(forge.title, monotonic=monotonic)
        health = partial(
            Health,
            forge=forge.title,
            outage=self._outage,
            interval_s=interval_s,
            monotonic=monotonic,
            random=random,
        )
        self._details = DetailReader(forge=forge, flow=flow, monotonic=monotonic, relist=self._relist)
        owners = Owners()
        self._lists = [
            ListReader(
                pattern,
                forge=forge,
                flow=flow,
                owners=owners,
                suspect=self._details.suspect,
                closed=timedelta(days=closed_days),
                clock=clock,
                monotonic=monotonic,
                health=health,
            )
            for pattern in patterns
        ]
        self._health = health(forge.title)  # of everything: token, allowance, database
        self._details_health = health('reviews and checks')
        self._forge = forge
        self._flow = flow
        self._spending = Spending(forge, interval_s=interval_s, patterns=len(patterns))
        self._clock = clock
        self._monotonic = monotonic
        self._turn = asyncio.Lock()
        self._sync_turn = asyncio.Lock()
        self._syncs = 0
        self._last_sync: tuple[int, SyncReport] | None = None
        self._syncing: asyncio.Timeout | None = None
        self._is_stopped = False
        self._fresh_at: datetime | None = None
        self._polls, self._poll_s, self._well_at_s = 0, 0.0, monotonic()
        self._event_at: datetime | None = None

    @property
    def plan(self) -> Plan:
        """What may be spent now."""
        return self._spending.plan

    @property
    def polls(self) -> Polls:
        """How the polls went so far."""
        lag_s = self._monotonic() - self._well_at_s
        return Polls(count=self._polls, seconds=self._poll_s, lag_s=lag_s)

    @property
    def fresh_at(self) -> datetime | None:
        """When all was last read well."""
        return self._fresh_at

    def know(self, tracked: Iterable[TrackedRepository]) -> None:
        """Take over what is stored, so that the first poll asks only for changes."""
        for each in tracked:
            meant_by = [reader for reader in self._lists if each.is_meant_by(reader.names.pattern)]
            for reader in sorted(meant_by, key=lambda reader: reader.names.pattern != each.pattern)[:1]:
                reader.names.know(each)

    async def tick(self) -> SyncReport:
        """Poll the lists once; afterwards :meth:`read_details` has something to do."""
        lists = await self._read_lists(at_once=False)
        changed, unread = self._details.due(self._where)
        return self._summary(lists, lists.changed, left=len(changed) + len(unread))

    async def read_details(self) -> None:
        """Read some pulls that moved, else some that were never read, else some whose turn it is."""
        if self._health.error is not None or not self._details_health.is_due:
            return  # the next tick finds out whether it is over
        where = self._where
        changed, unread = self._details.due(where)
        cards = changed[: self._spending.on_changed()] or unread[: self._spending.on_unread()]
        if not cards:
            cards = self._details.in_turn(where)[: self._spending.on_turns()]
        if cards:
            await self._read(cards, where)

    async def sync_now(self) -> SyncReport:
        """Read all lists, and reviews and checks of the open pulls as far as the limits allow.

        Those who ask while one is going on share the next: it begins after all of them asked.
        """
        awaited = self._syncs + 1
        async with self._sync_turn:
            if self._last_sync is None or self._last_sync[0] < awaited:
                self._syncs += 1
                self._last_sync = self._syncs, await self._sync_unless_stopped()
            return self._last_sync[1]

    async def idle(self) -> None:
        """Wait until nothing is being read."""
        async with self._sync_turn, self._turn:
            await self._details.idle()

    def stop(self) -> None:
        """Break off what a person asked for, and take no more of it: somebody else reads from now on."""
        self._is_stopped = True
        if self._syncing is not None:
            with suppress(RuntimeError):  # it has come to its end
                self._syncing.reschedule(asyncio.get_running_loop().time())

    async def _sync_unless_stopped(self) -> SyncReport:
        if not self._is_stopped:
            with suppress(TimeoutError):
                async with asyncio.timeout(None) as self._syncing:
                    return await self._sync()
        return SyncReport(repositories=0, changed=0, left=0, errors=(STOPPED,))

    async def _sync(self) -> SyncReport:
        lists = await self._read_lists(at_once=True)
        where = self._where
        allowed = self._spending.on_sync() if self._health.error is None else 0
        outcome = await self._read(self._details.everything(where)[:allowed], where)
        open_ = sum(card.pull.is_open for card in self._flow.board.cards.values())
        return self._summary(lists, lists.changed | outcome.changed, left=open_ - outcome.read)

    async def _read_lists(self, *, at_once: bool) -> Outcome:
        """Read all that is due, or all ``at_once``; ``read`` counts repositories."""
        changed = set[int]()
        async with self._turn:
            if self._health.is_due or at_once:
                begun_at_s = self._monotonic()
                spent, begun, is_shared = self._forge.spent, self._begun, self._details.is_busy
                if await self._poll_all(changed, at_once=at_once):
                    self._health.recover()
                if self._begun > begun:
                    self._spending.expect(self._begun)
                elif not (is_shared or self._details.is_busy):  # else the cost is not the lists' alone
                    self._spending.learn(self._forge.spent - spent)
                self._count(begun_at_s)
            well = 0 if self._health.error is not None else len(self._where)
        self._spending.earn()
        self._report(changed)
        return Outcome(changed=frozenset(changed), read=well)

    def _count(self, begun_at_s: float) -> None:
        """Count a poll; what the lists say is as old as its beginning."""
        self._polls += 1
        self._poll_s += self._monotonic() - begun_at_s
        if self._health.error is None and not self._list_errors:
            self._well_at_s = begun_at_s

    async def _poll_all(self, changed: set[int], *, at_once: bool) -> bool:
        """Read the lists of all settings; tell whether nothing is wrong with everything."""
        readers = sorted(self._lists, key=lambda reader: reader.waits_since)
        if self._health.error is not None:  # one finds out for all whether it is over
            if not await self._poll(readers[0], changed, at_once=at_once):
                return False
            del readers[0]
        async with asyncio.TaskGroup() as group:
            polls = [group.create_task(self._poll(each, changed, at_once=at_once)) for each in readers]
        return all(poll.result() for poll in polls)

    async def _poll(self, reader: ListReader, changed: set[int], *, at_once: bool) -> bool:
        """Read the lists of one setting; tell whether nothing is wrong with everything."""
        try:
            async for keys in reader.read(at_once=at_once):
                changed |= keys
        except STOPPING as error:
            self._health.fail(error)
            return False
        return True

    async def _read(self, cards: Sequence[Card], where: Where) -> Outcome:
        outcome = await self._details.read(cards, where)
        if isinstance(outcome.error, STOPPING):
            self._health.fail(outcome.error)
        elif outcome.error is not None:
            self._details_health.fail(outcome.error)
        elif outcome.read:
            self._details_health.recover()
        self._report(outcome.changed)
        return outcome

    def _relist(self, repository_id: int) -> None:
        for reader in self._lists:
            reader.relist(repository_id)

    def _summary(self, lists: Outcome, changed: AbstractSet[int], *, left: int) -> SyncReport:
        return SyncReport(
            repositories=lists.read, changed=len(changed), left=left, errors=tuple(self._sentences)
        )

    def _report(self, changed: Collection[int]) -> None:
        """Say how it goes; in a quiet tick this is what was said before, and nobody is told."""
        now = self._clock()
        if changed:
            self._event_at = now
        errors = self._errors
        self._outage.end(errors)
        if not errors:
            self._fresh_at = now
        self._flow.report(
            SyncStatus(
                state=state_of(errors),
                forge=self._forge.title,
                interval_s=self._spending.shown_interval_s,
                error=self._sentences[0] if errors else None,
                fresh_at=self._fresh_at if errors else None,
                event_at=self._event_at,
            )
        )

    @property
    def _errors(self) -> list[ReviewFlowError]:
        general = [
            health.error for health in (self._health, self._details_health) if health.error is not None
        ]
        return [*general, *self._list_errors]

    @property
    def _list_errors(self) -> list[ReviewFlowError]:
        return [error for reader in self._lists for error in reader.errors]

    @property
    def _sentences(self) -> list[str]:
        return list(dict.fromkeys(sentence(error, self._forge.title) for error in self._errors))

    @property
    def _begun(self) -> int:
        """Number of repositories that were read since the start."""
        return sum(reader.begun for reader in self._lists)

    @property
    def _where(self) -> Where:
        return {each.id: each.repository for reader in self._lists for each in reader.well}


def state_of(errors: Collection[ReviewFlowError]) -> SyncState:
    """Sum up what is wrong."""
    if not errors:
        return SyncState.LIVE
    only_limits = all(isinstance(error, RateLimited) for error in errors)
    return SyncState.LIMITED if only_limits else SyncState.FAILING
