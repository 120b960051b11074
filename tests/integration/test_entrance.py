"""The door for the window of whoever runs the server."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from reviewflow.accounts import Accounts
from reviewflow.accounts.accounts import SESSIONS_PER_USER
from reviewflow.accounts.role import OPERATOR
from reviewflow.settings import Settings
from reviewflow.web.entrance import OPEN_FOR_S, Entrance
from tests.builders import Ticks
from tests.integration.people import Clock, accounts_in

WRONG = ('', 'key', 'é', '\ud800', 'x' * 43)


@pytest.fixture
async def accounts(tmp_path: Path) -> AsyncIterator[Accounts]:
    async with accounts_in(tmp_path) as accounts:
        yield accounts


@pytest.fixture
def entrance(accounts: Accounts, ticks: Ticks) -> Entrance:
    return Entrance(accounts, Settings(), clock=ticks)


@pytest.fixture
async def visitor(entrance: Entrance) -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    app.include_router(entrance.router)
    async with AsyncClient(transport=ASGITransport(app), base_url='http://localhost') as visitor:
        yield visitor


async def test_the_key_lets_in_whoever_runs_the_server(
    entrance: Entrance, visitor: AsyncClient, accounts: Accounts
) -> None:
    answer = await visitor.get(entrance.unlock())

    assert (answer.status_code, answer.headers['location']) == (303, '/dashboard/')
    session = accounts.session(answer.cookies['rf_session'])
    assert session is not None
    assert session.actor == OPERATOR
    assert 'max-age' not in answer.headers['set-cookie'].lower(), 'gone with the window'
    assert {'httponly', 'samesite=lax'} <= set(answer.headers['set-cookie'].lower().split('; '))


async def test_the_key_opens_once(entrance: Entrance, visitor: AsyncClient) -> None:
    path = entrance.unlock()
    await visitor.get(path)

    again = await visitor.get(path)

    assert (again.status_code, again.headers.get('set-cookie')) == (404, None)


async def test_the_key_opens_for_a_minute(entrance: Entrance, visitor: AsyncClient, ticks: Ticks) -> None:
    path = entrance.unlock()
    ticks.now = OPEN_FOR_S

    assert (await visitor.get(path)).status_code == 404


@pytest.mark.parametrize('key', WRONG)
async def test_no_other_key_opens_nor_breaks_the_lock(
    entrance: Entrance, visitor: AsyncClient, key: str
) -> None:
    path = entrance.unlock()

    wrong = await visitor.get('/dashboard/window', params={'key': key.encode('utf-8', 'surrogatepass')})
    assert (wrong.status_code, wrong.headers.get('set-cookie')) == (404, None)
    assert (await visitor.get(path)).status_code == 303


@pytest.mark.parametrize('path', ['/dashboard/window', '/dashboard/window?key='])
async def test_nothing_opens_before_there_is_a_key(visitor: AsyncClient, path: str) -> None:
    assert (await visitor.get(path)).status_code == 404


async def test_to_look_at_the_door_does_not_use_the_key(entrance: Entrance, visitor: AsyncClient) -> None:
    path = entrance.unlock()
    await visitor.head(path)

    assert (await visitor.get(path)).status_code == 303


async def test_whoever_came_in_by_it_stays_until_the_server_ends(tmp_path: Path) -> None:
    clock = Clock()
    async with accounts_in(tmp_path, clock=clock) as accounts:
        token = accounts.enter_operator()
        for _ in range(SESSIONS_PER_USER + 1):
            await accounts.enter_demo()
        await accounts.end_demo()
        clock.forward(timedelta(days=400))
        await accounts.expire()
        session = accounts.session(token)
        assert session is not None
        assert accounts.is_live(session)
    async with accounts_in(tmp_path, clock=clock) as accounts:
        assert accounts.session(token) is None


async def test_whoever_came_in_by_it_can_sign_out(accounts: Accounts) -> None:
    token = accounts.enter_operator()

    await accounts.sign_out(token)

    assert accounts.session(token) is None
