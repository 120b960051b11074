"""A card as the list draws it: small, ready for JSON, nothing of it evaluated by the browser."""

from typing import Any

from reviewflow import policy
from reviewflow.card import Card
from reviewflow.models import CheckState, Person
from reviewflow.text import shown

Row = dict[str, Any]

LABELS_MAX = 12
REVIEWERS_MAX = 4


def row(card: Card) -> Row:
    """Say all that ``pull_list`` shows of a pull; times are seconds since 1970 UTC."""
    pull, detail = card.pull, card.pull.detail
    checks = policy.current_checks(pull)
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
        'reviewers': [[*person_row(person), verdict] for person, verdict in card.reviewers[:REVIEWERS_MAX]],
        'checks': card.checks,
        'passed': None if checks is None else sum(check.state is CheckState.PASSING for check in checks),
        'total': None if checks is None else len(checks),
        'additions': None if detail is None else detail.additions,
        'deletions': None if detail is None else detail.deletions,
        'size': None if detail is None else policy.size(detail.additions, detail.deletions),
        'is_ready': policy.is_ready(pull, card.status, card.checks),
        'comments': None if detail is None else detail.comments,
        'updated': int(pull.updated_at.timestamp()),
    }


def person_row(person: Person) -> list[str | bool | None]:
    """Say who somebody is."""
    return [shown(person.login), person.is_bot, person.picture]
