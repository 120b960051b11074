"""The live state of this process: every pull of the configured repositories, totals, how the sync goes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from reviewflow.card import Card
from reviewflow.models import SyncStatus
from reviewflow.order import Order
from reviewflow.policy import ALL, CHANNELS, DEFAULT_SORT, SORTS

WORDS_MAX = 20
"""Of a search; each is a look at every pull."""

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
        self._names: dict[tuple[str, int], int] = {}
        self._orders: dict[tuple[str, str], Order] = {}  # (channel, sort) → keys
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

    def named(self, repository: str, number: int) -> Card | None:
        """Look a pull up as people name it: ``owner/name`` in any case, as it is now."""
        key = self._names.get((repository.lower(), number))
        return None if key is None else self.cards[key]

    def cards_of(self, repository_id: int) -> list[Card]:
        """List the pulls of one repository."""
        return [card for card in self.cards.values() if card.repository_id == repository_id]

    def put(self, cards: Iterable[Card], *, quietly: bool = False) -> None:
        """Show these cards instead of what was known; ``quietly`` when they say nothing new."""
        changed = set()
        for card in cards:
            old = self.cards.get(card.key)
            self._move(old, card)
            self.cards[card.key] = card
            self._keys[card.repository_id, card.pull.number] = card.key
            changed.add(card.key)
        if changed and not quietly:
            self._tell(changed)

    def remove(self, keys: Iterable[int]) -> None:
        """Take pulls off the board; what is stored stays stored."""
        removed = {key for key in keys if key in self.cards}
        for key in removed:
            card = self.cards.pop(key)
            self._move(card, None)
            del self._keys[card.repository_id, card.pull.number]
        if removed:
            self._tell(removed)

    def report(self, sync: SyncStatus) -> None:
        """Say how the sync goes; the same again tells nobody."""
        if sync != self.sync:
            self.sync = sync
            self._tell(frozenset())

    def ranking(self, query: Query) -> Sequence[int]:
        """Query → keys of all matching pulls, in order; to be read at once, since it may change in place."""
        keys = self._order(query.channel, query.sort).keys
        for word in list(dict.fromkeys(query.text.lower().split()))[:WORDS_MAX]:
            keys = [key for key in keys if word in self.cards[key].haystack]
        return keys

    def _order(self, channel: str, sort: str) -> Order:
        """Sort when it is first asked for; from then on :meth:`_move` keeps it right."""
        order = self._orders.get((channel, sort))
        if order is None:
            shown = (card for card in self.cards.values() if channel in {ALL, card.status})
            places = [(stamp(card, sort), card.key) for card in shown]
            order = self._orders[channel, sort] = Order(places, descending=SORTS[sort][1])
        return order

    def _move(self, old: Card | None, new: Card | None) -> None:
        """Take a card from where it stood to where it stands now: in names, totals and every order."""
        if old is not None:
            self._totals[old.status] -= 1
            if self._names.get(_name(old)) == old.key:  # else another repository took the name meanwhile
                del self._names[_name(old)]
        if new is not None:
            self._totals[new.status] += 1
            self._names[_name(new)] = new.key
        for (channel, sort), order in self._orders.items():
            if old is not None and channel in {ALL, old.status}:
                order.remove(stamp(old, sort), old.key)
            if new is not None and channel in {ALL, new.status}:
                order.add(stamp(new, sort), new.key)

    def _tell(self, keys: AbstractSet[int]) -> None:
        for listener in self._listeners:
            listener(keys)


def _name(card: Card) -> tuple[str, int]:
    return card.pull.repository.lower(), card.pull.number


def stamp(card: Card, sort: str) -> float:
    """Say what a card is sorted by, in seconds since 1970."""
    return SORTS[sort][0](card.pull).timestamp()
