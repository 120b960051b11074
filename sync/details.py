"""Reads single pulls: reviews, checks and sizes of the open ones, the last changed first."""

import asyncio
import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from reviewflow.board import Query
from reviewflow.card import Card
from reviewflow.errors import ForgeError, ForgeUnavailable, Reason, RepositoryUnavailable, ReviewFlowError
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Forge
from reviewflow.models import Repository
from sync.health import STOPPING, forge_error
from sync.names import GONE_AFTER_S

log = logging.getLogger(__name__)

LAST_CHANGED_FIRST = Query()
AT_ONCE = 4
"""Pulls read at the same time; each is some requests, and the client bounds those."""
AFTER_FAILURE_S = 300
"""How long a pull that could not be read is left alone."""
IN_A_ROW = 5
"""Failures after which the trouble is not with the pulls."""

Where = Mapping[int, Repository]
"""Our ids of the repositories that can be read at present → where they are."""


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
    in_a_row: int = 0
    stopped: ReviewFlowError | None = None

    def take(self, changed: set[int] | None) -> None:
        """Note a pull that was read, or None for one that is not there."""
        if changed is not None:
            self.changed |= changed
            self.read, self.in_a_row = self.read + 1, 0

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


class DetailReader:
    """Knows which pulls to read next."""

    def __init__(
        self,
        *,
        forge: Forge,
        flow: ReviewFlow,
        monotonic: Callable[[], float],
        relist: Callable[[int], None],
    ) -> None:
        self._forge = forge
        self._relist = relist  # takes a repository whose open pulls are to be listed again
        self._flow = flow
        self._monotonic = monotonic
        self._turn = asyncio.Lock()
        self._tried_at: dict[int, float] = {}  # pull → when it was last asked for, also when that failed
        self._failed_at: dict[int, float] = {}
        self._missing_since: dict[int, float] = {}
        self._suspects: set[int] = set()

    def suspect(self, repository_id: int, keys: Iterable[int]) -> None:
        """Ask for these pulls by themselves: we hold them open, but the list of the repository has others."""
        self._suspects -= {card.key for card in self._flow.board.cards_of(repository_id)}
        self._suspects.update(keys)

    def due(self, where: Where) -> tuple[list[Card], list[Card]]:
        """List the pulls that moved since they were read; and those never read, or maybe closed since."""
        changed, unread, doubtful = list[Card](), list[Card](), list[Card]()
        for card in self._due(where):
            if card.pull.detail is None:
                unread.append(card)
            else:
                (changed if card.wants_detail else doubtful).append(card)
        return changed, unread + doubtful

    def in_turn(self, where: Where) -> list[Card]:
        """List all open pulls, the longest unread first: reviews and checks move without any trace."""
        cards = [card for card in self._open(where) if not self._is_resting(card)]
        return sorted(cards, key=lambda card: self._tried_at.get(card.key, -math.inf))

    def everything(self, where: Where) -> list[Card]:
        """List all open pulls, the last changed first."""
        return list(self._open(where))

    async def read(self, cards: Iterable[Card], where: Where) -> Outcome:
        """Read these pulls, some at once."""
        tally, queue = Tally(), iter(list(cards))

        async def work() -> None:
            for card in queue:
                if tally.stopped is not None:
                    return
                try:
                    tally.take(await self._read_one(card, where[card.repository_id]))
                except STOPPING as error:
                    tally.stopped = error
                except Exception as error:  # noqa: BLE001  # see forge_error
                    self._failed_at[card.key] = self._monotonic()
                    tally.fail(forge_error(error, card.pull.repository))

        async with self._turn, asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
        if failures := tally.failures:
            log.warning('%d pulls could not be read, the first because of: %s', len(failures), failures[0])
        return tally.outcome

    @property
    def is_busy(self) -> bool:
        """Whether pulls are being read."""
        return self._turn.locked()

    async def idle(self) -> None:
        """Wait until nothing is being read."""
        async with self._turn:
            return

    async def _read_one(self, card: Card, repository: Repository) -> set[int] | None:
        """Read a pull; give the keys that changed, or None when it is not there."""
        read = self._flow.next_read()
        try:
            pull = await self._forge.pull(repository, card.pull.number)
        except RepositoryUnavailable as error:
            if error.reason is not Reason.MISSING:
                raise
            await self._miss(card)  # the pull, since its repository can be read
            return None
        finally:
            self._tried_at[card.key] = self._monotonic()
        self._suspects.discard(card.key)
        self._missing_since.pop(card.key, None)
        changed = await self._flow.record(card.repository_id, [pull], read)
        now = self._flow.board.cards.get(card.key)
        if now is not None and now.wants_detail and now.pull.updated_at == card.pull.updated_at:
            self._failed_at[card.key] = self._monotonic()  # the list says otherwise: asking on would not help
        return changed

    async def _miss(self, card: Card) -> None:
        """Take a pull off the board when it is missing for long, also from a list read since."""
        now = self._monotonic()
        self._failed_at[card.key] = now
        if card.key not in self._missing_since:
            self._missing_since[card.key] = now
            self._relist(card.repository_id)
        elif card.key in self._suspects and now - self._missing_since[card.key] >= GONE_AFTER_S:
            await self._flow.forget(card)
            self._suspects.discard(card.key)
            del self._missing_since[card.key]

    def _due(self, where: Where) -> Iterable[Card]:
        return (
            card
            for card in self._readable(where)
            if (card.wants_detail or (card.pull.is_open and card.key in self._suspects))
            and not self._is_resting(card)
        )

    def _open(self, where: Where) -> Iterable[Card]:
        return (card for card in self._readable(where) if card.pull.is_open)

    def _readable(self, where: Where) -> Iterable[Card]:
        board = self._flow.board
        cards = (board.cards[key] for key in board.ranking(LAST_CHANGED_FIRST))
        return (card for card in cards if card.repository_id in where)

    def _is_resting(self, card: Card) -> bool:
        return self._monotonic() < self._failed_at.get(card.key, -math.inf) + AFTER_FAILURE_S
