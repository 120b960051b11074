"""What happens to a pull of the pretend team after it was opened.

Each event takes an open pull and gives it as it is afterwards, or None where it cannot happen to this one.
"""

from collections.abc import Callable
from dataclasses import replace

from reviewflow.models import CheckState, Person, PullRequest, ReviewState, Status
from reviewflow.policy import current_checks, latest_opinions, rollup, standing_opinions, status
from sync.demo.changes import Moment, asked, detail_of, ended, pushed, queued, reviewed
from sync.demo.team import PROJECTS

Event = Callable[[PullRequest, Moment], PullRequest | None]

_TAILS = (', with tests', ' (behind a flag)', ' (first part)', ' and write it down')


def base_title(title: str) -> str:
    """Give the title as it was before somebody edited it."""
    for tail in _TAILS:
        title = title.removesuffix(tail)
    return title


def leave_draft(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Declare a draft ready, and ask for reviews."""
    if not pull.is_draft:
        return None
    reviewers = tuple(now.random.sample(_others(pull), 2))
    return replace(pull, is_draft=False, requested_reviewers=reviewers, updated_at=now.at)


def ask(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Ask one more person, who has no opinion yet."""
    busy = {*pull.requested_reviewers, *(review.reviewer for review in latest_opinions(pull))}
    free = [person for person in _others(pull) if person not in busy]
    if pull.is_draft or not free or len(pull.requested_reviewers) > 1:
        return None
    return asked(pull, now.random.choice(free), now)


def ask_again(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Ask somebody to look at what was pushed since their opinion."""
    outdated = [review.reviewer for review in standing_opinions(pull) if review.commit_sha != pull.head_sha]
    return asked(pull, now.random.choice(outdated), now) if outdated else None


def comment(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Say something: in the conversation, or as a review without a verdict."""
    speaker = now.random.choice(PROJECTS[pull.repository].people)
    if speaker != pull.author and now.random.random() < 0.5:
        return reviewed(pull, speaker, ReviewState.COMMENTED, now)
    detail = detail_of(pull)
    return replace(pull, updated_at=now.at, detail=replace(detail, comments=(detail.comments or 0) + 1))


def approve(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Approve: whoever was asked, else anybody; two approvals of a head are enough."""
    content = {
        review.reviewer
        for review in standing_opinions(pull)
        if review.state is ReviewState.APPROVED and review.commit_sha == pull.head_sha
    }
    waiting = [person for person in pull.requested_reviewers or _others(pull) if person not in content]
    if pull.is_draft or len(content) > 1 or not waiting:
        return None
    return reviewed(pull, now.random.choice(waiting), ReviewState.APPROVED, now)


def request_changes(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Ask the author for something else."""
    if pull.is_draft or pull.author.is_bot or status(pull) is Status.CHANGES_REQUESTED:
        return None
    reviewer = now.random.choice(pull.requested_reviewers or _others(pull))
    return reviewed(pull, reviewer, ReviewState.CHANGES_REQUESTED, now)


def mend(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Push what a reviewer asked for, or what a red check or a conflict calls for."""
    is_wanted = (
        rollup(current_checks(pull)) is CheckState.FAILING
        or not detail_of(pull).mergeable
        or any(
            review.state is ReviewState.CHANGES_REQUESTED and review.commit_sha == pull.head_sha
            for review in standing_opinions(pull)
        )
    )
    return pushed(pull, now) if is_wanted else None


def add_commit(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Push an afterthought: approvals so far become stale."""
    return None if pull.author.is_bot else pushed(pull, now)


def edit_title(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Say in the title what the pull became, or take that back."""
    if pull.author.is_bot:
        return None
    base = base_title(pull.title)
    title = base + now.random.choice(_TAILS) if pull.title == base else base
    return replace(pull, title=title, updated_at=now.at)


def merge(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Merge what is approved and green, after its wait where there is a queue; a bump needs no approval."""
    is_green = rollup(current_checks(pull)) is CheckState.PASSING and detail_of(pull).mergeable
    is_wanted = status(pull) is Status.APPROVED or (pull.author.is_bot and status(pull) is Status.PENDING)
    if pull.is_draft or not is_green or not is_wanted:
        return None
    if PROJECTS[pull.repository].has_queue and not detail_of(pull).is_queued:
        return queued(pull, now)
    return replace(ended(pull, now), merged_at=now.at)


def close(pull: PullRequest, now: Moment) -> PullRequest | None:
    """Give up a pull; one whose checks still run is left alone."""
    return None if rollup(current_checks(pull)) is CheckState.PENDING else ended(pull, now)


EVENTS: dict[Event, float] = {
    leave_draft: 1.5,
    ask: 2,
    ask_again: 5,
    comment: 2.5,
    approve: 1.5,
    request_changes: 0.8,
    mend: 6,
    add_commit: 0.8,
    edit_title: 0.12,
    merge: 2.5,
    close: 0.15,
}
"""What may happen → how eagerly."""


def _others(pull: PullRequest) -> tuple[Person, ...]:
    return tuple(person for person in PROJECTS[pull.repository].people if person != pull.author)
