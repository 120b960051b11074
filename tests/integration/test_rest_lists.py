"""``GET pulls``: filters, sorts, and walking on from page to page."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.board import Board
from reviewflow.flow import ReviewFlow
from reviewflow.policy import SORTS
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.views import Views
from reviewflow.web import rest
from reviewflow.web.prose.prose import Prose
from tests.builders import NOW, after, card, pull
from tests.integration.rest_client import Syncing, client, fill, get, problem


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


@pytest.mark.parametrize(
    ('query', 'expected'),
    [
        ({}, [4, 3, 2, 1, 6, 5]),
        ({'sort': 'updated-asc'}, [5, 6, 1, 2, 3, 4]),
        ({'sort': 'created-asc'}, [1, 2, 3, 4, 5, 6]),
        ({'sort': 'created-desc'}, [6, 5, 4, 3, 2, 1]),
        ({'status': 'pending'}, [2, 1]),
        ({'status': 'changes_requested'}, [6]),
        ({'repo': 'acme/web'}, [4]),
        ({'repo': 'acme'}, []),
        ({'author': 'zoe'}, [2]),
        ({'q': 'a DOOR'}, [2]),
        ({'q': '#3'}, [3]),
        ({'q': 'nowhere'}, []),
        ({'q': 'is:open sort:created-asc'}, [1, 2, 5, 6]),
        ({'repo': 'acme/api', 'status': 'pending', 'author': 'ann'}, [1]),
        ({'limit': 2}, [4, 3]),
        ({'unknown': 'ignored'}, [4, 3, 2, 1, 6, 5]),
    ],
)
async def test_pulls_are_filtered_and_sorted(
    api: httpx.AsyncClient, board: Board, query: dict[str, Any], expected: list[int]
) -> None:
    fill(board)

    found = await get(api, '/pulls', **query)

    assert [item['id'] for item in found['items']] == expected
    assert found['total'] == (6 if 'limit' in query else len(expected))


@pytest.mark.parametrize(
    ('query', 'name'),
    [
        ({'limit': 0}, 'limit'),
        ({'limit': 201}, 'limit'),
        ({'limit': 'many'}, 'limit'),
        ({'status': 'asleep'}, 'status'),
        ({'sort': 'title'}, 'sort'),
        ({'sort': 'updated-desc\n'}, 'sort'),
        ({'q': 'x' * 401}, 'q'),
        ({'author': 'x' * 201}, 'author'),
        ({'repo': 'x' * 201}, 'repo'),
        ({'cursor': 'x' * 201}, 'cursor'),
    ],
)
async def test_a_wrong_query_is_named(api: httpx.AsyncClient, query: dict[str, Any], name: str) -> None:
    assert (await problem(api, 422, '/pulls', **query)).startswith(f'{name}: ')


async def test_what_is_left_empty_is_not_asked(api: httpx.AsyncClient, board: Board) -> None:
    fill(board)
    names = ('status', 'repo', 'author', 'q', 'sort', 'limit', 'cursor')

    assert await get(api, '/pulls', **dict.fromkeys(names, '')) == await get(api, '/pulls')


@pytest.mark.parametrize(
    'cursor',
    [
        'rubbish',
        'ä',
        '====',
        base64.urlsafe_b64encode(b'updated-desc yesterday 1').decode(),
        base64.urlsafe_b64encode(b'updated-desc 2026-03-02T09:00:00+00:00 one').decode(),
        base64.urlsafe_b64encode(b'updated-desc 2026-03-02T09:00:00+00:00').decode(),
        base64.urlsafe_b64encode(b'updated-desc 0001-01-01T00:00:00+14:00 1').decode(),
        base64.urlsafe_b64encode(b'updated-desc 9999-12-31T23:59:59-14:00 1').decode(),
        base64.urlsafe_b64encode(b'updated-desc \xff\xff 1').decode(),
    ],
)
async def test_a_cursor_that_is_not_ours_is_refused(api: httpx.AsyncClient, cursor: str) -> None:
    assert 'cursor' in await problem(api, 400, '/pulls', cursor=cursor)


async def test_a_cursor_of_another_order_is_refused(api: httpx.AsyncClient, board: Board) -> None:
    fill(board)
    cursor = (await get(api, '/pulls', limit=1))['next']

    assert 'sort=updated-desc' in await problem(api, 400, '/pulls', cursor=cursor, sort='created-asc')


async def test_walking_on_from_page_to_page_shows_each_pull_once(
    api: httpx.AsyncClient, board: Board
) -> None:
    fill(board)
    for sort in SORTS:
        whole = [item['id'] for item in (await get(api, '/pulls', sort=sort))['items']]
        for limit in (1, 2, 5, 6, 7):
            assert await walk(api, sort=sort, limit=limit) == whole


async def walk(api: httpx.AsyncClient, **query: str | int) -> list[int]:
    seen: list[int] = []
    cursor = ''
    while True:
        page = await get(api, '/pulls', cursor=cursor, **query)
        seen += [item['id'] for item in page['items']]
        if page['next'] is None:
            return seen
        cursor = page['next']


@given(
    sort=st.sampled_from(list(SORTS)),
    limit=st.integers(1, 4),
    between=st.lists(
        st.tuples(st.sampled_from(['add', 'remove', 'touch']), st.integers(1, 12)), min_size=4, max_size=4
    ),
)
def test_a_walk_misses_nothing_that_stayed_where_it_was(
    sort: str, limit: int, between: list[tuple[str, int]]
) -> None:
    """Others come, go and change between the pages."""
    asyncio.run(walk_among_changes(sort, limit, between))


async def walk_among_changes(sort: str, limit: int, between: list[tuple[str, int]]) -> None:
    board = Board()
    flow = ReviewFlow(store=Store(Database('sqlite+aiosqlite:///unused.db')), board=board, forge='demo')
    board.put(
        card(pull(number=n, updated_at=after(hours=n // 2), created_at=after(hours=-n)), key=n)
        for n in range(1, 9)
    )
    moved: set[int] = set()
    seen: list[int] = []
    cursor = ''
    async with client(rest.create(flow, Views(board), Prose(), pages=lambda: 3)) as api:
        for what, key in [*between, *[('nothing', 0)] * 9]:
            page = await get(api, '/pulls', cursor=cursor, sort=sort, limit=limit)
            seen += [item['id'] for item in page['items']]
            if page['next'] is None:
                break
            cursor = page['next']
            if what == 'remove':
                board.remove([key])
            elif what != 'nothing':
                board.put(
                    [card(pull(number=key, title=what, updated_at=after(hours=9), created_at=NOW), key=key)]
                )
            moved |= {key}

    stayed = [key for key in seen if key not in moved]
    assert sorted(stayed) == sorted(set(range(1, 9)) - moved)


async def test_a_term_of_a_search_is_completed(api: httpx.AsyncClient, board: Board) -> None:
    fill(board)

    assert (await get(api, '/suggestions', term='author:z'))['items'] == [
        {'text': 'author:zoe', 'label': 'zoe', 'hint': '', 'count': 1}
    ]
    assert (await get(api, '/suggestions', term='nonsense:'))['items'] == []
