"""What commands ask of a running server: how it is, a word to everybody, a test pull."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from reviewflow import __version__
from reviewflow.accounts import Actor, Role
from reviewflow.board import Board
from reviewflow.connector import Connector
from reviewflow.errors import Reason, RepositoryUnavailable, WriteRefused
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Budget
from reviewflow.models import SyncState, SyncStatus
from reviewflow.settings import Settings
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.views import LiveView, Views, ViewSpec
from reviewflow.web import rest, rest_operator
from reviewflow.web.opened import Opened
from reviewflow.web.prose.prose import Prose
from sync.demo import DemoForge
from tests.builders import NOW, Clock, Ticks
from tests.integration.reading import Failing
from tests.integration.rest_client import client, fill, get, said

MAINTAINER = Actor(user_id=2, name='mei', role=Role.MAINTAINER)


class Host(DemoForge):
    """The pretend team, which can be told to be GitHub, and to refuse."""

    error: Exception | None = None

    async def create_test_pull(self, repository: str) -> Any:
        if self.error is not None:
            raise self.error
        return await super().create_test_pull(repository)


@pytest.fixture
def host(clock: Clock) -> Host:
    return Host(None, clock)


@pytest.fixture
async def flow(database: Database, ticks: Ticks, host: Host) -> ReviewFlow:
    """It shows one repository of the pretend team."""
    flow = ReviewFlow(store=Store(database), board=Board(), forge='demo', monotonic=ticks)
    flow.poller, flow.host = Failing(), host
    (web,) = await host.repositories('harborline/web')
    await flow.track('harborline/web', web)
    return flow


@pytest.fixture
def views(flow: ReviewFlow) -> Views:
    return Views(flow.board)


@pytest.fixture
def app(flow: ReviewFlow, views: Views, clock: Clock, tmp_path: Path) -> FastAPI:
    settings = Settings(data_dir=tmp_path, port=8123)
    app = rest.create(flow, views, Prose(), pages=lambda: 3)
    operator = rest_operator.OperatorRest(
        settings,
        flow=flow,
        connector=cast('Connector', SimpleNamespace(settings=settings)),
        opened=Opened(
            pages=lambda: sum(view.watchers for view in views if view.spec.pull is None),
            feed_readers=lambda: 2,
        ),
        clock=clock,
    )
    rest_operator.add(app, operator)
    return app


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app) as api:
        yield api


def heard(view: LiveView) -> list[dict[str, str]]:
    """Give what the next patch has to say."""
    patch = view.patch()
    found: list[dict[str, str]] = patch['toasts']['said'] if patch else []
    return found


# A word to everybody


async def test_every_page_hears_it_once_also_one_without_a_list(app: FastAPI, views: Views) -> None:
    pages = [views.watch(ViewSpec()), views.watch(ViewSpec()), views.watch(ViewSpec(query=None))]
    beside = views.watch(ViewSpec(query=None, pull=('acme/api', 1)))

    async with client(app, actor=MAINTAINER) as api:
        answer = await api.post('/broadcast', json={'message': '  Deploy\nat <b>noon</b>\x00\x1b[31m '})

    assert (answer.status_code, answer.json()) == (200, {'pages': 3})
    text = 'Deploy at <b>noon</b>\N{REPLACEMENT CHARACTER} [31m'
    for view in {id(page): page for page in pages}.values():
        assert heard(view) == [{'by': 'mei', 'text': text}]
        assert view.patch() is None
    assert beside.patch() is None


@pytest.mark.parametrize(
    ('message', 'reason'),
    [
        (' \n\t ', 'say something'),
        ('x' * 501, 'at most 500 characters'),
        ('x' * 60_000, 'at most 500'),
    ],
)
async def test_what_cannot_be_said_is_refused(
    api: httpx.AsyncClient, views: Views, message: str, reason: str
) -> None:
    view = views.watch(ViewSpec())

    assert reason in said(await api.post('/broadcast', json={'message': message}), 422)
    assert view.patch() is None


async def test_half_a_character_is_refused(api: httpx.AsyncClient) -> None:
    said(await api.post('/broadcast', content=b'{"message": "lone \\ud800"}'), 422)


@pytest.mark.parametrize('body', [{}, {'message': 7}, {'message': None}, {'message': 'x', 'to': 'ana'}, []])
async def test_what_is_no_message_is_refused(api: httpx.AsyncClient, body: object) -> None:
    assert said(await api.post('/broadcast', json=body), 422).startswith(('body: ', 'message: ', 'to: '))


async def test_500_characters_are_fine(api: httpx.AsyncClient) -> None:
    assert (await api.post('/broadcast', json={'message': 'ß' * 500})).status_code == 200


async def test_one_person_says_ten_things_a_minute_and_holds_nobody_else_back(
    app: FastAPI, api: httpx.AsyncClient, ticks: Ticks
) -> None:
    for number in range(10):
        assert (await api.post('/broadcast', json={'message': f'{number}'})).status_code == 200
    ticks.now = 20

    refused = await api.post('/broadcast', json={'message': 'eleven'})
    assert said(refused, 429) == 'too often: wait 40 s'
    assert refused.headers['retry-after'] == '40'

    async with client(app, actor=replace(MAINTAINER, name='operator')) as other:
        assert (await other.post('/broadcast', json={'message': 'me too'})).status_code == 200
    ticks.now = 60
    assert (await api.post('/broadcast', json={'message': 'eleven'})).status_code == 200


@pytest.mark.parametrize('role', [Role.VIEWER, Role.REVIEWER])
async def test_only_maintainers_speak_to_everybody(app: FastAPI, role: Role) -> None:
    async with client(app, actor=Actor(user_id=3, name='eve', role=role)) as api:
        said(await api.post('/broadcast', json={'message': 'Hello'}), 403)


# How it is


async def test_the_status_says_all_that_an_operator_asks_for(
    api: httpx.AsyncClient, flow: ReviewFlow, views: Views, host: Host, tmp_path: Path
) -> None:
    fill(flow.board)
    views.watch(ViewSpec())
    host.budget = Budget(limit=5000, remaining=4980, resets_in=timedelta(minutes=30))
    flow.report(SyncStatus(state=SyncState.FAILING, forge='GitHub', interval_s=30, error='It hangs'))

    found = await get(api, '/status')

    assert found.pop('pid') > 1
    assert found == {
        'version': __version__,
        'address': 'http://127.0.0.1:8123/dashboard/',
        'since': '2026-03-02T09:00:00Z',
        'data_dir': str(tmp_path),
        'open': {'pages': 1, 'feed_readers': 2},
        'sync': {
            'state': 'failing',
            'forge': 'GitHub',
            'interval_s': 30,
            'error': 'It hangs',
            'fresh_at': None,
            'read_at': '2026-03-02T09:00:00Z',
            'errors': ['acme/gone cannot be found'],
            'event_at': None,
            'progress': None,
        },
        'limit': {'limit': 5000, 'remaining': 4980, 'resets_at': '2026-03-02T09:30:00Z'},
        'reads': [],
        'pulls': {
            'total': 6,
            'pending': 2,
            'approved': 1,
            'changes_requested': 1,
            'closed': 1,
            'merged': 1,
        },
    }


async def test_the_status_is_for_administrators(app: FastAPI) -> None:
    async with client(app, actor=MAINTAINER) as api:
        said(await api.get('/status'), 403)


async def test_a_host_without_limits_has_no_allowance(api: httpx.AsyncClient) -> None:
    assert (await get(api, '/status'))['limit'] is None


# A test pull


async def test_a_test_pull_is_on_the_board_at_once(api: httpx.AsyncClient, flow: ReviewFlow) -> None:
    answer = await api.post('/test-pull', json={'repository': 'harborline/web'})

    assert answer.status_code == 201
    created = answer.json()
    card = flow.board.named('harborline/web', created['number'])
    assert card is not None
    assert card.wants_detail, 'reviews and checks are read as of any other'
    assert (card.pull.title, card.pull.url) == (created['title'], created['url'])
    assert created['is_on_board']


async def test_a_test_pull_elsewhere_is_said_to_be_on_no_board(
    api: httpx.AsyncClient, flow: ReviewFlow
) -> None:
    answer = await api.post('/test-pull', json={'repository': 'harborline/infra'})

    assert answer.json()['is_on_board'] is False
    assert not flow.board.cards


async def test_the_pretend_team_opens_one_wherever_it_likes(api: httpx.AsyncClient, clock: Clock) -> None:
    answers = [(await api.post('/test-pull', json={})).json() for _ in range(12)]

    assert len({(each['repository'], each['number']) for each in answers}) == 12
    assert len({each['repository'] for each in answers}) > 1
    assert clock.now == NOW


@pytest.mark.parametrize(
    ('repository', 'reason'),
    [
        ('acme/api', 'repository: the pretend team has no acme/api: connect GitHub'),
        ('harborline/*', 'repository: must be like owner/name'),
        ('../..', 'repository: must be like owner/name'),
    ],
)
async def test_the_pretend_team_works_only_at_home(
    api: httpx.AsyncClient, repository: str, reason: str
) -> None:
    assert said(await api.post('/test-pull', json={'repository': repository}), 422) == reason


async def test_real_repositories_have_to_be_named(api: httpx.AsyncClient, host: Host) -> None:
    host.is_pretend = False

    assert 'name one' in said(await api.post('/test-pull', json={}), 422)


@pytest.mark.parametrize(
    ('error', 'sentence'),
    [
        (
            RepositoryUnavailable('acme/api', Reason.MISSING),
            'acme/api cannot be found: it may be deleted, or the token may not see it',
        ),
        (WriteRefused('acme/api', 403, 'No way'), 'GitHub takes no changes to acme/api: No way'),
    ],
)
async def test_what_the_code_host_refuses_is_a_sentence(
    api: httpx.AsyncClient, host: Host, error: Exception, sentence: str
) -> None:
    host.is_pretend, host.error = False, error

    assert said(await api.post('/test-pull', json={'repository': 'acme/api'}), 502) == sentence


async def test_test_pulls_are_for_administrators(app: FastAPI) -> None:
    async with client(app, actor=MAINTAINER) as api:
        said(await api.post('/test-pull', json={}), 403)
