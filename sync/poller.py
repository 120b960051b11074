"""Decides when to read what; knows limits and back-off."""

import asyncio
import logging
import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reviewflow.card import Card
from reviewflow.errors import BadCredentials, ForgeError, RateLimited, StoreError
from reviewflow.flow import Clock, ReviewFlow
from reviewflow.forge import Forge, SyncReport
from reviewflow.models import SyncState, SyncStatus, TrackedRepository
from reviewflow.words import sentence
from sync.budget import Plan, plan
from sync.details import DetailReader, Outcome
from sync.lists import ListReader

log = logging.getLogger(__name__)

BACK_OFF_MAX_S = 300
BATCH = 20
"""Pulls read in detail before somebody else may have a turn."""
ROTATION_MAX = 10
"""Pulls re-read per tick although nothing points at them."""
MEMORY = 0.3
"""How much the cost of the last tick counts in the expected cost of the next."""


@dataclass(slots=True, kw_only=True)
class Health:
    """How the reading of one setting goes."""

    failures: int = 0
    wait_until: float = -math.inf
    error: ForgeError | None = None


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
        closed = timedelta(days=closed_days)
        self._lists = [
            ListReader(pattern, forge=forge, flow=flow, closed=closed, clock=clock, monotonic=monotonic)
            for pattern in patterns
        ]
        self._health = {reader.pattern: Health() for reader in self._lists}
        self._details = DetailReader(forge=forge, flow=flow, monotonic=monotonic)
        self._forge = forge
        self._flow = flow
        self._interval_s = interval_s
        self._clock = clock
        self._monotonic = monotonic
        self._random = random
        self._turn = asyncio.Lock()
        self._tick_cost = float(len(patterns))
        self._rotation = 0
        self._fresh_at: datetime | None = None
        self._event_at: datetime | None = None
        self._stopped_by: ForgeError | None = None

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
        async with self._turn:
            spent, now = self._forge.spent, self._monotonic()
            due = [reader for reader in self._lists if self._health[reader.pattern].wait_until <= now]
            async with asyncio.TaskGroup() as group:
                polls = [group.create_task(self._poll(reader)) for reader in due]
            self._tick_cost += MEMORY * (self._forge.spent - spent - self._tick_cost)
        changed = set[int]().union(*(poll.result() for poll in polls))
        plan = self.plan
        self._rotation = min(ROTATION_MAX, int(plan.spare * plan.share_of_tick) // self._cost)
        self._report(changed)
        return SyncReport(
            repositories=sum(
                len(reader.tracked) for reader in due if self._health[reader.pattern].error is None
            ),
            changed=len(changed),
            left=len(self._details.due()),
            errors=tuple(sentence(error, self._forge.title) for error in self._errors()),
        )

    async def read_details(self) -> None:
        """Read some pulls whose detail is out of date, else some whose turn it is."""
        plan = self.plan
        allowed = max(plan.spare // self._cost // 2, 1) if plan.spare >= self._cost else 0
        cards = self._details.due()[: min(allowed, BATCH)]
        if not cards:
            cards = self._details.in_turn()[: self._rotation]
            self._rotation = 0
        if cards:
            await self._read(cards)

    async def sync_now(self) -> SyncReport:
        """Read all lists, and reviews and checks of the open pulls as far as the limits allow."""
        report = await self.tick()
        cards = self._details.everything()
        outcome = await self._read(cards[: self.plan.spare // self._cost])
        return replace(report, changed=report.changed + len(outcome.changed), left=len(cards) - outcome.read)

    def _is_well(self, reader: ListReader) -> bool:
        return self._health[reader.pattern].error is None

    async def idle(self) -> None:
        """Wait until nothing is being read."""
        async with self._turn:
            await self._details.idle()

    async def _poll(self, reader: ListReader) -> set[int]:
        """Read the lists of one setting; what goes wrong stays with it."""
        try:
            changed = await reader.read()
        except ForgeError as error:
            self._note_failure(reader.pattern, error)
            return set()
        except StoreError as error:
            log.error('what was read could not be stored: %s', error)  # noqa: TRY400  # its cause is said in a line
            return set()
        if self._health[reader.pattern].error is not None:
            log.info('%s can be read again', reader.pattern)
        self._health[reader.pattern] = Health()
        return changed

    def _note_failure(self, pattern: str, error: ForgeError) -> None:
        """Wait longer after each failure; a limit is waited for by whoever sends the requests."""
        health = self._health[pattern]
        if health.error is None:
            log.warning('%s: %s', pattern, sentence(error, self._forge.title))
        health.error = error
        if isinstance(error, RateLimited):
            return
        wait_s = self._interval_s * 2.0 ** min(health.failures, 20)
        health.failures += 1
        if isinstance(error, BadCredentials):
            wait_s = BACK_OFF_MAX_S  # asking again with a revoked token only looks like an attack
        jitter = 0.5 + self._random() / 2
        health.wait_until = self._monotonic() + min(wait_s, BACK_OFF_MAX_S) * jitter

    async def _read(self, cards: Iterable[Card]) -> Outcome:
        where = {each.id: each.repository for reader in self._lists for each in reader.tracked.values()}
        outcome = await self._details.read(cards, where)
        self._stopped_by = outcome.error
        self._report(outcome.changed)
        return outcome

    def _errors(self) -> list[ForgeError]:
        errors = [health.error for health in self._health.values()] + [self._stopped_by]
        return [error for error in errors if error is not None]

    def _report(self, changed: Collection[int]) -> None:
        """Say how it goes; in a quiet tick this is what was said before, and nobody is told."""
        now = self._clock()
        if changed:
            self._event_at = now
        errors = self._errors()
        if not errors:
            self._fresh_at = now
        self._flow.report(
            SyncStatus(
                state=state_of(errors),
                forge=self._forge.title,
                interval_s=self._shown_interval_s,
                error=sentence(errors[0], self._forge.title) if errors else None,
                fresh_at=self._fresh_at if errors else None,
                event_at=self._event_at,
            )
        )

    @property
    def _cost(self) -> int:
        return max(self._forge.requests_per_detail, 1)

    @property
    def _shown_interval_s(self) -> float:
        """Round a stretched interval: it is a little different at every tick."""
        interval_s = self.plan.interval_s
        return interval_s if interval_s == self._interval_s else 10 * math.ceil(interval_s / 10)


def state_of(errors: Collection[ForgeError]) -> SyncState:
    """Sum up what is wrong."""
    if not errors:
        return SyncState.LIVE
    only_limits = all(isinstance(error, RateLimited) for error in errors)
    return SyncState.LIMITED if only_limits else SyncState.FAILING
