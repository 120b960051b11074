"""The live state of this process: every pull of the configured repositories, totals, how the sync goes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from reviewflow.card import Card
from reviewflow.models import SyncStatus
from reviewflow.policy import ALL, CHANNELS, DEFAULT_SORT, SORTS

Listener = Callable[[AbstractSet[int]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which pulls, in which order."""

    channel: str = ALL
    text: str = ''
    """Words that all have to occur."""
    sort: str = DEFAULT_SORT


class Board:
    """What is true now. Only :class:`reviewflow.flow.ReviewFlow` writes it."""

    def __init__(self) -> None:
        self.cards: dict[int, Card] = {}
        self.sync = SyncStatus()
        self.is_hydrated = False
        self._keys: dict[tuple[int, int], int] = {}
        self._orders: dict[str, list[int]] = {}
        self._totals = Counter[str]()
        self._listeners: list[Listener] = []

    @property
    def totals(self) -> Mapping[str, int]:
        """Channel → number of pulls; the five statuses sum to ``all``."""
        counts: dict[str, int] = {channel.key: self._totals[channel.key] for channel in CHANNELS}
        return counts | {ALL: len(self.cards)}

    def on_change(self, listener: Listener) -> None:
        """Call ``listener`` with the keys of the pulls that changed; none when only the sync status did."""
        self._listeners.append(listener)

    def find(self, repository_id: int, number: int) -> Card | None:
        """Look a pull up by its place at the code host."""
        key = self._keys.get((repository_id, number))
        return None if key is None else self.cards[key]

    def cards_of(self, repository_id: int) -> list[Card]:
        """List the pulls of one repository."""
        return [card for card in self.cards.values() if card.repository_id == repository_id]

    def put(self, cards: Iterable[Card], *, quietly: bool = False) -> None:
        """Show these cards instead of what was known; ``quietly`` when they say nothing new."""
        changed = set()
        for card in cards:
            if (old := self.cards.get(card.key)) is not None:
                self._totals[old.status] -= 1
            self._totals[card.status] += 1
            self.cards[card.key] = card
            self._keys[card.repository_id, card.pull.number] = card.key
            changed.add(card.key)
        if changed and not quietly:
            self._orders.clear()
            self._tell(changed)

    def remove(self, keys: Iterable[int]) -> None:
        """Take pulls off the board; what is stored stays stored."""
        removed = {key for key in keys if key in self.cards}
        for key in removed:
            card = self.cards.pop(key)
            self._totals[card.status] -= 1
            del self._keys[card.repository_id, card.pull.number]
        if removed:
            self._orders.clear()
            self._tell(removed)

    def report(self, sync: SyncStatus) -> None:
        """Say how the sync goes; the same again tells nobody."""
        if sync != self.sync:
            self.sync = sync
            self._tell(frozenset())

    def ranking(self, query: Query) -> Sequence[int]:
        """Query → keys of all matching pulls, in order."""
        order = self._order(query.sort)
        if query.channel != ALL:
            cards, channel = self.cards, query.channel
            order = [key for key in order if cards[key].status == channel]
        for word in query.text.lower().split():
            order = [key for key in order if word in self.cards[key].haystack]
        return order

    def _order(self, sort: str) -> list[int]:
        """Sort once per change, not once per view; pulls of the same moment go by key."""
        if sort not in self._orders:
            moment, newest_first = SORTS[sort]
            stamps = {key: (moment(card.pull), key) for key, card in self.cards.items()}
            self._orders[sort] = sorted(stamps, key=stamps.__getitem__, reverse=newest_first)
        return self._orders[sort]

    def _tell(self, keys: AbstractSet[int]) -> None:
        for listener in self._listeners:
            listener(keys)
