"""What webhooks could not bring is fetched from GitHub's list of deliveries, where the token may read it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from reviewflow.hooks import Hooks
from reviewflow.models import Repository
from reviewflow.store.database import Database
from reviewflow.store.deliveries import DeliveryStore
from sync.missed import AGAIN_AFTER
from tests.builders import Clock
from tests.github import FakeGitHub, fault, sender
from tests.integration.hook_stand import SECRET, TARGET, URL, Taker
from tests.integration.rig import Rig

NAME = 'acme/api'


@pytest.fixture
def github(github: FakeGitHub) -> FakeGitHub:
    Taker(github)
    github.add_hook(NAME, URL, content_type='json', secret=SECRET)
    return github


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    async with Rig.running(github, clock, database, target=TARGET) as rig:
        rig.flow.hooks = Hooks(DeliveryStore(database), events=('pull_request', 'label'), clock=clock)
        await rig.tick()
        rig.asked()
        yield rig


async def happen(rig: Rig, fate: sender.Fate) -> None:
    """Let a pull be opened, of which we are told like that, or not."""
    rig.clock.forward(seconds=1)
    rig.github.sender.plan(fate)
    rig.github.open_pull(NAME)
    await rig.github.sender.flush()


async def look(rig: Rig) -> int:
    return await rig.poller.fetch(rig.missed)


async def waiting(rig: Rig) -> list[tuple[int, ...]]:
    """Numbers of the pulls that deliveries name and that are still to be read."""
    return [each.hints.numbers for each in await rig.flow.hooks.waiting() if each.hints is not None]


async def test_what_never_came_is_fetched_once_and_then_waits_to_be_read(rig: Rig) -> None:
    await happen(rig, sender.DROP)
    await happen(rig, sender.LOSE)

    assert await look(rig) == 2
    assert await waiting(rig) == [(1,), (2,)]
    assert rig.flow.hooks.missed == 2
    rig.clock.forward(minutes=15)
    assert await look(rig) == 0


async def test_after_a_restart_what_was_fetched_is_still_known(rig: Rig, database: Database) -> None:
    await happen(rig, sender.DROP)
    await look(rig)

    async with Rig.running(rig.github, rig.clock, database, target=TARGET) as again:
        again.flow.hooks = Hooks(DeliveryStore(database), events=(), clock=rig.clock)
        await again.tick()
        assert await look(again) == 0


async def test_what_is_nothing_to_us_is_fetched_once_too(rig: Rig) -> None:
    rig.github.add_hook(NAME, URL, content_type='json', secret=SECRET, events=('*',))
    rig.github.sender.plan(sender.DROP)
    await happen(rig, sender.DROP)
    await look(rig)
    rig.asked()

    rig.clock.forward(minutes=15)
    await look(rig)

    assert [path for path in rig.asked('/deliveries/') if path.rsplit('/', 1)[1].isdigit()] == []


async def test_a_list_that_may_not_be_read_is_left_alone_for_a_day(rig: Rig) -> None:
    rig.github.may_manage_hooks = False
    assert await look(rig) == 0
    assert rig.asked('/hooks')

    rig.clock.forward(minutes=15)
    await look(rig)
    assert rig.asked('/hooks') == []

    rig.clock.now += AGAIN_AFTER
    await look(rig)
    assert rig.asked('/hooks')


async def test_a_limit_leaves_it_for_the_next_time(rig: Rig) -> None:
    await happen(rig, sender.DROP)
    rig.github.fail(fault.secondary_limit(timedelta(seconds=60)))

    assert await look(rig) == 0
    rig.clock.forward(seconds=61)
    assert await look(rig) == 1


async def test_without_an_address_of_ours_there_can_be_no_webhook(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database) as rig:
        assert await rig.missed.look(lambda: [Repository(id=1, name=NAME)]) == 0
        assert rig.asked() == []
