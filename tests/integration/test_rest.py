"""The REST interface, as scripts see it; the gate in front of it has tests of its own."""

import gzip
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from reviewflow.board import Board
from reviewflow.errors import NotAllowed, ReviewFlowError, StoreError
from reviewflow.flow import ReviewFlow
from reviewflow.models import GHOST, Label, SyncState, SyncStatus
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.views import Views, ViewSpec
from reviewflow.web import health, rest
from reviewflow.web.prose.prose import Prose
from tests.builders import NOW, after, card, check, detail, merged, person, pull, review
from tests.integration.rest_client import Syncing, client, fill, get, problem, said


@pytest.fixture
def flow() -> ReviewFlow:
    flow = ReviewFlow(store=Store(Database('sqlite+aiosqlite:///unused.db')), board=Board(), forge='demo')
    flow.poller = Syncing()
    return flow


@pytest.fixture
def board(flow: ReviewFlow) -> Board:
    return flow.board


@pytest.fixture
def views(board: Board) -> Views:
    return Views(board)


@pytest.fixture
async def api(flow: ReviewFlow, views: Views) -> AsyncIterator[httpx.AsyncClient]:
    async with client(rest.create(flow, views, Prose(), pages=lambda: 3)) as api:
        yield api


# Counts


async def test_stats_are_flat_and_sum_up(api: httpx.AsyncClient, board: Board) -> None:
    fill(board)

    assert await get(api, '/stats') == {
        'total': 6,
        'pending': 2,
        'approved': 1,
        'changes_requested': 1,
        'closed': 1,
        'merged': 1,
    }


async def test_stats_of_nothing(api: httpx.AsyncClient) -> None:
    assert set((await get(api, '/stats')).values()) == {0}


# A pull


async def test_a_pull_says_what_the_contract_promises(api: httpx.AsyncClient, board: Board) -> None:
    whole = pull(
        number=17,
        author=person('ann', avatar_url='https://github.example/ann.png'),
        is_draft=True,
        labels=(Label(name='bug', color='ff0000'),),
        assignees=(person('cy'),),
        requested_reviewers=(person('dee'),),
        requested_teams=('core',),
        updated_at=after(hours=1),
        detail=detail(
            review('ben', 'APPROVED', commit_sha='b' * 40),
            checks=(check('test', 'passing'),),
            review_decision='APPROVED',
            comments=3,
        ),
    )
    board.put([card(whole, key=4)])
    expected = {
        'id': 4,
        'repository': 'acme/api',
        'number': 17,
        'title': 'Fix the lamp',
        'url': 'https://github.example/acme/api/pull/17',
        'author': 'ann',
        'author_avatar': 'https://github.example/ann.png',
        'status': 'approved',
        'marks': ['draft', 'stale_approval'],
        'is_draft': True,
        'base': 'main',
        'head': 'topic',
        'head_sha': 'a' * 40,
        'additions': 10,
        'deletions': 2,
        'changed_files': 1,
        'checks': 'passing',
        'mergeable': True,
        'review_decision': 'APPROVED',
        'labels': [{'name': 'bug', 'color': 'ff0000'}],
        'assignees': ['cy'],
        'requested_reviewers': ['dee'],
        'requested_teams': ['core'],
        'comments': 3,
        'created_at': '2026-03-02T09:00:00Z',
        'updated_at': '2026-03-02T10:00:00Z',
        'closed_at': None,
        'merged_at': None,
    }

    assert (await get(api, '/pulls'))['items'] == [expected]
    assert await get(api, '/pulls/acme/api/17') == expected | {
        'reviews': [
            {
                'id': 1,
                'reviewer': 'ben',
                'state': 'APPROVED',
                'submitted_at': '2026-03-02T09:00:00Z',
                'author_association': 'MEMBER',
                'commit_id': 'b' * 40,
            }
        ],
        'check_runs': [{'app': 'ci', 'name': 'test', 'state': 'passing', 'url': None}],
    }


async def test_what_was_not_read_is_null(api: httpx.AsyncClient, board: Board) -> None:
    board.put([card(merged(author=GHOST))])

    found = await get(api, '/pulls/acme/api/1')

    unknown = (
        'additions',
        'deletions',
        'changed_files',
        'comments',
        'checks',
        'mergeable',
        'review_decision',
    )
    assert {name: found[name] for name in unknown} == dict.fromkeys(unknown)
    assert (found['reviews'], found['check_runs']) == (None, None)
    assert (found['author'], found['author_avatar']) == ('ghost', None)
    assert found['merged_at'] == found['closed_at'] == '2026-03-02T09:00:00Z'


async def test_checks_of_an_older_head_are_null(api: httpx.AsyncClient, board: Board) -> None:
    board.put([card(pull(head_sha='b' * 40, detail=detail(checks=(check('test', 'passing'),))))])

    found = await get(api, '/pulls/acme/api/1')

    assert (found['checks'], found['check_runs'], found['mergeable']) == (None, None, None)


async def test_names_are_found_in_any_case(api: httpx.AsyncClient, board: Board) -> None:
    fill(board)

    assert (await get(api, '/pulls/ACME/web/4'))['repository'] == 'acme/Web'


