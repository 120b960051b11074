"""Decides when to read what; knows limits and back-off."""

import asyncio
import logging
import math
from collections.abc import Callable, Collection, Iterable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from reviewflow.clock import Clock
from reviewflow.errors import Stopped
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Forge
from reviewflow.models import TrackedRepository
from reviewflow.syncs import HostHealth, Polls, Reconciliation, RepositoryHealth, SyncReport
from sync.asked import Asked
from sync.details import DetailReader, Where
from sync.health import STOPPING
from sync.lists import ListReader
from sync.missed import Missed
from sync.names import with_unfound
from sync.pulls import Outcome, PullReader, Spot, Spots
from sync.reconcile import Reconciler
from sync.scope import Scope
from sync.spending import Spending, Spent, first
from sync.standing import Standing

log = logging.getLogger(__name__)

SYNC_FOR_S = 30
"""How long a sync that somebody waits for reads pulls; the others are read when it is their turn."""


class Poller:
    """Reads the lists at every tick, and reviews and checks in between.

    Until it is stopped: then a sync says so, a refresh does nothing, and all else raises ``Stopped``.
    """

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
        self._forge = forge
        self._flow = flow
        self._monotonic = monotonic
        self._standing = Standing(
            forge.title, flow=flow, interval_s=interval_s, clock=clock, monotonic=monotonic, random=random
        )
        self.spending = Spending(forge, interval_s=interval_s, patterns=len(patterns))
        self._pulls = PullReader(forge=forge, flow=flow, monotonic=monotonic)
        self._details = DetailReader(self._pulls, forge=forge, flow=flow, monotonic=monotonic)
        self._lists = ListReader(
            patterns,
            forge=forge,
            flow=flow,
            details=self._details,
            closed=timedelta(days=closed_days),
            clock=clock,
            monotonic=monotonic,
            health=self._standing.health_of,
            may_go_on=lambda: forge.lists_at_once == 1 or self.spending.has_spare,
            advanced=self._advance,
        )
        self._pulls.relist = self._lists.relist
        self.reconciler = Reconciler(
            forge=forge,
            flow=flow,
            page=self._lists.page,
            relist=self._lists.relist,
            catch_up=self._catch_up,
            is_resting=self._pulls.is_resting,
            bears=self.spending.bears,
            closed=timedelta(days=closed_days),
            clock=clock,
        )
        self._standing.outage.on_begin(lambda: self._report(()))  # a poll in trouble may take its time
        self._turn = asyncio.Lock()
        self._scope = Scope()
        self._asked = Asked(self._sync)

    @property
    def polls(self) -> Polls:
        """How the polls went so far."""
        return self._standing.polls

    @property
    def fresh_at(self) -> datetime | None:
        """When all was last read well."""
        return self._standing.fresh_at

    @property
    def is_behind(self) -> bool:
        """Whether old pages are left that may be read without waiting for the next turn."""
        return self._standing.host.error is None and self._lists.is_behind

    def know(self, tracked: Iterable[TrackedRepository]) -> None:
        """Take over what is stored, so that the first poll asks only for changes."""
        self._lists.know(tracked)

    async def tick(self) -> SyncReport:
        """Poll the lists once; afterwards :meth:`read_details` has something to do."""
        async with self._scope.entered():
            lists = await self._read_lists(at_once=False)
            changed, unread = self._details.due(self._where)
            return self._summary(lists, lists.changed, left=len(changed) + len(unread))

    async def read_details(self) -> None:
        """Read some pulls that moved, else some that were never read, else some whose turn it is."""
        async with self._scope.entered():
            await self._read_due()

    async def _read_due(self) -> None:
        if self._standing.host.error is not None or not self._standing.details.is_due:
            return  # the next tick finds out whether it is over
        spots = self._due_now()
        if not spots and (turns := self.spending.on_turns()):
            spots = first(self._details.in_turn(self._where), turns)
        if spots:
            await self._read(spots)
        elif self._standing.details.error is not None and not self._details.everything(self._where):
            self._standing.details.recover()  # what could not be read is not there any more

    async def refresh(self, spots: Collection[Spot]) -> None:
        """Read these pulls now; those of repositories that are not read are passed over.

        Raises:
            ForgeError, StoreError: some may not be read.
        """
        with suppress(Stopped):
            async with self._scope.entered():
                outcome = await self._details.refresh(spots, self._where)
                self._report(outcome.changed)
                if outcome.stopped is not None:
                    raise outcome.stopped

    async def reconcile(self) -> Reconciliation | None:
        """Compare everything with the code host; None when trouble broke that off, and the page says what."""
        async with self._scope.entered():
            try:
                return await self.reconciler.reconcile(lambda: self._lists.tracked)
            except STOPPING as error:
                self._standing.host.fail(error)
                return None
            finally:
                self._report(())

    async def fetch(self, missed: Missed) -> int:
        """Fetch what webhooks did not bring; give how many deliveries that were."""
        async with self._scope.entered():
            try:
                repositories = [each.repository for each in self._lists.well]
                return await missed.look(repositories, lambda: self.spending.has_spare)
            except STOPPING as error:
                log.debug('what webhooks missed is fetched later: %s', error)
                return 0

    async def _catch_up(self) -> None:
        """Poll, and read all that is due, as far as the limits allow."""
        await self._read_lists(at_once=False)
        while self._standing.host.error is None and (spots := self._due_now()):
            outcome = await self._read(spots)
            if outcome.error is not None or not outcome.read:
                return  # the next turn would come to no more

    def _due_now(self) -> Spots:
        changed, unread = self._details.due(self._where)
        return first(changed, self.spending.on_changed()) or first(unread, self.spending.on_unread())

    def health(self) -> tuple[HostHealth, list[RepositoryHealth]]:
        """Say how the host and each repository are read."""
        host = HostHealth(
            title=self._forge.title,
            means=self._forge.means,
            budgets=dict(self._forge.budgets),
            interval_s=self.spending.shown_interval_s,
            wanted_interval_s=self.spending.interval_s,
            errors=tuple(self._standing.troubles(self._lists.errors)),
            well_at=self._standing.fresh_at,
            is_reconciling=self.reconciler.is_running,
            reconciliation=self.reconciler.last,
        )
        return host, with_unfound(self._lists.healths, self._lists.names)

    @property
    def interrupted(self) -> AbstractSet[int]:
        """The host's ids of repositories that something keeps from being read that passes by itself."""
        return self._lists.interrupted

    def doubt_names(self) -> None:
        """Look up what repositories there are with the next poll."""
        for names in self._lists.names:
            names.doubt()

    async def sync_now(self) -> SyncReport:
        """Read all lists, and reviews and checks of the open pulls as far as the limits allow."""
        try:
            return await self._asked.sync()
        except Stopped as error:
            return SyncReport(repositories=0, changed=0, left=0, errors=(str(error),))

    async def idle(self) -> None:
        """Wait until nothing is being read."""
        await self._scope.idle()

    def stop(self) -> None:
        """Break off whatever reads, and let nothing begin any more: somebody else reads from now on."""
        self._scope.stop()

    async def _sync(self) -> SyncReport:
        async with self._scope.entered():
            self._forge.forgive()
            lists = await self._read_lists(at_once=True)
            where = self._where
            allowed = self.spending.on_sync() if self._standing.host.error is None else 0
            outcome = await self._read(first(self._details.everything(where), allowed), within_s=SYNC_FOR_S)
            open_ = sum(card.pull.is_open for card in self._flow.board.cards.values())
            return self._summary(lists, lists.changed | outcome.changed, left=open_ - outcome.read)

    async def _read_lists(self, *, at_once: bool) -> Outcome:
        """Read all that is due, or all ``at_once``; ``read`` counts repositories."""
        changed = set[int]()
        async with self._turn:
            if self._standing.host.is_due or at_once:
                begun_at_s, begun = self._monotonic(), self._lists.begun
                before, is_shared = self._spent_on_lists, self._pulls.is_busy or bool(self._lists.progress)
                await self._poll(changed, at_once=at_once)
                if self._lists.begun > begun:
                    self.spending.expect(self._lists.begun)
                elif not (is_shared or self._pulls.is_busy or self._lists.progress):  # else not a tick's
                    self.spending.learn(before, self._spent_on_lists)
                self._standing.count_poll(begun_at_s, self._lists.errors)
            well = 0 if self._standing.host.error is not None else len(self._where)
        self.spending.earn()
        self._report(changed)
        return Outcome(changed=frozenset(changed), read=well)

    async def _poll(self, changed: set[int], *, at_once: bool) -> None:
        """Read the lists, and feel the pulses of what is open."""
        begun = self._flow.next_read()
        self._flow.release()  # the time that pages may have to wait begins now
        try:
            await self._lists.read(changed, at_once=at_once)
        except STOPPING as error:
            self._standing.host.fail(error)
            return
        finally:
            self._flow.release()
        outcome = await self._details.feel_pulses(self._where, begun=begun)
        if not isinstance(outcome.error, STOPPING):
            self._standing.host.recover()
        self._standing.note(outcome.error, of=self._standing.pulses)

    async def _read(self, spots: Spots, *, within_s: float = math.inf) -> Outcome:
        outcome = await self._details.read(spots, within_s=within_s)
        self._standing.note(outcome.error, of=self._standing.details, is_well=outcome.read > 0)
        self._report(outcome.changed)
        return outcome

    def _summary(self, lists: Outcome, changed: AbstractSet[int], *, left: int) -> SyncReport:
        return SyncReport(
            repositories=lists.read,
            changed=len(changed),
            left=left,
            errors=tuple(self._standing.sentences(self._lists.errors)),
        )

    def _report(self, changed: Collection[int]) -> None:
        """Say how it goes, unless somebody else does now."""
        if not self._scope.is_stopped:
            self._standing.report(
                self._lists.errors,
                is_changed=bool(changed),
                interval_s=self.spending.shown_interval_s,
                progress=self._lists.progress,
            )

    def _advance(self) -> None:
        """Say how far a first read got."""
        if not self._scope.is_stopped:
            self._flow.report(replace(self._flow.board.sync, progress=self._lists.progress))

    @property
    def _spent_on_lists(self) -> Spent:
        """What was spent so far, but for the pulls that lists only named."""
        return self.spending.spent(but_for=self._details.read_for_lists)

    @property
    def _where(self) -> Where:
        return {each.id: each.repository for each in self._lists.well}
