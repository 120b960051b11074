"""Accounts by REST, for administrators alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from reviewflow.accounts import Accounts, Actor, Role
from reviewflow.board import Board
from reviewflow.flow import ReviewFlow
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.views import Views
from reviewflow.web import rest, rest_users
from reviewflow.web.prose.prose import Prose
from tests.integration.people import HERE, PASSWORD, accounts_in
from tests.integration.rest_client import client, get, said

OTHER = 'another long password'


@pytest.fixture
async def accounts(tmp_path: Path) -> AsyncIterator[Accounts]:
    """Mei's, who is the administrator."""
    async with accounts_in(tmp_path) as accounts:
        yield accounts


@pytest.fixture
def app(accounts: Accounts) -> FastAPI:
    board = Board()
    flow = ReviewFlow(store=Store(Database('sqlite+aiosqlite:///unused.db')), board=board, forge='demo')
    app = rest.create(flow, Views(board), Prose(), pages=lambda: 3)
    rest_users.add(app, accounts)
    return app


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app) as api:
        yield api


async def add(api: httpx.AsyncClient, name: str, **fields: str) -> httpx.Response:
    return await api.post('/users', json={'name': name, 'password': PASSWORD, **fields})


async def test_an_account_is_added_as_a_viewers_unless_said_otherwise(api: httpx.AsyncClient) -> None:
    answers = [await add(api, 'ben'), await add(api, 'cy', role='maintainer')]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == {
        'name': 'ben',
        'role': 'viewer',
        'is_disabled': False,
        'created_at': '2026-03-02T09:00:00Z',
        'disabled_at': None,
    }
    listed = [(user['name'], user['role']) for user in (await get(api, '/users'))['items']]
    assert listed == [('Mei', 'admin'), ('ben', 'viewer'), ('cy', 'maintainer')]


@pytest.mark.parametrize('name', ['ben', 'Ana Kovačić', 'a/role', '..', 'what?', '100 %', "o'neil <admin>"])
async def test_whatever_somebody_is_called_they_can_be_changed(
    api: httpx.AsyncClient, accounts: Accounts, name: str
) -> None:
    await add(api, name)
    token = await accounts.sign_in(name, PASSWORD, HERE)

    changes = {'role': 'reviewer', 'password': OTHER, 'is_disabled': True}
    answer = await api.patch('/users', json={'name': name, **changes})

    assert answer.status_code == 200, answer.text
    assert (answer.json()['role'], answer.json()['is_disabled']) == ('reviewer', True)
    assert accounts.session(token or '') is None


@pytest.mark.parametrize(
    ('body', 'reason'),
    [
        ({'name': 'MEI', 'password': PASSWORD}, 'there is already somebody called MEI'),
        ({'name': 'ben', 'password': 'short'}, 'password: too short: at least 12 characters'),
        ({'name': '', 'password': PASSWORD}, 'name: enter a name'),
        ({'name': 'ben', 'password': PASSWORD, 'role': 'emperor'}, 'role: '),
        ({'name': 'ben', 'password': PASSWORD, 'rôle': 'admin'}, 'rôle: '),
        ({'name': 'ben'}, 'password: '),
    ],
)
async def test_what_cannot_be_added_is_refused(
    api: httpx.AsyncClient, body: dict[str, str], reason: str
) -> None:
    answer = await api.post('/users', json=body)

    assert said(answer, 409 if 'already' in reason else 422).startswith(reason)
    assert PASSWORD not in answer.text
    assert len((await get(api, '/users'))['items']) == 1


@pytest.mark.parametrize(
    ('name', 'body', 'status', 'reason'),
    [
        ('nobody', {'is_disabled': True}, 404, 'nobody is called nobody'),
        ('mei', {'is_disabled': True}, 409, 'Mei is the only administrator'),
        ('mei', {'role': 'viewer'}, 409, 'Mei is the only administrator'),
        ('mei', {'password': 'short'}, 422, 'password: too short'),
        ('mei', {}, 422, 'say what to change'),
        ('mei', {'mail': 'ana'}, 422, 'mail: '),
    ],
)
async def test_what_cannot_be_changed_is_refused(
    api: httpx.AsyncClient, name: str, body: dict[str, object], status: int, reason: str
) -> None:
    assert reason in said(await api.patch('/users', json={'name': name, **body}), status)


@pytest.mark.parametrize('role', [Role.VIEWER, Role.REVIEWER, Role.MAINTAINER])
async def test_nobody_else_gets_at_them(app: FastAPI, role: Role) -> None:
    async with client(app, actor=Actor(user_id=2, name='eve', role=role)) as api:
        said(await api.get('/users'), 403)
        said(await add(api, 'eve2', role='admin'), 403)
        said(await api.patch('/users', json={'name': 'mei', 'password': OTHER}), 403)


async def test_a_body_that_nobody_sends_is_refused_before_it_is_read(api: httpx.AsyncClient) -> None:
    said(await add(api, 'x' * 100_000), 413)