async def test_a_pull_that_is_not_here_is_a_404(api: httpx.AsyncClient, board: Board) -> None:
    fill(board)

    assert await problem(api, 404, '/pulls/acme/api/99') == 'acme/api has no pull 99 here'
    assert await problem(api, 404, '/pulls/acme/web/1') == 'acme/web has no pull 1 here'
    assert 'number' in await problem(api, 422, '/pulls/acme/api/one')
    await problem(api, 404, '/nothing')


async def test_a_wrong_method_is_a_problem_too(api: httpx.AsyncClient) -> None:
    said(await api.delete('/pulls'), 405)


# The sync


async def test_the_state_of_the_sync(api: httpx.AsyncClient, board: Board) -> None:
    board.report(
        SyncStatus(state=SyncState.FAILING, forge='GitHub', interval_s=30, error='It hangs', fresh_at=NOW)
    )

    assert await get(api, '/sync') == {
        'state': 'failing',
        'forge': 'GitHub',
        'interval_s': 30,
        'error': 'It hangs',
        'fresh_at': '2026-03-02T09:00:00Z',
        'event_at': None,
    }


async def test_a_sync_says_what_it_did_and_how_many_pages_saw_it(
    api: httpx.AsyncClient, views: Views
) -> None:
    for spec in (ViewSpec(), ViewSpec(), ViewSpec(query=None)):
        views.watch(spec)

    answer = await api.post('/sync')

    assert answer.json() == {
        'repositories': 2,
        'changed': 3,
        'left': 4,
        'errors': ['acme/x cannot be found'],
        'pages': 3,
    }


@pytest.mark.parametrize(
    ('error', 'status'), [(StoreError('the database refused'), 503), (NotAllowed('sync'), 403)]
)
async def test_errors_of_ours_are_problems(
    api: httpx.AsyncClient, flow: ReviewFlow, error: ReviewFlowError, status: int
) -> None:
    assert isinstance(flow.poller, Syncing)
    flow.poller.error = error

    assert said(await api.post('/sync'), status) == str(error)


async def test_a_mistake_of_ours_is_a_problem_too(flow: ReviewFlow, views: Views) -> None:
    assert isinstance(flow.poller, Syncing)
    flow.poller.error = ZeroDivisionError()

    async with client(rest.create(flow, views, Prose(), pages=lambda: 3), raises=False) as api:
        assert 'log of the server' in said(await api.post('/sync'), 500)


# Snapshots of live views


async def test_a_snapshot_is_what_the_view_shows(api: httpx.AsyncClient, board: Board, views: Views) -> None:
    fill(board)
    view = views.watch(ViewSpec())

    packed = await api.get(f'/live/{view.spec.id}', headers={'accept-encoding': 'gzip'})
    plain = await api.get(f'/live/{view.spec.id}', headers={'accept-encoding': 'identity'})

    assert packed.headers['content-encoding'] == 'gzip'
    assert 'content-encoding' not in plain.headers
    assert packed.json() == plain.json() == json.loads(gzip.decompress(view.gzipped()))
    assert plain.json()['order'] == [4, 3, 2, 1, 6, 5]


async def test_a_snapshot_that_the_browser_has_is_not_sent_again(
    api: httpx.AsyncClient, board: Board, views: Views
) -> None:
    view = views.watch(ViewSpec())
    tag = (await api.get(f'/live/{view.spec.id}')).headers['etag']

    same = await api.get(f'/live/{view.spec.id}', headers={'if-none-match': tag})
    assert (same.status_code, same.content, same.headers['etag']) == (304, b'', tag)

    fill(board)
    view.patch()
    new = await api.get(f'/live/{view.spec.id}', headers={'if-none-match': tag})
    assert new.status_code == 200
    assert new.headers['etag'] != tag
    assert new.headers['cache-control'] == 'no-cache'


async def test_a_snapshot_of_a_view_that_was_dropped_is_not_taken_for_the_new_one(
    api: httpx.AsyncClient, board: Board, views: Views
) -> None:
    view = views.watch(ViewSpec())
    tag = (await api.get(f'/live/{view.spec.id}')).headers['etag']
    views.leave(view)
    fill(board)
    views.watch(ViewSpec())

    answer = await api.get(f'/live/{view.spec.id}', headers={'if-none-match': tag})

    assert answer.status_code == 200
    assert answer.json()['count'] == 6


async def test_a_view_that_nobody_watches_is_nothing_and_no_error(api: httpx.AsyncClient) -> None:
    answer = await api.get(f'/live/{ViewSpec().id}')

    assert (answer.status_code, answer.content) == (204, b'')


# For machines


async def test_readiness_waits_for_the_board_and_life_does_not(board: Board) -> None:
    app = FastAPI()
    app.include_router(health.create(board))
    async with client(app) as machine:
        assert [(await machine.get(path)).status_code for path in ('/livez', '/readyz')] == [200, 503]
        board.is_hydrated = True
        assert (await machine.get('/readyz')).status_code == 200
