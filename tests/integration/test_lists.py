"""Lists are read from their top down to what is known, and a place is kept only when all of it is stored."""

from collections.abc import AsyncIterator

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import Status
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rig import INTERVAL_S, Rig

HALF_A_PAGE = ForgeUnavailable('half a page')


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    github = FakeGitHub(now=clock)
    github.add_repository('acme/api')
    return github


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    async with Rig.running(github, clock, database) as rig:
        yield rig


def open_pulls(github: FakeGitHub, clock: Clock, count: int) -> None:
    for number in range(1, count + 1):
        clock.forward(minutes=1)
        github.open_pull('acme/api', f'Pull {number}')


# The first time


async def test_the_first_poll_finds_everything(rig: Rig) -> None:
    rig.github.open_pull('acme/api', 'One')
    rig.github.open_pull('acme/api', 'Two')
    rig.github.merge('acme/api', 2)

    report = await rig.tick()

    assert (report.repositories, report.changed, report.errors) == (1, 2, ())
    assert rig.board.totals['pending'] == rig.board.totals['merged'] == 1


async def test_open_pulls_are_read_however_old_and_closed_ones_back_to_the_horizon(rig: Rig) -> None:
    github = rig.github
    for title in ('old and open', 'old and closed', 'recently closed'):
        github.open_pull('acme/api', title)
    github.close('acme/api', 2)
    rig.clock.forward(days=60)
    github.close('acme/api', 3)
    rig.clock.forward(days=60)

    await rig.tick()

    assert rig.titles == {1: 'old and open', 3: 'recently closed'}


async def test_more_open_pulls_than_fit_on_a_page(rig: Rig) -> None:
    open_pulls(rig.github, rig.clock, 130)
    rig.clock.forward(days=200)  # beyond the horizon, which open ones do not have

    await rig.tick()

    assert len(rig.titles) == 130


async def test_closed_pulls_fill_pages_until_the_horizon(rig: Rig) -> None:
    open_pulls(rig.github, rig.clock, 320)
    for number in range(1, 321):
        rig.github.close('acme/api', number)
        rig.clock.forward(hours=12)  # two a day: the horizon of 90 days is within the second page
    rig.asked()

    await rig.tick()

    assert rig.titles.keys() == set(range(320 - 178, 321))
    assert len(rig.asked('state=all')) == 2


# From then on


async def test_only_what_changed_since_is_read(rig: Rig) -> None:
    open_pulls(rig.github, rig.clock, 250)
    await rig.tick()
    rig.asked()

    rig.clock.forward(minutes=10)
    rig.github.edit('acme/api', 7, title='New')
    report = await rig.tick()

    assert (report.changed, rig.titles[7]) == (1, 'New')
    assert len(rig.asked('pulls?')) == 1


async def test_a_page_full_of_changes_makes_the_next_be_read(rig: Rig) -> None:
    open_pulls(rig.github, rig.clock, 250)
    await rig.tick()
    rig.asked()

    rig.clock.forward(minutes=10)
    for number in range(1, 121):
        rig.github.edit('acme/api', number, title='New')
    report = await rig.tick()

    assert report.changed == 120
    assert len(rig.asked('pulls?')) == 2


async def test_a_pull_whose_time_stamp_came_late_is_still_found(rig: Rig) -> None:
    """It sorts behind what is known, but not by more than the overlap."""
    open_pulls(rig.github, rig.clock, 1)
    await rig.tick()
    for _ in range(100):  # so that it is on the second page
        rig.github.open_pull('acme/api')
    stamp = rig.clock.now.replace(microsecond=0)
    rig.github.edit('acme/api', 1, title='Late')
    rig.github.pull('acme/api', 1).touched = 0
    rig.github.pull('acme/api', 1).listed['updated_at'] = f'{stamp:%Y-%m-%dT%H:%M:%SZ}'

    await rig.tick()

    assert rig.titles[1] == 'Late'


async def test_a_tick_that_finds_nothing_costs_nothing_writes_nothing_and_tells_nobody(
    rig: Rig, writes: list[str]
) -> None:
    open_pulls(rig.github, rig.clock, 3)
    await rig.tick()
    await rig.settle()
    await rig.tick()
    rig.told.clear()
    writes.clear()
    spent = rig.forge.spent

    report = await rig.tick()

    assert (report.repositories, report.changed, report.left, report.errors) == (1, 0, 0, ())
    assert (rig.told, writes, rig.forge.spent - spent) == ([], [], 0)


async def test_nor_does_it_after_an_hour_or_from_a_host_without_etags(rig: Rig, writes: list[str]) -> None:
    rig.github.has_etags = False
    open_pulls(rig.github, rig.clock, 3)
    await rig.tick()
    rig.told.clear()
    writes.clear()

    await rig.tick()
    await rig.tick(after_s=3601)  # the settings are looked up again

    assert (rig.told, writes) == ([], [])


