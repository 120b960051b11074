"""What the story of the pretend team leaves open: plans, owners of code, conversations, times of checks.

It takes nothing from the dice of the story, which goes on as it would without.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from reviewflow.models import Detail, PullRequest, ReviewState
from sync.demo.team import PROJECTS, Project

_PLANNED = 0.4
"""The share of pulls that have a milestone."""
_OPENS = {ReviewState.CHANGES_REQUESTED: (1, 4), ReviewState.COMMENTED: (0, 2)}
"""How many conversations a review begins."""
_CHECK_TAKES_S = (8, 420)


def milestone(project: Project, number: int) -> str:
    """Plan a pull, or leave it to chance."""
    dice = _dice(project.repository.name, number)
    return dice.choice(project.milestones) if dice.random() < _PLANNED else ''


def owned(pull: PullRequest, detail: Detail) -> PullRequest:
    """Mark those who are asked because they own the code."""
    project = PROJECTS[pull.repository]
    owners = [person.login for person in pull.requested_reviewers if person in project.owners]
    return replace(pull, detail=replace(detail, code_owners=(*owners, *pull.requested_teams)))


def talked(detail: Detail, state: ReviewState) -> Detail:
    """Begin conversations with a review, or end them with an approval, maybe all but one."""
    dice = _dice(detail.head_sha, len(detail.reviews))
    if state is ReviewState.APPROVED:
        return replace(detail, open_threads=min(detail.open_threads or 0, dice.randint(0, 4) // 4))
    begun = dice.randint(*_OPENS[state])
    threads, still_open = (detail.threads or 0) + begun, (detail.open_threads or 0) + begun
    return replace(detail, threads=threads, open_threads=still_open)


def answered(detail: Detail) -> Detail:
    """Resolve what was pushed for: about half of the conversations."""
    return replace(detail, open_threads=(detail.open_threads or 0) // 2)


def end_of_check(name: str, head_sha: str, *, begun_at: datetime, at: datetime) -> datetime:
    """Say when a check ended that is seen to have ended."""
    seconds = _dice(head_sha, name).triangular(*_CHECK_TAKES_S, 40)
    return min(begun_at + timedelta(seconds=round(seconds)), at)


def _dice(*about: object) -> Random:
    return Random(' '.join(map(str, about)))  # noqa: S311  # a story, no secret
