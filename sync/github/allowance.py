"""Keep account of what GitHub allows in an hour: what was spent, what is left of our share."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from reviewflow.forge import Budget

SAME_WINDOW_S = 60
"""Ends that lie closer together are the same hour's: a server tells whole seconds, and takes time to tell."""


class Allowance:
    """What one token may ask for of one kind; time passes on a ``monotonic`` clock."""

    def __init__(self, *, share: float, monotonic: Callable[[], float]) -> None:
        self.spent = 0
        """Points: for REST answers that counted, all but "not modified", and without a token those too."""
        self._share = share
        self._monotonic = monotonic
        self._told: Budget | None = None
        self._ends_at_s = float('-inf')
        self._sent_at_s = float('-inf')
        self._under_way = 0
        self._empty_until_s = float('-inf')

    @property
    def budget(self) -> Budget | None:
        """What the last answer said is left, counted down to now."""
        if self._told is None:
            return None
        left_s = max(self._ends_at_s - self._monotonic(), 0.0)
        return replace(self._told, resets_in=timedelta(seconds=left_s), share=self._share)

    def wait_s(self, cost: int) -> float:
        """Say how long until so much may be spent; what is under way is as good as spent."""
        wait_s = self._empty_until_s - self._monotonic()
        budget = self.budget
        if budget is not None and budget.ours - self._under_way < cost:
            wait_s = max(wait_s, budget.resets_in.total_seconds())
        return max(wait_s, 0.0)

    def begin(self, cost: int) -> None:
        """Note that something is under way."""
        self._under_way += cost

    def end(self, cost: int) -> None:
        """Note that it is not any more."""
        self._under_way -= cost

    def exhaust(self, wait: timedelta) -> None:
        """Note that GitHub itself gives no more for so long."""
        self._empty_until_s = max(self._empty_until_s, self._monotonic() + wait.total_seconds())

    def learn(self, told: Budget, *, sent_at_s: float) -> None:
        """Learn from an answer what is left; answers overtake each other, so in one hour it never rises."""
        ends_at_s = self._monotonic() + told.resets_in.total_seconds()
        before = self._told
        if before is not None and self._ends_at_s > self._monotonic():
            is_same = abs(ends_at_s - self._ends_at_s) < SAME_WINDOW_S and told.limit == before.limit
            if told.remaining > before.remaining if is_same else sent_at_s < self._sent_at_s:
                return
        self._told, self._ends_at_s, self._sent_at_s = told, ends_at_s, sent_at_s
