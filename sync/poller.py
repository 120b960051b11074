"""Decides when to read what; knows limits and back-off."""

import asyncio
import math
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from functools import partial

from reviewflow.card import Card
from reviewflow.errors import RateLimited, ReviewFlowError
from reviewflow.flow import Clock, ReviewFlow
from reviewflow.forge import Forge, SyncReport
from reviewflow.models import SyncState, SyncStatus, TrackedRepository
from reviewflow.words import sentence
from sync.budget import Plan, plan
from sync.details import DetailReader, Outcome
from sync.health import STOPPING, Health
from sync.lists import ListReader

BATCH = 20
"""Pulls read in detail before somebody else may have a turn."""
ROTATION_MAX = 10
"""Pulls re-read per tick although nothing points at them."""
MEMORY = 0.3
"""How much the cost of the last tick counts in the expected cost of the next."""


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
        health = partial(Health, forge=forge.title, interval_s=interval_s, monotonic=monotonic, random=random)
        self._lists = [
            ListReader(
                pattern,
                forge=forge,
                flow=flow,
                closed=timedelta(days=closed_days),
                clock=clock,
                monotonic=monotonic,
                health=health,
            )
            for pattern in patterns
        ]
        self._details = DetailReader(forge=forge, flow=flow, monotonic=monotonic)
        self._health = health(forge.title)  # of everything: token, allowance, database
        self._forge = forge
        self._flow = flow
        self._interval_s = interval_s
        self._clock = clock
        self._turn = asyncio.Lock()
        self._tick_cost = float(len(patterns))
        self._rotation = 0.0
        self._fresh_at: datetime | None = None
        self._event_at: datetime | None = None

    @property
    def plan(self) -> Plan:
        """What may be spent now."""
        return plan(interval_s=self._interval_s, budget=self._forge.budget, tick_cost=self._tick_cost)

    def know(self, tracked: Iterable[TrackedRepository]) -> None:
        """Take over what is stored, so that the first poll asks only for changes."""
        for each in tracked:
            for reader in self._lists:
                if reader.pattern == each.pattern:
                    reader.tracked[each.id] = each

    async def tick(self) -> SyncReport:
        """Poll the lists once; afterwards :meth:`read_details` has something to do."""
        changed = await self._read_lists(at_once=False)
        return self._summary(changed, left=len(self._details.due()))

    async def read_details(self) -> None:
        """Read some pulls whose detail is out of date, else some whose turn it is."""
        if self._health.error is not None:
            return  # the next tick finds out whether it is over
        spare = self.plan.spare
        allowed = max(spare // self._cost // 2, 1) if spare >= self._cost else 0
        cards = self._details.due()[: min(allowed, BATCH)]
        if not cards:
            cards = self._details.in_turn()[: int(self._rotation)]
            self._rotation -= int(self._rotation)
        if cards:
            await self._read(cards)

    async def sync_now(self) -> SyncReport:
        """Read all lists, and reviews and checks of the open pulls as far as the limits allow."""
        changed = await self._read_lists(at_once=True)
        cards = self._details.everything()
        allowed = self.plan.spare // self._cost if self._health.error is None else 0
        outcome = await self._read(cards[:allowed])
        return self._summary(changed | outcome.changed, left=len(cards) - outcome.read)

    async def idle(self) -> None:
        """Wait until nothing is being read."""
        async with self._turn:
            await self._details.idle()

    async def _read_lists(self, *, at_once: bool) -> set[int]:
        """Read all that is due, or all ``at_once``; give the keys of the pulls that changed."""
        changed = set[int]()
        async with self._turn:
            if self._health.is_due or at_once:
                spent, begun, is_shared = self._forge.spent, self._begun, self._details.is_busy
                async with asyncio.TaskGroup() as group:
                    polls = [
                        group.create_task(self._poll(reader, changed, at_once=at_once))
                        for reader in self._lists
                    ]
                if all(poll.result() for poll in polls):
                    self._health.recover()
                if not (is_shared or self._details.is_busy):  # else the cost is not the lists' alone
                    self._learn(self._forge.spent - spent, has_begun=self._begun > begun)
        plan = self.plan
        earned = plan.spare * plan.share_of_tick / self._cost
        self._rotation = min(self._rotation + earned, ROTATION_MAX)
        self._report(changed)
        return changed

    async def _poll(self, reader: ListReader, changed: set[int], *, at_once: bool) -> bool:
        """Read the lists of one setting; tell whether nothing is wrong with everything."""
        try:
            async for keys in reader.read(at_once=at_once):
                changed |= keys
        except STOPPING as error:
            self._health.fail(error)
            return False
        return True

    def _learn(self, cost: int, *, has_begun: bool) -> None:
        """Expect of the next tick what the last ones cost; a first read of a repository teaches nothing."""
        if has_begun:
            self._tick_cost = float(self._begun)
        else:
            self._tick_cost += MEMORY * (cost - self._tick_cost)

    async def _read(self, cards: Sequence[Card]) -> Outcome:
        where = {each.id: each.repository for reader in self._lists for each in reader.tracked.values()}
        outcome = await self._details.read(cards, where)
        if outcome.error is not None:
            self._health.fail(outcome.error)
        self._report(outcome.changed)
        return outcome

    def _summary(self, changed: AbstractSet[int], *, left: int) -> SyncReport:
        return SyncReport(
            repositories=sum(reader.well for reader in self._lists),
            changed=len(changed),
            left=left,
            errors=tuple(self._sentences),
        )

    def _report(self, changed: Collection[int]) -> None:
        """Say how it goes; in a quiet tick this is what was said before, and nobody is told."""
        now = self._clock()
        if changed:
            self._event_at = now
        errors = self._errors
        if not errors:
            self._fresh_at = now
        self._flow.report(
            SyncStatus(
                state=state_of(errors),
                forge=self._forge.title,
                interval_s=self._shown_interval_s,
                error=self._sentences[0] if errors else None,
                fresh_at=self._fresh_at if errors else None,
                event_at=self._event_at,
            )
        )

    @property
    def _errors(self) -> list[ReviewFlowError]:
        errors = [error for reader in self._lists for error in reader.errors]
        return errors if self._health.error is None else [self._health.error, *errors]

    @property
    def _sentences(self) -> list[str]:
        return list(dict.fromkeys(sentence(error, self._forge.title) for error in self._errors))

    @property
    def _begun(self) -> int:
        """Number of repositories that were read since the start."""
        return sum(len(reader.opened) for reader in self._lists)

    @property
    def _cost(self) -> int:
        return max(self._forge.requests_per_detail, 1)

    @property
    def _shown_interval_s(self) -> float:
        """Round a stretched interval: it is a little different at every tick."""
        interval_s = self.plan.interval_s
        return interval_s if interval_s == self._interval_s else 10 * math.ceil(interval_s / 10)


def state_of(errors: Collection[ReviewFlowError]) -> SyncState:
    """Sum up what is wrong."""
    if not errors:
        return SyncState.LIVE
    only_limits = all(isinstance(error, RateLimited) for error in errors)
    return SyncState.LIMITED if only_limits else SyncState.FAILING
