"""Random histories of a repository, and a ReviewFlow that lives through them."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from random import Random

import httpx
from hypothesis import strategies as st

from reviewflow.errors import ForgeError, ReviewFlowError
from reviewflow.forge import Place
from reviewflow.models import PullRequest
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.github.happening import HAPPENINGS, Happening, happen
from tests.integration.github_forge import make_forge
from tests.integration.rig import INTERVAL_S, Rig

OWNER, NAME = 'acme', 'acme/api'
PEOPLE = ('ann', 'ben', 'cy', 'dependabot[bot]')
UNTRACED = {'recolour', 'delete label'}
"""What changes pulls and leaves no trace in any list or pulse; a webhook or a comparison finds it."""
FAULTS = (fault.status(502), fault.half_json(), fault.html(), fault.status(404))
HEALED_AFTER_S = 301


@dataclass(frozen=True, slots=True)
class Happen:
    """Something happens at the code host."""

    what: str
    number: int
    by: str
    flag: bool


@dataclass(frozen=True, slots=True)
class Do:
    """We do something: ``tick``, ``details``, ``open``, ``rename``, ``restart``."""

    what: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Hear:
    """Webhooks arrive: some of those that wait, in any order, some of them twice."""

    seed: int


@dataclass(frozen=True, slots=True)
class Crash:
    """The process ends amid a poll, after so many turns of the loop."""

    turns: int


@dataclass(frozen=True, slots=True)
class Slow:
    """An answer is late, and things happen meanwhile; it was found before or after them."""

    nth: int
    is_found_late: bool
    meanwhile: tuple['Step', ...]


@dataclass(frozen=True, slots=True)
class Fail:
    """The next requests go wrong."""

    what: tuple[int, ...]


Step = Happen | Do | Wait | Hear | Crash | Slow | Fail

happens = st.builds(
    Happen,
    st.sampled_from(sorted(set(HAPPENINGS) - UNTRACED)),
    st.integers(1, 4),
    st.sampled_from(PEOPLE),
    st.booleans(),
)
waits = st.builds(Wait, st.sampled_from([0, 1, 2, 5, 31]))
hears = st.builds(Hear, st.integers(0, 99))
meanwhile = st.lists(st.one_of(happens, hears, waits), max_size=4).map(tuple)
steps = st.one_of(
    happens,
    happens,
    waits,
    hears,
    st.builds(Do, st.sampled_from(['tick', 'tick', 'details', 'open', 'rename', 'restart'])),
    st.builds(Crash, st.integers(1, 120)),
    st.builds(Slow, st.integers(0, 3), st.booleans(), meanwhile),
    st.builds(Fail, st.lists(st.integers(0, len(FAULTS) - 1), min_size=1, max_size=5).map(tuple)),
)
histories = st.lists(steps, max_size=14)


class Line(httpx.AsyncBaseTransport):
    """The way to GitHub, on which an answer can be late."""

    def __init__(self, github: FakeGitHub) -> None:
        self._way = github.transport
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


class World:
    """A repository at our own GitHub, and who reads it."""

    def __init__(self, database: Database, *, by_graph: bool) -> None:
        self.clock = Clock()
        self.github = FakeGitHub(now=self.clock)
        self.by_graph = by_graph
        self.name = NAME
        self._database = database
        self._line = Line(self.github)
        self._pending: list[int] = []  # numbers of the pulls that webhooks will name
        self._names = count(1)
        self.github.organisations.add(OWNER)
        self.github.add_repository(NAME)
        for author in ('ann', 'ben'):
            self.github.open_pull(NAME, f'Of {author}', author=author)
        self.rig = self._new_rig()

    async def start(self) -> None:
        """Go on with what is stored, as a new process does."""
        self.rig = self._new_rig()
        self.rig.poller.know(await self.rig.flow.hydrate(self.rig.patterns))

    async def live(self, steps: Iterable[Step]) -> None:
        """Live through a history."""
        for step in steps:
            await self._take(step)

    async def come_to_rest(self) -> None:
        """Nothing goes wrong or happens any more: one quiet tick."""
        self.github.fail()
        self.clock.forward(seconds=HEALED_AFTER_S)  # whatever failed is tried again
        await self._tick()
        self.clock.forward(seconds=INTERVAL_S)
        if self.by_graph:
            await self._tick()
        else:
            await self.rig.poller.sync_now()  # REST feels no pulses

    async def there(self) -> dict[int, PullRequest]:
        """All pulls as they are at GitHub."""
        forge = make_forge(self.github, by_graph=self.by_graph)
        try:
            (repository,) = await forge.repositories(self.name)
            numbers = sorted(self.github.repo(self.name).pulls)
            found = await forge.pulls([Place(repository=repository, number=number) for number in numbers])
            return {pull.number: seen(pull) for pull in found if isinstance(pull, PullRequest)}
        finally:
            await forge.aclose()

    def here(self) -> dict[int, PullRequest]:
        """All pulls as the board has them."""
        return {card.pull.number: seen(card.pull) for card in self.rig.board.cards.values()}

    async def stored(self) -> dict[int, PullRequest]:
        """All pulls as the store has them."""
        cards = await self.rig.store.cards(await self.rig.tracked())
        return {card.pull.number: seen(card.pull) for card in cards}

    async def _take(self, step: Step) -> None:
        match step:
            case Happen():
                self._happen(step)
            case Wait(seconds=seconds):
                self.clock.forward(seconds=seconds)
            case Hear(seed=seed):
                await self._hear(Random(seed))
            case Fail(what=what):
                self.github.fail(*(FAULTS[index] for index in what))
            case Crash(turns=turns):
                await self._crash(turns)
            case Slow(nth=nth, is_found_late=is_found_late, meanwhile=others):
                await self._be_slow(nth, others, is_found_late=is_found_late)
            case Do(what=what):
                await self._do(what)

    async def _do(self, what: str) -> None:
        match what:
            case 'tick':
                await self.rig.poller.tick()
            case 'details':
                await self.rig.poller.read_details()
            case 'open':
                self._pending.append(self.github.open_pull(self.name, 'Opened', author='cy'))
            case 'rename':
                new = f'{OWNER}/api{next(self._names)}'
                self.github.rename(self.name, new)
                self.name = new
            case 'restart':
                await self.start()

    def _happen(self, step: Happen) -> None:
        if step.number in self.github.repo(self.name).pulls:
            happening = Happening(
                github=self.github, name=self.name, number=step.number, by=step.by, flag=step.flag
            )
            happen(step.what, happening)
            self._pending.append(step.number)

    async def _hear(self, random: Random) -> None:
        """Let some of the webhooks arrive, in any order, and some twice; others are lost."""
        heard = [number for number in self._pending if random.random() < 0.7]
        heard += [number for number in heard if random.random() < 0.3]
        random.shuffle(heard)
        self._pending.clear()
        ids = [each.id for each in await self.rig.tracked()]
        with suppress(ForgeError):
            await self.rig.poller.refresh([(id_, number) for id_ in ids for number in heard])

    async def _crash(self, turns: int) -> None:
        async def work() -> None:
            await self.rig.poller.tick()
            await self.rig.poller.read_details()

        task = asyncio.ensure_future(work())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError, ReviewFlowError):
            await task
        await self.start()

    async def _be_slow(self, nth: int, meanwhile: Sequence[Step], *, is_found_late: bool) -> None:
        self._line.hold(nth, is_found_late=is_found_late)
        async with asyncio.TaskGroup() as group:
            tick = group.create_task(self.rig.poller.tick())
            arrived = group.create_task(self._line.arrived.wait())
            await asyncio.wait([tick, arrived], return_when=asyncio.FIRST_COMPLETED)
            self._line.arrived.set()
            for step in meanwhile:
                await self._take(step)
            self._line.release()

    async def _tick(self) -> None:
        await self.rig.poller.tick()
        for _ in range(30):
            await self.rig.poller.read_details()

    def _new_rig(self) -> Rig:
        return Rig(
            self.github,
            self.clock,
            self._database,
            f'{OWNER}/*',
            by_graph=self.by_graph,
            transport=self._line,
        )


def seen(pull: PullRequest) -> PullRequest:
    """Leave out what nobody promises: checks of closed pulls, and what leaves no trace."""
    if pull.detail is None:
        return pull
    if pull.is_open:
        return replace(pull, detail=replace(pull.detail, threads=None, open_threads=None))
    return replace(pull, detail=None)
