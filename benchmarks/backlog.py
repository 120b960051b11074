"""Pull requests that look like real ones, always the same."""

from datetime import UTC, datetime, timedelta

from reviewflow.models import (
    Check,
    CheckState,
    Detail,
    Label,
    Person,
    PullRequest,
    Repository,
    Review,
    ReviewState,
)

REPOSITORY = Repository(id=1, name='bench/board')
LATEST = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = tuple(
    Person(id=number, login=login)
    for number, login in enumerate(('ana', 'bela', 'chidi', 'dana-k', 'emre', 'farah', 'goran', 'hye-jin'))
)
LABELS = tuple(Label(name=name, color='1f6feb') for name in ('backend', 'needs docs', 'bug', 'performance'))
PARTS = ('scheduler', 'importer', 'login', 'search', 'export', 'billing', 'webhook', 'editor', 'cache')
DEEDS = ('Retry', 'Simplify', 'Document', 'Speed up', 'Remove', 'Fix a race in', 'Cover', 'Split')
VERDICTS = (None, ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.COMMENTED)


def backlog(count: int) -> list[PullRequest]:
    """Give so many pulls, the last updated first; three in five are open, and those come first."""
    return [_pull(number, is_open=number > count * 2 // 5) for number in range(count, 0, -1)]


def _pull(number: int, *, is_open: bool) -> PullRequest:
    deed, part = DEEDS[number % len(DEEDS)], PARTS[number % len(PARTS)]
    updated_at = LATEST + timedelta(minutes=number)
    return PullRequest(
        repository=REPOSITORY.name,
        number=number,
        title=f'{deed} the {part} when the connection is lost',
        url=f'https://example.com/{REPOSITORY.name}/pull/{number}',
        author=PEOPLE[number % len(PEOPLE)],
        is_open=is_open,
        is_draft=number % 9 == 0,
        base='main',
        head=f'{part}/issue-{number}',
        head_sha=f'{number:040x}',
        labels=LABELS[: number % 3],
        requested_reviewers=(PEOPLE[(number + 1) % len(PEOPLE)],),
        created_at=updated_at - timedelta(days=3),
        updated_at=updated_at,
        closed_at=None if is_open else updated_at,
        merged_at=None if is_open or number % 4 == 0 else updated_at,
        detail=_detail(number, updated_at),
    )


def _detail(number: int, at: datetime) -> Detail:
    verdict = VERDICTS[number % len(VERDICTS)]
    reviewer = PEOPLE[(number + 2) % len(PEOPLE)]
    review = verdict and Review(id=number, reviewer=reviewer, state=verdict, submitted_at=at)
    return Detail(
        head_sha=f'{number:040x}',
        additions=number % 700,
        deletions=number % 90,
        changed_files=number % 12,
        comments=number % 20,
        mergeable=True,
        reviews=(review,) if review else (),
        checks=tuple(
            Check(app='ci', name=name, state=CheckState.PASSING) for name in ('test', 'lint', 'build')
        ),
    )
