"""Pure rules: which status a pull has, what marks it, which channel shows it, in which order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reviewflow.models import Check, CheckState, Mark, Person, PullRequest, Review, ReviewState, Status

OPINIONS = {ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED}
MEMBERS = {'OWNER', 'MEMBER', 'COLLABORATOR'}
THE_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to cut the board: the tiles and the rail show these, in this order."""

    key: str
    title: str
    short: str
    icon: str
    role: str
    """The CSS class that gives the colour of the state; "" for none."""


ALL = 'all'
CHANNELS = (
    Channel(key=ALL, title='All', short='All', icon='list', role=''),
    Channel(key=Status.PENDING.value, title='Pending', short='Pending', icon='clock', role='is-pending'),
    Channel(
        key=Status.APPROVED.value,
        title='Approved',
        short='Approved',
        icon='check-circle',
        role='is-approved',
    ),
    Channel(
        key=Status.CHANGES_REQUESTED.value,
        title='Changes requested',
        short='Changes',
        icon='changes',
        role='is-changes',
    ),
    Channel(key=Status.CLOSED.value, title='Closed', short='Closed', icon='pr-closed', role='is-closed'),
    Channel(key=Status.MERGED.value, title='Merged', short='Merged', icon='merge', role='is-merged'),
)

SORTS: dict[str, tuple[Callable[[PullRequest], datetime], bool]] = {
    'updated-desc': (lambda pull: pull.updated_at, True),
    'updated-asc': (lambda pull: pull.updated_at, False),
    'created-desc': (lambda pull: pull.created_at, True),
    'created-asc': (lambda pull: pull.created_at, False),
}
DEFAULT_SORT = 'updated-desc'


def status(pull: PullRequest) -> Status:
    """Say which of the five a pull is in."""
    if pull.merged_at is not None:
        return Status.MERGED
    if not pull.is_open:
        return Status.CLOSED
    verdicts = {review.state for review in standing_opinions(pull)}
    if ReviewState.CHANGES_REQUESTED in verdicts:
        return Status.CHANGES_REQUESTED
    return Status.APPROVED if ReviewState.APPROVED in verdicts else Status.PENDING


def marks(pull: PullRequest) -> tuple[Mark, ...]:
    """Say what else is worth knowing of a pull."""
    found = []
    standing = standing_opinions(pull)
    if pull.is_draft:
        found.append(Mark.DRAFT)
    if pull.is_open and has_plain_comment(pull, standing):
        found.append(Mark.COMMENTED)
    if any(is_stale_approval(review, pull) for review in standing):
        found.append(Mark.STALE_APPROVAL)
    if pull.detail is not None and pull.detail.is_queued:
        found.append(Mark.QUEUED)
    return tuple(found)


def standing_opinions(pull: PullRequest) -> list[Review]:
    """Keep the opinions that count: one per reviewer, each an approval or a request for changes."""
    asked_again = {identity(person) for person in pull.requested_reviewers}
    return [
        review
        for review in latest_opinions(pull)
        if review.state is not ReviewState.DISMISSED
        and identity(review.reviewer) not in asked_again
        and identity(review.reviewer) != identity(pull.author)
        and review.association in {None, *MEMBERS}
    ]


def latest_opinions(pull: PullRequest) -> list[Review]:
    """Keep each reviewer's last approval, request for changes or dismissal."""
    reviews = pull.detail.reviews if pull.detail is not None else ()
    return list(
        {
            identity(review.reviewer): review for review in in_order(reviews) if review.state in OPINIONS
        }.values()
    )


def in_order(reviews: Iterable[Review]) -> list[Review]:
    """Sort reviews as they were given; one that was not submitted yet comes first."""
    return sorted(reviews, key=lambda review: (review.submitted_at or THE_BEGINNING, review.id))


def is_stale_approval(review: Review, pull: PullRequest) -> bool:
    """Tell whether this approval was given to an older head."""
    return review.state is ReviewState.APPROVED and review.commit_sha not in {None, pull.head_sha}


