"""Repositories at our own GitHub, and a ReviewFlow that lives, dies, and is started again."""

import asyncio
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from random import Random

import httpx

from tests.builders import Clock
from tests.github import FakeGitHub
from tests.history.disk import Disk
from tests.history.homes import OWNER, Homes
from tests.history.life import ADDRESS, Life
from tests.history.steps import (
    FAULTS,
    PATTERNS,
    Change,
    Crash,
    Do,
    Fail,
    Happen,
    Hear,
    Restart,
    Slow,
    Stamp,
    Step,
    Wait,
)
from tests.history.still import still
from tests.hooks import SECRET
from tests.integration.rig import INTERVAL_S

HEALED_AFTER_S = 301
CLOSED_DAYS = 7


class Bell(httpx.AsyncBaseTransport):
    """The way from GitHub to whichever process lives; knows what arrived."""

    def __init__(self, world: 'World') -> None:
        self.accepted: set[str] = set()
        """Ids of the deliveries that were taken."""
        self.refused: list[str] = []
        """What was answered, without any reason, instead of taking one."""
        self._world = world

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._world.life.answer(request)
        if response.status_code == 202:
            self.accepted.add(request.headers['X-GitHub-Delivery'])
        elif not (response.status_code == 503 and self._world.was_held):
            self.refused.append(f'{request.headers["X-GitHub-Event"]}: {response.status_code}')
        return response


class World:
    """Everything there is; time passes only in it."""

    life: Life

    def __init__(self, file: Path, clock: Clock, *, by_graph: bool) -> None:
        self.clock = clock
        self.github = FakeGitHub(now=clock)
        self.github.checks_requests = False  # which takes time, and others see to it
        self.homes = Homes(self.github, clock)
        self.bell = Bell(self)
        self.was_held = False
        """Whether the database was ever held."""
        self._disk = Disk(file)
        self._by_graph = by_graph
        self._patterns: tuple[str, ...] = PATTERNS[0]
        self._closed_days = CLOSED_DAYS
        sender, ids = self.github.sender, count(1)
        sender.transport, sender.new_id = self.bell, lambda: f'delivery-{next(ids)}'
        self.github.add_hook(OWNER, ADDRESS, content_type='json', secret=SECRET)

    async def begin(self) -> None:
        """Start a process, with what the last one stored."""
        self.life = Life(
            self.github,
            self.clock,
            self._disk,
            *self._patterns,
            closed_days=self._closed_days,
            by_graph=self._by_graph,
        )
        await self.life.begin()

    async def live(self, steps: Iterable[Step]) -> None:
        """Live through a history."""
        for step in steps:
            await self.take(step)

    async def heal(self) -> None:
        """From now on nothing goes wrong, and nothing happens."""
        self.github.calm()
        self.github.has_graphql = True
        self._disk.release()
        for repo in self.github.repos:
            repo.refusal = None
        await self.pass_time(HEALED_AFTER_S)  # whatever failed is tried again
        await self._tick()

    async def rest(self) -> None:
        """Have one quiet tick."""
        await self.pass_time(INTERVAL_S)
        await self._tick()

    async def pass_hours(self) -> None:
        """Let everybody look up what repositories there are, and make sure twice of what is gone."""
        self.github.sender.release()  # what was lost until now comes, and does no harm
        await self._hear(0)
        for seconds in (3601, 301, 301, 301, 301):
            await self.pass_time(seconds)
            await self._tick()
            if not self._by_graph and seconds > HEALED_AFTER_S:
                await self.life.poller.sync_now()  # REST feels no pulses

    async def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)
        await still()

    async def restart(self) -> None:
        """End as one should, and start again."""
        await self.life.end()
        await self.begin()

    async def take(self, step: Step) -> None:
        """Let something happen."""
        match step:
            case Happen():
                self.homes.happen(step)
            case Change():
                self.homes.change(step)
            case Stamp():
                self.homes.stamp(step)
            case Wait(seconds=seconds):
                await self.pass_time(seconds)
            case Fail(what=what):
                self.github.fail(*(FAULTS[index] for index in what))
            case _:
                await self._act(step)

    async def _act(self, step: Hear | Restart | Crash | Slow | Do) -> None:
        match step:
            case Hear(seed=seed):
                await self._hear(seed)
            case Restart(patterns=patterns, closed_days=closed_days):
                self._patterns, self._closed_days = patterns, closed_days
                await self.restart()
            case Crash():
                await self._crash(step)
            case Slow():
                await self._be_slow(step)
            case Do(what=what):
                await self._do(what)

    async def _do(self, what: str) -> None:
        match what:
            case 'tick':
                await self.life.tick()
            case 'poll':
                await self.life.poller.tick()
            case 'details':
                await self.life.read_details()
            case 'reconcile':
                await self.life.poller.reconcile()
            case 'lock':
                self._disk.hold()
                self.was_held = True
            case 'unlock':
                self._disk.release()
            case 'lose GraphQL' | 'find GraphQL':
                self.github.has_graphql = what.startswith('find')

    async def _hear(self, seed: int) -> None:
        """Let webhooks arrive, and what they name be read."""
        await self.github.sender.flush(Random(seed))
        await still()

    async def _crash(self, step: Crash) -> None:
        life = self.life
        life.fuse.light(step.operations)
        polling = life.do(life.tick())
        arriving = asyncio.ensure_future(self.github.sender.flush(Random(step.seed)))
        blown = asyncio.ensure_future(life.fuse.blown.wait())

        async def end() -> None:
            await asyncio.wait([polling, arriving])
            await still()  # what arrived is read, too

        both = asyncio.ensure_future(end())
        await asyncio.wait([both, blown], return_when=asyncio.FIRST_COMPLETED)
        blown.cancel()
        if step.is_of_all:
            await life.die()
            await both
            await self.begin()
        else:
            polling.cancel()
            life.fuse.mend()
            await both

    async def _be_slow(self, step: Slow) -> None:
        line = self.life.line
        line.hold(step.nth, is_found_late=step.is_found_late)
        held = asyncio.ensure_future(self.take(Hear(step.nth) if step.what == 'hear' else Do(step.what)))
        arrived = asyncio.ensure_future(line.arrived.wait())
        await asyncio.wait([held, arrived], return_when=asyncio.FIRST_COMPLETED)
        arrived.cancel()
        for each in step.meanwhile:
            await self.take(each)
        line.release()
        await held

    async def _tick(self) -> None:
        await self.life.tick()
        await still()
