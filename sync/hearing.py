"""Reads again what deliveries hint at: at once, each pull once, until the board has it."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from reviewflow.clock import Clock
from reviewflow.delivery import Delivery
from reviewflow.errors import RateLimited, ReviewFlowError
from reviewflow.flow import ReviewFlow
from reviewflow.hooks import Hooks
from reviewflow.models import TrackedRepository
from reviewflow.store.deliveries import WAITING_MAX
from reviewflow.words import sentence
from sync.pulls import Spot
from sync.spots import is_passed, is_wide, newest_of, spots, union

log = logging.getLogger(__name__)

EARLY_AFTER_S = (1, 2, 4)
"""What was read too early is read again after these; the code host answers from copies that lag."""
UNREAD_AFTER_S = (1, 8, 60)
"""What could not be read is tried again after these; whether a repository can be read again, every last."""
POOR_S = 60
"""So long all of it waits when the allowance bears nothing."""
BACK_OFF_S = 1
BACK_OFF_MAX_S = 60
PATIENCE_S = 1
"""How long an end waits for what is being read, before it is broken off."""
PRUNE_EVERY_S = 3600


class Refresher(Protocol):
    """Whoever reads the code host now."""

    @property
    def interrupted(self) -> AbstractSet[int]:
        """The code host's ids of repositories that something keeps from being read that passes by itself."""
        ...

    async def refresh(self, spots: Collection[Spot]) -> None:
        """Read these pulls now, and let the board have them.

        Whoever asks looks at the board then: what cannot be read by itself may be passed over.
        It ends soon once the reading of this code host is stopped.

        Raises:
            ForgeError, StoreError: something is wrong with more than a pull; some may not be read.
        """
        ...

    def doubt_names(self) -> None:
        """Look up again what repositories there are and how they are called, with the next poll."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Of a pull that could not be read, or was read too early."""

    until_s: float
    tries: int


