"""Make our values of what GraphQL answered; pure."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reviewflow import policy
from reviewflow.errors import ForgeUnavailable, Reason, RepositoryUnavailable
from reviewflow.forge import Ask, Listed, Page, Place
from reviewflow.models import Check, Detail, PullRequest, Repository
from reviewflow.text import NAME_MAX, line
from sync.github import check, graph_shape, normalise, value
from sync.github.check import Gap
from sync.github.graph_shape import Json

CURSOR = 'graph:'
"""What a page's ``next`` begins with: by REST it is an address."""
CURSORS = re.compile(r'[\x20-\x7e]{1,1000}')
DECISIONS = {'APPROVED', 'CHANGES_REQUESTED', 'REVIEW_REQUIRED'}
MORE = {
    'reviews': ('hasPreviousPage', 'startCursor'),
    'threads': ('hasNextPage', 'endCursor'),
    'contexts': ('hasNextPage', 'endCursor'),
}
"""Lists of a pull that may go on → what their page info says then; see ``documents.detail``."""
FIELDS = {'reviews': 'reviews', 'threads': 'reviewThreads', 'contexts': 'statusCheckRollup'}
"""The same lists → the fields of a pull that hold them."""


def page(node: Json, ask: Ask) -> Page | None:
    """Read a page of a list; None while it is what was known.

    Raises:
        RepositoryUnavailable: it is of another repository.
        ForgeUnavailable: there is no list.
    """
    connection = node.get('pullRequests')
    repository = normalise.repository(graph_shape.home(node))
    if repository.id != ask.repository.id:
        raise RepositoryUnavailable(ask.repository.name, Reason.REPLACED)
    lines = value.dig(connection, 'nodes')
    if not isinstance(lines, list):
        raise ForgeUnavailable(f'{ask.repository.name}: a part without an answer')
    nodes = graph_shape.nodes(node, 'pullRequests')
    listed = tuple(filter(None, map(_listed, nodes)))
    mark = value.digest([repository.name, value.dig(connection, 'totalCount'), nodes], size=16)
    if ask.after is None and mark == ask.known:
        return None
    return Page(
        listed=listed,
        repository=repository,
        next=_next(value.dig(connection, 'pageInfo')),
        mark=mark if ask.after is None else None,
        total=value.count(value.dig(connection, 'totalCount')),
        is_whole=len(listed) == len(lines),
    )


def cursors(node: Json) -> dict[str, str]:
    """Say which lists of a pull go on, and from where; by their names in ``documents.detail``."""
    found = {}
    for name, connection in _connections(node).items():
        is_more, cursor = MORE[name]
        info = value.dig(connection, 'pageInfo')
        if value.dig(info, is_more) is True and (after := value.matching(CURSORS, value.dig(info, cursor))):
            found[name] = after
    return found


def lists(node: Json) -> dict[str, list[Json]]:
    """Take what is on this page of the lists of a pull."""
    return {
        name: graph_shape.nodes({name: connection}, name) for name, connection in _connections(node).items()
    }


def is_lost(node: Json, more: Iterable[str]) -> bool:
    """Tell whether one of these lists, which go on, is not on this page: then it is not its end."""
    found = _connections(node)
    return not all(isinstance(found[name], dict) for name in more)


def unknown_fields(node: Json, failed: set[str], more: Iterable[str] | None = None) -> set[str]:
    """Name the fields of these lists that failed or hold null, which may be anything, whatever errors say.

    ``more`` names the lists that go on; without, it is the first page of all.
    """
    found = _connections(node)
    names = set(found if more is None else more)
    if more is None and node.get('statusCheckRollup') is None and 'statusCheckRollup' not in failed:
        names.discard('contexts')  # there are no checks
    failed = failed - {'reviews'}  # of a review only who wrote it and of which commit can fail by itself
    return {FIELDS[name] for name in names if FIELDS[name] in failed or not _is_whole(found[name])}


def is_asked(node: Json, place: Place) -> bool:
    """Tell whether it is the pull that was asked for by its node id."""
    return node.get('number') == place.number and node.get('id') == place.node_id


def is_same(node: Json, other: Json) -> bool:
    """Tell whether two pages are of the same state of a pull."""
    return all(line(node.get(name)) == line(other.get(name)) for name in ('updatedAt', 'headRefOid'))


def pull(
    node: Json, parts: dict[str, list[Json]], *, asked: Repository, unknown: set[str], is_early: bool
) -> PullRequest:
    """Make a pull with its detail of a node, and of its whole lists but for those that are ``unknown``.

    Raises:
        RepositoryUnavailable, ForgeUnavailable: it is of another repository, or broken.
    """
    if 'reviews' in unknown:
        raise ForgeUnavailable('the reviews of a pull cannot be found')
    found, detail = normalise.pull(graph_shape.pull(node), asked)
    decision = node.get('reviewDecision')
    owners = (line(name, at_most=NAME_MAX) for name in graph_shape.code_owners(node))
    reviews = normalise.reviews(list(map(graph_shape.review, parts['reviews'])))
    detail = replace(
        detail,
        reviews=tuple(policy.in_order({review.id: review for review in reviews}.values())),
        checks=_checks(parts['contexts'], is_known='statusCheckRollup' not in unknown),
        review_decision=decision if isinstance(decision, str) and decision in DECISIONS else None,
        is_queued=node.get('isInMergeQueue') is True,
        code_owners=tuple(dict.fromkeys(filter(None, owners))),
        pulse=graph_shape.pulse(node),
        is_early=is_early,
    )
    if 'reviewThreads' not in unknown:
        detail = _with_threads(detail, parts['threads'])
    return replace(found, detail=detail)


def _listed(node: Json) -> Listed | None:
    number = value.integer(node.get('number'), value.NUMBER_MAX)
    updated_at = value.time(node.get('updatedAt'))
    if number is None or updated_at is None:
        return None
    name = normalise.node_id({'node_id': node.get('id')})
    return Listed(number=number, updated_at=updated_at, is_open=node.get('state') == 'OPEN', node_id=name)


def _next(info: Any) -> str | None:
    """Say where a list goes on; it is stored, and sent back as it is."""
    if value.dig(info, 'hasNextPage') is not True:
        return None
    after = value.matching(CURSORS, value.dig(info, 'endCursor'))
    if after is None:
        raise ForgeUnavailable('a list that goes on nowhere')
    return CURSOR + after


def _connections(node: Json) -> dict[str, Any]:
    return {
        'reviews': node.get('reviews'),
        'threads': node.get('reviewThreads'),
        'contexts': value.dig(node, 'statusCheckRollup', 'contexts'),
    }


def _is_whole(connection: Any) -> bool:
    listed = value.dig(connection, 'nodes')
    return isinstance(listed, list) and all(isinstance(item, dict) for item in listed)


def _checks(contexts: list[Json], *, is_known: bool) -> tuple[Check, ...] | None:
    runs, statuses = graph_shape.checks(contexts)
    gaps = () if is_known else (Gap.FORBIDDEN,)
    return check.together(check.check_runs(runs), check.statuses(statuses), *gaps)


def _with_threads(detail: Detail, threads: list[Json]) -> Detail:
    open_threads = sum(thread.get('isResolved') is False for thread in threads)
    return replace(detail, threads=len(threads), open_threads=open_threads)
