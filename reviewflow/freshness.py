"""How long it takes from an event at the code host to this board."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

KEPT_S = 3600
EVENTS_MAX = 5000
HALF_A_SECOND = 0.5
"""Events say the whole second that they happened in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Half of the last hour's events were here within ``p50_s`` seconds, and 95 of 100 within ``p95_s``."""

    p50_s: float
    p95_s: float
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Minute:
    """The delay in one minute."""

    begins_at: datetime
    p50_s: float
    events: int


class Freshness:
    """The delays of the last hour; our clock may be set meanwhile, the ``monotonic`` one goes on."""

    def __init__(
        self, clock: Callable[[], datetime], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.skew: Callable[[], timedelta] = timedelta
        """Gives how far the host's clock is ahead of ours."""
        self.changed_at: datetime | None = None
        """When something was last seen to change, whether or not it has a time of its own."""
        self._clock = clock
        self._monotonic = monotonic
        self._since_s = monotonic()
        self._events: deque[tuple[float, int, float]] = deque(maxlen=EVENTS_MAX)

    @property
    def since(self) -> datetime:
        """Events from before this are not measured: nobody was here to notice."""
        return self._when(self._since_s)

    def begin(self, skew: Callable[[], timedelta]) -> None:
        """Measure from now on: what happened before, nobody was here to notice."""
        self.skew, self._since_s = skew, self._monotonic()
        self._events.clear()
        self.changed_at = None

    def note(self) -> None:
        """Note that something changed just now, or while nobody was here to notice."""
        self.changed_at = self._clock()

    def add(self, repository_id: int, happened_at: datetime) -> None:
        """Note that something arrived now."""
        skew = self.skew()
        if happened_at >= self.since + skew:
            delay_s = (self._clock() + skew - happened_at).total_seconds() - HALF_A_SECOND
            self._events.append((self._monotonic(), repository_id, max(delay_s, 0.0)))

    def delay(self) -> Delay | None:
        """Sum up the last hour; None without events."""
        delays = [delay_s for _, _, delay_s in self._recent()]
        return _summed(delays) if delays else None

    def delays(self) -> Mapping[int, Delay]:
        """Sum up the last hour of each repository that had events."""
        groups = defaultdict[int, list[float]](list)
        for _, repository_id, delay_s in self._recent():
            groups[repository_id].append(delay_s)
        return {repository_id: _summed(delays) for repository_id, delays in groups.items()}

    def minutes(self) -> list[Minute]:
        """Sum up each minute that had events, the first one first."""
        groups = defaultdict[datetime, list[float]](list)
        for at_s, _, delay_s in self._recent():
            groups[self._when(at_s).replace(second=0, microsecond=0)].append(delay_s)
        return [
            Minute(begins_at=begin, p50_s=median(delays), events=len(delays))
            for begin, delays in sorted(groups.items())
        ]

    def _recent(self) -> Sequence[tuple[float, int, float]]:
        since_s = self._monotonic() - KEPT_S
        return [event for event in self._events if event[0] >= since_s]

    def _when(self, at_s: float) -> datetime:
        """Say by our clock, as it is now, when that was."""
        return self._clock() - timedelta(seconds=self._monotonic() - at_s)


def _summed(delays: Sequence[float]) -> Delay:
    ordered = sorted(delays)
    return Delay(p50_s=_at(ordered, 0.5), p95_s=_at(ordered, 0.95), events=len(ordered))


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
