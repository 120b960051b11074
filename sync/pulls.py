"""Reads single pulls, many at once, and takes over what they say; knows which are better left alone."""

import asyncio
import logging
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reviewflow.errors import (
    ForgeError,
    ForgeUnavailable,
    NotAsked,
    ReviewFlowError,
)
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Forge, Place
from reviewflow.models import PullRequest
from reviewflow.words import counted
from sync.batch import Batch
from sync.health import STOPPING, is_missing
from sync.names import GONE_AFTER_S
from sync.rests import Rests

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Requests that are under way at the same time; by REST each is some more, and the client bounds those."""
FIRST_REST_S = 2
"""How long a pull is left alone that says it is older than we know; doubled each time."""
LONGEST_REST_S = 300
AFTER_FAILURE_S = 30
"""How long one that could not be read is left alone, so that others have their turn.

Doubled likewise where each costs requests of its own, unless the trouble is not with this one.
"""
IN_A_ROW = 5
"""Failures after which the trouble is not with the pulls."""
SLACK = 1000
"""So many pulls that are gone may be remembered."""

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
    stopped: ReviewFlowError | None = None
    """What is wrong with more than these pulls, and ended it; that some pulls failed is no such thing."""
    error: ReviewFlowError | None = None
    """That, or why nothing came of several; those that failed the last time say nothing new."""


@dataclass(slots=True)
class Tally:
    """How it went so far."""

    changed: set[int] = field(default_factory=set)
    read: int = 0
    failures: list[ForgeError] = field(default_factory=list)
    failed: list[Spot] = field(default_factory=list)
    """Those of them that are on the board."""
    is_news: bool = False
    """Whether one failed that did not fail before."""
    in_a_row: int = 0
    stopped: ReviewFlowError | None = None

    def take(self, changed: set[int], read: int) -> None:
        """Note pulls that were read."""
        self.changed |= changed
        self.read += read

    def fail(self, error: ForgeError, *, is_news: bool) -> None:
        """Note one that could not be read."""
        self.failures.append(error)
        if isinstance(error, NotAsked):  # the code host is left alone: that is no news, nor about this pull
            self.in_a_row += IN_A_ROW
            return
        self.is_news = self.is_news or is_news
        self.in_a_row += isinstance(error, ForgeUnavailable)

    def end_part(self, read_before: int) -> None:
        """Stop where nothing at all came of some: the trouble is not with the pulls."""
        if self.read > read_before:
            self.in_a_row = 0
        elif self.in_a_row >= IN_A_ROW and self.stopped is None:
            self.stopped = self.failures[-1]

    @property
    def outcome(self) -> Outcome:
        """Sum it up."""
        is_general = len(self.failures) > 1 and not self.read and self.is_news
        error = self.stopped or (self.failures[0] if is_general else None)
        return Outcome(changed=frozenset(self.changed), read=self.read, stopped=self.stopped, error=error)


class PullReader:
    """Everything that reads single pulls goes through here."""

    def __init__(
        self,
        *,
        forge: Forge,
        flow: ReviewFlow,
        monotonic: Callable[[], float],
    ) -> None:
        self.relist: Callable[[int], None]
        """Takes a repository whose open pulls are to be listed again; set by whoever wires the two."""
        self.tried_at: dict[Spot, float] = {}
        """When each was last asked for, also when that failed."""
        self.read_at: dict[Spot, float] = {}
        """When each was last read."""
        self.suspects: set[Spot] = set()
        """Those that we hold open, but the list of their repository has others."""
        self._forge = forge
        self._flow = flow
        self._monotonic = monotonic
        self._rests = Rests[Spot](monotonic)
        self._failing: set[Spot] = set()  # those that could not be read the last time
        self._missing_since: dict[Spot, float] = {}
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
        return self._rests.is_on(spot)

    def has_rested(self, spot: Spot) -> bool:
        """Tell whether it had to be left alone since it was last read well."""
        return spot in self._rests

    def rest(self, spot: Spot, first_s: float = FIRST_REST_S, longest_s: float = LONGEST_REST_S) -> None:
        """Leave it alone, for twice as long as the last time."""
        self._rests.begin(spot, first_s, longest_s)

    async def read(
        self, spots: Spots, *, is_urgent: bool = False, is_held: bool = False, within_s: float = math.inf
    ) -> Outcome:
        """Read these pulls; what is ``urgent`` does not queue behind the rest.

        ``within_s``: no further portion is begun after so many seconds.
        ``is_held``: see :meth:`reviewflow.flow.ReviewFlow.record`.
        """
        tally, until_s = Tally(), self._monotonic() + within_s
        waiting = sorted(
            spots.items(), key=lambda one: one[0] in self._failing
        )  # these cannot hold up others
        batch = self._urgent if is_urgent else self._batch
        self._under_way += 1
        self._idle.clear()
        try:
            while waiting and tally.stopped is None and self._monotonic() < until_s:
                part = waiting[: AT_ONCE * self._forge.pulls_at_once]
                del waiting[: len(part)]
                answers, before = await batch.ask(*(place for _, place in part)), tally.read
                await self._take(dict(part), answers, tally, is_held=is_held)
                tally.end_part(before)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._tidy()
                self._idle.set()
        self._leave(tally)
        return tally.outcome

    def _tidy(self) -> None:
        """Forget what is not on the board any more, once that is much."""
        board = self._flow.board
        if len(self.tried_at) > len(board.cards) + SLACK:
            for times in (self.tried_at, self.read_at, self._rests, self._missing_since):
                for spot in [spot for spot in times if board.find(*spot) is None]:
                    del times[spot]
            self._failing &= self._rests.keys()

    def _leave(self, tally: Tally) -> None:
        """Let those that could not be read rest, and say so once."""
        is_general = tally.outcome.error is not None
        for spot in tally.failed:
            self._rest_after_failure(spot, is_general=is_general)
        if failures := tally.failures:
            level = logging.WARNING if tally.is_news and tally.stopped is None else logging.DEBUG
            log.log(level, '%s could not be read: %s', counted(len(failures), 'pull'), failures[0])

    def _rest_after_failure(self, spot: Spot, *, is_general: bool) -> None:
        self._failing.add(spot)
        is_dear = self._forge.cost_per_pull >= 1
        self.rest(spot, AFTER_FAILURE_S, LONGEST_REST_S if is_dear and not is_general else AFTER_FAILURE_S)

    async def _load(self, places: Sequence[Place]) -> list[Answer]:
        read = self._flow.next_read()
        return [(read, pull) for pull in await self._forge.pulls(places)]

    async def _take(
        self, spots: Spots, answers: Iterable[Answer | ReviewFlowError], tally: Tally, *, is_held: bool
    ) -> None:
        """Take over what came; one transaction for each repository and request."""
        found = defaultdict[tuple[int, int], list[PullRequest]](list)
        failed = dict[Spot, ReviewFlowError]()
        for spot, answer in zip(spots, answers, strict=True):
            self.tried_at[spot] = self._monotonic()
            read, result = (0, answer) if isinstance(answer, ReviewFlowError) else answer
            if isinstance(result, PullRequest):
                found[spot[0], read].append(result)
            else:
                failed[spot] = result
        try:
            for (repository_id, read), pulls in found.items():
                changed = await self._flow.record(repository_id, pulls, read, is_held=is_held)
                tally.take(changed, len(pulls))
                for pull in pulls:
                    self._settle((repository_id, pull.number), pull)
            for spot, error in failed.items():
                await self._fail(spot, error, tally)
        except STOPPING as error:
            tally.stopped = error

    async def _fail(self, spot: Spot, error: ReviewFlowError, tally: Tally) -> None:
        if isinstance(error, STOPPING):
            tally.stopped = error
            return
        is_gone = is_missing(error)
        if self._flow.board.find(*spot) is not None and not isinstance(error, NotAsked):
            if is_gone:
                await self._miss(spot)
            else:
                tally.failed.append(spot)
        if not is_gone and isinstance(error, ForgeError):
            tally.fail(error, is_news=spot not in self._failing)
            self._failing.add(spot)

    def _settle(self, spot: Spot, pull: PullRequest) -> None:
        """Note that a pull was read."""
        self.read_at[spot] = self._monotonic()
        self.suspects.discard(spot)
        self._missing_since.pop(spot, None)
        if spot in self._failing:  # how long that went on says nothing of how long answers may differ
            self._failing.discard(spot)
            self._rests.pop(spot, None)
        card = self._flow.board.find(*spot)
        if card is not None and card.wants_detail and card.pull.updated_at >= pull.updated_at:
            self.rest(spot)  # another one says otherwise, or may yet: asking at once would not help
        else:
            self._rests.pop(spot, None)

    async def _miss(self, spot: Spot) -> None:
        """Take a pull off the board when it is missing for long, also from a list read since."""
        now = self._monotonic()
        self._rest_after_failure(spot, is_general=False)
        since_s = self._missing_since.get(spot)
        if since_s is not None and now - since_s < GONE_AFTER_S:
            return
        if since_s is not None and spot in self.suspects:
            card = self._flow.board.find(*spot)
            if card is not None:
                await self._flow.forget(card)
            self.suspects.discard(spot)
            del self._missing_since[spot]
        else:  # or the list that was read since came from an old copy
            self.suspects.discard(spot)  # only a list that is read from now on says that it is gone
            self._missing_since[spot] = now
            self.relist(spot[0])
