"""The server around the pages: what must be right before it starts; how it starts and stops."""

import asyncio
import logging
import secrets
import sys
from typing import Any, Protocol, Self

from nicegui import Client, app, background_tasks, core
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from reviewflow.album import Album
from reviewflow.clock import utc_now
from reviewflow.data_dir import Address, DataDir
from reviewflow.delivery import HookParser
from reviewflow.desktop.desktop import Desktop
from reviewflow.errors import NoWindow, ReviewFlowError, StartError
from reviewflow.log import Log
from reviewflow.people import People
from reviewflow.settings import Settings
from reviewflow.store.database import prepare
from reviewflow.views import Views
from reviewflow.web import api, assets, avatars, health, login, metrics, stall
from reviewflow.web.broadcaster import Broadcaster
from reviewflow.web.entrance import Entrance
from reviewflow.web.feed import Feed
from reviewflow.web.framework import sockets
from reviewflow.web.garbage import Garbage
from reviewflow.web.gate import Gate
from reviewflow.web.greeting import greeting
from reviewflow.web.machine import allow_many_sockets, can_draw, check_port, has_display, local_url, on_signal
from reviewflow.web.metrics import Metrics, Sources
from reviewflow.web.opened import Opened
from reviewflow.web.options import RECONNECT_S, options
from reviewflow.web.prefix import within
from reviewflow.web.prose.prose import Prose
from reviewflow.web.start import note_start
from reviewflow.web.webhook import Webhook
from reviewflow.words import counted

log = logging.getLogger(__name__)

SWEEP_S = 1
"""How often it is looked for sessions that ended by themselves, and for readers that do not read."""
TIDY_S = 5


class Runnable(api.Wired, Protocol):
    """What the wired core offers to a server."""

    async def open(self) -> None:
        """Load what is stored, and begin to read the code host."""
        ...

    @property
    def hook_parser(self) -> HookParser:
        """Who understands what is said by webhook."""
        ...

    async def hear(self) -> None:
        """Read again what webhooks name, until it is closed."""
        ...

    async def close(self) -> None:
        """End what runs and let go of everything."""
        ...


