"""What is read when somebody asks: one entry each. Nothing of it costs anything while nobody does.

No label grows with the number of pulls or people.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviewflow.accounts import Accounts
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Budget, RequestOutcome
from reviewflow.hooks import Hooks
from reviewflow.models import Status, SyncState
from reviewflow.syncs import Polls
from reviewflow.views import Views
from reviewflow.web.broadcaster import Broadcaster
from reviewflow.web.opened import Opened

LEVELS = ('WARNING', 'ERROR', 'CRITICAL')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Whose state is read."""

    accounts: Accounts
    broadcaster: Broadcaster
    flow: ReviewFlow
    hooks: Hooks
    log_counts: Mapping[str, int]
    """Name of a level → records of it."""
    opened: Opened
    views: Views


Value = float | Mapping[str, float] | Mapping[tuple[str, str], float] | None
"""One number, or label → number, or two labels → number; None while there is nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric; a counter's name gets ``_total`` behind it."""

    name: str
    help: str
    read: Callable[[Sources], Value]
    label: str = ''
    """Two are joined by a comma; then the values are by both."""
    is_counter: bool = False


def _of_polls(read: Callable[[Polls], float]) -> Callable[[Sources], Value]:
    def value(sources: Sources) -> Value:
        poller = sources.flow.poller
        return None if poller is None else read(poller.polls)

    return value


def _of_budget(read: Callable[[Budget], float]) -> Callable[[Sources], Value]:
    def value(sources: Sources) -> Value:
        budget = sources.flow.host.budget
        return None if budget is None else read(budget)

    return value


def _sync_state(sources: Sources) -> Value:
    return {state.value: float(state is sources.flow.board.sync.state) for state in SyncState}


def _requests(sources: Sources) -> Value:
    outcomes = sources.flow.host.outcomes
    return {outcome.value: outcomes.get(outcome, 0) for outcome in RequestOutcome}


def _pulls(sources: Sources) -> Value:
    totals = sources.flow.board.totals
    return {status.value: totals[status] for status in Status}


def _log_records(sources: Sources) -> Value:
    return {level.lower(): sources.log_counts.get(level, 0) for level in LEVELS}


def _webhooks(sources: Sources) -> Value:
    counts = sources.hooks.counts
    return {(event, outcome.value): count for (event, outcome), count in counts.items()}


METRICS = (
    Metric(
        name='reviewflow_sync_lag_seconds',
        help='Since all lists of pulls were last read without an error; before that, since the start.',
        read=_of_polls(lambda polls: polls.lag_s),
    ),
    Metric(
        name='reviewflow_sync_interval_seconds',
        help='Between two polls, as it is now: longer than set while the allowance is short.',
        read=lambda sources: sources.flow.board.sync.interval_s,
    ),
    Metric(
        name='reviewflow_sync_state',
        help='1 for how the reading of the code host goes, 0 for the other states.',
        read=_sync_state,
        label='state',
    ),
    Metric(
        name='reviewflow_polls',
        help='Polls of the lists of pulls.',
        read=_of_polls(lambda polls: polls.count),
        is_counter=True,
    ),
    Metric(
        name='reviewflow_poll_seconds',
        help='Time that the polls took.',
        read=_of_polls(lambda polls: polls.seconds),
        is_counter=True,
    ),
    Metric(
        name='reviewflow_forge_requests',
        help='Requests to the code host, by what came of them; without those for pictures.',
        read=_requests,
        label='outcome',
        is_counter=True,
    ),
    Metric(
        name='reviewflow_forge_budget_limit_requests',
        help='Allowance of the token in an hour; missing for a host without one.',
        read=_of_budget(lambda budget: budget.limit),
    ),
    Metric(
        name='reviewflow_forge_budget_remaining_requests',
        help='What is left of it.',
        read=_of_budget(lambda budget: budget.remaining),
    ),
    Metric(
        name='reviewflow_forge_budget_reset_seconds',
        help='Until it is whole again.',
        read=_of_budget(lambda budget: budget.resets_in.total_seconds()),
    ),
    Metric(
        name='reviewflow_webhooks',
        help='Deliveries of webhooks, by event and by what came of them.',
        read=_webhooks,
        label='event,outcome',
        is_counter=True,
    ),
    Metric(
        name='reviewflow_webhooks_waiting',
        help='Accepted deliveries whose pulls are not read yet; many are counted as a thousand.',
        read=lambda sources: sources.hooks.unhandled,
    ),
    Metric(name='reviewflow_pulls', help='Pull requests on the board.', read=_pulls, label='status'),
    Metric(name='reviewflow_pages', help='Open pages.', read=lambda sources: sources.opened.pages()),
    Metric(
        name='reviewflow_views',
        help='Distinct lists and pulls that somebody watches.',
        read=lambda sources: sum(1 for _ in sources.views),
    ),
    Metric(
        name='reviewflow_sockets',
        help='Open websockets.',
        read=lambda sources: {'page': sources.opened.pages(), 'feed': sources.opened.feed_readers()},
        label='kind',
    ),
    Metric(
        name='reviewflow_push_frames',
        help='Frames that were handed to sockets of pages.',
        read=lambda sources: sources.broadcaster.frames,
        is_counter=True,
    ),
    Metric(
        name='reviewflow_push_bytes',
        help='What was in these frames, before the framing of the websocket.',
        read=lambda sources: sources.broadcaster.bytes,
        is_counter=True,
    ),
    Metric(
        name='reviewflow_push_late',
        help='Frames that a socket could not take at once; it is told to catch up.',
        read=lambda sources: sources.broadcaster.late,
        is_counter=True,
    ),
    Metric(
        name='reviewflow_sign_in_failures',
        help='Tries to come in with a wrong password or code.',
        read=lambda sources: sources.accounts.failures,
        is_counter=True,
    ),
    Metric(
        name='reviewflow_log_records',
        help='Records of the log that may need a person.',
        read=_log_records,
        label='level',
        is_counter=True,
    ),
)
