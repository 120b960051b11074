"""What goes wrong stays where it is, is said in a sentence, and ends by itself."""

import asyncio
import itertools

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import SyncState
from reviewflow.store.database import Database
from sync.demo import PATTERN, DemoForge
from sync.health import BACK_OFF_MAX_S
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.asking import open_pulls, read_pull
from tests.integration.rig import INTERVAL_S, Rig, filled

BROKEN = ForgeUnavailable('HTTP 502')


@pytest.fixture
def github(github: FakeGitHub) -> FakeGitHub:
    return filled(github)


def shown(rig: Rig) -> set[str]:
    return {card.pull.title for card in rig.board.cards.values()}


# When all is well


async def test_a_first_tick_makes_it_live(rig: Rig) -> None:
    assert rig.state() is SyncState.STARTING

    await rig.tick()

    assert (rig.state(), rig.sync.forge, rig.sync.error) == (SyncState.LIVE, 'GitHub', None)
    assert rig.sync.interval_s == INTERVAL_S
    assert rig.sync.event_at == rig.clock.now


async def test_the_time_of_the_last_event_moves_only_with_events(rig: Rig) -> None:
    await rig.tick()
    await rig.settle()
    event_at = rig.sync.event_at

    await rig.tick()
    assert rig.sync.event_at == event_at

    rig.github.edit('acme/api', 1, title='New')
    await rig.tick()
    assert rig.sync.event_at == rig.clock.now


async def test_what_a_first_read_finds_is_no_change(rig: Rig) -> None:
    rig.open_pulls(3)
    await rig.tick()
    await rig.settle()
    assert rig.sync.changed_at is None

    rig.github.check('acme/api', 1, conclusion='failure')  # which has no time of its own
    rig.clock.forward(minutes=1)
    await rig.poller.sync_now()
    assert rig.sync.changed_at == rig.clock.now
    assert rig.flow.freshness.delay() is None

    rig.open_pulls(1)
    await rig.tick()
    assert rig.sync.changed_at == rig.clock.now


async def test_a_demo_needs_no_details_of_its_own_making(database: Database, clock: Clock) -> None:
    """The pretend team lives on, and what the board shows is what it says."""
    forge = DemoForge(None, clock)
    async with Rig.running(FakeGitHub(), clock, database, PATTERN, forge=forge) as rig:
        report = await rig.poller.sync_now()
        assert (report.repositories, report.left) == (7, 0)
        clock.forward(minutes=5)
        again = await rig.poller.sync_now()

        assert again.changed > 0
        for card in [card for card in rig.board.cards.values() if card.pull.is_open]:
            (repository,) = await forge.repositories(card.pull.repository)
            assert card.pull == await read_pull(forge, repository, card.pull.number)


async def test_a_demo_that_starts_anew_goes_on_with_what_is_stored(database: Database, clock: Clock) -> None:
    async with Rig.running(FakeGitHub(), clock, database, PATTERN, forge=DemoForge(None, clock)) as first:
        await first.poller.sync_now()
        clock.forward(hours=1)
        await first.poller.sync_now()
        opened_later = {card.key for card in first.board.cards.values()}

    forge = DemoForge(None, clock)
    async with Rig.running(FakeGitHub(), clock, database, PATTERN, forge=forge) as second:
        for _ in range(6):
            clock.forward(minutes=10)
            report = await second.poller.sync_now()
            assert report.errors == ()

        open_there = [
            (repository.name, pull.number)
            for repository in await forge.repositories(PATTERN)
            for pull in (await open_pulls(forge, repository)).pulls
        ]
        open_here = [card for card in second.board.cards.values() if card.pull.is_open]
        assert sorted((card.pull.repository, card.pull.number) for card in open_here) == sorted(open_there)
        assert opened_later & second.board.cards.keys()


async def test_after_a_restart_each_setting_goes_on_where_it_was(
    wide: Rig, github: FakeGitHub, clock: Clock, database: Database
) -> None:
    clock.forward(minutes=1)
    await wide.poller.sync_now()
    wide.asked()

    async with Rig.running(github, clock, database, *wide.patterns) as again:
        report = await again.tick()

        assert (report.repositories, report.changed, report.left) == (3, 0, 0)
        assert all('if-none-match' in asked.headers for asked in github.requests if 'state=all' in asked.path)


# One trouble, one repository

NOT_FOR_THIS_TOKEN = 'Resource not accessible by personal access token'


@pytest.mark.parametrize(
    ('status', 'error'),
    [
        (404, 'acme/api cannot be found: it may be deleted, or the token may not see it'),
        (403, f'acme/api may not be read with this token; GitHub says: {NOT_FOR_THIS_TOKEN}'),
        (451, 'acme/api cannot be found: it may be deleted, or the token may not see it'),
    ],
)
async def test_a_repository_that_is_refused_does_not_stop_the_others(
    wide: Rig, status: int, error: str
) -> None:
    await wide.tick()
    wide.github.refuse('acme/api', status)
    wide.github.edit('acme/web', 1, title='New in web')
    wide.github.edit('other/tool', 1, title='New in tool')

    report = await wide.tick()

    assert shown(wide) == {'One of acme/api', 'New in web', 'New in tool'}
    assert (report.repositories, report.errors) == (2, (error,))
    assert (wide.state(), wide.sync.error) == (SyncState.FAILING, error)


