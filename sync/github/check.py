"""Turn check runs and commit statuses into checks.

Sources:
    https://docs.github.com/en/rest/checks/runs
    https://docs.github.com/en/rest/commits/statuses
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from itertools import chain
from typing import Any

from reviewflow.models import Check, CheckState
from reviewflow.policy import rollup
from reviewflow.text import NAME_MAX, line, safe_url
from sync.github import value

PASSED = {'success', 'neutral', 'skipped', 'stale'}
FAILED = {'failure', 'error', 'timed_out', 'cancelled', 'action_required', 'startup_failure'}


NOT_YET = datetime.max.replace(tzinfo=UTC)


class Gap(Enum):
    """Why some checks could not be read."""

    MISSING = auto()
    """There is no such thing: an old server, a lost commit."""
    FORBIDDEN = auto()
    """The token may not read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A check, and what tells which of several is the newest."""

    check: Check
    at: datetime
    id: int


def check_runs(data: Any) -> tuple[Run, ...]:
    """Read a list of check runs."""
    return tuple(
        _run(
            item,
            app=_app(item.get('app')),
            name=item.get('name'),
            outcome=item.get('conclusion') if item.get('status') == 'completed' else None,
            url=safe_url(item.get('details_url')) or safe_url(item.get('html_url')),
            started_at=value.time(item.get('started_at')),
            ended_at=value.time(item.get('completed_at')),
        )
        for item in value.items(value.dig(data, 'check_runs'))
    )


def statuses(data: Any) -> tuple[Run, ...]:
    """Read the statuses out of a combined status."""
    return tuple(map(_status, value.items(value.dig(data, 'statuses'))))


def newest(runs: Iterable[Run]) -> tuple[Check, ...]:
    """Keep the newest per app and name, in the order of these."""
    in_time = sorted(runs, key=lambda run: (run.at, run.id))
    latest = {(run.check.app, run.check.name): run.check for run in in_time}
    return tuple(latest[key] for key in sorted(latest))


def together(*parts: tuple[Run, ...] | Gap) -> tuple[Check, ...] | None:
    """Put check runs and statuses together; None is unknown: what may not be read could have failed."""
    read = [part for part in parts if not isinstance(part, Gap)]
    checks = newest(chain(*read))
    if not read or (Gap.FORBIDDEN in parts and rollup(checks) is not CheckState.FAILING):
        return None
    return checks


def _app(item: Any) -> str:
    """Name the app; never "", which stands for a commit status. Old servers know no slugs."""
    names = (line(value.dig(item, key), at_most=NAME_MAX) for key in ('slug', 'name'))
    return next(filter(None, names), 'unknown')


def _status(item: dict[str, Any]) -> Run:
    """Read a commit status, which is never changed: each time a new one is set."""
    outcome, at = item.get('state'), value.time(item.get('created_at'))
    is_over = _state(outcome) is not CheckState.PENDING
    return _run(
        item,
        app='',
        name=item.get('context'),
        outcome=outcome,
        url=safe_url(item.get('target_url')),
        started_at=None if is_over else at,
        ended_at=at if is_over else None,
    )


def _run(
    item: dict[str, Any],
    *,
    app: str,
    name: Any,
    outcome: Any,
    url: str | None,
    started_at: datetime | None,
    ended_at: datetime | None,
) -> Run:
    state = _state(outcome)
    check = Check(app=app, name=line(name), state=state, url=url, started_at=started_at, ended_at=ended_at)
    at = started_at or ended_at or NOT_YET  # one that waits to be started is the newest
    return Run(check=check, at=at, id=value.identifier(item) or 0)


def _state(outcome: Any) -> CheckState:
    """Judge an outcome; one that GitHub has yet to invent has not passed, but has not failed either."""
    if not isinstance(outcome, str):
        return CheckState.PENDING
    if outcome in FAILED:
        return CheckState.FAILING
    return CheckState.PASSING if outcome in PASSED else CheckState.PENDING