class Server:
    """Use it as a context around ``ui.run(**server.options)``; afterwards ``exit_status`` says how it went.

    Raises:
        StartError: on entering it, before anything was touched.
    """

    def __init__(self, settings: Settings, core: Runnable, *, desktop: Desktop | None = None) -> None:
        self.exit_status = 0
        self.flow = core.flow
        self.views = Views(core.flow.board, core.flow.freshness)
        self._broadcaster = Broadcaster(self.views)
        self.accounts = core.accounts
        self.connector = core.connector
        self.feed = Feed(core.flow.board, core.accounts, settings.limits)
        self._settings = settings
        self._core = core
        self._desktop = desktop
        self._entrance = Entrance(core.accounts, settings)
        self._prose = Prose()
        self._data_dir = DataDir(settings.data_dir)
        self._key = secrets.token_urlsafe(32)
        self._opened = asyncio.Event()
        self._is_interrupted = False

    def __enter__(self) -> Self:
        on_signal(self._interrupt)
        self._data_dir.claim()
        try:
            self._log = Log(self._data_dir.path, level=self._settings.log_level)
            asyncio.run(prepare(self._settings.database))
            check_port(self._settings.host, self._settings.port)
            allow_many_sockets()
        except StartError:
            self._data_dir.release()
            raise
        self._add_routes()
        app.on_startup(self._start)
        app.on_shutdown(self._stop)
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception):
            log.critical('the server broke down', exc_info=error)
        self._data_dir.withdraw()
        self._data_dir.release()
        self._log.flush()

    @property
    def options(self) -> dict[str, Any]:
        """What ``ui.run`` is to be told."""
        opens_browser = sys.stdout.isatty() and has_display() and not self._desktop
        return options(self._settings, opens_browser=opens_browser)

    def _add_routes(self) -> None:
        settings, accounts = self._settings, self._core.accounts
        app.storage.max_tab_storage_age = RECONNECT_S  # we keep nothing there, and stock keeps it for a month
        app.config.socket_io_js_transports = ['websocket']  # the gate lets nothing else through
        app.add_static_files(assets.ROUTE, assets.FOLDER)
        app.add_api_route('/', _to_dashboard, methods=['GET', 'HEAD'], include_in_schema=False)
        app.include_router(health.create(self.flow, is_open=self._opened.is_set))
        app.include_router(login.create(accounts, settings))
        if self._desktop is not None:
            app.include_router(self._entrance.router)
        album = Album(self._data_dir.path / 'avatars')
        pictures = avatars.Avatars(lambda: self.flow.host, album)
        app.include_router(avatars.create(People(self._core.flow.board), pictures))
        pages = sockets.install(core.sio, accounts, settings.limits)
        opened = Opened(pages=lambda: len(pages), feed_readers=lambda: self.feed.readers)
        app.mount('/dashboard/api', api.create(settings, self._core, self.views, self._prose, opened))
        app.router.routes.append(self.feed.route)
        if (secret := settings.github.webhook_secret) is not None:  # else it is an unknown path
            webhook = Webhook(self.flow, self._core.hook_parser, secret, clock=utc_now)
            app.router.routes.append(webhook.route)
        self._measure(opened)
        sockets.outermost(app, self._gate)

    def _measure(self, opened: Opened) -> None:
        """Let a monitoring system look at everything."""
        self._metrics = Metrics(
            Sources(
                accounts=self.accounts,
                broadcaster=self._broadcaster,
                flow=self.flow,
                hooks=self.flow.hooks,
                log_counts=self._log.counts,
                opened=opened,
                views=self.views,
            )
        )
        self._broadcaster.pushed = self._metrics.push.observe
        app.include_router(metrics.create(self._metrics))

    async def _start(self) -> None:
        on_signal(lambda *_: app.shutdown())  # Uvicorn would drop everything at the second Ctrl-C
        if self._is_interrupted:
            app.shutdown()
            return
        try:
            await self._core.open()
        except Exception as error:  # noqa: BLE001  # NiceGUI would go on without it, and end with 0
            self._fail(error)
            return
        background_tasks.create(self._broadcaster.run(), name='broadcaster')
        background_tasks.create(stall.watch(self._metrics.loop_delay.observe), name='stalls')
        background_tasks.create(self.feed.run(), name='feed')
        background_tasks.create(self._core.hear(), name='webhooks')
        app.timer(SWEEP_S, self._core.accounts.expire)
        app.timer(SWEEP_S, self.feed.sweep)
        garbage = Garbage(busy_at=lambda: max(self._broadcaster.sent_at, self.feed.sent_at))
        app.on_delete(garbage.page_closed)
        app.timer(TIDY_S, garbage.tidy)
        garbage.start()
        self._data_dir.publish(Address(url=self._url, key=self._key))
        self._opened.set()
        note_start(self.connector.settings, url=self._url)
        if self._desktop is None:
            self._greet()
        else:
            background_tasks.create(self._show_in(self._desktop), name='desktop window')

    async def _stop(self) -> None:
        self._data_dir.withdraw()
        pages = len(Client.instances)  # their sockets are closed by now
        log.info('stopping, with %s open', counted(pages, 'page'), extra={'pages': pages})
        if self._desktop is not None:
            await self._desktop.close()
        await self._prose.close()
        await self._core.close()

    async def _show_in(self, desktop: Desktop) -> None:
        """Show the pages in a window, and end when it is closed."""
        try:
            address = (self._settings.public_url or self._url) + self._entrance.unlock()
            await desktop.show(address, shown=self._greet)  # the code is of no use where none is shown
        except NoWindow as error:
            self.exit_status = error.exit_status
            print(f'reviewflow: {error}', file=sys.stderr, flush=True)  # noqa: T201
        except Exception:
            self.exit_status = 1
            raise
        finally:
            app.shutdown()  # whatever happened: nobody asked for a server without a window

    def _fail(self, error: Exception) -> None:
        """End a start that cannot be finished, with one line for the operator."""
        self.exit_status = error.exit_status if isinstance(error, StartError) else 1
        if not isinstance(error, ReviewFlowError):
            log.critical('the server cannot start', exc_info=error)
        self._log.flush()  # so that our line is the last
        print(f'reviewflow: the server cannot start: {error}', file=sys.stderr, flush=True)  # noqa: T201
        app.shutdown()

    def _interrupt(self, *_: object) -> None:
        """Take note, until there is a moment to end in; an exception anywhere would leave loose ends."""
        self._is_interrupted = True

    def _gate(self, inner: ASGIApp) -> ASGIApp:
        """Put the gate around everything; whoever comes before the accounts are loaded waits."""
        gate = Gate(inner, accounts=self._core.accounts, settings=self._settings, server_key=self._key)
        prefix = self._settings.prefix

        async def gate_once_open(scope: Scope, receive: Receive, send: Send) -> None:
            if scope['type'] != 'lifespan' and within(scope['path'], prefix) not in health.PATHS:
                await self._opened.wait()
            await gate(scope, receive, send)

        return gate_once_open

    def _greet(self) -> None:
        """Say where it is, and how the first administrator gets in."""
        code = self._core.accounts.setup_code
        for line in greeting(self._settings, setup_code=code, is_terminal=can_draw()):
            print(line, flush=True)  # noqa: T201

    @property
    def _url(self) -> str:
        """Where it can be reached from this machine."""
        return local_url(self._settings.host, self._settings.port)


async def _to_dashboard() -> RedirectResponse:
    return RedirectResponse('/dashboard/', 303)
