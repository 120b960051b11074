"""Reads single pulls, many at once, and takes over what they say; knows which are better left alone."""

import asyncio
import logging
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reviewflow.errors import ForgeError, ForgeUnavailable, Reason, RepositoryUnavailable, ReviewFlowError
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Forge, Place
from reviewflow.models import PullRequest
from sync.batch import Batch
from sync.health import STOPPING
from sync.names import GONE_AFTER_S

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Requests that are under way at the same time; by REST each is some more, and the client bounds those."""
AFTER_FAILURE_S = 300
"""How long a pull that could not be read is left alone."""
FIRST_REST_S = 2
"""How long one is left alone that says it is older than we know; doubled each time."""
IN_A_ROW = 5
"""Failures after which the trouble is not with the pulls."""
TRIES = 10
"""How often one is asked for that was named, but is not there."""

Spot = tuple[int, int]
"""Our id of a repository, and the number of a pull in it."""
Spots = Mapping[Spot, Place]
Answer = tuple[int, PullRequest | ForgeError]
"""What came of a pull, with the number of the read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What reading some pulls came to."""

    changed: frozenset[int] = frozenset()
    read: int = 0
    error: ReviewFlowError | None = None
    """What stopped it, or why nothing came of it; a failure of one pull among others is none."""


@dataclass(slots=True)
class Tally:
    """How it went so far."""

    changed: set[int] = field(default_factory=set)
    read: int = 0
    failures: list[ForgeError] = field(default_factory=list)
    failed: list[Spot] = field(default_factory=list)
    """Those of them that are on the board."""
    in_a_row: int = 0
    stopped: ReviewFlowError | None = None

    def take(self, changed: set[int], read: int) -> None:
        """Note pulls that were read."""
        self.changed |= changed
        self.read, self.in_a_row = self.read + read, 0

    def fail(self, error: ForgeError) -> None:
        """Note one that could not be read."""
        self.failures.append(error)
        self.in_a_row += isinstance(error, ForgeUnavailable)
        if self.in_a_row >= IN_A_ROW:
            self.stopped = error

    @property
    def outcome(self) -> Outcome:
        """Sum it up."""
        is_general = len(self.failures) > 1 and not self.read
        error = self.stopped or (self.failures[0] if is_general else None)
        return Outcome(changed=frozenset(self.changed), read=self.read, error=error)


class PullReader:
    """Everything that reads single pulls goes through here."""

    def __init__(
        self,
        *,
        forge: Forge,
        flow: ReviewFlow,
        monotonic: Callable[[], float],
        relist: Callable[[int], None],
    ) -> None:
        self.tried_at: dict[Spot, float] = {}
        """When each was last asked for, also when that failed."""
        self.read_at: dict[Spot, float] = {}
        """When each was last read."""
        self.wanted: dict[Spot, Place] = {}
        """Those that were named, are not on the board, and could not be read yet."""
        self.suspects: set[Spot] = set()
        """Those that we hold open, but the list of their repository has others."""
        self._forge = forge
        self._flow = flow
        self._monotonic = monotonic
        self._relist = relist  # takes a repository whose open pulls are to be listed again
        self._rests: dict[Spot, tuple[float, float]] = {}  # → until when, and for how long that is
        self._missing_since: dict[Spot, float] = {}
        self._tries: dict[Spot, int] = {}
        self._batch, self._urgent = (
            Batch(self._load, size=lambda: forge.pulls_at_once, at_once=AT_ONCE) for _ in range(2)
        )
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def is_busy(self) -> bool:
        """Whether pulls are being read."""
        return self._under_way > 0

    async def idle(self) -> None:
        """Wait until nothing is being read."""
        await self._idle.wait()

    def is_resting(self, spot: Spot) -> bool:
        """Tell whether it is to be left alone for now."""
        until_s, _ = self._rests.get(spot, (-math.inf, 0))
        return self._monotonic() < until_s

    def rest(self, spot: Spot, wait_s: float | None = None) -> None:
        """Leave it alone, for twice as long as the last time unless told."""
        if wait_s is None:
            _, before_s = self._rests.get(spot, (0, 0))
            wait_s = min(2 * before_s, AFTER_FAILURE_S) or FIRST_REST_S
        self._rests[spot] = self._monotonic() + wait_s, wait_s

    async def read(self, spots: Spots, *, is_urgent: bool = False, is_held: bool = False) -> Outcome:
        """Read these pulls; what is ``urgent`` does not queue behind the rest.

        ``is_held``: see :meth:`reviewflow.flow.ReviewFlow.record`.
        """
        tally, waiting = Tally(), list(spots.items())
        batch = self._urgent if is_urgent else self._batch
        self._under_way += 1
        self._idle.clear()
        try:
            while waiting and tally.stopped is None:
                part = waiting[: AT_ONCE * self._forge.pulls_at_once]
                del waiting[: len(part)]
                answers = await batch.ask(*(place for _, place in part))
                await self._take(dict(part), answers, tally, is_held=is_held)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
        if tally.outcome.error is None:  # else the trouble is not with these
            for spot in tally.failed:
                self.rest(spot, AFTER_FAILURE_S)
        if failures := tally.failures:
            log.warning('%d pulls could not be read, the first because of: %s', len(failures), failures[0])
        return tally.outcome

    async def _load(self, places: Sequence[Place]) -> list[Answer]:
        read = self._flow.next_read()
        return [(read, pull) for pull in await self._forge.pulls(places)]

    async def _take(
        self, spots: Spots, answers: Iterable[Answer | ReviewFlowError], tally: Tally, *, is_held: bool
    ) -> None:
        """Take over what came; one transaction for each repository and request."""
        found = defaultdict[tuple[int, int], list[PullRequest]](list)
        for (spot, place), answer in zip(spots.items(), answers, strict=True):
            self.tried_at[spot] = self._monotonic()
            read, result = (0, answer) if isinstance(answer, ReviewFlowError) else answer
            if isinstance(result, PullRequest):
                found[spot[0], read].append(result)
            elif isinstance(result, STOPPING):
                tally.stopped = result
            else:
                await self._fail(spot, place, result, tally)
        try:
            for (repository_id, read), pulls in found.items():
                changed = await self._flow.record(repository_id, pulls, read, is_held=is_held)
                tally.take(changed, len(pulls))
                for pull in pulls:
                    self._settle((repository_id, pull.number), pull)
        except STOPPING as error:
            tally.stopped = error

    async def _fail(self, spot: Spot, place: Place, error: ReviewFlowError, tally: Tally) -> None:
        is_missing = isinstance(error, RepositoryUnavailable) and error.reason is Reason.MISSING
        if self._flow.board.find(*spot) is None:
            self._want(spot, place)
        elif is_missing:
            await self._miss(spot)
        else:
            tally.failed.append(spot)
        if not is_missing and isinstance(error, ForgeError):
            tally.fail(error)

    def _settle(self, spot: Spot, pull: PullRequest) -> None:
        """Note that a pull was read."""
        self.read_at[spot] = self._monotonic()
        self.suspects.discard(spot)
        for notes in (self._missing_since, self.wanted, self._tries):
            notes.pop(spot, None)
        card = self._flow.board.find(*spot)
        if card is not None and card.wants_detail and card.pull.updated_at >= pull.updated_at:
            self.rest(spot)  # another one says otherwise, or may yet: asking at once would not help
        else:
            self._rests.pop(spot, None)

    def _want(self, spot: Spot, place: Place) -> None:
        """Ask again for one that was named and is not there, but not for ever."""
        self._tries[spot] = self._tries.get(spot, 0) + 1
        if self._tries[spot] < TRIES:
            self.wanted[spot] = place
            self.rest(spot)
        else:
            self.wanted.pop(spot, None)
            self._rests.pop(spot, None)
            del self._tries[spot]

    async def _miss(self, spot: Spot) -> None:
        """Take a pull off the board when it is missing for long, also from a list read since."""
        now = self._monotonic()
        self.rest(spot, AFTER_FAILURE_S)
        if spot not in self._missing_since:
            self._missing_since[spot] = now
            self._relist(spot[0])
        elif spot in self.suspects and now - self._missing_since[spot] >= GONE_AFTER_S:
            card = self._flow.board.find(*spot)
            if card is not None:
                await self._flow.forget(card)
            self.suspects.discard(spot)
            del self._missing_since[spot]
