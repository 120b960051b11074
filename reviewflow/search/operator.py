"""The operators of the search: what each looks at; adding one is adding an entry.

The names are GitHub's wherever it has the thing.
Source: https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reviewflow import policy
from reviewflow.card import Card
from reviewflow.models import CheckState, Mark, Person, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A way to choose pulls by one of their properties."""

    name: str
    hint: str
    """What it looks at, for people."""
    values: Callable[[Card], Iterable[str]]
    """What a pull has of it, in any case."""
    choices: tuple[str, ...] = ()
    """All that can ever be asked for; () when that depends on the pulls."""
    has_many: bool = False
    """Whether a pull can have several: then it needs to have all that are asked for, else one of them."""


def _logins(people: Iterable[Person]) -> list[str]:
    return [person.login for person in people]


def _state(card: Card) -> Iterator[str]:
    pull = card.pull
    yield 'open' if pull.is_open else 'closed'
    yield 'merged' if card.status is Status.MERGED else 'unmerged'
    yield 'bot' if pull.author.is_bot else 'human'
    if pull.is_draft:
        yield 'draft'
    if Mark.QUEUED in card.marks:
        yield 'queued'


def _review(card: Card) -> Iterator[str]:
    decision = card.pull.detail and card.pull.detail.review_decision
    if decision == 'REVIEW_REQUIRED' or (decision is None and card.status is Status.PENDING):
        yield 'required'
    if card.status in {Status.APPROVED, Status.CHANGES_REQUESTED}:
        yield card.status
    if card.pull.detail is not None and not card.pull.detail.reviews:
        yield 'none'
    if Mark.COMMENTED in card.marks:
        yield 'commented'
    if Mark.STALE_APPROVAL in card.marks:
        yield 'stale'


def _reviewed_by(card: Card) -> list[str]:
    return [person.login for person, verdict in card.reviewers if verdict != 'asked']


def _teams(card: Card) -> Iterator[str]:
    owner = card.pull.repository.split('/')[0]
    for team in card.pull.requested_teams:
        yield team
        yield f'{owner}/{team}'


def _involved(card: Card) -> list[str]:
    pull = card.pull
    reviewers = [person for person, _ in card.reviewers]
    return _logins([pull.author, *pull.assignees, *reviewers])


def _size(card: Card) -> list[str]:
    detail = card.pull.detail
    letter = policy.size(detail.additions, detail.deletions) if detail is not None else None
    return [letter] if letter is not None else []


def _missing(card: Card) -> Iterator[str]:
    pull = card.pull
    if not pull.labels:
        yield 'label'
    if not pull.assignees:
        yield 'assignee'
    if not card.reviewers:
        yield 'reviewer'
    if not pull.milestone:
        yield 'milestone'


OPERATORS = {
    operator.name: operator
    for operator in (
        Operator(name='repo', hint='repository', values=lambda card: [card.pull.repository]),
        Operator(name='author', hint='whoever opened it', values=lambda card: [card.pull.author.login]),
        Operator(
            name='label',
            hint='label',
            values=lambda card: [label.name for label in card.pull.labels],
            has_many=True,
        ),
        Operator(
            name='is',
            hint='state or kind',
            values=_state,
            choices=('open', 'closed', 'merged', 'unmerged', 'draft', 'queued', 'bot', 'human'),
            has_many=True,
        ),
        Operator(
            name='status',
            hint='status, as the tiles count it',
            values=lambda card: [card.status],
            choices=tuple(Status),
        ),
        Operator(
            name='review',
            hint='how the reviews stand',
            values=_review,
            choices=('required', 'none', 'approved', 'changes_requested', 'commented', 'stale'),
            has_many=True,
        ),
        Operator(
            name='draft',
            hint='draft or not',
            values=lambda card: ['true' if card.pull.is_draft else 'false'],
            choices=('true', 'false'),
        ),
        Operator(
            name='checks',
            hint='how the checks stand',
            values=lambda card: [card.checks] if card.checks is not None else [],
            choices=tuple(CheckState),
        ),
        Operator(
            name='reviewer',
            hint='whoever reviewed it, or is asked to',
            values=lambda card: _logins(person for person, _ in card.reviewers),
            has_many=True,
        ),
        Operator(name='reviewed-by', hint='whoever reviewed it', values=_reviewed_by, has_many=True),
        Operator(
            name='review-requested',
            hint='whoever is asked for a review',
            values=lambda card: _logins(card.pull.requested_reviewers),
            has_many=True,
        ),
        Operator(
            name='team-review-requested',
            hint='team that is asked for a review',
            values=_teams,
            has_many=True,
        ),
        Operator(
            name='assignee',
            hint='whoever it is assigned to',
            values=lambda card: _logins(card.pull.assignees),
            has_many=True,
        ),
        Operator(
            name='involves',
            hint='author, assignee or reviewer',
            values=_involved,
            has_many=True,
        ),
        Operator(
            name='org',
            hint='owner of the repository',
            values=lambda card: [card.pull.repository.split('/')[0]],
        ),
        Operator(
            name='milestone',
            hint='milestone',
            values=lambda card: [card.pull.milestone] if card.pull.milestone else [],
        ),
        Operator(name='base', hint='branch it goes into', values=lambda card: [card.pull.base]),
        Operator(name='head', hint='branch it comes from', values=lambda card: [card.pull.head]),
        Operator(name='size', hint='lines touched', values=_size, choices=tuple(s for s, _ in policy.SIZES)),
        Operator(
            name='no',
            hint='what it lacks',
            values=_missing,
            choices=('label', 'assignee', 'reviewer', 'milestone'),
            has_many=True,
        ),
    )
}

SORT = 'sort'
SAME = {'state': 'is', 'user': 'org'}
"""GitHub's other name → the one above."""
UNKNOWN_HERE = {
    'archived', 'closed', 'comments', 'commenter', 'created', 'in', 'interactions', 'language', 'linked',
    'locked', 'mentions', 'merged', 'project', 'reactions', 'reason', 'sha', 'team', 'topic',
    'type', 'updated',
}  # fmt: skip
"""Operators of GitHub that we do not have."""


def facets(card: Card) -> Iterator[tuple[str, str]]:
    """List all that a pull can be found by: (operator, value in lower case)."""
    for operator in OPERATORS.values():
        for value in operator.values(card):
            yield operator.name, value.lower().replace('"', '')
