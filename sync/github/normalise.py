"""Turn GitHub's JSON into our values: pure, and unmoved by whatever strangers put into it.

A list must not be asked for what only the single pull has (``mergeable``, ``additions`` …): see :func:`pull`.
An answer of the wrong shape is a :class:`reviewflow.errors.ForgeUnavailable`; a broken item is dropped.

Sources:
    https://docs.github.com/en/rest/pulls/pulls
    https://docs.github.com/en/rest/pulls/reviews
"""

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import filterfalse
from typing import Any

from reviewflow.errors import ForgeUnavailable, Reason, RepositoryUnavailable
from reviewflow.models import (
    GHOST,
    Description,
    Detail,
    Label,
    Person,
    PullRequest,
    Repository,
    Review,
    ReviewState,
)
from reviewflow.text import NAME_MAX, REF_MAX, line, lines, safe_url
from sync.github import value

REPOSITORY = re.compile(r'[\w.-]{1,100}/[\w.-]{1,100}', re.ASCII)
SHA = re.compile(r'[0-9a-f]{7,64}')
COLOR = re.compile(r'[0-9a-fA-F]{6}')
NODE_ID = re.compile(r'[\w=-]{1,255}', re.ASCII)
SIGNED_PICTURE = re.compile(r'https://private-avatars\.githubusercontent\.com/u/([0-9]{1,20})(?:\?.*)?')
NO_COLOR = 'ededed'
SETTLED = timedelta(seconds=2)
"""After its last change, what is read of a pull is final: time stamps are whole seconds."""
ASSOCIATION_MAX = 32
SUBMITTED = [state for state in ReviewState if state is not ReviewState.PENDING]

log = logging.getLogger(__name__)


def repository(data: Any) -> Repository:
    """Read a repository."""
    found = _repository(data)
    if found is None:
        raise ForgeUnavailable('a repository without id or name')
    return found


def active_repositories(data: Any) -> tuple[Repository, ...]:
    """Read a list of repositories, without the archived ones."""
    active = [item for item in value.items(data) if item.get('archived') is not True]
    return tuple(filter(None, map(_repository, active)))


def pulls(data: Any, asked: Repository) -> tuple[Repository, tuple[PullRequest, ...]]:
    """Read a list of pulls, and the repository they belong to: it may have been renamed.

    Raises:
        RepositoryUnavailable: it is another one that took its name.
    """
    items = value.items(data)
    home = _home(items, asked)
    return home, tuple(filter(None, (_pull(item, home) for item in items)))


def pull(data: Any, asked: Repository) -> tuple[PullRequest, Detail]:
    """Read a single pull, and its detail as far as it goes: reviews and checks are found elsewhere.

    Raises:
        RepositoryUnavailable: it is of another repository, which took the name.
    """
    home = _home([data], asked)
    found = _pull(data, home) if isinstance(data, dict) else None
    if found is None:
        raise ForgeUnavailable(f'{home.name}: a broken pull')
    mergeable = data.get('mergeable')
    comments = value.count(data.get('comments'))
    detail = Detail(
        head_sha=found.head_sha,
        additions=value.count(data.get('additions')),
        deletions=value.count(data.get('deletions')),
        changed_files=value.count(data.get('changed_files')),
        comments=None if comments is None else comments + (value.count(data.get('review_comments')) or 0),
        mergeable=mergeable if isinstance(mergeable, bool) else None,
        reviews=(),
        checks=None,
    )
    return found, detail


def reviews(data: Any) -> tuple[Review, ...]:
    """Read a list of reviews, without the reader's own unsubmitted one: it is nobody else's business."""
    return tuple(filter(None, map(_review, value.items(data))))


def node_id(item: Any) -> str:
    """Read GitHub's own name for something, if it has a proper one."""
    return value.matching(NODE_ID, value.dig(item, 'node_id')) or ''


