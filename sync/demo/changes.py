"""The ways in which a pull of the pretend team can change."""

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import cast

from reviewflow.models import Check, CheckState, Detail, Person, PullRequest, Review, ReviewState
from sync.demo.aside import answered, end_of_check, talked
from sync.demo.team import PROJECTS, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something happens, and the dice to decide how."""

    at: datetime
    random: Random


def detail_of(pull: PullRequest) -> Detail:
    """Give the detail, which every pull of the pretend team has; only lists leave it out."""
    return cast('Detail', pull.detail)


def asked(pull: PullRequest, person: Person, now: Moment) -> PullRequest:
    """Ask one more person for a review."""
    return replace(pull, requested_reviewers=(*pull.requested_reviewers, person), updated_at=now.at)


def reviewed(pull: PullRequest, reviewer: Person, state: ReviewState, now: Moment) -> PullRequest:
    """Add a review; as on GitHub, any review answers the request for it."""
    detail = detail_of(pull)
    repository = PROJECTS[pull.repository].repository
    review = Review(
        # unique among all pulls and rising within each, in whatever order things happen
        id=(repository.id * 1_000_000 + pull.number) * 1_000 + len(detail.reviews),
        reviewer=reviewer,
        state=state,
        submitted_at=now.at,
        association='MEMBER',
        commit_sha=pull.head_sha,
    )
    return replace(
        pull,
        requested_reviewers=tuple(person for person in pull.requested_reviewers if person != reviewer),
        updated_at=now.at,
        detail=replace(
            talked(detail, state),
            comments=(detail.comments or 0) + (state is not ReviewState.APPROVED),
            reviews=(*detail.reviews, review),
            is_queued=detail.is_queued and state is not ReviewState.CHANGES_REQUESTED,
        ),
    )


def pushed(pull: PullRequest, now: Moment) -> PullRequest:
    """Move the head: checks begin again, and seldom a conflict shows."""
    detail = detail_of(pull)
    head_sha = new_head(now.random)
    return replace(
        pull,
        head_sha=head_sha,
        updated_at=now.at,
        detail=replace(
            answered(detail),
            head_sha=head_sha,
            additions=(detail.additions or 0) + now.random.randint(0, 20),
            deletions=(detail.deletions or 0) + now.random.randint(0, 10),
            mergeable=now.random.random() < 0.95,
            checks=started_checks(PROJECTS[pull.repository], now.at),
            is_queued=False,
        ),
    )


def queued(pull: PullRequest, now: Moment) -> PullRequest:
    """Let a pull wait for its turn to be merged."""
    return replace(pull, updated_at=now.at, detail=replace(detail_of(pull), is_queued=True))


def ended(pull: PullRequest, now: Moment) -> PullRequest:
    """Close a pull."""
    detail = replace(detail_of(pull), mergeable=None, is_queued=False)
    return replace(pull, is_open=False, updated_at=now.at, closed_at=now.at, detail=detail)


def checked(pull: PullRequest, now: Moment) -> PullRequest:
    """Let half of the running checks come to their end; ``updated_at`` stays, as on GitHub."""
    detail = detail_of(pull)
    checks = detail.checks or ()
    running = [check.name for check in checks if check.state is CheckState.PENDING]
    results = {
        name: CheckState.FAILING if now.random.random() < 0.04 else CheckState.PASSING
        for name in now.random.sample(running, (len(running) + 1) // 2)
    }
    done = tuple(
        replace(check, state=results[check.name], ended_at=_end(check, detail.head_sha, now))
        if check.name in results
        else check
        for check in checks
    )
    return replace(pull, detail=replace(detail, checks=done))


def new_head(random: Random) -> str:
    """Make up the hash of a commit."""
    return f'{random.getrandbits(160):040x}'


def started_checks(project: Project, at: datetime) -> tuple[Check, ...]:
    """Start every check of a project anew."""
    return tuple(
        Check(app='harbor-ci', name=name, state=CheckState.PENDING, started_at=at) for name in project.checks
    )


def _end(check: Check, head_sha: str, now: Moment) -> datetime:
    return end_of_check(check.name, head_sha, begun_at=check.started_at or now.at, at=now.at)
