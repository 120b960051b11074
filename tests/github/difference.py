"""From a pull before and after a change to the events of which GitHub would tell.

Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request
"""

from collections.abc import Callable, Iterator
from typing import Any

from tests.github.shape import Json

Event = tuple[str, Json]
"""The action, and what the payload says besides."""


def events(before: Json, after: Json, changed: Json) -> Iterator[Event]:
    """Give what happened to the fields that were changed."""
    for key in changed:
        if key in EVENTS and before.get(key) != after.get(key):
            yield from EVENTS[key](before.get(key), after.get(key))


def _edited(key: str) -> Callable[[Any, Any], Iterator[Event]]:
    def happened(before: Any, _: Any) -> Iterator[Event]:
        yield 'edited', {'changes': {key: {'from': before}}}

    return happened


def _base(before: Any, after: Any) -> Iterator[Event]:
    if before['ref'] != after['ref']:
        yield 'edited', {'changes': {'base': {part: {'from': before[part]} for part in ('ref', 'sha')}}}


def _head(before: Any, after: Any) -> Iterator[Event]:
    if before['sha'] != after['sha']:
        yield 'synchronize', {'before': before['sha'], 'after': after['sha']}


def _one_by_one(said: str, key: str, added: str, removed: str) -> Callable[[Any, Any], Iterator[Event]]:
    def happened(before: Any, after: Any) -> Iterator[Event]:
        was, now = ({item[key]: item for item in items or ()} for items in (before, after))
        yield from ((removed, {said: was[name]}) for name in was if name not in now)
        yield from ((added, {said: now[name]}) for name in now if name not in was)

    return happened


def _switched(on: str, off: str) -> Callable[[Any, Any], Iterator[Event]]:
    def happened(_: Any, after: Any) -> Iterator[Event]:
        yield (on if after else off), {}

    return happened


def _milestone(before: Any, after: Any) -> Iterator[Event]:
    if before:
        yield 'demilestoned', {'milestone': before}
    if after:
        yield 'milestoned', {'milestone': after}


def _state(_: Any, after: Any) -> Iterator[Event]:
    yield ('closed' if after == 'closed' else 'reopened'), {}


EVENTS: dict[str, Callable[[Any, Any], Iterator[Event]]] = {
    'title': _edited('title'),
    'body': _edited('body'),
    'base': _base,
    'head': _head,
    'labels': _one_by_one('label', 'name', 'labeled', 'unlabeled'),
    'assignees': _one_by_one('assignee', 'login', 'assigned', 'unassigned'),
    'requested_reviewers': _one_by_one(
        'requested_reviewer', 'login', 'review_requested', 'review_request_removed'
    ),
    'requested_teams': _one_by_one('requested_team', 'slug', 'review_requested', 'review_request_removed'),
    'draft': _switched('converted_to_draft', 'ready_for_review'),
    'locked': _switched('locked', 'unlocked'),
    'milestone': _milestone,
    'state': _state,
}