def _pull(item: dict[str, Any], home: Repository) -> PullRequest | None:
    number = value.integer(item.get('number'), value.NUMBER_MAX)
    updated_at = value.time(item.get('updated_at'))
    created_at = value.time(item.get('created_at')) or updated_at
    if number is None or created_at is None or value.identifier(item) is None:
        log.warning('%s: dropped a pull without a proper number, id or date', home.name)
        return None
    merged_at = value.time(item.get('merged_at'))
    return PullRequest(
        repository=home.name,
        number=number,
        title=line(item.get('title')),
        url=safe_url(item.get('html_url')) or '',
        author=_person(item.get('user')),
        is_open=item.get('state') != 'closed' and merged_at is None,
        is_draft=item.get('draft') is True,
        base=line(value.dig(item, 'base', 'ref'), at_most=REF_MAX),
        head=line(value.dig(item, 'head', 'ref'), at_most=REF_MAX),
        head_sha=value.matching(SHA, value.dig(item, 'head', 'sha')) or '',
        labels=_labels(item.get('labels')),
        assignees=_people(filter(_is_user, value.some(item.get('assignees')))),  # GraphQL knows no others
        requested_reviewers=_people(filterfalse(_is_bot, value.some(item.get('requested_reviewers')))),
        requested_teams=_teams(item.get('requested_teams')),
        created_at=created_at,
        updated_at=updated_at or created_at,
        closed_at=value.time(item.get('closed_at')),
        merged_at=merged_at,
        milestone=line(value.dig(item, 'milestone', 'title'), at_most=NAME_MAX),
        node_id=node_id(item),
        description=Description.of(lines(item.get('body'))),
    )


def _home(items: list[Any], asked: Repository) -> Repository:
    home = next(filter(None, (_repository(value.dig(item, 'base', 'repo')) for item in items)), asked)
    if home.id != asked.id:
        raise RepositoryUnavailable(asked.name, Reason.REPLACED)
    return home


def _repository(item: Any) -> Repository | None:
    id_, name = value.identifier(item), value.matching(REPOSITORY, value.dig(item, 'full_name'))
    return None if id_ is None or name is None else Repository(id=id_, name=name, node_id=node_id(item))


def _review(item: dict[str, Any]) -> Review | None:
    id_, state = value.identifier(item), item.get('state')
    if id_ is None or state not in SUBMITTED:
        return None
    return Review(
        id=id_,
        reviewer=_person(item.get('user')),
        state=ReviewState(state),
        submitted_at=value.time(item.get('submitted_at')),
        association=line(item.get('author_association'), at_most=ASSOCIATION_MAX) or None,
        commit_sha=value.matching(SHA, item.get('commit_id')),
    )


def _person(item: Any) -> Person:
    id_, login = value.identifier(item), line(value.dig(item, 'login'), at_most=NAME_MAX)
    if id_ is None or not login:
        return GHOST
    return Person(id=id_, login=login, avatar_url=_picture(item.get('avatar_url')), is_bot=_is_bot(item))


def _picture(address: Any) -> str | None:
    """Read where a picture is; to some callers GitHub gives addresses that are signed anew in each answer.

    Kept as they came, every read would be a change; and they hold a key, which opens for twenty minutes only.
    """
    signed = SIGNED_PICTURE.fullmatch(address) if isinstance(address, str) else None
    return f'https://avatars.githubusercontent.com/u/{signed[1]}?v=4' if signed else safe_url(address)


def _is_user(item: Mapping[str, Any]) -> bool:
    return bool(item.get('type', 'User') == 'User')


def _is_bot(item: Mapping[str, Any]) -> bool:
    """Tell a bot; as a reviewer who is asked REST knows none, and nobody waits for it as for a person."""
    return bool(item.get('type') == 'Bot')


def _people(items: Iterable[Any]) -> tuple[Person, ...]:
    people = map(_person, items)
    return tuple({person.id: person for person in people if person is not GHOST}.values())


def is_early(updated_at: datetime | None, date: datetime | None) -> bool:
    """Tell whether something was read so soon that another change may have the same time stamp."""
    return updated_at is not None and date is not None and date < updated_at + SETTLED


def _labels(items: Any) -> tuple[Label, ...]:
    colors = {
        line(item.get('name'), at_most=NAME_MAX): value.matching(COLOR, item.get('color'))
        for item in value.some(items)
    }
    return tuple(Label(name=name, color=color or NO_COLOR) for name, color in colors.items() if name)


def _teams(items: Any) -> tuple[str, ...]:
    slugs = (line(item.get('slug'), at_most=NAME_MAX) for item in value.some(items))
    return tuple(dict.fromkeys(filter(None, slugs)))
