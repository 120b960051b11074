"""Keys in order, kept right one change at a time: sorting ten thousand anew would stall the pages."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Place = tuple[float, int]


class Order:
    """Keys by their stamps; those with the same stamp by key."""

    def __init__(self, stamps: Iterable[Place], *, descending: bool) -> None:
        self._sign = -1 if descending else 1
        self._places = sorted(self._place(stamp, key) for stamp, key in stamps)
        self._keys = [self._sign * key for _, key in self._places]

    @property
    def keys(self) -> Sequence[int]:
        """All keys; to be read at once, since it changes in place."""
        return self._keys

    def add(self, stamp: float, key: int) -> None:
        """Put a key where it belongs."""
        place = self._place(stamp, key)
        index = bisect_left(self._places, place)
        self._places.insert(index, place)
        self._keys.insert(index, key)

    def remove(self, stamp: float, key: int) -> None:
        """Take a key out; ``stamp`` is the one it was put in with."""
        index = bisect_left(self._places, self._place(stamp, key))
        del self._places[index], self._keys[index]

    def _place(self, stamp: float, key: int) -> Place:
        return self._sign * stamp, self._sign * key
