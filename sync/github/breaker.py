"""Leave GitHub alone for a while once it failed again and again, and then let one call find out."""

import logging
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reviewflow.errors import BadCredentials, ForgeError, NotAsked, RateLimited
from sync.github.trouble import Overloaded, Passing

log = logging.getLogger(__name__)

FAILURES = 5
"""Calls in a row, each with all its tries."""
FIRST_S = 5
LONGEST_S = 25
"""Less than the usual seconds between polls: one poll finds out that it is over, and the next reads all."""


class Breaker:
    """One client's; the poller tells people of an outage, so this says little of it."""

    def __init__(self, *, monotonic: Callable[[], float], jitter: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._jitter = jitter
        self._failures = 0
        self._trouble = ''
        self._rest_s = 0.0
        self._until_s = -math.inf  # it is closed
        self._is_trying = False

    @property
    def is_open(self) -> bool:
        """Whether calls fail without being sent; but for one, when it is time."""
        return self._until_s > -math.inf

    def forgive(self) -> None:
        """Let calls through at once: a person asks. The first that fails opens it again."""
        self._until_s, self._is_trying = -math.inf, False
        self._failures = min(self._failures, FAILURES - 1)

    @contextmanager
    def call(self, *, is_dividable: bool = False) -> Iterator[None]:
        """Learn from a call; limits and refused tokens tell nothing, any other answer is one.

        Nor does it tell anything that something was too much of which half can be asked for.

        Raises:
            NotAsked: it must not be made now.
        """
        is_trial = self._begin()
        try:
            yield
        except (Passing, Overloaded) as error:
            if is_dividable and isinstance(error, Overloaded):
                self._give_up(is_trial=is_trial)
            else:
                self._fail(str(error), is_trial=is_trial)
            raise
        except ForgeError as error:
            if isinstance(error, RateLimited | BadCredentials):
                self._give_up(is_trial=is_trial)
            else:
                self._succeed()
            raise
        except BaseException:
            self._give_up(is_trial=is_trial)
            raise
        self._succeed()

    def _begin(self) -> bool:
        """Tell whether this call finds out for all."""
        if not self.is_open:
            return False
        if self._is_trying or self._monotonic() < self._until_s:
            raise NotAsked(self._trouble)
        self._is_trying = True
        return True

    def _succeed(self) -> None:
        if self.is_open:
            log.debug('GitHub answers again')
        self._failures, self._rest_s = 0, 0.0
        self._until_s, self._is_trying = -math.inf, False

    def _fail(self, trouble: str, *, is_trial: bool) -> None:
        self._give_up(is_trial=is_trial)
        self._failures += 1
        if self._failures < FAILURES or (self.is_open and not is_trial):
            return  # the latter was under way when it opened
        if not self.is_open:
            log.debug('GitHub is left alone for some seconds: %s', trouble)
        self._trouble = trouble
        self._rest_s = min(max(2 * self._rest_s, FIRST_S), LONGEST_S)
        self._until_s = self._monotonic() + self._rest_s * (0.5 + self._jitter() / 2)

    def _give_up(self, *, is_trial: bool) -> None:
        if is_trial:
            self._is_trying = False
