"""Not too much in a minute: what GitHub calls secondary limits, kept before it has to say so.

Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
"""

from collections.abc import Callable

MINUTE_S = 60
BURST = 2 / 3
"""Of what a minute allows may go at once, and the rest evenly through it: no minute ever sees more than all.

An hour's allowance does not last for that rate, so only bursts are held up, and for seconds.
"""

TICK_S = 0.001
"""A wait that no clock can tell from none would be waited for ever."""


class Pace:
    """A bucket that fills evenly; asking takes out of it."""

    def __init__(self, per_minute: float, *, burst: float = BURST, monotonic: Callable[[], float]) -> None:
        self._burst = per_minute * burst
        self._per_s = (per_minute - self._burst) / MINUTE_S
        self._monotonic = monotonic
        self._left = self._burst
        self._at_s = monotonic()

    def wait_s(self, points: float) -> float:
        """Say how long until there are so many points."""
        missing = points - self._now()
        return max(missing / self._per_s, TICK_S) if missing > 0 else 0.0

    def take(self, points: float) -> None:
        """Take them out; less than none gives some back."""
        self._left = self._now() - points
        self._at_s = self._monotonic()

    def _now(self) -> float:
        return min(self._left + (self._monotonic() - self._at_s) * self._per_s, self._burst)
