"""Which pulls have what: kept up to date one change at a time, so that a keystroke only intersects sets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from reviewflow.card import Card
from reviewflow.search.operator import OPERATORS, facets
from reviewflow.search.query import Search, Term


class Index:
    """Operator → value → keys of the pulls."""

    def __init__(self) -> None:
        self._keys: dict[str, dict[str, set[int]]] = {name: defaultdict(set) for name in OPERATORS}

    def add(self, card: Card) -> None:
        """Find a pull from now on."""
        for name, value in facets(card):
            self._keys[name][value].add(card.key)

    def remove(self, card: Card) -> None:
        """Find it no more; ``card`` is as it was added."""
        for name, value in set(facets(card)):
            keys = self._keys[name][value]
            keys.discard(card.key)
            if not keys:
                del self._keys[name][value]

    def values(self, operator: str) -> Mapping[str, AbstractSet[int]]:
        """Operator → all values that occur, with the pulls that have them."""
        return self._keys[operator]

    def select(self, search: Search, keys: Sequence[int]) -> Sequence[int]:
        """Keep the keys that all terms with an operator let pass, in their order."""
        wanted: dict[tuple[str, int], set[int]] = {}
        unwanted: set[int] = set()
        for place, term in enumerate(search.terms):
            found = self._found(term)
            if term.is_not:
                unwanted |= found
            else:
                group = term.operator, place if OPERATORS[term.operator].has_many else 0
                wanted[group] = wanted.get(group, set()) | found
        if wanted:
            chosen = set.intersection(*wanted.values()) - unwanted
            return [key for key in keys if key in chosen]
        return [key for key in keys if key not in unwanted] if unwanted else keys

    def _found(self, term: Term) -> set[int]:
        values = self._keys[term.operator]
        return set[int]().union(*(self._like(values, value) for value in term.values))

    def _like(self, values: Mapping[str, set[int]], value: str) -> Iterable[int]:
        """Find a value, or else all that begin so, whole or behind a slash: it may be half typed."""
        value = value.removeprefix('@')
        if value in values:
            return values[value]
        return set[int]().union(
            *(keys for known, keys in values.items() if known.startswith(value) or f'/{value}' in known)
        )
