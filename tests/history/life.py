"""A process of ours, from its start to its end: what polls, what hears, and where GitHub calls."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from random import Random
from typing import Any

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette

from reviewflow.hooks import Hooks
from reviewflow.settings import GitHub
from reviewflow.store.database import Database
from reviewflow.store.deliveries import DeliveryStore
from reviewflow.web.webhook import Webhook
from sync.github.client import GitHubClient
from sync.github.forge import GitHubForge
from sync.github.hints import GitHubHooks
from sync.hearing import Hearing
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.history.disk import Disk, Fuse
from tests.history.still import still
from tests.hooks import PATH, SECRET
from tests.integration.rig import Rig

ADDRESS = f'http://reviewflow{PATH}'


class Line(httpx.AsyncBaseTransport):
    """The way to GitHub, on which an answer can be late, and a process can end."""

    def __init__(self, github: FakeGitHub, fuse: Fuse) -> None:
        self._way = github.transport
        self._fuse = fuse
        self._countdown: int | None = None
        self._is_found_late = False
        self._gate = asyncio.Event()
        self.arrived = asyncio.Event()

    def hold(self, nth: int, *, is_found_late: bool) -> None:
        """Hold back the answer to the nth request from now."""
        self._countdown, self._is_found_late = nth, is_found_late
        self._gate, self.arrived = asyncio.Event(), asyncio.Event()

    def release(self) -> None:
        """Let it come."""
        self._countdown = None
        self._gate.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not await self._fuse.through():
            raise httpx.ConnectError('the process is dead')
        is_held = self._countdown == 0
        if self._countdown is not None:
            self._countdown -= 1
        if is_held and self._is_found_late:
            self.arrived.set()
            await self._gate.wait()
        response = await self._way.handle_async_request(request)
        if is_held and not self._is_found_late:
            self.arrived.set()
            await self._gate.wait()
        return response


class TimelyRig(Rig):
    """One for which time passes while it waits."""

    def _forge(self, *, has_token: bool, by_graph: bool) -> GitHubForge:
        settings = GitHub(api_url=self.github.url, token=SecretStr(self.github.token) if has_token else None)
        client = GitHubClient(
            settings,
            transport=self._transport,
            monotonic=self.monotonic,
            now=self.clock,
            jitter=Random(1).random,
        )
        return GitHubForge(
            settings,
            transport=self._transport,
            client=client,
            monotonic=self.monotonic,
            by_graph=by_graph,
        )


class Life:
    """Polls when it is told to, and hears by itself."""

    def __init__(
        self,
        github: FakeGitHub,
        clock: Clock,
        disk: Disk,
        *patterns: str,
        closed_days: int,
        by_graph: bool,
    ) -> None:
        disk.mount()
        self.line = Line(github, disk.fuse)
        self.fuse = disk.fuse
        self._disk = disk
        self._database = Database(disk.url)
        self.rig = TimelyRig(
            github,
            clock,
            self._database,
            *patterns,
            closed_days=closed_days,
            by_graph=by_graph,
            transport=self.line,
        )
        self.poller, self.board, self.closed_days = self.rig.poller, self.rig.board, closed_days
        parser = GitHubHooks()
        self.hooks = Hooks(DeliveryStore(self._database), events=parser.events, clock=clock)
        self.rig.flow.hooks, self.rig.flow.host = self.hooks, self.rig.forge
        self._hearing = Hearing(
            flow=self.rig.flow,
            hooks=self.hooks,
            refresher=lambda: self.poller,
            allowed=self.poller.spending.on_named,
            monotonic=self.rig.monotonic,
            clock=clock,
            random=lambda: 1,
        )
        webhook = Webhook(self.rig.flow, parser, SecretStr(SECRET), clock=clock, monotonic=self.rig.monotonic)
        self._app = httpx.ASGITransport(Starlette(routes=[webhook.route]))
        self._doing = set[asyncio.Task[Any]]()

    async def begin(self) -> None:
        """Show what is stored, and take up what was heard and not handled."""
        self.poller.know(await self.rig.flow.hydrate(self.rig.patterns))
        await self.hooks.hydrate()
        self.do(self._hearing.run())
        await still()

    def do(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something, until this life ends."""
        task = asyncio.ensure_future(work)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)
        return task

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """Be called."""
        if self.fuse.is_dead:
            raise httpx.ConnectError('nobody is there')
        answering = self.do(self._app.handle_async_request(request))
        await asyncio.wait([answering])
        if answering.cancelled():
            raise httpx.RemoteProtocolError('the process died')
        response: httpx.Response = answering.result()
        return response

    async def tick(self) -> None:
        """Poll, and read all that is due then."""
        await self.poller.tick()
        await self.read_details()

    async def read_details(self) -> None:
        """Go on until nothing is asked for."""
        asked = -1
        requests = self.rig.github.requests
        while len(requests) > asked:
            asked = len(requests)
            await self.poller.read_details()

    async def die(self) -> None:
        """End at once, wherever it is."""
        self._disk.unplug()
        doing = list(self._doing)
        for task in doing:
            task.cancel()
        if doing:
            await asyncio.wait(doing)
        for task in doing:
            with suppress(BaseException):
                task.result()
        await self._let_go()

    async def end(self) -> None:
        """End as it should."""
        await self._hearing.close()
        self.poller.stop()
        await self.poller.idle()
        await still()
        await self._let_go()

    async def _let_go(self) -> None:
        self.fuse.kill()
        await self.rig.forge.aclose()
        await self._database.close()
