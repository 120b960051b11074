"""Whatever stands in the place of any part of an answer: the rest is taken, or it is one of our errors."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.errors import ForgeError
from reviewflow.forge import Ask
from reviewflow.models import PullRequest
from sync.github import check, deliveries, graph_shape, graph_value, normalise
from tests.github import shape
from tests.unit.raw_values import API, AT, REPO

ANN = {'__typename': 'User', 'login': 'ann', 'avatarUrl': 'https://x.example/1', 'databaseId': 5}
END = {'hasNextPage': False, 'endCursor': 'abc', 'hasPreviousPage': False, 'startCursor': 'abc'}
GOES_ON = {'hasNextPage': True, 'endCursor': 'abc', 'hasPreviousPage': True, 'startCursor': 'abc'}
SHA = 'a' * 40
PULL: Any = {
    'id': 'PR_1',
    'fullDatabaseId': '71',
    'number': 1,
    'title': 'One',
    'url': 'https://github.example/acme/api/pull/1',
    'body': 'Text',
    'state': 'OPEN',
    'isDraft': False,
    'baseRefName': 'main',
    'headRefName': 'one',
    'headRefOid': SHA,
    'createdAt': AT,
    'updatedAt': AT,
    'closedAt': None,
    'mergedAt': None,
    'additions': 1,
    'deletions': 2,
    'changedFiles': 3,
    'totalCommentsCount': 4,
    'mergeable': 'MERGEABLE',
    'reviewDecision': 'APPROVED',
    'isInMergeQueue': False,
    'repository': {'databaseId': API.id, 'nameWithOwner': API.name},
    'author': ANN,
    'milestone': {'title': 'Soon'},
    'labels': {'nodes': [{'name': 'bug', 'color': 'd73a4a'}]},
    'assignees': {'nodes': [ANN]},
    'reviewRequests': {
        'nodes': [
            {'asCodeOwner': True, 'requestedReviewer': ANN},
            {'asCodeOwner': True, 'requestedReviewer': {'slug': 'core'}},
        ]
    },
    'reviews': {
        'pageInfo': GOES_ON,
        'nodes': [
            {
                'fullDatabaseId': '9',
                'state': 'APPROVED',
                'submittedAt': AT,
                'authorAssociation': 'MEMBER',
                'author': ANN,
                'commit': {'oid': SHA},
            }
        ],
    },
    'reviewThreads': {'totalCount': 1, 'pageInfo': END, 'nodes': [{'isResolved': False}]},
    'statusCheckRollup': {
        'state': 'SUCCESS',
        'contexts': {
            'checkRunCountsByState': [{'state': 'SUCCESS', 'count': 1}, {'state': 'FAILURE', 'count': 2}],
            'statusContextCountsByState': [{'state': 'SUCCESS', 'count': 1}],
            'pageInfo': END,
            'nodes': [
                {
                    'databaseId': 3,
                    'name': 'test',
                    'status': 'COMPLETED',
                    'conclusion': 'SUCCESS',
                    'startedAt': AT,
                    'completedAt': AT,
                    'detailsUrl': 'https://x.example/3',
                    'permalink': 'https://x.example/3',
                    'checkSuite': {'app': {'slug': 'ci', 'name': 'CI'}},
                },
                {'context': 'lint', 'state': 'FAILURE', 'createdAt': AT, 'targetUrl': 'https://x.example/4'},
            ],
        },
    },
}
LIST: Any = {
    'id': 'R_1',
    'databaseId': API.id,
    'nameWithOwner': API.name,
    'pullRequests': {
        'totalCount': 1,
        'pageInfo': GOES_ON,
        'nodes': [{'id': 'PR_1', 'number': 1, 'state': 'OPEN', 'updatedAt': AT}],
    },
}
REST_PULL: Any = shape.listed_pull(REPO, 70, 1, title='One', author='ann', at=AT) | shape.single_only()
REVIEW: Any = {'id': 1, 'user': shape.user('ann'), 'state': 'APPROVED', 'submitted_at': AT, 'commit_id': SHA}
RUN: Any = {
    'check_runs': [
        {
            'id': 1,
            'name': 'test',
            'status': 'completed',
            'conclusion': 'success',
            'app': {'slug': 'ci'},
            'started_at': AT,
        }
    ]
}
STATUS: Any = {
    'statuses': [{'id': 1, 'context': 'lint', 'state': 'success', 'created_at': AT, 'target_url': None}]
}
DELIVERY: Any = {
    'id': 1,
    'guid': 'g',
    'delivered_at': AT,
    'event': 'push',
    'status_code': 200,
    'status': 'OK',
}


def by_graph(node: Any) -> PullRequest:
    lists = graph_value.lists(node)
    graph_value.cursors(node)
    graph_value.is_same(node, dict(node))
    unknown = graph_value.unknown_fields(node, set())
    return graph_value.pull(node, lists, asked=API, unknown=unknown, is_early=False)


READERS: dict[str, tuple[Any, Callable[[Any], object]]] = {
    'pull by GraphQL': (PULL, by_graph),
    'pulse': (PULL, graph_shape.pulse),
    'list by GraphQL': (LIST, lambda node: graph_value.page(node, Ask(repository=API))),
    'pull by REST': (REST_PULL, lambda data: normalise.pull(data, API)),
    'list by REST': ([REST_PULL], lambda data: normalise.pulls(data, API)),
    'reviews': ([REVIEW], normalise.reviews),
    'check runs': (RUN, lambda data: check.together(check.check_runs(data))),
    'statuses': (STATUS, lambda data: check.together(check.statuses(data))),
    'repositories': ([REPO], normalise.active_repositories),
    'deliveries': ([DELIVERY], deliveries.attempts_of),
}


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


NAMES = st.sampled_from(['login', 'slug', 'nodes', 'state', 'name', 'context', 'user', 'id', 'title'])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        [2**63, 10**400, -1, 0, float('nan'), float('inf'), '\ud800', 'x' * 70_000, '²', '9' * 30]
    )
    | st.text(st.characters(codec=None), max_size=8)
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
)


def paths(data: Any) -> Iterator[tuple[Any, ...]]:
    """Name every part of some JSON, from the outside in."""
    steps: list[Any] = (
        list(data) if isinstance(data, dict) else list(range(len(data))) if isinstance(data, list) else []
    )
    for step in steps:
        yield (step,)
        yield from ((step, *rest) for rest in paths(data[step]))


def replaced(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    data = copy.deepcopy(data)
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return data


def plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def is_read_or_refused(read: Callable[[Any], object], data: Any) -> None:
    try:
        found = read(data)
    except ForgeError:
        return
    text = json.dumps(found, default=plain, ensure_ascii=False)
    text.encode()  # or neither a page nor the store could take it


@pytest.mark.parametrize('reader', READERS)
def test_what_is_good_is_read(reader: str) -> None:
    good, read = READERS[reader]

    assert read(good)


@pytest.mark.parametrize('reader', READERS)
@given(data=st.data())
def test_anything_in_the_place_of_a_part_is_none_but_our_errors(reader: str, data: st.DataObject) -> None:
    good, read = READERS[reader]
    path = data.draw(st.sampled_from(list(paths(good))))

    is_read_or_refused(read, replaced(good, path, data.draw(ANYTHING)))


@pytest.mark.parametrize('reader', READERS)
@pytest.mark.parametrize(
    'value',
    [5, [1], {'a': [1]}, '\ud800', 10**400, nested(900)],
    ids=['int', 'list', 'object', 'half', 'huge', 'deep'],
)
def test_the_worst_in_the_place_of_each_part_is_none_but_our_errors(reader: str, value: Any) -> None:
    good, read = READERS[reader]

    for path in paths(good):
        is_read_or_refused(read, replaced(good, path, value))
