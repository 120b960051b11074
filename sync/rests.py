"""What is left alone for a while, and for twice as long each time."""

import math
from collections.abc import Callable, Hashable
from typing import TypeVar

K = TypeVar('K', bound=Hashable)


class Rests(dict[K, tuple[float, float]]):
    """Each thing → until when it is left alone, and for how long that is, in seconds.

    Take one out, and it begins anew.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self._monotonic = monotonic

    def is_on(self, key: K) -> bool:
        """Tell whether it is to be left alone for now."""
        until_s, _ = self.get(key, (-math.inf, 0))
        return self._monotonic() < until_s

    def begin(self, key: K, first_s: float, longest_s: float) -> None:
        """Leave it alone, for twice as long as the last time."""
        _, before_s = self.get(key, (0, 0))
        wait_s = min(max(2 * before_s, first_s), longest_s)
        self[key] = self._monotonic() + wait_s, wait_s
