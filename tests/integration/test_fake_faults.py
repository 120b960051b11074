"""What goes wrong at our own GitHub, goes wrong as it was asked for."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.github import FakeGitHub, fault, listen
from tests.integration.fake_graphql import Asker
from tests.waiting import until

NODES = 'query Nodes($ids: [ID!]!) { nodes(ids: $ids) { id } }'
VIEWER = 'query Viewer { viewer { login } }'
needs_graphql = pytest.mark.usefixtures('npm')


@pytest.fixture
async def ask() -> AsyncIterator[Asker]:
    github = FakeGitHub()
    github.add_repository('acme/api')
    asker = Asker(github)
    yield asker
    await asker.http.aclose()


async def codes(ask: Asker, *paths: str) -> list[int]:
    return [(await ask.http.get(path)).status_code for path in paths]


async def test_a_full_page_is_not_modified_when_another_follows_and_does_not_say_so(ask: Asker) -> None:
    number = ask.github.open_pull('acme/api')
    path = f'/repos/acme/api/pulls/{number}/reviews?per_page=2'
    for login in ('ben', 'cy'):
        ask.github.review('acme/api', number, by=login)
    tag = (await ask.http.get(path)).headers['etag']
    ask.github.review('acme/api', number, by='zoe')

    same = await ask.http.get(path, headers={'if-none-match': tag})

    assert (same.status_code, same.links) == (304, {})
    assert 'next' in (await ask.http.get(path)).links


@needs_graphql
async def test_a_fault_hits_only_the_operation_or_path_that_it_is_for(ask: Asker) -> None:
    ask.github.fail(fault.status(500), on='Nodes')
    ask.github.fail(fault.status(501), None, fault.status(502), on='/pulls')

    assert await codes(ask, '/user') == [200]
    assert (await ask.send(VIEWER)).status_code == 200
    assert (await ask.send(NODES, ids=[])).status_code == 500
    assert (await ask.send(NODES, ids=[])).status_code == 200
    assert await codes(ask, *['/repos/acme/api/pulls'] * 4) == [501, 200, 502, 200]


async def test_what_always_fails_does_so_until_it_is_calm(ask: Asker) -> None:
    ask.github.always(fault.status(503))
    ask.github.always(fault.status(504), on='/user')
    ask.github.fail(fault.status(500))

    assert await codes(ask, '/user', '/user', '/repos/acme/api') == [500, 504, 503]
    ask.github.calm()
    assert await codes(ask, '/user', '/repos/acme/api') == [200, 200]


async def test_a_slow_answer_tells_what_was_true_when_it_was_asked_for(ask: Asker) -> None:
    ask.github.open_pull('acme/api', 'Before')
    ask.github.fail(fault.slow(0.2))

    began = asyncio.get_running_loop().time()
    asked = asyncio.ensure_future(ask.rest('/repos/acme/api/pulls/1'))
    await until(lambda: ask.github.requests)
    ask.github.edit('acme/api', 1, title='After')

    assert (await asked)['title'] == 'Before'
    assert asyncio.get_running_loop().time() - began >= 0.2
    assert (await ask.rest('/repos/acme/api/pulls/1'))['title'] == 'After'


async def test_something_happens_between_two_pages(ask: Asker) -> None:
    github = ask.github
    for _ in range(4):
        github.open_pull('acme/api')
    page = '/repos/acme/api/pulls?state=all&sort=updated&direction=desc&per_page=2&page='
    github.fail(fault.after(lambda: github.edit('acme/api', 1, title='Drifts')))

    first, second = await ask.rest(page + '1'), await ask.rest(page + '2')
    github.fail(fault.before(lambda: github.close('acme/api', 2)))
    again = await ask.rest(page + '1')

    assert [pull['number'] for pull in first + second] == [4, 3, 3, 2]
    assert [(pull['number'], pull['state']) for pull in again] == [(2, 'closed'), (1, 'open')]


async def test_an_answer_is_cut(ask: Asker) -> None:
    ask.github.fail(fault.cut(0.9))
    response = await ask.http.get('/user')
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()


async def test_an_answer_drips(ask: Asker) -> None:
    expected = (await ask.http.get('/user')).content
    ask.github.fail(fault.drip(0))
    async with ask.http.stream('GET', '/user') as response:
        assert b''.join([part async for part in response.aiter_bytes()]) == expected


async def test_the_date_is_wrong(ask: Asker) -> None:
    ask.github.fail(fault.wrong_date(timedelta(hours=-2)))
    off, right = [
        parsedate_to_datetime((await ask.http.get('/user')).headers['date']) - datetime.now(UTC)
        for _ in range(2)
    ]
    assert abs(off + timedelta(hours=2)) < timedelta(minutes=1)
    assert abs(right) < timedelta(minutes=1)


@needs_graphql
async def test_nodes_are_lost_though_they_exist(ask: Asker) -> None:
    ids = [ask.github.repo('acme/api').data['node_id']] * 3
    ask.github.fail(fault.lost_nodes(1), fault.lost_nodes(kind='NOT_FOUND'))

    one, every = [await ask.ask(NODES, ids=ids) for _ in range(2)]

    assert one['data']['nodes'] == [{'id': ids[0]}, None, {'id': ids[0]}]
    assert [error['path'] for error in one['errors']] == [['nodes', 1]]
    assert every['data']['nodes'] == [None] * 3
    assert {error['type'] for error in every['errors']} == {'NOT_FOUND'}
    assert (await ask.data(NODES, ids=ids))['nodes'] == [{'id': ids[0]}] * 3


@pytest.mark.parametrize(
    ('made', 'code', 'kind'),
    [
        (fault.went_wrong(), 200, None),
        (fault.graphql_timeout(), 502, None),
        (fault.graphql_timeout(504), 504, None),
        (fault.resources_exceeded(), 200, 'RESOURCE_LIMITS_EXCEEDED'),
        (fault.too_many_nodes(), 200, 'MAX_NODE_LIMIT_EXCEEDED'),
        (fault.graphql_limit(datetime.now(UTC)), 200, 'RATE_LIMITED'),
        (fault.graphql_limit(datetime.now(UTC), 'RATE_LIMIT'), 200, 'RATE_LIMIT'),
        (fault.graphql_secondary_limit(timedelta(seconds=3)), 200, None),
    ],
)
async def test_graphql_refuses_as_githubs_does(
    ask: Asker, made: fault.Fault, code: int, kind: str | None
) -> None:
    ask.github.fail(made)
    response = await ask.send(VIEWER)
    answer = response.json()
    assert response.status_code == code
    assert answer.get('data') is None
    assert [error.get('type') for error in answer['errors']] == [kind]


async def test_limits_say_until_when(ask: Asker) -> None:
    ask.github.fail(
        fault.graphql_secondary_limit(timedelta(seconds=3)),
        fault.graphql_secondary_limit(timedelta(seconds=4), 403),
        fault.graphql_limit(datetime.fromtimestamp(1_800_000_000, UTC)),
    )
    by_200, by_403, primary = [await ask.send(VIEWER) for _ in range(3)]
    assert (by_200.headers['retry-after'], by_403.headers['retry-after']) == ('3', '4')
    assert 'secondary rate limit' in by_403.json()['message']
    assert primary.headers['x-ratelimit-remaining'] == '0'
    assert primary.headers['x-ratelimit-reset'] == '1800000000'


async def test_in_process_it_cannot_be_reached(ask: Asker) -> None:
    ask.github.unreachable = 'Name or service not known'
    with pytest.raises(httpx.ConnectError, match='Name or service'):
        await ask.http.get('/user')
    ask.github.calm()
    assert await codes(ask, '/user') == [200]


def test_on_a_port_it_stops_listening_and_listens_again() -> None:
    github = FakeGitHub()
    with listen(github) as listening, httpx.Client(base_url=listening.url, trust_env=False) as http:
        assert http.get('/users/ann').status_code == 404
        listening.stop()
        with pytest.raises(httpx.ConnectError):
            http.get('/users/ann')
        listening.start()
        assert http.get('/users/ann').status_code == 404
