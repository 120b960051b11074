"""The description of a pull over REST."""

import sys
from collections.abc import AsyncIterator

import httpx
import pytest

from reviewflow.board import Board
from reviewflow.flow import ReviewFlow
from reviewflow.models import Description, PullRequest, Repository
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.views import Views
from reviewflow.web import rest
from reviewflow.web.prose.prose import Prose
from tests.builders import pull
from tests.integration.rest_client import client, get, problem, said

PATH = '/pulls/acme/api/1/description'
API = Repository(id=70, name='acme/api')


@pytest.fixture
def flow(database: Database) -> ReviewFlow:
    return ReviewFlow(store=Store(database), board=Board(), forge='github:a')


@pytest.fixture
async def api(flow: ReviewFlow) -> AsyncIterator[httpx.AsyncClient]:
    prose = Prose(limit_s=30)
    async with client(rest.create(flow, Views(flow.board), prose, pages=lambda: 3)) as api:
        yield api
    await prose.close()


def described(text: str, **changes: object) -> PullRequest:
    return pull(description=Description.of(text), **changes)


async def record(flow: ReviewFlow, *pulls: PullRequest) -> None:
    tracked = await flow.track('acme/*', API)
    await flow.record(tracked.id, pulls, flow.next_read())


async def test_a_description_is_html_that_knows_where_it_is(api: httpx.AsyncClient, flow: ReviewFlow) -> None:
    text = '# Why\n\nSee #7.<script>alert(1)</script>'
    await record(flow, described(text))

    found = await get(api, PATH.replace('acme', 'ACME'))

    assert found == {
        'digest': Description.of(text).digest,
        'html': '<h4>Why</h4>\n<p>See <a href="https://github.example/acme/api/issues/7" target="_blank"'
        ' rel="noopener noreferrer nofollow">#7</a>.</p>\n',
    }


async def test_numbers_lead_to_the_repository_as_it_is_called_now(
    api: httpx.AsyncClient, flow: ReviewFlow
) -> None:
    await record(flow, described('See #7.'))
    await flow.track('acme/*', Repository(id=API.id, name='acme/backend'))

    assert 'github.example/acme/backend/issues/7"' in (await get(api, PATH.replace('api', 'backend')))['html']
    await problem(api, 404, PATH)


async def test_numbers_are_texts_where_the_address_of_a_pull_is_strange(
    api: httpx.AsyncClient, flow: ReviewFlow
) -> None:
    await record(flow, described('See #7.', url=''))

    assert (await get(api, PATH))['html'] == '<p>See #7.</p>\n'


async def test_a_pull_without_one(api: httpx.AsyncClient, flow: ReviewFlow) -> None:
    await record(flow, pull())

    assert await get(api, PATH) == {'digest': '', 'html': ''}


async def test_what_the_browser_has_is_not_sent_again(api: httpx.AsyncClient, flow: ReviewFlow) -> None:
    await record(flow, described('Old'))
    tag = (await api.get(PATH)).headers['etag']

    same = await api.get(PATH, headers={'if-none-match': tag})
    assert (same.status_code, same.content, same.headers['etag']) == (304, b'', tag)

    await record(flow, described('New'))
    new = await api.get(PATH, headers={'if-none-match': tag})
    assert (new.status_code, new.json()['html']) == (200, '<p>New</p>\n')
    assert new.headers['etag'] != tag
    assert new.headers['cache-control'] == 'no-cache'


async def test_a_text_that_cannot_be_rendered_is_shown_as_it_is(flow: ReviewFlow) -> None:
    await record(flow, described('<b>Why'))
    broken = Prose(worker=(sys.executable, '-c', 'pass'))
    async with client(rest.create(flow, Views(flow.board), broken, pages=lambda: 3)) as api:
        answer = await api.get(PATH)

    assert answer.json()['html'] == '<pre>&lt;b&gt;Why</pre>'
    assert 'etag' not in answer.headers, 'it may be better the next time'


async def test_a_pull_that_is_not_here_is_a_404(api: httpx.AsyncClient, flow: ReviewFlow) -> None:
    await record(flow, pull())

    assert await problem(api, 404, '/pulls/acme/api/2/description') == 'acme/api has no pull 2 here'
    assert 'number' in await problem(api, 422, '/pulls/acme/api/one/description')


async def test_without_the_store_it_is_a_503(
    api: httpx.AsyncClient, flow: ReviewFlow, database: Database
) -> None:
    await record(flow, described('Why'))
    async with database.transaction() as connection:
        await connection.exec_driver_sql('DROP TABLE descriptions')

    assert 'the database refused' in said(await api.get(PATH), 503)
