"""Which requests go wrong, and how."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.github.fault import Fault


@dataclass(slots=True)
class Weather:
    """Faults that are planned: for the next requests, or for all until it is calm."""

    _plans: dict[str | None, deque[Fault | None]] = field(default_factory=dict)
    _always: dict[str | None, Fault] = field(default_factory=dict)

    def plan(self, faults: Iterable[Fault | None], on: str | None) -> None:
        """Plan them for the next requests that match, instead of what was planned for those."""
        self._plans[on] = deque(faults)

    def set(self, fault: Fault, on: str | None) -> None:
        """Let all requests that match go wrong."""
        self._always[on] = fault

    def calm(self) -> None:
        """Forget all of it."""
        self._plans.clear()
        self._always.clear()

    def next(self, path: str, operation: str | None) -> Fault | None:
        """Say what goes wrong with a request; what is said of its kind goes before what is said of all."""
        for on in sorted(self._plans, key=_by_width):
            if self._plans[on] and _is_meant(on, path, operation):
                return self._plans[on].popleft()
        for on in sorted(self._always, key=_by_width):
            if _is_meant(on, path, operation):
                return self._always[on]
        return None


def _by_width(on: str | None) -> bool:
    return on is None


def _is_meant(on: str | None, path: str, operation: str | None) -> bool:
    return on is None or on == operation or (on.startswith('/') and on in path)
