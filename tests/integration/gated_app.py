"""A small application behind the gate, asked without a network."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from httpx import ASGITransport, AsyncClient

from reviewflow.accounts import Accounts
from reviewflow.settings import Admin, Settings
from reviewflow.web import login
from reviewflow.web.framework.sockets import outermost
from reviewflow.web.gate import Gate, actor_of
from tests.builders import Ticks
from tests.integration.people import KEY, MEI, PASSWORD, Clock, accounts_in


class Doorway:
    """The application, and as many browsers as are wanted in front of it."""

    def __init__(self, app: FastAPI, accounts: Accounts, stack: AsyncExitStack, ticks: Ticks) -> None:
        self.app = app
        self.accounts = accounts
        self.ticks = ticks
        self._stack = stack

    async def browser(
        self, base_url: str = 'http://localhost:8000', *, peer: str = '127.0.0.1', **headers: str
    ) -> AsyncClient:
        """Open another browser, which keeps its cookies."""
        transport = ASGITransport(self.app, client=(peer, 5000))
        client = AsyncClient(transport=transport, base_url=base_url, headers=headers)
        return await self._stack.enter_async_context(client)

    async def signed_in(self, base_url: str = 'http://localhost:8000', **headers: str) -> AsyncClient:
        """Open a browser and sign in."""
        browser = await self.browser(base_url, **headers)
        answer = await browser.post('/dashboard/login', data={'username': 'mei', 'password': PASSWORD})
        assert answer.status_code == 303
        return browser


def application() -> FastAPI:
    """Make a page, an API and a folder; each says who asks."""
    app, api = FastAPI(openapi_url=None), FastAPI(openapi_url=None)

    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f'page of {actor_of(request).name}')

    async def whoami(request: Request) -> dict[str, str]:
        await request.body()
        actor = actor_of(request)
        return {'name': actor.name, 'role': actor.role}

    async def cached() -> PlainTextResponse:
        return PlainTextResponse('', headers={'Cache-Control': 'no-cache', 'X-Frame-Options': 'SAMEORIGIN'})

    async def alive() -> PlainTextResponse:
        return PlainTextResponse('alive')

    app.get('/dashboard/')(page)
    app.get('/livez')(alive)
    app.get('/metrics')(alive)
    app.post('/webhooks/github')(alive)
    app.get('/favicon.ico')(alive)
    api.get('/whoami')(whoami)
    api.post('/whoami')(whoami)
    api.get('/cached')(cached)
    app.mount('/dashboard/api', api)
    return app


@asynccontextmanager
async def doorway(
    folder: Path, *, admin: Admin = MEI, clock: Clock | None = None, **settings: Any
) -> AsyncIterator[Doorway]:
    """Open the accounts of a folder behind the gate."""
    chosen, ticks = Settings(**settings), Ticks()
    demo = chosen.is_demo
    async with (
        accounts_in(folder, admin=admin, clock=clock, demo=demo) as accounts,
        AsyncExitStack() as stack,
    ):
        app = application()
        app.include_router(login.create(accounts, chosen))
        outermost(
            app,
            lambda inner: Gate(inner, accounts=accounts, settings=chosen, server_key=KEY, clock=ticks),
        )
        yield Doorway(app, accounts, stack, ticks)
