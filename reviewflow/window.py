"""Counting what happens within a span of time, at next to no cost."""

from collections import Counter
from collections.abc import Callable, Hashable


class Window:
    """Counts by key; every ``span_s`` seconds all of it begins anew, so it never grows for long."""

    def __init__(self, span_s: float, clock: Callable[[], float]) -> None:
        self._span_s = span_s
        self._clock = clock
        self._ends_at = clock() + span_s
        self._counts = Counter[Hashable]()

    def count(self, key: Hashable) -> int:
        """Note one more; gives how many there were in this window, this one included."""
        now = self._clock()
        if now >= self._ends_at:
            self._ends_at = now + self._span_s
            self._counts.clear()
        self._counts[key] += 1
        return self._counts[key]

    @property
    def left_s(self) -> float:
        """Seconds until the next window."""
        return max(self._ends_at - self._clock(), 0)
