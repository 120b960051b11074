"""How the reading of something goes: what is wrong with it, and when it is tried again."""

import logging
import math
from collections.abc import Callable

from reviewflow.errors import (
    BadCredentials,
    ForgeError,
    ForgeUnavailable,
    NotAsked,
    RateLimited,
    Reason,
    RepositoryUnavailable,
    ReviewFlowError,
    StoreError,
)
from reviewflow.syncs import Trouble
from reviewflow.words import advice, sentence
from sync.outage import Outage

log = logging.getLogger(__name__)

STOPPING = (BadCredentials, RateLimited, StoreError)
"""What is wrong with everything, and not with one repository or pull."""
BACK_OFF_MAX_S = 60
UNREACHABLE_MAX_S = 25
"""Less than the usual seconds between polls: whoever sends the requests holds them back when it is needed."""


def is_missing(error: ReviewFlowError) -> bool:
    """Tell whether the code host says that there is no such thing."""
    return isinstance(error, RepositoryUnavailable) and error.reason is Reason.MISSING


def forge_error(error: Exception, about: str) -> ForgeError:
    """Make trouble with the code host of whatever went wrong: our own mistakes must not stop the rest."""
    if isinstance(error, ForgeError):
        return error
    log.error('%s was not understood', about, exc_info=error)
    return ForgeUnavailable('an answer was not understood')


def trouble(error: ReviewFlowError, forge: str) -> Trouble:
    """Put what is wrong into words."""
    return Trouble(says=sentence(error, forge), advice=advice(error))


class Health:
    """Of all that is read, of one setting, or of one repository."""

    def __init__(
        self,
        name: str,
        *,
        forge: str,
        outage: Outage,
        interval_s: float,
        monotonic: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        self.error: ReviewFlowError | None = None
        self.failures = 0
        """In a row."""
        self._name = name
        self._forge = forge
        self._outage = outage
        self._interval_s = interval_s
        self._monotonic = monotonic
        self._random = random
        self._wait_until = -math.inf

    @property
    def is_due(self) -> bool:
        """Whether it may be tried again."""
        return self._monotonic() >= self._wait_until

    def fail(self, error: ReviewFlowError) -> None:
        """Note what is wrong, and wait longer after each failure."""
        is_refusal, was_refusal = (isinstance(each, RepositoryUnavailable) for each in (error, self.error))
        self.error = error.with_traceback(None)  # which holds whatever was in hand at that time
        self.error.__context__ = None
        match error:
            case RateLimited() | NotAsked() | StoreError():
                wait_s = 0.0  # whoever sends the requests waits, and storing costs nobody anything
            case BadCredentials():
                wait_s = BACK_OFF_MAX_S  # and whoever sends the requests does not, for longer
            case ForgeUnavailable():
                wait_s = self._longer(UNREACHABLE_MAX_S)
            case _:
                wait_s = self._longer(BACK_OFF_MAX_S)
        self.failures += 1
        if not is_refusal:
            self._outage.note(self._name, error)
        elif not was_refusal:
            log.warning('%s: %s', self._name, sentence(error, self._forge))
        self._wait_until = self._monotonic() + wait_s * (0.5 + self._random() / 2)

    def _longer(self, at_most_s: float) -> float:
        return min(self._interval_s * 2.0 ** min(self.failures, 20), at_most_s)

    def recover(self) -> None:
        """Note that all is well."""
        if isinstance(self.error, RepositoryUnavailable):
            log.info('%s can be read again', self._name)
        self.error, self.failures, self._wait_until = None, 0, -math.inf
