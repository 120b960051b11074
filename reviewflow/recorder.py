"""Takes over what was read: into the store, and onto the board in the same breath."""

import asyncio
import math
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reviewflow.board import Board
from reviewflow.card import Card, first_seen
from reviewflow.clock import Clock, utc_now
from reviewflow.freshness import Freshness
from reviewflow.models import PullRequest, Repository, TrackedRepository
from reviewflow.store.store import Store
from reviewflow.unbroken import to_its_end

HOLD_S = 2
"""How long pages wait for the rest of many changes, to be told of all at once."""


class Recorder:
    """Knows which repositories are shown, and numbers what is read of them."""

    def __init__(
        self,
        *,
        store: Store,
        board: Board,
        forge: str,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Clock = utc_now,
    ) -> None:
        self.board = board
        self.freshness = Freshness(clock, monotonic=monotonic)
        self._store = store
        self._forge = forge
        self._monotonic = monotonic
        self._released_at_s = -math.inf
        self._lock = asyncio.Lock()
        self._last_read = 0
        self._shown: dict[int, str] = {}  # repositories whose stored pulls are on the board → their name
        self._read: set[int] = set()  # repositories that were read whole: what comes now is news

    async def hydrate(
        self, patterns: Collection[str], *, forge: str | None = None, anew: bool = False
    ) -> list[TrackedRepository]:
        """Show what is stored of these repositories, and nothing else; of another ``forge`` from now on.

        ``anew``: what is stored is removed first.
        What is of another code host leaves the board first, whatever happens then: they are never mixed.
        Nobody may read for this board meanwhile.
        """
        async with self._lock:
            if forge not in {None, self._forge}:
                self._forge, self._shown = forge or '', {}
                self.board.remove(self.board.cards)
            if anew:
                self._shown = {}
                self.board.remove(self.board.cards)
                await self._store.clear(self._forge)
            self._last_read = max(self._last_read, await self._store.highest_read())
            stored = await self._store.repositories(self._forge)
            tracked = [each for each in stored if any(map(each.is_meant_by, patterns))]
            await self._show(tracked)
            self._shown = {each.id: each.repository.name for each in tracked}
            self._read &= self._shown.keys()
            cards = self.board.cards.values()
            self.board.remove([card.key for card in cards if card.repository_id not in self._shown])
            self.board.is_hydrated = True
        return tracked

    async def shown(self) -> list[TrackedRepository]:
        """List the repositories whose pulls are on the board."""
        return [each for each in await self._store.repositories(self._forge) if each.id in self._shown]

    async def takes_writes(self) -> bool:
        """Tell whether something can be stored."""
        return await self._store.takes_writes()

    def next_read(self) -> int:
        """Number a read; take it when the request is sent. A counter, never a clock."""
        self._last_read += 1
        return self._last_read

    async def track(self, pattern: str, repository: Repository) -> TrackedRepository:
        """Keep a repository that the settings name; one that was renamed keeps its pulls."""
        async with self._lock:
            key = await self._store.track(self._forge, pattern, repository)
            renamed = [
                replace(card, pull=replace(card.pull, repository=repository.name))
                for card in self.board.cards.values()
                if card.repository_id == key and card.pull.repository != repository.name
            ]
            self.board.put(renamed)
            found = next(each for each in await self._store.repositories(self._forge) if each.id == key)
            await self._show([found])
            self._shown[key] = repository.name
        return found

    async def drop(self, tracked: TrackedRepository) -> None:
        """Take a repository off the board that is not to be had any more; it stays stored."""
        async with self._lock:
            await self._store.untrack(tracked.id)
            self._shown.pop(tracked.id, None)
            self._read.discard(tracked.id)
            self.board.remove([card.key for card in self.board.cards_of(tracked.id)])

    async def record(
        self, repository_id: int, pulls: Collection[PullRequest], read: int, *, is_held: bool = False
    ) -> set[int]:
        """Take over what a read said; give the keys of the pulls that are not what they were.

        ``is_held`` when much more of it follows: pages are told of all at :meth:`release`, or after a while.
        """
        async with self._lock:
            return await to_its_end(self._record(repository_id, pulls, read, is_held))

    async def owe(self, keys: Mapping[int, datetime]) -> None:
        """Keep that lists say more of these pulls than we could read: they changed at these times."""
        async with self._lock:
            cards = [self.board.cards[key].owing(at) for key, at in keys.items() if key in self.board.cards]
            if cards:
                await to_its_end(self._save_quietly(cards))

    def release(self) -> None:
        """Tell pages at once of all that was held."""
        self._released_at_s = self._monotonic()
        self.board.release()

    async def description(self, card: Card) -> str:
        """Read what the author of a pull wrote."""
        return await self._store.description(card.key)

    async def reached(self, tracked: TrackedRepository) -> None:
        """Keep how far a repository was read, once that is recorded; after its end, all is news."""
        await self._store.reached(tracked)
        if not tracked.unread:
            self._read.add(tracked.id)

    async def forget(self, card: Card) -> None:
        """Take a pull off the board that the code host no longer has; it stays stored."""
        async with self._lock:
            await self._store.hide(card.key)
            self.board.remove([card.key])

    async def forget_everything(self, forge: str) -> None:
        """Remove what is stored of a code host that is not shown, or not yet: it begins anew."""
        await self._store.clear(forge)

    async def _record(
        self, repository_id: int, pulls: Iterable[PullRequest], read: int, is_held: bool
    ) -> set[int]:
        name = self._shown.get(repository_id)
        if name is None:
            return set()  # it was dropped while the answer was on its way
        # or renamed: what it is called now is not for an older answer to say
        named = {each.number: replace(each, repository=name) for each in pulls}
        old = {number: self.board.find(repository_id, number) for number in named}
        new = [
            first_seen(pull, repository_id=repository_id, read=read)
            if (card := old[number]) is None
            else card.after(pull, read)
            for number, pull in named.items()
        ]
        same, unsaved = _parted(new, lambda card: _says_the_same(card, old[card.pull.number]))
        if unsaved:
            unsaved = await self._store.save(unsaved)
        quiet, changed = _parted(unsaved, lambda card: _shows_the_same(card, old[card.pull.number]))
        self.board.put(same + quiet, quietly=True)
        self.board.put(changed, is_news=repository_id in self._read, is_held=is_held)
        if is_held and self._monotonic() - self._released_at_s >= HOLD_S:
            self.release()
        self._clock_in(repository_id, changed, old)
        return {card.key for card in changed}

    async def _save_quietly(self, cards: Sequence[Card]) -> None:
        self.board.put(await self._store.save(cards), quietly=True)

    async def _show(self, tracked: Collection[TrackedRepository]) -> None:
        """Put on the board what is stored of repositories that are not there yet."""
        new = [each for each in tracked if each.id not in self._shown]
        if new:
            self.board.put(await self._store.cards(new))
            self._shown |= {each.id: each.repository.name for each in new}
            self._read |= {each.id for each in new if each.read_to is not None and not each.unread}

    def _clock_in(self, repository_id: int, changed: Iterable[Card], old: Mapping[int, Card | None]) -> None:
        """Note what changed, and how long after its event it is here, if it has a time of its own."""
        if repository_id not in self._read:
            return
        for card in changed:
            before = old[card.pull.number]
            is_dated = before is None or before.pull.updated_at < card.pull.updated_at
            if is_dated:
                self.freshness.add(repository_id, card.pull.updated_at)
            if is_dated or (before is not None and before.pull.detail is not None):  # else a first look
                self.freshness.note()


def _says_the_same(card: Card, old: Card | None) -> bool:
    return old is not None and card.says_the_same_as(old)


def _shows_the_same(card: Card, old: Card | None) -> bool:
    return old is not None and card.pull == old.pull


def _parted(cards: Iterable[Card], is_first: Callable[[Card], bool]) -> tuple[list[Card], list[Card]]:
    """Sort cards into two lists."""
    lists: tuple[list[Card], list[Card]] = [], []
    for card in cards:
        lists[not is_first(card)].append(card)
    return lists
