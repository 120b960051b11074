"""What webhooks could not bring is fetched from GitHub's list of deliveries, where the token may read it."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from reviewflow.hooks import Hooks
from reviewflow.models import Repository
from reviewflow.store.database import Database
from reviewflow.store.deliveries import DeliveryStore
from sync.missed import AGAIN_AFTER
from sync.spending import Spending
from tests.builders import Clock
from tests.github import FakeGitHub, fault, sender
from tests.integration.fault_stand import WallClock
from tests.integration.hook_stand import SECRET, TARGET, URL, Taker
from tests.integration.rig import Rig

NAME = 'acme/api'


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


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


async def fail(rig: Rig, happen: Callable[[], object]) -> None:
    """Let something happen of which we are not told."""
    rig.github.sender.plan(sender.DROP)
    happen()
    await rig.github.sender.flush()
    rig.asked()


def fetched(rig: Rig) -> list[str]:
    """Paths of the deliveries that were asked for, and forget them."""
    return [path for path in rig.asked('/deliveries/') if path.rsplit('/', 1)[1].isdigit()]


async def look(rig: Rig) -> int:
    return await rig.poller.fetch(rig.missed)


async def waiting(rig: Rig) -> list[tuple[int, ...]]:
    """Numbers of the pulls that deliveries name and that are still to be read."""
    return [each.hints.numbers for each in await rig.flow.hooks.waiting() if each.hints is not None]


async def test_what_never_came_is_fetched_once_and_then_waits_to_be_read(rig: Rig) -> None:
    await happen(rig, sender.DROP)
    await happen(rig, sender.SEND)
    await happen(rig, sender.DROP)

    assert await look(rig) == 2
    assert await waiting(rig) == [(1,), (3,)]
    assert rig.flow.hooks.missed == 2
    rig.clock.forward(minutes=15)
    assert await look(rig) == 0


async def test_what_never_came_after_our_clock_was_set_is_fetched(rig: Rig, clock: WallClock) -> None:
    rig.github.now = lambda: clock.now
    clock.error = timedelta(hours=1)
    assert await look(rig) == 0
    await happen(rig, sender.DROP)
    clock.forward(minutes=15)

    assert await look(rig) == 1


async def test_after_a_restart_what_was_fetched_is_still_known(rig: Rig, database: Database) -> None:
    await happen(rig, sender.DROP)
    await look(rig)

    async with Rig.running(rig.github, rig.clock, database, target=TARGET) as again:
        again.flow.hooks = Hooks(DeliveryStore(database), events=(), clock=rig.clock)
        await again.tick()
        assert await look(again) == 0


async def test_what_is_nothing_to_us_is_fetched_once_too_also_after_a_restart(
    rig: Rig, database: Database
) -> None:
    await fail(rig, lambda: rig.github.add_label(NAME, 'new'))
    assert await look(rig) == 0
    assert len(fetched(rig)) == 1

    await look(rig)
    async with Rig.running(rig.github, rig.clock, database, target=TARGET) as again:
        again.flow.hooks = Hooks(DeliveryStore(database), events=(), clock=rig.clock)
        await again.tick()
        await look(again)

    assert fetched(rig) == []


async def test_what_was_taken_and_is_nothing_to_us_is_not_fetched(rig: Rig) -> None:
    rig.github.add_label(NAME, 'new')
    await rig.github.sender.flush()
    await look(rig)

    assert fetched(rig) == []


async def test_events_that_say_nothing_are_not_fetched(rig: Rig) -> None:
    await fail(rig, lambda: rig.github._tell('star', 'created', rig.github.repo(NAME)))
    await look(rig)

    assert fetched(rig) == []


async def test_what_was_fetched_is_no_sign_that_the_webhook_works(rig: Rig, database: Database) -> None:
    await happen(rig, sender.DROP)
    assert await look(rig) == 1

    hooks = Hooks(DeliveryStore(database), events=(), clock=rig.clock)
    await hooks.hydrate()
    assert rig.flow.hooks.heard == hooks.heard == {}
    assert rig.flow.hooks.today.total() == 0
    assert rig.flow.hooks.unhandled == 1


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


async def test_a_limit_leaves_the_rest_for_the_next_time(rig: Rig) -> None:
    for _ in range(4):
        await happen(rig, sender.DROP)
    rig.github.fail(None, None, None, fault.secondary_limit(timedelta(seconds=60)))

    await look(rig)
    assert await waiting(rig) == [(1,)]
    rig.clock.forward(seconds=61)
    rig.asked()
    assert await look(rig) == 3
    assert len(fetched(rig)) == 3, 'and nothing twice'


async def test_what_passes_by_itself_is_tried_again_the_next_time(rig: Rig) -> None:
    await happen(rig, sender.DROP)
    rig.github.fail(*[fault.status(502)] * 4)
    assert await look(rig) == 0

    rig.clock.forward(minutes=15)
    assert await look(rig) == 1


async def test_a_delivery_that_is_gone_holds_up_no_other(rig: Rig) -> None:
    await happen(rig, sender.DROP)
    await happen(rig, sender.DROP)
    rig.github.fail(None, None, fault.status(404))

    assert await look(rig) == 1
    assert await waiting(rig) == [(2,)]


async def test_with_nothing_to_spare_nothing_is_asked_and_then_no_more_than_there_is(rig: Rig) -> None:
    for _ in range(3):
        await happen(rig, sender.DROP)
    rig.asked()
    repositories = [each.repository for each in await rig.tracked()]

    assert await rig.missed.look(repositories, lambda: False) == 0
    assert rig.asked() == []

    spare = iter([True, True, False])
    assert await rig.missed.look(repositories, lambda: next(spare)) == 1
    assert await rig.missed.look(repositories, lambda: True) == 2


async def test_what_the_polls_need_comes_first(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await happen(rig, sender.DROP)
    with monkeypatch.context() as patched:
        patched.setattr(Spending, 'has_spare', False)
        assert await look(rig) == 0
    assert rig.asked() == []

    assert await look(rig) == 1


async def test_half_of_each_allowance_is_left_alone_until_it_is_whole_again(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, target=TARGET, by_graph=True) as rig:
        rig.flow.hooks = Hooks(DeliveryStore(database), events=(), clock=clock)
        github.used[f'Bearer {github.token}'] = 3500
        await rig.tick()  # which resolves names by REST
        await happen(rig, sender.DROP)
        rig.asked()

        assert await look(rig) == 0
        assert rig.asked() == []
        clock.forward(hours=1)
        assert await look(rig) == 1


async def test_a_quiet_hour_costs_nothing_but_the_first_look(rig: Rig) -> None:
    await look(rig)
    spent = rig.forge.spent
    for _ in range(4):
        rig.clock.forward(minutes=15)
        await look(rig)

    assert rig.forge.spent == spent


@pytest.mark.parametrize('ahead', [timedelta(minutes=-10), timedelta(minutes=10)])
async def test_times_are_those_of_github(
    github: FakeGitHub, clock: Clock, database: Database, ahead: timedelta
) -> None:
    github.now = lambda: clock.now + ahead
    async with Rig.running(github, clock, database, target=TARGET) as rig:
        rig.flow.hooks = Hooks(DeliveryStore(database), events=(), clock=clock)
        await rig.tick()
        assert await look(rig) == 0
        await happen(rig, sender.DROP)

        clock.forward(minutes=15)
        assert await look(rig) == 1


async def test_without_an_address_of_ours_there_can_be_no_webhook(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database) as rig:
        assert await rig.missed.look([Repository(id=1, name=NAME)], lambda: True) == 0
        assert rig.asked() == []