def has_plain_comment(pull: PullRequest, standing: Iterable[Review]) -> bool:
    """Tell whether somebody but the author left a comment and holds no standing opinion."""
    if pull.detail is None:
        return False
    holders = {identity(review.reviewer) for review in standing}
    return any(
        review.state is ReviewState.COMMENTED
        and identity(review.reviewer) != identity(pull.author)
        and identity(review.reviewer) not in holders
        for review in pull.detail.reviews
    )


def identity(person: Person) -> int | str:
    """Tell people apart by the host's id; whoever has none is one and the same ghost."""
    return 'ghost' if person.id is None else person.id


def rollup(checks: Sequence[Check] | None) -> CheckState | None:
    """Say how all checks of a head stand together; None is unknown."""
    if checks is None:
        return None
    states = {check.state for check in checks}
    for worst in (CheckState.FAILING, CheckState.PENDING, CheckState.PASSING):
        if worst in states:
            return worst
    return CheckState.NONE


def current_checks(pull: PullRequest) -> tuple[Check, ...] | None:
    """Give the checks of the present head; None when they were not read since it moved."""
    if pull.detail is None or pull.detail.head_sha != pull.head_sha:
        return None
    return pull.detail.checks


def current_mergeable(pull: PullRequest) -> bool | None:
    """Tell whether the present head can be merged; None is unknown."""
    if pull.detail is None or not pull.is_open or pull.detail.head_sha != pull.head_sha:
        return None
    return pull.detail.mergeable


def is_ready(pull: PullRequest, status: Status, checks: CheckState | None) -> bool:
    """Tell whether nothing that we know of stands between an approved pull and its merge."""
    is_green = checks in {CheckState.PASSING, CheckState.NONE}
    return status is Status.APPROVED and is_green and not pull.is_draft and current_mergeable(pull) is True


def is_otherwise(pull: PullRequest, status: Status) -> bool:
    """Tell whether GitHub's own decision on an open pull is known, and another one than ours."""
    decision = pull.detail and pull.detail.review_decision
    return pull.is_open and bool(decision) and OURS.get(decision or '') is not status


OURS = {
    'APPROVED': Status.APPROVED,
    'CHANGES_REQUESTED': Status.CHANGES_REQUESTED,
    'REVIEW_REQUIRED': Status.PENDING,
}
"""GitHub's decision → the status that says the same."""


def reviewers(pull: PullRequest) -> list[tuple[Person, str]]:
    """List everybody who reviewed or was asked to, each with one verdict.

    ``approved``, ``stale`` (an approval of an older head) and ``changes`` are standing;
    ``commented`` is anything else that was said, ``asked`` is still awaited.
    """
    verdicts: dict[int | str, tuple[Person, str]] = {}
    for review in pull.detail.reviews if pull.detail is not None else ():
        if review.state is not ReviewState.PENDING and identity(review.reviewer) != identity(pull.author):
            verdicts[identity(review.reviewer)] = review.reviewer, 'commented'
    for review in standing_opinions(pull):
        verdicts[identity(review.reviewer)] = review.reviewer, verdict(review, pull)
    for person in pull.requested_reviewers:
        verdicts[identity(person)] = person, 'asked'
    return list(verdicts.values())


def verdict(review: Review, pull: PullRequest) -> str:
    """Name a standing opinion in one word."""
    if review.state is ReviewState.CHANGES_REQUESTED:
        return 'changes'
    return 'stale' if is_stale_approval(review, pull) else 'approved'


def size(additions: int | None, deletions: int | None) -> str | None:
    """Give the letter for the number of lines touched; None is unknown."""
    if additions is None or deletions is None:
        return None
    lines = additions + deletions
    return next(letter for letter, below in SIZES if lines < below)


SIZES = (('XS', 10), ('S', 100), ('M', 300), ('L', 1000), ('XL', float('inf')))
