"""Trouble stays where it is, is seen, and costs few requests."""

from datetime import timedelta

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import CheckState, SyncState
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.fault_stand import WallClock
from tests.integration.rig import Rig
from tests.waiting import until

MANY = 10_000
"""Requests, more than any of these tests should send."""


async def test_a_dead_repository_does_not_keep_the_others_from_their_turn(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.add_repository('acme/dead')
    for _ in range(60):
        github.open_pull('acme/dead')
    github.open_pull('acme/api')
    async with Rig.running(github, clock, database, 'acme/dead', 'acme/api') as rig:
        await rig.tick()
        await rig.settle()
        github.refuse('acme/dead')
        github.check('acme/api', 1, conclusion='failure')
        rig.asked()

        for _ in range(20):
            await rig.tick()
            await rig.poller.read_details()

        assert rig.card(1, 'acme/api').checks is CheckState.FAILING
        assert len(rig.asked('acme/dead')) < 60


async def test_reviews_that_cannot_be_read_stop_after_some_tries_and_are_seen(rig: Rig) -> None:
    rig.open_pulls(40)
    await rig.tick()
    rig.github.fail(*[fault.status(503)] * MANY)
    rig.asked()

    await rig.poller.read_details()

    assert rig.state() is SyncState.FAILING
    assert len(rig.asked()) <= 4 * 10, 'four tries each'
    await rig.poller.read_details()
    assert rig.asked() == [], 'they rest for a while'

    rig.github.fail()
    await rig.tick(after_s=301)
    await rig.settle()
    assert rig.state() is SyncState.LIVE


async def test_a_sync_while_github_is_down_says_so_without_asking_for_every_pull(rig: Rig) -> None:
    rig.open_pulls(30)
    await rig.tick()
    rig.github.fail(*[fault.status(503)] * MANY)
    rig.asked()

    report = await rig.poller.sync_now()

    assert (report.repositories, report.left, len(report.errors)) == (0, 30, 1)
    assert len(rig.asked()) == 4, 'four tries of one list'


async def test_a_sync_whose_reviews_fail_says_so(rig: Rig) -> None:
    rig.open_pulls(3)
    await rig.tick()
    rig.forge.fail('pull', *[ForgeUnavailable('half a page')] * 3)

    report = await rig.poller.sync_now()

    assert (report.repositories, report.left) == (1, 3)
    assert report.errors == ('GitHub cannot be read: half a page',)


async def test_many_that_were_merged_while_we_were_down_cost_their_list_and_no_more(
    rig: Rig, github: FakeGitHub, clock: Clock, database: Database
) -> None:
    rig.open_pulls(90)
    await rig.tick()
    for number in range(1, 91):
        github.merge('acme/api', number)

    async with Rig.running(github, clock, database) as again:
        github.requests.clear()
        await again.tick()

        assert again.board.totals['merged'] == 90
        assert len(again.asked()) <= 3


async def test_a_list_without_end_is_left_and_the_others_are_read(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.add_repository('other/tool')
    github.open_pull('other/tool')
    for _ in range(150):
        github.open_pull('acme/api')
    async with Rig.running(github, clock, database, 'acme/api', 'other/tool') as rig:
        rig.forge.circular = 'acme/api'

        report = await rig.tick()

        assert report.repositories == 1
        assert report.errors == ('GitHub cannot be read: a list without end',)
        assert len(rig.asked()) < 20
        assert rig.card(1, 'other/tool')


async def test_a_pull_that_closes_amid_the_pages_hides_no_other(rig: Rig) -> None:
    rig.open_pulls(150)
    rig.clock.forward(days=200)

    async with rig.forge.held('open_pulls', rig.tick()):
        rig.github.close('acme/api', 150)
    assert len(rig.titles) == 149
    await rig.tick()

    assert len(rig.titles) == 150


async def test_a_wider_horizon_is_read_up_to_it(
    rig: Rig, github: FakeGitHub, clock: Clock, database: Database
) -> None:
    for number in (1, 2, 3):
        github.close('acme/api', github.open_pull('acme/api', f'Closed {number}'))
        clock.forward(days=60)
    await rig.tick()
    assert rig.titles.keys() == {3}

    async with Rig.running(github, clock, database, closed_days=150) as wider:
        await wider.tick()
        assert wider.titles.keys() == {2, 3}
        wider.asked()
        await wider.tick()
        assert len(wider.asked()) == 1


async def test_a_clock_that_was_ahead_at_the_first_sync_hides_nothing_for_good(
    github: FakeGitHub, database: Database
) -> None:
    clock = WallClock()
    github.now = clock.truth
    github.close('acme/api', github.open_pull('acme/api', 'Closed today'))
    clock.error = timedelta(days=365)
    async with Rig.running(github, clock, database) as rig:
        await rig.tick()
        assert rig.titles == {}
        clock.error = timedelta(0)

        await rig.tick()

        assert rig.titles == {1: 'Closed today'}


async def test_a_token_that_stays_revoked_costs_one_request_however_many_settings_there_are(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    names = [f'acme/r{number}' for number in range(12)]
    for name in names:
        github.add_repository(name)
    async with Rig.running(github, clock, database, *names) as rig:
        await rig.tick()
        github.is_revoked = True
        await rig.tick()
        rig.asked()

        for _ in range(4):
            await rig.tick(after_s=301)
        assert len(rig.asked()) == 4
        assert rig.state() is SyncState.FAILING

        github.is_revoked = False
        assert (await rig.tick(after_s=301)).repositories == 12
        assert rig.state() is SyncState.LIVE


async def test_a_tick_meanwhile_does_not_spoil_what_a_sync_reports(rig: Rig) -> None:
    rig.open_pulls(2)

    async with rig.forge.held('pull', rig.poller.sync_now()) as sync:
        await rig.tick()

    assert (await sync).repositories == 1


async def test_trouble_is_said_when_it_begins_and_not_when_a_poll_that_takes_long_is_over(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.add_repository('acme/web')
    async with Rig.running(github, clock, database, 'acme/api', 'acme/web') as rig:
        await rig.tick()
        rig.forge.broken['acme/web'] = ForgeUnavailable('down')
        async with rig.forge.held('changed_pulls', rig.tick()) as polling:
            await until(lambda: rig.state() is SyncState.FAILING)
            assert not polling.done()


async def test_checks_that_once_are_not_found_are_not_taken_from_a_pull_for_ever(rig: Rig) -> None:
    """It is closed: nobody would ask again."""
    rig.open_pulls(2)
    rig.github.check('acme/api', 1, conclusion='failure')
    await rig.tick()
    await rig.settle()
    rig.github.close('acme/api', 1)
    rig.github.fail(fault.status(404), on=f'/commits/{rig.card(1).pull.head_sha}/check-runs')

    for _ in range(3):
        await rig.tick()
        await rig.poller.read_details()
        assert rig.card(1).checks is CheckState.FAILING

    assert not rig.card(1).pull.is_open
    assert not rig.card(1).wants_detail
