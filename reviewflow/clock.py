"""The wall clock, as a parameter."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Give the time; everything that needs one takes it as a parameter."""
    return datetime.now(UTC)
