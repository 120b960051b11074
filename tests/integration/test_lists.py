"""Lists are read from their top down to what is known, and a place is kept only when all of it is stored."""

from datetime import timedelta

from reviewflow.models import Status
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rig import Rig

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
    rig.open_pulls(130)
    rig.clock.forward(days=200)  # beyond the horizon, which open ones do not have

    await rig.tick()

    assert len(rig.titles) == 130


async def test_closed_pulls_fill_pages_until_the_horizon(rig: Rig) -> None:
    rig.open_pulls(320)
    for number in range(1, 321):
        rig.github.close('acme/api', number)
        rig.clock.forward(hours=12)  # two a day: the horizon of 90 days is within the second page
    rig.asked()

    await rig.tick()

    assert rig.titles.keys() == set(range(320 - 178, 321))
    assert len(rig.asked('state=all')) == 2


# From then on


async def test_only_what_changed_since_is_read(rig: Rig) -> None:
    rig.open_pulls(250)
    await rig.tick()
    await rig.tick()  # open pulls on several pages are listed twice
    rig.asked()

    rig.clock.forward(minutes=10)
    rig.github.edit('acme/api', 7, title='New')
    report = await rig.tick()

    assert (report.changed, rig.titles[7]) == (1, 'New')
    assert len(rig.asked('pulls?')) == 1


async def test_a_page_full_of_changes_makes_the_next_be_read(rig: Rig) -> None:
    rig.open_pulls(250)
    await rig.tick()
    await rig.tick()  # open pulls on several pages are listed twice
    rig.asked()

    rig.clock.forward(minutes=10)
    for number in range(1, 121):
        rig.github.edit('acme/api', number, title='New')
    report = await rig.tick()

    assert report.changed == 120
    assert len(rig.asked('pulls?')) == 2


async def test_a_pull_whose_time_stamp_came_late_is_still_found(rig: Rig) -> None:
    """It sorts behind what is known, but not by more than the overlap."""
    for title in ('Known', 'Known, and read to here'):
        rig.clock.forward(seconds=30)
        rig.github.open_pull('acme/api', title)
    await rig.tick()
    stamp = f'{rig.clock.now - timedelta(minutes=1, seconds=30):%Y-%m-%dT%H:%M:%SZ}'
    late = rig.github.open_pull('acme/api', 'Late', updated_at=stamp)
    rig.github.pull('acme/api', late).touched = 0
    for _ in range(98):  # with what is known, a whole page
        rig.github.open_pull('acme/api')

    await rig.tick()

    assert rig.titles[late] == 'Late'


async def test_a_tick_that_finds_nothing_costs_nothing_writes_nothing_and_tells_nobody(
    rig: Rig, writes: list[str]
) -> None:
    rig.open_pulls(3)
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
    rig.open_pulls(3)
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
