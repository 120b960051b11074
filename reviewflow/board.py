"""The live state of this process: every pull of the configured repositories, totals, how the sync goes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from reviewflow.card import Card
from reviewflow.models import SyncStatus
from reviewflow.notice import Notice
from reviewflow.order import Order
from reviewflow.policy import ALL, CHANNELS, DEFAULT_SORT, SORTS
from reviewflow.search import Index, parse

Listener = Callable[[AbstractSet[int]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something worth telling whoever looks elsewhere: a pull is new, or its status is another."""

    key: int
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which pulls, in which order."""

    channel: str = ALL
    text: str = ''
    """A search; see :mod:`reviewflow.search`."""
    sort: str = DEFAULT_SORT
    """Unless the search itself says how to sort."""
    group: str = ''
    """One of :data:`GROUPS`, or "" for one list."""


GROUPS: dict[str, Callable[[Card], str]] = {
    'repository': lambda card: card.pull.repository,
    'status': lambda card: card.status.value,
}
"""Ways to group a list → what the pulls of a group have in common."""
STATUS_PLACES = {channel.key: f'{place}' for place, channel in enumerate(CHANNELS)}


class Board:
    """What is true now. Only :class:`reviewflow.flow.ReviewFlow` writes it."""

    def __init__(self) -> None:
        self.cards: dict[int, Card] = {}
        self.sync = SyncStatus()
        self.is_hydrated = False
        self.index = Index()
        self.recounts = 0
        """How often the totals changed."""
        self._keys: dict[tuple[int, int], int] = {}
        self._names: dict[tuple[str, int], int] = {}
        self._orders: dict[tuple[str, str], Order] = {}  # (channel, sort) → keys
        self._totals = Counter[str]()
        self._held: set[int] = set()
        self._listeners: list[Listener] = []
        self._news_listeners: list[Callable[[News], None]] = []
        self._notice_listeners: list[Callable[[Notice], None]] = []

    @property
    def totals(self) -> Mapping[str, int]:
        """Channel → number of pulls; the five statuses sum to ``all``."""
        counts: dict[str, int] = {channel.key: self._totals[channel.key] for channel in CHANNELS}
        return counts | {ALL: len(self.cards)}

    def on_change(self, listener: Listener) -> None:
        """Call ``listener`` with the keys of the pulls that changed; none when only the sync status did."""
        self._listeners.append(listener)

    def on_news(self, listener: Callable[[News], None]) -> None:
        """Call ``listener`` with every piece of news, before the change is told."""
        self._news_listeners.append(listener)

    def on_notice(self, listener: Callable[[Notice], None]) -> None:
        """Call ``listener`` with whatever somebody says to everybody."""
        self._notice_listeners.append(listener)

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

    def put(
        self, cards: Iterable[Card], *, quietly: bool = False, is_news: bool = False, is_held: bool = False
    ) -> None:
        """Show these cards instead of what was known.

        ``quietly`` when they say nothing new; ``is_news`` when it just happened at the code host;
        ``is_held`` when nobody is to be told of them before :meth:`release`.
        """
        changed = set()
        for card in cards:
            old = self.cards.get(card.key)
            self._move(old, card)
            self.cards[card.key] = card
            self._keys[card.repository_id, card.pull.number] = card.key
            changed.add(card.key)
            if is_news and (old is None or old.status is not card.status):
                self._spread(News(key=card.key, is_new=old is None))
        if is_held:
            self._held |= changed
        elif changed and not quietly:
            self._tell(changed)

    @property
    def held(self) -> AbstractSet[int]:
        """Keys of the cards of which nobody was told yet; whoever looks sees them all the same."""
        return self._held

    def release(self) -> None:
        """Tell of all that was held, at once."""
        if self._held:
            held, self._held = self._held, set()
            self._tell(held)

    def remove(self, keys: Iterable[int]) -> None:
        """Take pulls off the board; what is stored stays stored."""
        removed = {key for key in keys if key in self.cards}
        if self._held & removed:
            self.release()  # whoever looked saw them: their end is told after their beginning
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

    def say(self, notice: Notice) -> None:
        """Say something to everybody; it is no part of what is true, and is told once."""
        for listener in self._notice_listeners:
            listener(notice)

    def ranking(self, query: Query) -> Sequence[int]:
        """Query → keys of all matching pulls, in order; to be read at once, since it may change in place."""
        search, cards = parse(query.text), self.cards
        keys = self.index.select(search, self._order(query.channel, search.sort or query.sort).keys)
        for word, is_not in search.words:
            keys = [key for key in keys if (word in cards[key].haystack) is not is_not]
        if query.group:
            group = GROUPS[query.group]
            keys = sorted(keys, key=lambda key: place_of(group(cards[key])))
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
        self.recounts += old is None or new is None or old.status is not new.status
        if old is not None:
            self._totals[old.status] -= 1
            self.index.remove(old)
            if self._names.get(_name(old)) == old.key:  # else another repository took the name meanwhile
                del self._names[_name(old)]
        if new is not None:
            self._totals[new.status] += 1
            self._names[_name(new)] = new.key
            self.index.add(new)
        for (channel, sort), order in self._orders.items():
            if old is not None and channel in {ALL, old.status}:
                order.remove(stamp(old, sort), old.key)
            if new is not None and channel in {ALL, new.status}:
                order.add(stamp(new, sort), new.key)

    def _spread(self, news: News) -> None:
        for listener in self._news_listeners:
            listener(news)

    def _tell(self, keys: AbstractSet[int]) -> None:
        for listener in self._listeners:
            listener(keys)


def place_of(group: str) -> str:
    """Say where a group stands: statuses as the channels do, repositories by name."""
    return STATUS_PLACES.get(group, group.lower())


def _name(card: Card) -> tuple[str, int]:
    return card.pull.repository.lower(), card.pull.number


def stamp(card: Card, sort: str) -> float:
    """Say what a card is sorted by, in seconds since 1970."""
    return SORTS[sort][0](card.pull).timestamp()
