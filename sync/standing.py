"""How the reading of a code host goes, as pages, logs and metrics tell it."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from reviewflow.clock import Clock
from reviewflow.errors import RateLimited, ReviewFlowError
from reviewflow.flow import ReviewFlow
from reviewflow.models import Progress, SyncState, SyncStatus
from reviewflow.syncs import Polls, Trouble
from reviewflow.words import sentence
from sync.health import STOPPING, Health, trouble
from sync.outage import Outage


class Standing:
    """What is wrong with all of it, and with parts; says so when it changes."""

    def __init__(
        self,
        forge: str,
        *,
        flow: ReviewFlow,
        interval_s: float,
        clock: Clock,
        monotonic: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        self._forge = forge
        self._flow = flow
        self._clock = clock
        self._monotonic = monotonic
        self.outage = Outage(forge, monotonic=monotonic)
        """What the log and pages are told at once when it begins."""
        self.health_of: Callable[[str], Health] = partial(
            Health,
            forge=forge,
            outage=self.outage,
            interval_s=interval_s,
            monotonic=monotonic,
            random=random,
        )
        """Makes the health of something with a name."""
        self.host = self.health_of(forge)
        """Of everything: token, allowance, database."""
        self.details = self.health_of('reviews and checks')
        self.pulses = self.health_of('what moved')
        """Of what each poll finds out anew, so that the next one puts it right."""
        self.fresh_at: datetime | None = None
        """When all was last read well."""
        self._polls, self._poll_s, self._well_at_s = 0, 0.0, monotonic()
        self._event_at: datetime | None = None

    @property
    def polls(self) -> Polls:
        """How the polls went so far."""
        lag_s = self._monotonic() - self._well_at_s
        return Polls(count=self._polls, seconds=self._poll_s, lag_s=lag_s)

    def count_poll(self, begun_at_s: float, lists: Collection[ReviewFlowError]) -> None:
        """Count a poll; what the lists say is as old as its beginning."""
        self._polls += 1
        self._poll_s += self._monotonic() - begun_at_s
        if self.host.error is None and not lists:
            self._well_at_s = begun_at_s
        if not self._errors(lists):
            self.fresh_at = self._clock()

    def note(self, error: ReviewFlowError | None, *, of: Health, is_well: bool = True) -> None:
        """Note what came of reading something."""
        if isinstance(error, STOPPING):
            self.host.fail(error)
        elif error is not None:
            of.fail(error)
        elif is_well:
            of.recover()

    def sentences(self, lists: Collection[ReviewFlowError]) -> list[str]:
        """Say what is wrong, each once."""
        return list(dict.fromkeys(sentence(error, self._forge) for error in self._errors(lists)))

    def troubles(self, lists: Collection[ReviewFlowError]) -> list[Trouble]:
        """Say what is wrong and what to do about it, each once."""
        return list(dict.fromkeys(trouble(error, self._forge) for error in self._errors(lists)))

    def report(
        self,
        lists: Collection[ReviewFlowError],
        *,
        is_changed: bool,
        interval_s: float,
        progress: Progress | None,
    ) -> None:
        """Say how it goes; in a quiet tick this is what was said before, and nobody is told."""
        now = self._clock()
        if is_changed:
            self._event_at = now
        errors = self._errors(lists)
        self.outage.end(errors)
        self._flow.report(
            SyncStatus(
                state=SyncState.STARTING if self.fresh_at is None and not errors else state_of(errors),
                forge=self._forge,
                interval_s=interval_s,
                error=self.sentences(lists)[0] if errors else None,
                fresh_at=self.fresh_at if errors else None,
                event_at=self._event_at,
                progress=progress,
            )
        )

    def _errors(self, lists: Collection[ReviewFlowError]) -> list[ReviewFlowError]:
        parts = (self.host, self.details, self.pulses)
        general = [health.error for health in parts if health.error is not None]
        return [*general, *lists]


def state_of(errors: Collection[ReviewFlowError]) -> SyncState:
    """Sum up what is wrong."""
    if not errors:
        return SyncState.LIVE
    only_limits = all(isinstance(error, RateLimited) for error in errors)
    return SyncState.LIMITED if only_limits else SyncState.FAILING
