"""Reads single pulls: reviews, checks and sizes of the open ones, the last changed first."""

import asyncio
import logging
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reviewflow.board import Query
from reviewflow.card import Card
from reviewflow.errors import ForgeError, ReviewFlowError
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Forge
from reviewflow.models import Repository
from sync.health import STOPPING

log = logging.getLogger(__name__)

LAST_CHANGED_FIRST = Query()
AT_ONCE = 4
"""Pulls read at the same time; each is some requests, and the client bounds those."""
AFTER_FAILURE_S = 300
"""How long a pull that could not be read is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What reading some pulls came to."""

    changed: frozenset[int] = frozenset()
    read: int = 0
    error: ReviewFlowError | None = None
    """What stopped it; a failure of one pull alone does not."""


class DetailReader:
    """Knows which pulls to read next."""

    def __init__(self, *, forge: Forge, flow: ReviewFlow, monotonic: Callable[[], float]) -> None:
        self._forge = forge
        self._flow = flow
        self._monotonic = monotonic
        self._turn = asyncio.Lock()
        self._read_at: dict[int, float] = {}  # pull → when it was last read, also when nothing was new
        self._failed_at: dict[int, float] = {}

    def due(self) -> list[Card]:
        """List the pulls whose detail is older than what the list says of them."""
        return [card for card in self._open() if card.wants_detail and not self._is_resting(card)]

    def in_turn(self) -> list[Card]:
        """List all open pulls, the longest unread first: reviews and checks move without any trace."""
        cards = [card for card in self._open() if not self._is_resting(card)]
        return sorted(cards, key=lambda card: self._read_at.get(card.key, -math.inf))

    def everything(self) -> list[Card]:
        """List all open pulls, the last changed first."""
        return list(self._open())

    async def read(self, cards: Iterable[Card], repositories: dict[int, Repository]) -> Outcome:
        """Read these pulls, some at once; ``repositories`` maps our ids to where they are."""
        changed, failures, read = set[int](), list[ForgeError](), 0
        stopped: ReviewFlowError | None = None
        queue = iter([card for card in cards if card.repository_id in repositories])

        async def work() -> None:
            nonlocal read, stopped
            for card in queue:
                if stopped is not None:
                    return
                try:
                    changed.update(await self._read_one(card, repositories[card.repository_id]))
                    read += 1
                except STOPPING as error:
                    stopped = error
                except ForgeError as error:
                    self._failed_at[card.key] = self._monotonic()
                    failures.append(error)

        async with self._turn, asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
        if failures:
            log.warning('%d pulls could not be read, the first because of: %s', len(failures), failures[0])
        return Outcome(changed=frozenset(changed), read=read, error=stopped)

    @property
    def is_busy(self) -> bool:
        """Whether pulls are being read."""
        return self._turn.locked()

    async def idle(self) -> None:
        """Wait until nothing is being read."""
        async with self._turn:
            return

    async def _read_one(self, card: Card, repository: Repository) -> set[int]:
        read = self._flow.next_read()
        pull = await self._forge.pull(repository, card.pull.number)
        self._read_at[card.key] = self._monotonic()
        return await self._flow.record(card.repository_id, [pull], read)

    def _open(self) -> Iterable[Card]:
        board = self._flow.board
        return (card for key in board.ranking(LAST_CHANGED_FIRST) if (card := board.cards[key]).pull.is_open)

    def _is_resting(self, card: Card) -> bool:
        return self._monotonic() < self._failed_at.get(card.key, -math.inf) + AFTER_FAILURE_S
