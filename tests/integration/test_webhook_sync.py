"""From what GitHub calls to say to the board, without any poll in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from reviewflow.delivery import Hints
from reviewflow.errors import ForgeUnavailable
from reviewflow.forge import Place, Pulls
from reviewflow.hooks import Hooks
from reviewflow.models import CheckState, Status, SyncState
from reviewflow.store.database import Database
from reviewflow.store.deliveries import DeliveryStore
from sync.hearing import Hearing
from sync.poller import Poller
from tests.github import FakeGitHub, fault
from tests.hooks import delivery
from tests.integration.rig import Rig
from tests.waiting import PATIENCE_S, until


class Ear:
    """A rig that hears, with every pause moved by hand."""

    def __init__(self, rig: Rig, database: Database) -> None:
        self.rig = rig
        self.hooks = Hooks(DeliveryStore(database), events=[], clock=rig.clock)
        rig.flow.hooks, rig.flow.host = self.hooks, rig.forge
        self.turns = 0
        self.paused_s: list[float] = []
        self._hearing = Hearing(
            flow=rig.flow,
            hooks=self.hooks,
            refresher=self._reader,
            allowed=self.rig.poller.spending.on_named,
            monotonic=asyncio.get_running_loop().time,
            clock=rig.clock,
            random=lambda: 1,
            sleep=self._pause,
            early_after_s=(0.01,),
            unread_after_s=(0.01, 0.02, 0.04),
        )
        self._said = 0

    def _reader(self) -> Poller:
        self.turns += 1
        return self.rig.poller

    async def _pause(self, seconds: float) -> None:
        self.paused_s.append(seconds)
        self.rig.clock.forward(seconds=seconds)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator['Ear']:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hearing.run())
            yield self
            await self._hearing.close()

    async def hear(self, **hints: object) -> None:
        """Receive a delivery, and wait until it is handled."""
        self._said += 1
        (home,) = await self.rig.tracked()
        said = Hints(**hints)  # type: ignore[arg-type]  # any field
        received_at = self.rig.clock.now
        await self.rig.flow.receive(
            delivery(str(self._said), said, forge_id=home.repository.id, received_at=received_at)
        )
        async with asyncio.timeout(PATIENCE_S):
            while await self.hooks.waiting():  # noqa: ASYNC110  # nobody sets an event for it
                await asyncio.sleep(0.001)


@pytest.fixture
async def ear(rig: Rig, database: Database) -> AsyncIterator[Ear]:
    """Of three pulls, all read."""
    rig.open_pulls(3)
    await rig.tick()
    await rig.settle()
    rig.asked()
    async with Ear(rig, database).listening() as ear:
        yield ear


async def test_a_review_is_on_the_board_and_only_its_pull_was_read(ear: Ear, github: FakeGitHub) -> None:
    github.review('acme/api', 2)
    await ear.hear(numbers=(2,))

    assert ear.rig.card(2).status is Status.APPROVED
    asked = ear.rig.asked('/pulls')
    assert asked
    assert [path for path in asked if not path.startswith('/repos/acme/api/pulls/2')] == []


async def test_a_new_pull_is_on_the_board(ear: Ear, github: FakeGitHub) -> None:
    ear.rig.clock.forward(minutes=1)
    number = github.open_pull('acme/api', 'A door')
    await ear.hear(numbers=(number,), newer_than=ear.rig.clock.now)

    assert ear.rig.titles[number] == 'A door'


async def test_a_check_is_on_the_board_though_only_the_commit_was_named(ear: Ear, github: FakeGitHub) -> None:
    github.check('acme/api', 3, conclusion='failure')
    await ear.hear(shas=(ear.rig.card(3).pull.head_sha,))

    assert ear.rig.card(3).checks is CheckState.FAILING


async def test_a_merge_is_on_the_board(ear: Ear, github: FakeGitHub) -> None:
    github.merge('acme/api', 1)
    await ear.hear(numbers=(1,))

    assert ear.rig.card(1).status is Status.MERGED


async def test_a_pull_that_is_not_there_is_left_to_the_polls(ear: Ear, github: FakeGitHub) -> None:
    await ear.hear(numbers=(99,))
    github.refuse('acme/api')
    await ear.hear(numbers=(2,))

    assert set(ear.rig.titles) == {1, 2, 3}
    assert ear.paused_s == []


@pytest.fixture
def only_third(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all pulls only the third can be read."""
    true = ear.rig.forge.pulls

    async def broken(places: Sequence[Place]) -> Pulls:
        found = zip(places, await true(places), strict=True)
        return [pull if place.number == 3 else ForgeUnavailable('broken') for place, pull in found]

    monkeypatch.setattr(ear.rig.forge, 'pulls', broken)


@pytest.mark.usefixtures('only_third')
async def test_two_pulls_that_cannot_be_read_are_left_to_the_polls(ear: Ear, github: FakeGitHub) -> None:
    github.review('acme/api', 3)
    await ear.hear(numbers=(1, 99))
    await ear.hear(numbers=(3,))

    assert ear.paused_s == []
    assert ear.rig.card(3).status is Status.APPROVED


@pytest.mark.usefixtures('only_third')
async def test_a_pull_beside_many_that_cannot_be_read_is_read(ear: Ear, github: FakeGitHub) -> None:
    github.review('acme/api', 3)
    (home,) = await ear.rig.tracked()
    for name, numbers in {'many': (1, 2, *range(90, 105)), 'one': (3,)}.items():
        await ear.rig.flow.receive(delivery(name, Hints(numbers=numbers), forge_id=home.repository.id))
    await until(lambda: ear.paused_s and ear.rig.card(3).status is Status.APPROVED)


async def test_while_github_is_down_it_waits_and_goes_on_by_itself(ear: Ear, github: FakeGitHub) -> None:
    github.review('acme/api', 2)
    github.fail(*[fault.status(503)] * 1000)
    await ear.rig.tick()
    assert ear.rig.state() is SyncState.FAILING
    hearing = asyncio.ensure_future(ear.hear(numbers=(2,)))
    await until(lambda: ear.turns > 20)  # for longer than a pull by itself would be tried
    assert not hearing.done()
    github.fail()
    await ear.rig.tick(after_s=301)
    await hearing

    assert ear.rig.card(2).status is Status.APPROVED


async def test_nothing_is_asked_for_within_a_limit(ear: Ear, github: FakeGitHub) -> None:
    github.review('acme/api', 2)
    github.fail(fault.secondary_limit(timedelta(seconds=40)))
    limited_at = ear.rig.clock.now
    await ear.hear(numbers=(2,))

    assert ear.rig.card(2).status is Status.APPROVED
    assert ear.rig.clock.now - limited_at >= timedelta(seconds=40)
    assert max(ear.paused_s) == pytest.approx(40, abs=2)


async def test_what_is_said_of_a_repository_that_is_refused_for_good_is_left_to_the_polls(
    ear: Ear, github: FakeGitHub
) -> None:
    github.refuse('acme/api', 403)
    await ear.rig.tick()
    assert ear.rig.state() is SyncState.FAILING
    await ear.hear(numbers=(2,))

    assert ear.paused_s == []
