"""A card as the list draws it: small, ready for JSON, nothing of it evaluated by the browser."""

from typing import Any
from zlib import crc32

from reviewflow import policy
from reviewflow.card import Card
from reviewflow.models import CheckState, Person
from reviewflow.text import shown

Row = dict[str, Any]

LABELS_MAX = 12
REVIEWERS_MAX = 4
WHO_MATTERS = ('changes', 'asked', 'stale', 'approved', 'commented')


def row(card: Card) -> Row:
    """Say all that ``pull_list`` shows of a pull; times are seconds since 1970 UTC."""
    pull, detail = card.pull, card.pull.detail
    checks = policy.current_checks(pull)
    reviewers = sorted(card.reviewers, key=lambda each: WHO_MATTERS.index(each[1]))[:REVIEWERS_MAX]
    return {
        'key': card.key,
        'status': card.status,
        'marks': card.marks,
        'number': pull.number,
        'title': shown(pull.title) or '(no title)',
        'url': pull.url,
        'repository': pull.repository,
        'author': person_row(pull.author),
        'base': shown(pull.base),
        'head': shown(pull.head),
        'labels': [[shown(label.name), label.color] for label in pull.labels[:LABELS_MAX]],
        'label_count': len(pull.labels),
        'reviewer_count': len(card.reviewers),
        'reviewers': [[*person_row(person), verdict] for person, verdict in reviewers],
        'checks': card.checks,
        'passed': None if checks is None else sum(check.state is CheckState.PASSING for check in checks),
        'total': None if checks is None else len(checks),
        'additions': None if detail is None else detail.additions,
        'deletions': None if detail is None else detail.deletions,
        'size': None if detail is None else policy.size(detail.additions, detail.deletions),
        'is_ready': policy.is_ready(pull, card.status, card.checks),
        'comments': None if detail is None else detail.comments,
        'threads': None if detail is None else detail.threads,
        'open_threads': None if detail is None else detail.open_threads,
        'updated': int(pull.updated_at.timestamp()),
    }


def person_row(person: Person) -> list[str | bool | None]:
    """Say who somebody is."""
    return [shown(person.login), person.is_bot, picture_of(person)]


def picture_of(person: Person) -> str | None:
    """Name somebody's picture; another one, of another code host too, has another name for a browser."""
    if person.picture is None or person.avatar_url is None:
        return None
    return f'{person.picture}?v={crc32(person.avatar_url.encode()):08x}'
