"""Keep account of what GitHub allows: what was spent, what is left, when nothing may be sent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from reviewflow.errors import RateLimited
from reviewflow.forge import Budget
from sync.github import protocol
from sync.github.protocol import Resource

FIRST_GUESS = timedelta(minutes=1)
"""How long to keep still when GitHub refuses without saying how long; it doubles from refusal to refusal."""
LONGEST_GUESS = timedelta(hours=1)


class Allowance:
    """The allowance of one token for one kind of requests.

    Time passes on a ``monotonic`` clock.
    The wall clock, ``now``, tells people when things go on, and stands in where a server sends no ``Date``.
    """

    def __init__(
        self,
        resource: Resource,
        *,
        has_token: bool,
        monotonic: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self.spent = 0
        """Points: for REST answers that counted, all but "not modified", and without a token those too."""
        self._resource = resource
        self._has_token = has_token
        self._monotonic = monotonic
        self._now = now
        self._budget: Budget | None = None
        self._budget_at_s = 0.0
        self._silent_until_s = 0.0
        self._refused_at_s = float('-inf')
        self._guess = FIRST_GUESS

    @property
    def budget(self) -> Budget | None:
        """What the last answer said is left, counted down to now."""
        if self._budget is None:
            return None
        age = timedelta(seconds=self._monotonic() - self._budget_at_s)
        return replace(self._budget, resets_in=max(self._budget.resets_in - age, timedelta(0)))

    def check(self) -> float:
        """Ask before sending; gives the moment, to be handed to :meth:`book` with the answer.

        Raises:
            RateLimited: if nothing may be sent now.
        """
        now_s = self._monotonic()
        wait = timedelta(seconds=self._silent_until_s - now_s)
        budget = self.budget
        if budget is not None and budget.ours == 0:
            wait = max(wait, budget.resets_in)
        if wait > timedelta(0):
            raise RateLimited(self._now() + wait)
        return now_s

    def book(self, status: int, headers: Mapping[str, str], *, is_limit: bool, sent_at_s: float) -> None:
        """Learn from an answer.

        Raises:
            RateLimited: if the answer is that we ask too often.
        """
        self.spent += status != 304 or not self._has_token
        if budget := protocol.budget(headers, self._now(), self._resource):
            self._budget, self._budget_at_s = budget, self._monotonic()
        # Several requests are under way at once: what was sent before the last refusal tells nothing new.
        is_news = sent_at_s > self._refused_at_s
        if is_limit:
            self._keep_still(protocol.wait(headers, self._now()), is_news=is_news)
            self.check()
        elif is_news and status < 400:
            self._guess = FIRST_GUESS

    def _keep_still(self, wait: timedelta | None, *, is_news: bool) -> None:
        self._refused_at_s = self._monotonic()
        if wait is None and is_news:
            wait = self._guess
            self._guess = min(2 * self._guess, LONGEST_GUESS)
        if wait is not None:
            self._silent_until_s = max(self._silent_until_s, self._refused_at_s + wait.total_seconds())
