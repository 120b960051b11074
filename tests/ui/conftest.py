"""Pages over a real store, and people who look at them; nothing reads a code host."""

import gc
import importlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from nicegui import core
from nicegui.testing import User
from nicegui.testing.user_simulation import user_simulation
from starlette.types import Receive, Scope, Send

from components.frame import prepare as prepare_look
from reviewflow.accounts import Accounts, Actor, Role
from reviewflow.board import Board
from reviewflow.flow import ReviewFlow
from reviewflow.models import PullRequest, Repository
from reviewflow.store.accounts import AccountStore
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.views import Views
from tests.builders import closed, merged, pull
from tests.desk import ANA, Desk

ANN = Actor(user_id=1, name='ann', role=Role.REVIEWER)

SignIn = Callable[..., User]
Open = Callable[..., User]


class SignedIn:
    """The application as the gate hands it an actor's requests."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await core.app({**scope, 'state': {'actor': self._actor}}, receive, send)


@pytest.fixture(scope='package', autouse=True)
def frozen() -> Iterator[None]:
    """Leave out what is there already when garbage is looked for, as NiceGUI does around every test."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
async def flow(database: Database) -> ReviewFlow:
    """Five pulls on the board and in the store."""
    flow = ReviewFlow(store=Store(database), board=Board(), forge='fake')
    await record(
        flow,
        pull(number=1, title='Fix the lamp'),
        pull(number=2, title='Buy a lamp'),
        pull(number=3, title='Open the door'),
        merged(number=4, title='Paint the lamp'),
        closed(number=5, title='Sell the door'),
    )
    return flow


async def record(flow: ReviewFlow, *pulls: PullRequest) -> None:
    """Let these pulls be so, as a sync would."""
    tracked = await flow.track('acme/api', Repository(id=1, name='acme/api'))
    await flow.record(tracked.id, pulls, flow.next_read())


@pytest.fixture
def views(flow: ReviewFlow) -> Views:
    """What the pages watch."""
    return Views(flow.board)


@pytest.fixture
async def sign_in(flow: ReviewFlow, views: Views) -> AsyncIterator[SignIn]:
    """Let somebody in, with the cookies of their browser."""
    async with user_simulation():
        prepare_look()
        importlib.import_module('pages.failure').create()  # the simulation forgets the modules of pages
        importlib.import_module('pages.inbox').create(flow, views, Desk().connector)

        def sign_in(actor: Actor = ANN, **cookies: str) -> User:
            transport = httpx.ASGITransport(SignedIn(actor), raise_app_exceptions=False)
            return User(httpx.AsyncClient(transport=transport, base_url='http://test', cookies=cookies))

        yield sign_in


@pytest.fixture
def user(sign_in: SignIn) -> User:
    """Somebody who is signed in."""
    return sign_in()


@pytest.fixture
async def accounts(tmp_path: Path) -> Accounts:
    accounts = Accounts(AccountStore(Database(f'sqlite+aiosqlite:///{tmp_path}/unused.db')))
    accounts.administrators = ['ana', 'mei']
    return accounts


@pytest.fixture
def enter(sign_in: SignIn, flow: ReviewFlow, views: Views, accounts: Accounts) -> Open:
    """Let somebody in to a page of this desk."""

    def enter(desk: Desk, actor: Actor = ANA) -> User:
        importlib.import_module('pages.connect').create(flow, views, desk.connector, accounts)
        return sign_in(actor)

    return enter


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def ana(desk: Desk, enter: Open) -> User:
    """An administrator, with the page open."""
    user = enter(desk)
    await user.open('/dashboard/connect')
    return user