class Hearing:
    """Nothing is lost by an end at any time: what is not handled is taken up at the next start."""

    def __init__(
        self,
        *,
        flow: ReviewFlow,
        hooks: Hooks,
        refresher: Callable[[], Refresher],
        allowed: Callable[[], tuple[int, int]],
        monotonic: Callable[[], float],
        clock: Clock,
        random: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        early_after_s: Sequence[float] = EARLY_AFTER_S,
        unread_after_s: Sequence[float] = UNREAD_AFTER_S,
        back_off_s: float = BACK_OFF_S,
    ) -> None:
        self._flow = flow
        self._hooks = hooks
        self._refresher = refresher
        self._allowed = allowed  # how many that were named, and that have something in common with it
        self._monotonic = monotonic
        self._clock = clock
        self._random = random
        self._sleep = sleep
        self._early_after_s = early_after_s
        self._unread_after_s = unread_after_s
        self._back_off_s = back_off_s
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._resting: dict[Spot, Rest] = {}
        self._seen: dict[str, int] = {}  # deliveries that had a turn and still wait → the read it began with
        self._left: dict[Spot, int] = {}  # what was tried enough → the read of the last turn that tried
        self._failures = 0
        self._prune_at_s = -math.inf
        self._recheck_at_s = math.inf  # whether what is interrupted can be read again

    async def run(self) -> None:
        """Hear until :meth:`close`."""
        async with asyncio.TaskGroup() as group:
            self._task = group.create_task(self._listen())

    async def close(self) -> None:
        """Begin nothing new, and let what is under way come to its end, but not for long."""
        if self._task is None:
            return
        try:
            async with asyncio.timeout(PATIENCE_S), self._turn:
                self._task.cancel()
        except TimeoutError:
            self._task.cancel()
        await asyncio.wait([self._task])

    async def _listen(self) -> None:
        """Go at once when something arrives; what comes meanwhile has the next turn."""
        self._hooks.arrived.set()  # something may have waited for this start
        while True:
            await self._until_wanted()
            self._hooks.arrived.clear()
            pause_s = await self._go_safely()
            if pause_s:
                await self._sleep(pause_s)  # nothing that arrives changes what is wrong
                self._hooks.arrived.set()

    async def _until_wanted(self) -> None:
        due_at_s = min([self._recheck_at_s, *(rest.until_s for rest in self._resting.values())])
        wait_s = None if due_at_s == math.inf else max(due_at_s - self._monotonic(), 0)
        try:
            async with asyncio.timeout(wait_s):
                await self._hooks.arrived.wait()
        except TimeoutError:
            return

    async def _go_safely(self) -> float:
        """Go; give for how long to leave it alone then."""
        try:
            async with self._turn:
                await self._go()
        except ReviewFlowError as error:
            if not self._failures:
                log.warning('what webhooks name waits: %s', sentence(error, self._flow.host.title))
            return self._fail(error)
        except Exception as error:
            log.exception('what webhooks name could not be read')
            return self._fail(error)
        if self._failures:
            log.info('what webhooks name is read again')
        self._failures = 0
        return 0

    def _fail(self, error: Exception) -> float:
        """Wait longer after each failure, and until a limit is over, but look now and then."""
        wait_s = self._back_off_s * 2.0 ** min(self._failures, 20)
        if isinstance(error, RateLimited):
            wait_s = max(wait_s, (error.resets_at - self._clock()).total_seconds())
        self._failures += 1
        return min(wait_s, BACK_OFF_MAX_S) * (0.5 + self._random() / 2)

    async def _go(self) -> None:
        """Read once whatever waits, but for what cannot be read now."""
        await self._prune()
        interrupted = self._refresher().interrupted
        self._recheck_at_s = self._monotonic() + self._unread_after_s[-1] if interrupted else math.inf
        waiting = await self._hooks.waiting(but_of=interrupted)
        if not waiting:
            self._resting.clear()
            return
        wanted = await self._wanted(waiting, await self._flow.shown())
        if any(each.hints is not None and each.hints.names for each in waiting):
            self._refresher().doubt_names()
        await self._hooks.handled([each for each in waiting if each.id not in wanted])
        since, due = self._flow.next_read(), self._due(wanted)
        bearable = self._bearable(due, waiting, wanted)
        if bearable:
            await self._refresh(bearable, wanted, since)
            self._look_at(bearable, newest_of(waiting, wanted, bearable), since)
        dear = due - bearable
        self._seen = {
            id_: self._seen.get(id_, since)
            for id_, named in wanted.items()
            if not (named.isdisjoint(self._resting) and named.isdisjoint(dear))
        }
        if len(self._seen) >= WAITING_MAX and not dear:
            self._seen.clear()  # nobody else would have a turn: they are left to the polls
        await self._hooks.handled([each for each in waiting if each.id in wanted.keys() - self._seen])
        if len(waiting) >= WAITING_MAX or dear:
            self._hooks.arrived.set()  # there is more

    async def _refresh(
        self, due: Collection[Spot], wanted: Mapping[str, AbstractSet[Spot]], since: int
    ) -> None:
        """Read them; when that is broken off, what was read by then needs no other turn."""
        try:
            await self._refresher().refresh(due)
        except ReviewFlowError:
            begun = [id_ for id_, named in wanted.items() if not named.isdisjoint(due)]
            self._seen = dict.fromkeys(begun, since) | self._seen
            raise

    async def _wanted(
        self, waiting: Collection[Delivery], shown: Collection[TrackedRepository]
    ) -> dict[str, AbstractSet[Spot]]:
        """Give the ids of those for which something is to be read → what; nobody rests for the others."""
        board = self._flow.board
        wanted: dict[str, AbstractSet[Spot]] = {}
        named = await spots(waiting, shown, board)
        for each in waiting:
            left = named[each.id]
            if each.id in self._seen:
                left = {spot for spot in left if not self._is_done(each, spot)}
            if each.hints is not None and each.hints.newer_than is not None:
                left = {spot for spot in left if not is_passed(each, spot, board)}
            if left:
                wanted[each.id] = left
        still, any_ = union(wanted.values()), union(named.values())
        self._resting = {spot: rest for spot, rest in self._resting.items() if spot in still}
        self._left = {spot: read for spot, read in self._left.items() if spot in any_}
        return wanted

    def _is_done(self, delivery: Delivery, spot: Spot) -> bool:
        """Tell whether the board has what was read since a delivery had its first turn, or gave up."""
        newest = None if delivery.hints is None else delivery.hints.newer_than
        since = self._seen[delivery.id]
        return self._left.get(spot, -1) >= since or not self._waits_s(spot, newest, since)

    def _due(self, wanted: Mapping[str, AbstractSet[Spot]]) -> set[Spot]:
        """Say what to read now: what a new delivery names, and what has rested."""
        now_s = self._monotonic()
        rests = {spot for spot, rest in self._resting.items() if now_s < rest.until_s}
        new = union(named for id_, named in wanted.items() if id_ not in self._seen)
        return new | (union(wanted.values()) - rests)

    def _bearable(
        self,
        due: AbstractSet[Spot],
        waiting: Collection[Delivery],
        wanted: Mapping[str, AbstractSet[Spot]],
    ) -> AbstractSet[Spot]:
        """Take what the allowance bears now: first what was named, then what only has something in common.

        Raises:
            RateLimited: it bears nothing of it.
        """
        named = due & union(wanted.get(each.id, frozenset()) for each in waiting if not is_wide(each))
        for_named, for_others = self._allowed()
        taken = list(named)[:for_named]
        taken += list(due - named)[: max(min(for_others, for_named) - len(taken), 0)]
        if due and not taken:
            raise RateLimited(self._clock() + timedelta(seconds=POOR_S))
        return set(taken)

    def _look_at(self, due: Collection[Spot], newer_than: Mapping[Spot, datetime], since: int) -> None:
        """Let go of what was read ``since`` and is as new as it has to be, or was tried enough."""
        now_s = self._monotonic()
        for spot in due:
            rest = self._resting.get(spot, Rest(until_s=-math.inf, tries=0))
            waits_s = self._waits_s(spot, newer_than.get(spot), since)
            if waits_s and now_s < rest.until_s:
                continue  # it was named once more meanwhile: that was no try of its own
            if rest.tries < len(waits_s):
                until_s = now_s + waits_s[rest.tries]
                self._resting[spot] = Rest(until_s=until_s, tries=rest.tries + 1)
            else:
                self._resting.pop(spot, None)
                if waits_s:
                    self._left[spot] = since

    def _waits_s(self, spot: Spot, newest: datetime | None, since: int) -> Sequence[float]:
        """Say how long a pull rests after each of its tries; not at all when it is read."""
        card = self._flow.board.find(*spot)
        if card is None or card.detail_read < since:  # a list may have named it since, and says less
            return self._unread_after_s
        is_early = newest is not None and card.pull.updated_at < newest
        return self._early_after_s if is_early else ()

    async def _prune(self) -> None:
        now_s = self._monotonic()
        if now_s >= self._prune_at_s:
            await self._hooks.prune()
            self._prune_at_s = now_s + PRUNE_EVERY_S
