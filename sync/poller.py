"""Decides when to read what; knows limits and back-off."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from reviewflow.errors import RateLimited, ReviewFlowError
from reviewflow.flow import Clock, ReviewFlow
from reviewflow.forge import Forge, Polls, SyncReport
from reviewflow.models import SyncState, SyncStatus, TrackedRepository
from reviewflow.words import sentence
from sync.budget import Plan
from sync.details import DetailReader, Where
from sync.health import STOPPING, Health
from sync.lists import ListReader
from sync.outage import Outage
from sync.pulls import Outcome, PullReader, Spot, Spots
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
        self._pulls = PullReader(forge=forge, flow=flow, monotonic=monotonic, relist=self._relist)
        self._details = DetailReader(self._pulls, forge=forge, flow=flow, monotonic=monotonic)
        self._spending = Spending(forge, interval_s=interval_s, patterns=len(patterns))
        self._lists = ListReader(
            patterns,
            forge=forge,
            flow=flow,
            details=self._details,
            closed=timedelta(days=closed_days),
            clock=clock,
            monotonic=monotonic,
            health=health,
            may_go_on=lambda: forge.lists_at_once == 1 or self._spending.has_spare,
            advanced=self._advance,
        )
        self._health = health(forge.title)  # of everything: token, allowance, database
        self._details_health = health('reviews and checks')
        self._forge = forge
        self._flow = flow
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
    def is_behind(self) -> bool:
        """Whether old pages are left that may be read without waiting for the next turn."""
        return self._health.error is None and self._lists.is_behind

    @property
    def fresh_at(self) -> datetime | None:
        """When all was last read well."""
        return self._fresh_at

    def know(self, tracked: Iterable[TrackedRepository]) -> None:
        """Take over what is stored, so that the first poll asks only for changes."""
        for each in tracked:
            meant_by = [names for names in self._lists.names if each.is_meant_by(names.pattern)]
            for names in sorted(meant_by, key=lambda names: names.pattern != each.pattern)[:1]:
                names.know(each)

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
        spots = first(changed, self._spending.on_changed()) or first(unread, self._spending.on_unread())
        if not spots and (turns := self._spending.on_turns()):
            spots = first(self._details.in_turn(where), turns)
        if spots:
            await self._read(spots)

    async def refresh(self, spots: Collection[Spot], newer_than: Mapping[Spot, datetime]) -> None:
        """Read these pulls now; those of repositories that are not read are passed over.

        Raises:
            ForgeError, StoreError: some may not be read.
        """
        del newer_than  # whoever asks looks at what the board has then
        if not self._is_stopped:
            outcome = await self._details.refresh(spots, self._where)
            self._report(outcome.changed)
            if outcome.error is not None:
                raise outcome.error

    def doubt_names(self) -> None:
        """Look up what repositories there are with the next poll."""
        for names in self._lists.names:
            names.doubt()

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
            await self._pulls.idle()

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
        outcome = await self._read(first(self._details.everything(where), allowed))
        open_ = sum(card.pull.is_open for card in self._flow.board.cards.values())
        return self._summary(lists, lists.changed | outcome.changed, left=open_ - outcome.read)

    async def _read_lists(self, *, at_once: bool) -> Outcome:
        """Read all that is due, or all ``at_once``; ``read`` counts repositories."""
        changed = set[int]()
        async with self._turn:
            if self._health.is_due or at_once:
                begun_at_s = self._monotonic()
                spent, begun, is_shared = self._forge.spent, self._lists.begun, self._pulls.is_busy
                await self._poll(changed, at_once=at_once)
                if self._lists.begun > begun:
                    self._spending.expect(self._lists.begun)
                elif not (is_shared or self._pulls.is_busy):  # else the cost is not the lists' alone
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

    async def _poll(self, changed: set[int], *, at_once: bool) -> None:
        """Read the lists, and feel the pulses of what is open."""
        try:
            await self._lists.read(changed, at_once=at_once)
        except STOPPING as error:
            self._health.fail(error)
            return
        outcome = await self._details.feel_pulses(self._where)
        if isinstance(outcome.error, STOPPING):
            self._health.fail(outcome.error)
            return
        self._health.recover()
        if outcome.error is not None:
            self._details_health.fail(outcome.error)

    async def _read(self, spots: Spots) -> Outcome:
        outcome = await self._details.read(spots)
        if isinstance(outcome.error, STOPPING):
            self._health.fail(outcome.error)
        elif outcome.error is not None:
            self._details_health.fail(outcome.error)
        elif outcome.read:
            self._details_health.recover()
        self._report(outcome.changed)
        return outcome

    def _relist(self, repository_id: int) -> None:
        self._lists.relist(repository_id)

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
                progress=self._lists.progress,
            )
        )

    def _advance(self) -> None:
        """Say how far a first read got."""
        self._flow.report(replace(self._flow.board.sync, progress=self._lists.progress))

    @property
    def _errors(self) -> list[ReviewFlowError]:
        general = [
            health.error for health in (self._health, self._details_health) if health.error is not None
        ]
        return [*general, *self._list_errors]

    @property
    def _list_errors(self) -> list[ReviewFlowError]:
        return self._lists.errors

    @property
    def _sentences(self) -> list[str]:
        return list(dict.fromkeys(sentence(error, self._forge.title) for error in self._errors))

    @property
    def _where(self) -> Where:
        return {each.id: each.repository for each in self._lists.well}


def first(spots: Spots, count: int) -> Spots:
    """Take the first few."""
    return dict(islice(spots.items(), count))


def state_of(errors: Collection[ReviewFlowError]) -> SyncState:
    """Sum up what is wrong."""
    if not errors:
        return SyncState.LIVE
    only_limits = all(isinstance(error, RateLimited) for error in errors)
    return SyncState.LIMITED if only_limits else SyncState.FAILING
