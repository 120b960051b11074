"""What GitHub's webhooks hint at. Pure.

Each payload is said at https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import re
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from reviewflow.delivery import Delivery, Hints
from reviewflow.models import is_repository
from reviewflow.text import NAME_MAX, TITLE_MAX, line
from sync.github import value
from sync.github.value import dig

WORD = re.compile('[a-z_]{1,64}')
SHA = re.compile('[0-9a-f]{40}(?:[0-9a-f]{24})?')
QUEUED = re.compile(r'refs/heads/gh-readonly-queue/.+/pr-(\d{1,10})-[0-9a-f]+')
QUEUED_MAX = 1000
"""No branch of GitHub is named so long; the pattern takes the square of it."""
RENAMED = {'edited', 'deleted'}
REPOSITORY_NAME_MAX = 255

NOTHING = Hints()
NAMES = Hints(names=True)


class GitHubHooks:
    """Takes hints out of whatever was sent; a payload that lacks what it should have gives none."""

    @property
    def events(self) -> Collection[str]:
        """Names of the events that say something of what is shown here."""
        return READERS.keys()

    def parse(self, payload: Any, *, event: str, id: str, received_at: datetime) -> Delivery:  # noqa: A002
        """Take in a payload as :mod:`json` gives it."""
        repository = dig(payload, 'repository')
        name = dig(repository, 'full_name')
        is_name = isinstance(name, str) and len(name) <= REPOSITORY_NAME_MAX and is_repository(name)
        forge_id = value.identifier(repository)
        hints = READERS.get(event, _of_no_concern)(payload)
        if hints is not None and forge_id is None and hints not in {NOTHING, NAMES}:
            hints = None  # nobody knows where
        return Delivery(
            id=id,
            event=event,
            action=_action(payload),
            forge_id=forge_id,
            repository=name if is_name else '',
            hints=hints,
            received_at=received_at,
        )


def _of_no_concern(_: Any) -> Hints | None:
    return None


def _noted(_: Any) -> Hints:
    return NOTHING


def _names(_: Any) -> Hints:
    return NAMES


def _pull(payload: Any) -> Hints | None:
    """Source: pull_request, and whatever happens to its reviews."""
    pull = dig(payload, 'pull_request')
    number = _number(dig(pull, 'number')) or _number(dig(payload, 'number'))
    if number is None:
        return None
    return Hints(numbers=(number,), newer_than=value.time(dig(pull, 'updated_at')))


def _comment(payload: Any) -> Hints | None:
    """Source: issue_comment; the ``updated_at`` of an issue is not the pull's."""
    number = _number(dig(payload, 'issue', 'number'))
    is_pull = isinstance(dig(payload, 'issue', 'pull_request'), dict)
    return Hints(numbers=(number,)) if is_pull and number is not None else None


def _checks_in(part: str) -> Callable[[Any], Hints | None]:
    """Read check_run, check_suite and workflow_run, which look alike.

    Of a pull from a fork the list is empty, and only the head tells; and a fork that has checks of its own
    lists the pulls of the repository that it goes to.
    """

    def read(payload: Any) -> Hints | None:
        found = dig(payload, part)
        here = value.identifier(dig(payload, 'repository'))
        pulls = [
            pull
            for pull in value.some(dig(found, 'pull_requests'))
            if value.identifier(dig(pull, 'base', 'repo')) in {None, here}
        ]
        numbers = dict.fromkeys(_number(dig(pull, 'number')) for pull in pulls)
        return _some(
            numbers=tuple(number for number in numbers if number is not None),
            shas=_shas(dig(found, 'head_sha')),
        )

    return read


def _status(payload: Any) -> Hints | None:
    return _some(shas=_shas(dig(payload, 'sha')))


def _label(payload: Any) -> Hints | None:
    if _action(payload) not in RENAMED:
        return None
    return _some(labels=_both(payload, dig(payload, 'label', 'name'), 'name', at_most=NAME_MAX))


def _milestone(payload: Any) -> Hints | None:
    if _action(payload) not in RENAMED:
        return None
    return _some(milestones=_both(payload, dig(payload, 'milestone', 'title'), 'title', at_most=TITLE_MAX))


def _repository(payload: Any) -> Hints | None:
    """Read renamed, transferred, archived, deleted, …; ``edited`` is of its description."""
    return None if _action(payload) == 'edited' else NAMES


def _merge_group(payload: Any) -> Hints | None:
    """Read which pull is in the queue: its branch there is named for it."""
    ref = dig(payload, 'merge_group', 'head_ref')
    found = QUEUED.fullmatch(ref) if isinstance(ref, str) and len(ref) <= QUEUED_MAX else None
    number = _number(int(found[1])) if found else None
    return None if number is None else Hints(numbers=(number,))


READERS: dict[str, Callable[[Any], Hints | None]] = {
    'pull_request': _pull,
    'pull_request_review': _pull,
    'pull_request_review_comment': _pull,
    'pull_request_review_thread': _pull,
    'issue_comment': _comment,
    'check_run': _checks_in('check_run'),
    'check_suite': _checks_in('check_suite'),
    'workflow_run': _checks_in('workflow_run'),
    'status': _status,
    'label': _label,
    'milestone': _milestone,
    'merge_group': _merge_group,
    'repository': _repository,
    **dict.fromkeys(('public', 'member', 'membership', 'team', 'team_add', 'organization'), _names),
    **dict.fromkeys(('installation', 'installation_repositories', 'installation_target'), _names),
    'ping': _noted,
}


def _action(payload: Any) -> str:
    return value.matching(WORD, dig(payload, 'action')) or ''


def _number(number: Any) -> int | None:
    return value.integer(number, value.NUMBER_MAX)


def _shas(sha: Any) -> tuple[str, ...]:
    found = value.matching(SHA, sha)
    return () if found is None else (found,)


def _both(payload: Any, now: Any, field: str, *, at_most: int) -> tuple[str, ...]:
    """Give what something is called now, and what it was called before, if that differs."""
    texts = (now, dig(payload, 'changes', field, 'from'))
    return tuple(dict.fromkeys(name for text in texts if (name := line(text, at_most=at_most))))


def _some(**hints: Any) -> Hints | None:
    found = Hints(**hints)
    return None if found == NOTHING else found
