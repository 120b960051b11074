"""Values to test with: sensible by default, and every field can be said otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from reviewflow.card import Card, first_seen
from reviewflow.models import Check, CheckState, Detail, Person, PullRequest, Review, ReviewState

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HEAD = 'a' * 40


class Clock:
    """A wall clock that moves when it is told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass: ``clock.forward(minutes=3)``."""
        self.now += timedelta(**by)

    def monotonic(self) -> float:
        """Seconds, for whoever counts those; they never go back, so do not set this clock meanwhile."""
        return (self.now - NOW).total_seconds()


class Ticks:
    """A monotonic clock that moves when it is told to."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def after(**by: float) -> datetime:
    """Give a moment after :data:`NOW`: ``after(minutes=3)``."""
    return NOW + timedelta(**by)


def person(login: str, **changes: Any) -> Person:
    """Make somebody whose id follows from the login."""
    return replace(Person(id=crc32(login.encode()), login=login), **changes)


def review(by: str | Person, state: str, *, at: datetime | None = NOW, **changes: Any) -> Review:
    """Make a member's review of the present head."""
    made = Review(
        id=1,
        reviewer=person(by) if isinstance(by, str) else by,
        state=ReviewState(state),
        submitted_at=at,
        association='MEMBER',
        commit_sha=HEAD,
    )
    return replace(made, **changes)


def check(name: str, state: str, *, app: str = 'ci') -> Check:
    """Make a check."""
    return Check(app=app, name=name, state=CheckState(state))


def detail(*reviews: Review, **changes: Any) -> Detail:
    """Make what only a read of the single pull tells."""
    made = Detail(
        head_sha=HEAD,
        additions=10,
        deletions=2,
        changed_files=1,
        comments=0,
        mergeable=True,
        reviews=reviews,
        checks=(),
    )
    return replace(made, **changes)


def pull(**changes: Any) -> PullRequest:
    """Make an open pull of ann's, as a list shows it."""
    number = changes.get('number', 1)
    repository = changes.get('repository', 'acme/api')
    made = PullRequest(
        repository=repository,
        number=number,
        title='Fix the lamp',
        url=f'https://github.example/{repository}/pull/{number}',
        author=person('ann'),
        is_open=True,
        is_draft=False,
        base='main',
        head='topic',
        head_sha=HEAD,
        created_at=NOW,
        updated_at=NOW,
    )
    return replace(made, **changes)


def merged(**changes: Any) -> PullRequest:
    """Make a merged pull."""
    at = changes.get('updated_at', NOW)
    return pull(**{'is_open': False, 'closed_at': at, 'merged_at': at, **changes})


def closed(**changes: Any) -> PullRequest:
    """Make a pull that was closed without being merged."""
    return pull(**{'is_open': False, 'closed_at': changes.get('updated_at', NOW), **changes})


def card(of: PullRequest | None = None, *, key: int = 1, read: int = 1, repository_id: int = 1) -> Card:
    """Make the card of a pull that was read once."""
    return replace(first_seen(of or pull(number=key), repository_id=repository_id, read=read), key=key)
