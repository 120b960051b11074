"""What is open just now."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Counts it when asked."""

    pages: Callable[[], int]
    feed_readers: Callable[[], int]