async def test_a_merge_moves_the_pull_even_when_no_closed_ones_are_wanted(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pull('acme/api')
    github.open_pull('acme/api')
    github.close('acme/api', 2)
    async with Rig.running(github, clock, database, closed_days=0) as rig:
        await rig.tick()
        assert rig.titles.keys() == {1}

        github.merge('acme/api', 1)
        await rig.tick()

        assert rig.card(1).status is Status.MERGED


async def test_a_clock_that_is_far_ahead_does_not_hide_a_merge(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pull('acme/api')
    ahead = Clock(clock.now)
    github.now = ahead
    async with Rig.running(github, clock, database) as rig:
        await rig.tick()
        clock.forward(days=365)  # ours; theirs is right

        github.merge('acme/api', 1)
        await rig.tick()

        assert rig.card(1).status is Status.MERGED


# Nothing is lost on the way


async def test_a_list_that_breaks_off_is_read_again_from_its_top(rig: Rig) -> None:
    open_pulls(rig.github, rig.clock, 150)
    for number in range(1, 151):
        rig.github.close('acme/api', number)
    await rig.tick()  # resolves the name, lists the open ones
    rig.github.edit('acme/api', 150, title='New')
    for number in range(1, 150):
        rig.github.edit('acme/api', number, title='New')
    (before,) = await rig.tracked()

    rig.clock.forward(seconds=INTERVAL_S)
    rig.forge.fail('changed_pulls', None, HALF_A_PAGE)
    failed = await rig.poller.tick()
    assert len(failed.errors) == 1
    assert sum(title == 'New' for title in rig.titles.values()) == 100, 'the first page is kept'
    assert await rig.tracked() == [before], 'but not how far it was read'

    await rig.tick()
    assert set(rig.titles.values()) == {'New'}
    assert await rig.tracked() != [before]


async def test_open_pulls_are_listed_again_when_that_broke_off(rig: Rig) -> None:
    open_pulls(rig.github, rig.clock, 130)
    rig.clock.forward(days=200)
    rig.forge.fail('open_pulls', None, HALF_A_PAGE)

    assert len((await rig.tick()).errors) == 1
    assert len(rig.titles) == 100
    await rig.tick()

    assert len(rig.titles) == 130


async def test_after_a_restart_only_changes_are_asked_for(
    rig: Rig, github: FakeGitHub, clock: Clock, database: Database
) -> None:
    open_pulls(github, clock, 3)
    await rig.tick()
    marked = (await rig.tracked())[0].mark
    github.requests.clear()

    async with Rig.running(github, clock, database) as again:
        assert again.titles == rig.titles
        await again.tick()

        listed = next(request for request in github.requests if 'state=all' in request.path)
        assert listed.headers['if-none-match'] == marked
        assert again.told == [set()]  # the sync is live, and no pull changed


async def test_what_closed_while_we_were_down_is_asked_for_by_itself(
    rig: Rig, github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pull('acme/api', 'closed long ago, when we read again')
    github.open_pull('acme/api', 'still open')
    await rig.tick()
    github.close('acme/api', 1)
    clock.forward(days=200)

    async with Rig.running(github, clock, database) as again:
        await again.tick()

        assert again.card(1).status is Status.CLOSED
        assert again.card(2).status is Status.PENDING


async def test_what_is_gone_leaves_the_board_and_may_come_back(
    rig: Rig, github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pull('acme/api', 'here')
    github.open_pull('acme/api', 'gone')
    await rig.tick()
    gone = github.repo('acme/api').pulls.pop(2)

    async with Rig.running(github, clock, database) as again:
        await again.tick()
        assert again.titles == {1: 'here'}

        github.repo('acme/api').pulls[2] = gone
        github.edit('acme/api', 2, title='back')
        report = await again.tick()

        assert report.errors == ()
        assert again.titles == {1: 'here', 2: 'back'}


async def test_a_slow_list_does_not_undo_what_was_read_meanwhile(rig: Rig) -> None:
    rig.github.open_pull('acme/api')
    await rig.tick()
    rig.github.edit('acme/api', 1, title='On its way')

    async with rig.forge.held('changed_pulls', rig.tick()):
        rig.github.merge('acme/api', 1)
        await rig.poller.read_details()
        assert rig.card(1).status is Status.MERGED

    assert rig.card(1).status is Status.MERGED


# Names


async def test_a_renamed_repository_is_followed(rig: Rig) -> None:
    rig.github.open_pull('acme/api')
    await rig.tick()

    rig.github.rename('acme/api', 'acme/backend')
    rig.github.edit('acme/backend', 1, title='New')
    for pull in rig.github.repo('acme/backend').pulls.values():
        pull.listed['base']['repo'] = rig.github.repo('acme/backend').data
    report = await rig.tick()

    assert report.errors == ()
    assert rig.card(1, 'acme/backend').pull.title == 'New'
    assert [each.repository.name for each in await rig.tracked()] == ['acme/backend']
    rig.asked()
    await rig.tick()
    assert all(path.startswith('/repos/acme/backend/') for path in rig.asked())


async def test_new_repositories_of_an_owner_are_found_within_the_hour(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pull('acme/api')
    async with Rig.running(github, clock, database, 'acme/*') as rig:
        assert (await rig.tick()).repositories == 1
        github.add_repository('acme/web')
        github.open_pull('acme/web', 'From the new one')

        assert (await rig.tick(after_s=3601)).repositories == 2
        assert rig.card(1, 'acme/web').pull.title == 'From the new one'


async def test_an_empty_repository_is_fine(rig: Rig) -> None:
    report = await rig.tick()

    assert (report.repositories, report.changed, report.errors) == (1, 0, ())
