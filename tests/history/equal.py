"""What has to be the same here and there, and what nobody promises."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reviewflow.models import Check, Detail, PullRequest

Key = tuple[int, int]
"""GitHub's id of a repository, and the number of a pull in it."""
Pulls = dict[Key, PullRequest]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """Pulls that changed without any trace, and no webhook told of it."""

    labels: frozenset[Key] = frozenset()
    """Their labels or milestones."""
    checks: frozenset[Key] = frozenset()
    """Single checks: there may be as many of each state as before."""


def seen(pull: PullRequest, *, has_pulse: bool = True) -> PullRequest:
    """Leave out what nobody promises: checks of closed pulls, and what leaves no trace.

    ``has_pulse``: whether the host tells cheaply what moves without a trace in the lists.
    """
    detail = pull.detail
    if not pull.is_open:
        detail = None
    elif detail is not None:
        detail = replace(detail, threads=None, open_threads=None) if has_pulse else _listed(detail)
    return replace(pull, detail=detail)


def all_seen(pulls: Mapping[Key, PullRequest], unheard: Unheard, *, has_pulse: bool) -> Pulls:
    """Leave out of each what nobody promises."""
    found = {key: seen(pull, has_pulse=has_pulse) for key, pull in sorted(pulls.items())}
    for key in unheard.labels & found.keys():
        found[key] = replace(found[key], labels=(), milestone='')
    for key in unheard.checks & found.keys():
        if (detail := found[key].detail) is not None and detail.checks is not None:
            states = sorted(check.state for check in detail.checks)
            checks = tuple(Check(app='', name='', state=state) for state in states)
            found[key] = replace(found[key], detail=replace(detail, checks=checks))
    return found


def with_kept(theirs: Pulls, mine: Pulls) -> Pulls:
    """Take over what we may know better: whether a pull can be merged, where GitHub has forgotten it."""
    return {key: _with_kept(pull, mine.get(key)) for key, pull in theirs.items()}


def _with_kept(pull: PullRequest, ours: PullRequest | None) -> PullRequest:
    detail, kept = pull.detail, ours.detail if ours else None
    if detail is None or kept is None or detail.mergeable is not None or detail.head_sha != kept.head_sha:
        return pull
    return replace(pull, detail=replace(detail, mergeable=kept.mergeable))


def _listed(detail: Detail) -> Detail:
    """Leave only what moves a pull's ``updated_at``, and what REST tells, too."""
    return replace(
        detail,
        checks=None,
        mergeable=None,
        comments=None,
        threads=None,
        open_threads=None,
        review_decision=None,
        is_queued=False,
        code_owners=None,
        pulse='',
    )
