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
from reviewflow.models import Progress, SyncState, SyncStatus
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.views import Views, ViewSpec
from reviewflow.web import health, rest
from reviewflow.web.prose.prose import Prose
from tests.builders import NOW
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


# What is not there


async def test_a_pull_that_is_not_here_is_a_404(api: httpx.AsyncClient, board: Board) -> None:
    fill(board)

    assert await problem(api, 404, '/pulls/acme/api/99') == 'acme/api has no pull 99 here'
    assert await problem(api, 404, '/pulls/acme/web/1') == 'acme/web has no pull 1 here'
    assert 'number' in await problem(api, 422, '/pulls/acme/api/one')
    await problem(api, 404, '/nothing')


async def test_a_wrong_method_is_a_problem_too(api: httpx.AsyncClient) -> None:
    answer = await api.delete('/pulls')

    said(answer, 405)
    assert answer.headers['allow'] == 'GET'


# The sync


async def test_the_state_of_the_sync(api: httpx.AsyncClient, board: Board) -> None:
    board.report(
        SyncStatus(
            state=SyncState.FAILING,
            forge='GitHub',
            interval_s=30,
            error='It hangs',
            fresh_at=NOW,
            progress=Progress(repositories=2, pulls=40, share=0.43),
        )
    )

    assert await get(api, '/sync') == {
        'state': 'failing',
        'forge': 'GitHub',
        'interval_s': 30,
        'error': 'It hangs',
        'fresh_at': '2026-03-02T09:00:00Z',
        'event_at': None,
        'progress': {'repositories': 2, 'pulls': 40, 'share': 0.43},
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


async def test_readiness_waits_for_the_board_and_life_does_not(flow: ReviewFlow) -> None:
    app = FastAPI()
    opened: list[str] = []
    app.include_router(health.create(flow, is_open=lambda: bool(opened)))
    async with client(app) as machine:
        flow.board.is_hydrated = False
        assert [(await machine.get(path)).status_code for path in ('/livez', '/readyz')] == [200, 503]
        flow.board.is_hydrated = True
        assert (await machine.get('/readyz')).status_code == 503
        opened.append('and commands find it')
        assert (await machine.get('/readyz')).status_code == 200
