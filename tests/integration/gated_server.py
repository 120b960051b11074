"""A NiceGUI server behind the gate, with one page; a process of its own: ``gated_server.py PORT FOLDER``."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from nicegui import Client, app, core, ui  # noqa: TID251  # it is a page that is to be guarded
from starlette.types import ASGIApp, Receive, Scope, Send

from reviewflow.accounts import Accounts
from reviewflow.settings import load
from reviewflow.store.accounts import AccountStore
from reviewflow.store.database import Database, prepare
from reviewflow.web import assets, login
from reviewflow.web.framework import sockets
from reviewflow.web.gate import Gate
from tests.integration.people import KEY

clicks: list[str] = []


@ui.page('/dashboard/')
def board() -> None:
    ui.button('Click', on_click=lambda: clicks.append('click'))


async def state() -> dict[str, Any]:
    """What the tests want to know of the inside."""
    return {'clicks': len(clicks), 'clients': list(Client.instances)}


def come_to_an_end(*_: object) -> None:
    """Take the signal that Uvicorn raises again once it is down, so that coverage gets its turn."""


def main() -> None:
    settings = load({'--port': sys.argv[1], '--data-dir': sys.argv[2]}, env_file=Path(os.devnull))
    asyncio.run(prepare(settings.database))
    accounts = Accounts(AccountStore(Database(settings.database)))

    opened = asyncio.Event()

    async def open_accounts() -> None:
        await accounts.hydrate(demo=settings.is_demo)
        await accounts.ensure_admin(settings.admin)
        opened.set()

    def gate(inner: ASGIApp) -> ASGIApp:
        gate = Gate(inner, accounts=accounts, settings=settings, server_key=KEY)

        async def gate_once_open(scope: Scope, receive: Receive, send: Send) -> None:
            if scope['type'] != 'lifespan':
                await opened.wait()
            await gate(scope, receive, send)

        return gate_once_open

    signal.signal(signal.SIGTERM, come_to_an_end)
    app.on_startup(open_accounts)
    app.add_static_files(assets.ROUTE, assets.FOLDER)
    app.include_router(login.create(accounts, settings))
    app.add_api_route('/dashboard/api/state', state)
    sockets.install(core.sio, accounts, settings.limits)
    sockets.outermost(app, gate)
    ui.run(
        host=settings.host,
        port=settings.port,
        reload=False,
        show=False,
        show_welcome_message=False,
        reconnect_timeout=600,
        binding_refresh_interval=None,
    )


if __name__ in {'__main__', '__mp_main__'}:
    main()
