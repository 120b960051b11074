"""Cards to table rows and back; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from reviewflow.card import Card
from reviewflow.models import (
    Check,
    CheckState,
    Description,
    Detail,
    Label,
    Person,
    PullRequest,
    Repository,
    Review,
    ReviewState,
    TrackedRepository,
    Unread,
)

AS_THEY_ARE = (
    'title', 'url', 'is_open', 'is_draft', 'base', 'head', 'head_sha', 'number',
    'created_at', 'updated_at', 'closed_at', 'merged_at', 'milestone', 'node_id',
)  # fmt: skip
DETAIL_AS_THEY_ARE = (
    'additions', 'deletions', 'changed_files', 'comments', 'mergeable', 'review_decision', 'is_queued',
    'threads', 'open_threads',
)  # fmt: skip


def tracked_of(row: RowMapping) -> TrackedRepository:
    """Row of ``repositories`` and ``sync_states`` → how far a repository was read."""
    repository = Repository(id=row['forge_id'], name=row['name'], node_id=row['node_id'] or '')
    return TrackedRepository(
        id=row['id'],
        pattern=row['pattern'],
        repository=repository,
        mark=row['mark'],
        read_to=row['read_to'],
        read_back_to=row['read_back_to'],
        unread=tuple(map(_unread, row['unread'] or ())),
    )


def unread_values(tracked: TrackedRepository) -> list[dict[str, Any]]:
    """What of a repository is still to be read → the column for it."""
    return [asdict(part) for part in tracked.unread]


def pull_values(card: Card) -> dict[str, Any]:
    """Card → columns of ``pulls``, but its key."""
    pull, detail = card.pull, card.pull.detail
    values = {name: getattr(pull, name) for name in AS_THEY_ARE}
    values |= {name: getattr(detail, name, None) for name in DETAIL_AS_THEY_ARE}
    checks = None if detail is None else detail.checks
    owners = None if detail is None else detail.code_owners
    return values | {
        'repository_id': card.repository_id,
        'is_gone': False,
        'is_doubtful': card.is_doubtful,
        'owes_at': card.owes_at,
        'read': card.read,
        'author': asdict(pull.author),
        'assignees': [asdict(person) for person in pull.assignees],
        'requested_reviewers': [asdict(person) for person in pull.requested_reviewers],
        'requested_teams': list(pull.requested_teams),
        'description_digest': pull.description.digest,
        'detail_read': card.detail_read,
        'detail_of': card.detail_of,
        'detail_sha': None if detail is None else detail.head_sha,
        'checks': None if checks is None else [asdict(check) for check in checks],
        'code_owners': None if owners is None else list(owners),
        'pulse': None if detail is None else detail.pulse,
    }


def review_values(card: Card) -> list[dict[str, Any]]:
    """Card → rows of ``reviews``."""
    reviews = card.pull.detail.reviews if card.pull.detail is not None else ()
    return [
        {
            'pull_id': card.key,
            'id': review.id,
            'reviewer': asdict(review.reviewer),
            'state': review.state,
            'submitted_at': review.submitted_at,
            'association': review.association,
            'commit_sha': review.commit_sha,
        }
        for review in reviews
    ]


def label_values(card: Card) -> list[dict[str, Any]]:
    """Card → rows of ``labels``."""
    return [
        {'pull_id': card.key, 'position': position, **asdict(label)}
        for position, label in enumerate(card.pull.labels)
    ]


def description_values(card: Card) -> list[dict[str, Any]]:
    """Card → rows of ``descriptions``; an empty one has none."""
    text = card.pull.description.text
    return [{'pull_id': card.key, 'text': text}] if text else []


def card_of(
    row: RowMapping, repository: str, labels: Iterable[RowMapping], reviews: Iterable[RowMapping]
) -> Card:
    """Rows → card; reviews in the order of (submitted_at, id)."""
    pull = PullRequest(
        repository=repository,
        author=Person(**row['author']),
        labels=tuple(Label(name=label['name'], color=label['color']) for label in labels),
        assignees=_people(row['assignees']),
        requested_reviewers=_people(row['requested_reviewers']),
        requested_teams=tuple(row['requested_teams']),
        description=Description(digest=row['description_digest'] or ''),
        detail=_detail(row, reviews),
        **{name: row[name] for name in AS_THEY_ARE if row[name] is not None},  # none: older than the column
    )
    return Card(
        key=row['id'],
        repository_id=row['repository_id'],
        pull=pull,
        read=row['read'],
        detail_read=row['detail_read'],
        detail_of=row['detail_of'],
        is_doubtful=row['is_doubtful'] is True,
        owes_at=row['owes_at'],
    )


def _unread(value: Mapping[str, Any]) -> Unread:
    back_to = datetime.fromisoformat(value['back_to'])
    return Unread(
        after=value['after'],
        back_to=back_to,
        reached=_time(value.get('reached')),
        total=value.get('total'),
    )


def _detail(row: RowMapping, reviews: Iterable[RowMapping]) -> Detail | None:
    if row['detail_sha'] is None:
        return None
    checks, owners = row['checks'], row['code_owners']
    return Detail(
        head_sha=row['detail_sha'],
        reviews=tuple(_review(review) for review in reviews),
        checks=None if checks is None else tuple(_check(check) for check in checks),
        code_owners=None if owners is None else tuple(owners),
        pulse=row['pulse'] or '',
        **{name: row[name] for name in DETAIL_AS_THEY_ARE},
    )


def _review(row: RowMapping) -> Review:
    return Review(
        id=row['id'],
        reviewer=Person(**row['reviewer']),
        state=ReviewState(row['state']),
        submitted_at=row['submitted_at'],
        association=row['association'],
        commit_sha=row['commit_sha'],
    )


def _check(value: Mapping[str, Any]) -> Check:
    times = {name: _time(value.get(name)) for name in ('started_at', 'ended_at')}
    return Check(**{**value, **times, 'state': CheckState(value['state'])})


def _time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _people(values: Iterable[Mapping[str, Any]]) -> tuple[Person, ...]:
    return tuple(Person(**value) for value in values)
