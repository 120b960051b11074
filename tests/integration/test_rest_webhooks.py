"""``POST /dashboard/api/webhooks``: what ``setup-webhook`` asks of a running server."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from reviewflow.accounts import Actor, Role
from reviewflow.board import Board
from reviewflow.connector import Connector
from reviewflow.flow import ReviewFlow
from reviewflow.settings import Settings
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.views import Views
from reviewflow.web import rest, rest_operator
from reviewflow.web.opened import Opened
from reviewflow.web.prose.prose import Prose
from sync.demo import DemoForge
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.github_forge import make_forge
from tests.integration.hook_stand import RIGHT, SECRET, URL, Taker, looks
from tests.integration.rest_client import client, said


@pytest.fixture
def github() -> FakeGitHub:
    github = FakeGitHub()
    github.add_repository('acme/api')
    Taker(github)
    return github


@pytest.fixture
async def flow(database: Database, github: FakeGitHub) -> AsyncIterator[ReviewFlow]:
    flow = ReviewFlow(store=Store(database), board=Board(), forge='github')
    flow.host = forge = make_forge(github)
    yield flow
    await forge.aclose()


@pytest.fixture
def app(flow: ReviewFlow, clock: Clock, tmp_path: Path) -> FastAPI:
    given: Any = {'webhook_secret': SECRET, 'repositories': ('acme/api',)}
    settings = Settings(data_dir=tmp_path, public_url='https://reviews.example.com', github=given)
    app = rest.create(flow, Views(flow.board), Prose(), pages=lambda: 0)
    connector = cast('Connector', SimpleNamespace(settings=settings))
    opened = Opened(pages=lambda: 0, feed_readers=lambda: 0)
    rest_operator.add(
        app,
        rest_operator.OperatorRest(settings, flow=flow, connector=connector, opened=opened, clock=clock),
    )
    return app


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app) as api:
        yield api


@pytest.mark.parametrize('body', [{}, {'repositories': ['acme/api'], 'url': 'https://reviews.example.com'}])
async def test_hooks_are_set_up_and_told_of(
    api: httpx.AsyncClient, github: FakeGitHub, body: dict[str, Any]
) -> None:
    answer = await api.post('/webhooks', json=body)

    assert answer.status_code == 200
    hook = {
        'repository': 'acme/api',
        'is_new': True,
        'repaired': [],
        'removed': 0,
        'organisation': None,
        'ping': '202 Accepted',
        'has_arrived': True,
    }
    assert answer.json() == {'url': URL, 'hooks': [hook], 'errors': []}
    assert [looks(hook) for hook in github.hooks('acme/api')] == [RIGHT]
    assert SECRET not in answer.text


async def test_what_is_not_as_it_should_be_is_a_sentence(api: httpx.AsyncClient) -> None:
    answer = (await api.post('/webhooks', json={'repositories': ['acme/none']})).json()

    assert answer['hooks'] == []
    assert answer['errors'] == ['acme/none cannot be found: it may be deleted, or the token may not see it']


@pytest.mark.parametrize(
    ('body', 'reason'),
    [
        ({'repositories': ['acme']}, 'repositories: must be like owner/name or owner/*'),
        ({'url': 'nowhere'}, 'url: must be an address like https://reviews.example.com'),
        (
            {'url': 'http://127.0.0.1:8000'},
            'url: GitHub cannot reach http://127.0.0.1:8000: only this machine can',
        ),
        ({'secret': 'of mine'}, 'secret: Extra inputs are not permitted'),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    api: httpx.AsyncClient, github: FakeGitHub, body: dict[str, Any], reason: str
) -> None:
    assert said(await api.post('/webhooks', json=body), 422) == reason
    assert github.requests == []


async def test_the_pretend_team_has_none(api: httpx.AsyncClient, flow: ReviewFlow, clock: Clock) -> None:
    flow.host = DemoForge(None, clock)

    assert said(await api.post('/webhooks', json={}), 422).endswith('connect GitHub')


@pytest.mark.parametrize('role', [Role.VIEWER, Role.MAINTAINER])
async def test_they_are_for_administrators(app: FastAPI, github: FakeGitHub, role: Role) -> None:
    async with client(app, actor=Actor(user_id=2, name='mei', role=role)) as api:
        said(await api.post('/webhooks', json={}), 403)
    assert github.requests == []