async def test_a_repository_whose_answers_are_broken_does_not_stop_the_others(wide: Rig) -> None:
    await wide.tick()
    wide.forge.broken['acme/api'] = BROKEN
    await wide.tick()

    for number in range(20):
        wide.github.edit('acme/web', 1, title=f'Edition {number}')
        await wide.tick()
        assert wide.card(1, 'acme/web').pull.title == f'Edition {number}'
    assert wide.sync.error == 'GitHub cannot be read: HTTP 502'


async def test_a_host_that_is_down_is_not_asked_for_every_repository(wide: Rig) -> None:
    await wide.tick()
    wide.forge.broken |= dict.fromkeys(('acme/api', 'acme/web', 'other/tool'), BROKEN)
    await wide.tick()
    wide.asked()

    await wide.tick(after_s=301)

    assert len(wide.asked('pulls?')) == 1, 'one finds out for all'


async def test_a_repository_that_is_back_is_read_by_itself(wide: Rig) -> None:
    await wide.tick()
    wide.github.refuse('acme/api')
    await wide.tick()
    wide.github.refuse('acme/api', None)
    wide.github.edit('acme/api', 1, title='Back')

    report = await wide.tick()

    assert report.errors == ()
    assert (wide.state(), wide.sync.error) == (SyncState.LIVE, None)
    assert 'Back' in shown(wide)


async def test_a_setting_that_names_nothing_does_not_stop_the_others(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, 'acme/typo', 'other/tool') as rig:
        report = await rig.tick()

        assert report.errors == ('acme/typo cannot be found: it may be deleted, or the token may not see it',)
        assert shown(rig) == {'One of other/tool'}


async def test_what_is_known_is_read_although_its_setting_cannot_be_looked_up(wide: Rig) -> None:
    await wide.tick()
    wide.github.edit('acme/web', 1, title='New')
    wide.forge.fail('repositories', BROKEN, BROKEN)

    await wide.tick(after_s=3601)

    assert 'New' in shown(wide)
    assert wide.sync.error == 'GitHub cannot be read: HTTP 502'


async def test_the_last_good_data_stays_with_its_age(rig: Rig) -> None:
    await rig.tick()
    await rig.tick()
    good, fresh_at = shown(rig), rig.clock.now
    rig.forge.fail('changed_pulls', BROKEN, BROKEN)

    for _ in range(2):
        await rig.tick()

    assert shown(rig) == good
    assert (rig.state(), rig.sync.fresh_at) == (SyncState.FAILING, fresh_at)
    assert rig.sync.error == 'GitHub cannot be read: HTTP 502'


async def test_an_outage_tells_the_pages_once_and_its_end_once(rig: Rig) -> None:
    await rig.tick()
    await rig.settle()
    rig.told.clear()
    rig.forge.fail('changed_pulls', *[BROKEN] * 3)

    for _ in range(4):
        await rig.tick(after_s=BACK_OFF_MAX_S)
    assert rig.told == [set(), set()]

    await rig.tick()
    assert rig.told == [set(), set()]


async def test_after_each_failure_it_waits_longer_but_never_for_more_than_a_minute(rig: Rig) -> None:
    await rig.tick()
    rig.github.refuse('acme/api')
    asked_at: list[float] = []
    for _ in range(400):
        rig.asked()
        await rig.tick(after_s=1)
        if rig.asked('pulls?'):
            asked_at.append(rig.monotonic())

    pauses = [later - earlier for earlier, later in itertools.pairwise(asked_at)]
    assert pauses == [30, 60, 60, 60, 60, 60, 60]


async def test_one_that_waits_does_not_make_the_others_wait(wide: Rig) -> None:
    await wide.tick()
    wide.github.refuse('acme/api')
    for _ in range(4):
        await wide.tick()
    wide.asked()

    await wide.tick()

    assert any('acme/web' in path for path in wide.asked())


async def test_a_success_forgets_the_failures_before(rig: Rig) -> None:
    await rig.tick()
    for _ in range(2):
        rig.forge.fail('changed_pulls', BROKEN)
        await rig.tick()
        assert rig.state() is SyncState.FAILING
        await rig.tick()
        assert rig.state() is SyncState.LIVE


async def test_half_a_json_and_html_are_troubles_of_the_host(rig: Rig) -> None:
    await rig.tick()
    for broken in (fault.half_json(), fault.html()):
        rig.github.fail(*[broken] * 4)
        assert len((await rig.tick()).errors) == 1
        assert (await rig.tick(after_s=BACK_OFF_MAX_S)).errors == ()
    assert shown(rig) == {'One of acme/api'}


async def test_idle_waits_for_what_is_being_read(rig: Rig) -> None:
    async with rig.forge.held('changed_pulls', rig.poller.tick()) as tick:
        idle = asyncio.ensure_future(rig.poller.idle())
        await asyncio.sleep(0)
        assert not idle.done()
    await idle

    assert tick.done()
