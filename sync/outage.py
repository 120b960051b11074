"""Trouble with the code host as a whole, as the log tells it: a line when it begins, and one when it ends."""

import logging
from collections.abc import Callable, Collection
from datetime import timedelta

from reviewflow.errors import RepositoryUnavailable, ReviewFlowError
from reviewflow.words import sentence

log = logging.getLogger(__name__)


class Outage:
    """However many repositories find out that the code host is down: it is one outage."""

    def __init__(self, forge: str, *, monotonic: Callable[[], float]) -> None:
        self._forge = forge
        self._monotonic = monotonic
        self._since_s: float | None = None
        self._begun: Callable[[], None] = lambda: None

    def on_begin(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` once that is noted which began it."""
        self._begun = listener

    def note(self, name: str, error: ReviewFlowError) -> None:
        """Take note of what went wrong, and with what; it may be the beginning."""
        is_first = self._since_s is None
        log.log(logging.WARNING if is_first else logging.DEBUG, '%s: %s', name, sentence(error, self._forge))
        if is_first:
            self._since_s = self._monotonic()
            self._begun()

    def end(self, errors: Collection[ReviewFlowError]) -> None:
        """Say that it is over, unless one of these errors, which are there still, is of it."""
        if self._since_s is None or not all(isinstance(error, RepositoryUnavailable) for error in errors):
            return
        lasted_s = round(self._monotonic() - self._since_s)
        self._since_s = None
        extra = {'lasted_s': lasted_s}
        log.info('%s is read again, after %s', self._forge, timedelta(seconds=lasted_s), extra=extra)
