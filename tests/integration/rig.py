"""A poller that reads our own GitHub, with every clock moved by hand."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import httpx
from pydantic import SecretStr

from reviewflow.board import Board
from reviewflow.card import Card
from reviewflow.errors import ForgeError
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Ask, Budget, Forge, Lists, Page, Place, Pulls, Pulses, RequestOutcome
from reviewflow.models import Person, PullRequest, Repository, SyncState, SyncStatus, TrackedRepository
from reviewflow.our_hook import HookReport, HookTarget, Undelivered
from reviewflow.picture import Picture
from reviewflow.settings import GitHub
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.syncs import SyncReport
from sync.github.client import GitHubClient
from sync.github.forge import GitHubForge
from sync.github.hints import GitHubHooks
from sync.health import STOPPING
from sync.missed import Missed
from sync.poller import Poller
from tests.builders import Clock
from tests.github import FakeGitHub

INTERVAL_S = 30
T = TypeVar('T')
IN_PLACE = {'changed_pulls', 'open_pulls', 'pull'}
"""What goes wrong with these stands in the place of the answer."""


class Line:
    """A forge at the end of a line that can break, and on which answers can be held back."""

    def __init__(self, forge: Forge) -> None:
        self.key, self.title = forge.key, forge.title
        self.free_when_unchanged, self.is_pretend = forge.free_when_unchanged, forge.is_pretend
        self._forge = forge
        self.broken: dict[str, ForgeError] = {}
        """Repository → what comes instead of each of its lists."""
        self.circular = ''
        """A repository of whose lists every page leads to the same next one."""
        self._errors: dict[str, deque[ForgeError | None]] = {}
        self._held: dict[str, asyncio.Event] = {}
        self._arrived: dict[str, asyncio.Event] = {}

    @property
    def budget(self) -> Budget | None:
        return self._forge.budget

    @property
    def spent(self) -> int:
        return self._forge.spent

    @property
    def outcomes(self) -> Mapping[RequestOutcome, int]:
        return self._forge.outcomes

    def fail(self, call: str, *errors: ForgeError | None) -> None:
        """Let the next calls fail like this; None lets one through."""
        self._errors[call] = deque(errors)

    @asynccontextmanager
    async def held(self, call: str, meanwhile: Awaitable[T]) -> AsyncIterator['asyncio.Task[T]']:
        """Run something up to the answer of ``call``, which arrives when the block is left."""
        self._held[call], self._arrived[call] = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(finished(meanwhile))
            await self._arrived[call].wait()
            yield task
            self._held.pop(call).set()

    async def repositories(self, pattern: str) -> list[Repository]:
        return await self._through('repositories', self._forge.repositories(pattern))

    @property
    def means(self) -> str:
        return self._forge.means

    @property
    def budgets(self) -> Mapping[str, Budget]:
        return self._forge.budgets

    @property
    def skew(self) -> timedelta:
        return self._forge.skew

    @property
    def lists_at_once(self) -> int:
        return self._forge.lists_at_once

    @property
    def pulls_at_once(self) -> int:
        return self._forge.pulls_at_once

    @property
    def cost_per_pull(self) -> float:
        return self._forge.cost_per_pull

    async def lists(self, asks: Sequence[Ask]) -> Lists:
        answers = await self._forge.lists(asks)
        return [await self._through_list(ask, answer) for ask, answer in zip(asks, answers, strict=True)]

    async def _through_list(self, ask: Ask, page: Page | ForgeError | None) -> Page | ForgeError | None:
        name = ask.repository.name
        call = 'open_pulls' if ask.is_for_open else 'changed_pulls'
        page = await self._through(call, finished_with(page))
        if name in self.broken and not ask.is_for_open:
            return self.broken[name]
        if isinstance(page, Page) and name == self.circular and ask.after is not None:
            page = replace(page, next=ask.after)
        return page

    async def pulls(self, places: Sequence[Place]) -> Pulls:
        return [await self._through('pull', finished_with(pull)) for pull in await self._forge.pulls(places)]

    async def pulses(self, node_ids: Sequence[str]) -> Pulses | None:
        return await self._through('pulses', self._forge.pulses(node_ids))

    async def create_test_pull(self, repository: str) -> PullRequest:
        return await self._through('create_test_pull', self._forge.create_test_pull(repository))

    async def set_up_hook(self, repository: str, target: HookTarget) -> HookReport:
        return await self._through('set_up_hook', self._forge.set_up_hook(repository, target))

    async def undelivered(
        self, repository: str, target: HookTarget, since: datetime
    ) -> Sequence[Undelivered]:
        return await self._through('undelivered', self._forge.undelivered(repository, target, since))

    async def payload(self, repository: str, delivery: Undelivered) -> object | None:
        return await self._through('payload', self._forge.payload(repository, delivery))

    async def avatar(self, person: Person) -> Picture | None:
        return await self._through('avatar', self._forge.avatar(person))

    def forgive(self) -> None:
        self._forge.forgive()

    async def aclose(self) -> None:
        await self._forge.aclose()

    async def _through(self, call: str, answer: Awaitable[T]) -> T:
        result = await answer
        if (errors := self._errors.get(call)) and (error := errors.popleft()) is not None:
            if isinstance(error, ForgeError) and not isinstance(error, STOPPING) and call in IN_PLACE:
                return cast('T', error)  # it stands in the place of what was asked for
            raise error
        if (gate := self._held.get(call)) is not None and not self._arrived[call].is_set():
            self._arrived[call].set()
            await gate.wait()
        return result


async def finished_with(value: T) -> T:
    return value


async def finished(awaitable: Awaitable[T]) -> T:
    return await awaitable


class Rig:
    """A GitHub, and all of ReviewFlow that reads it."""

    def __init__(
        self,
        github: FakeGitHub,
        clock: Clock,
        database: Database,
        *patterns: str,
        interval_s: float = INTERVAL_S,
        closed_days: int = 90,
        has_token: bool = True,
        by_graph: bool = False,
        forge: Forge | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        target: HookTarget | None = None,
    ) -> None:
        self.github = github
        self.clock = clock
        self._transport = transport or github.transport
        self.database = database
        self.patterns = patterns or ('acme/api',)
        self.store = Store(database)
        self.board = Board()
        self.forge = Line(forge or self._forge(has_token=has_token, by_graph=by_graph))
        self.flow = ReviewFlow(store=self.store, board=self.board, forge=self.forge.key, clock=clock)
        self.poller = Poller(
            forge=self.forge,
            flow=self.flow,
            patterns=self.patterns,
            interval_s=interval_s,
            closed_days=closed_days,
            clock=clock,
            monotonic=self.monotonic,
            random=lambda: 1,  # the longest back-off
        )
        self.missed = Missed(
            forge=self.forge, flow=self.flow, parser=GitHubHooks(), target=target, clock=clock
        )
        self.told: list[AbstractSet[int]] = []
        self.board.on_change(self.told.append)

    @classmethod
    @asynccontextmanager
    async def running(
        cls, github: FakeGitHub, clock: Clock, database: Database, *patterns: str, **options: Any
    ) -> AsyncIterator['Rig']:
        """Start with what is stored."""
        rig = cls(github, clock, database, *patterns, **options)
        rig.poller.know(await rig.flow.hydrate(rig.patterns))
        rig.told.clear()
        yield rig
        await rig.forge.aclose()

    def monotonic(self) -> float:
        return self.clock.monotonic()

    async def tick(self, *, after_s: float = INTERVAL_S) -> SyncReport:
        """Poll after the usual time."""
        self.clock.forward(seconds=after_s)
        return await self.poller.tick()

    async def settle(self) -> None:
        """Read details until no more are due."""
        while any(card.wants_detail for card in self.board.cards.values()):
            await self.poller.read_details()

    def open_pulls(self, count: int) -> None:
        """Open that many pulls, a minute apart."""
        for number in range(1, count + 1):
            self.clock.forward(minutes=1)
            self.github.open_pull('acme/api', f'Pull {number}')

    @property
    def sync(self) -> SyncStatus:
        return self.board.sync

    def state(self) -> SyncState:
        """How the sync goes at present."""
        return self.board.sync.state

    @property
    def titles(self) -> dict[int, str]:
        """Number → title."""
        return {card.pull.number: card.pull.title for card in self.board.cards.values()}

    def card(self, number: int, repository: str = 'acme/api') -> Card:
        """Find a pull on the board."""
        return next(
            card
            for card in self.board.cards.values()
            if (card.pull.repository, card.pull.number) == (repository, number)
        )

    async def tracked(self) -> list[TrackedRepository]:
        """What is stored of the repositories."""
        return await self.store.repositories(self.forge.key)

    def asked(self, part: str = '') -> list[str]:
        """Paths that GitHub was asked for, and forget them."""
        paths = [request.path for request in self.github.requests if part in request.path]
        self.github.requests.clear()
        return paths

    def _forge(self, *, has_token: bool, by_graph: bool) -> GitHubForge:
        """Put our clocks into the client, and no pauses between its tries."""
        token = SecretStr(self.github.token) if has_token else None
        settings = GitHub(api_url=self.github.url, token=token)
        client = GitHubClient(
            settings,
            transport=self._transport,
            monotonic=self.monotonic,
            now=self.clock,
            sleep=self._sleep,
        )
        return GitHubForge(settings, client=client, monotonic=self.monotonic, by_graph=by_graph)

    async def _sleep(self, seconds: float) -> None:
        self.clock.forward(seconds=seconds)


def filled(github: FakeGitHub) -> FakeGitHub:
    """Add two repositories, and put a pull into each."""
    for name in ('acme/web', 'other/tool'):
        github.add_repository(name)
    for name in ('acme/api', 'acme/web', 'other/tool'):
        github.open_pull(name, f'One of {name}')
    return github
