"""A card as the drawer shows it: all that is known, ready for JSON, of the description only its digest."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reviewflow import policy
from reviewflow.card import Card
from reviewflow.models import Check, CheckState, Review, ReviewState
from reviewflow.row import person_row, row
from reviewflow.text import shown

CHECKS_MAX = 200
WORST_FIRST = (CheckState.FAILING, CheckState.PENDING, CheckState.PASSING, CheckState.NONE)

IDLE = {ReviewState.APPROVED: 'approved', ReviewState.CHANGES_REQUESTED: 'changes'}
"""Opinions that can be without effect: of somebody who is asked again, or who is no member."""


def preview(card: Card) -> dict[str, Any]:
    """Say all that is known of a pull; times are seconds since 1970 UTC."""
    pull, detail = card.pull, card.pull.detail
    checks = policy.current_checks(pull)
    owners = set(detail.code_owners or ()) if detail is not None else set[str]()
    theirs = defaultdict[int | str, list[Review]](list)
    for review in detail.reviews if detail is not None else ():
        theirs[policy.identity(review.reviewer)].append(review)
    return row(card) | {
        'head_sha': pull.head_sha,
        'description': pull.description.digest,
        'labels': [[shown(label.name), label.color] for label in pull.labels],
        'people': [
            [
                *person_row(person),
                verdict,
                *_last_word(theirs[policy.identity(person)], verdict),
                verdict == 'asked' and person.login in owners,
            ]
            for person, verdict in card.reviewers
        ],
        'teams': [[shown(team), team in owners] for team in pull.requested_teams],
        'assignees': [person_row(person) for person in pull.assignees],
        'decision': detail and detail.review_decision,
        'is_otherwise': policy.is_otherwise(pull, card.status),
        'milestone': shown(pull.milestone),
        'mergeable': policy.current_mergeable(pull),
        'files': detail and detail.changed_files,
        'runs': None
        if checks is None
        else [
            _run(check)
            for check in sorted(checks, key=lambda check: WORST_FIRST.index(check.state))[:CHECKS_MAX]
        ],
        'created': seconds(pull.created_at),
        'closed': seconds(pull.closed_at),
        'merged': seconds(pull.merged_at),
    }


def _run(check: Check) -> list[str | int | None]:
    """Say how a check goes, where it ran, and from when to when."""
    begun, ended = seconds(check.started_at), seconds(check.ended_at)
    return [shown(check.name), shown(check.app), check.state, check.url, begun, ended]


def seconds(moment: datetime | None) -> int | None:
    """Write a time as seconds since 1970 UTC."""
    return None if moment is None else int(moment.timestamp())


def _last_word(reviews: Sequence[Review], verdict: str) -> tuple[int | None, str | None]:
    """Say when somebody last reviewed, and with which opinion that does not count."""
    if not reviews:
        return None, None
    opinions = [IDLE.get(review.state) for review in reviews if review.state in policy.OPINIONS]
    is_idle = bool(opinions) and verdict in {'asked', 'commented'}
    return seconds(reviews[-1].submitted_at), opinions[-1] if is_idle else None
