"""No pull is lost when a list breaks off, a name changes, or nobody looked for a while."""

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import Status
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.rig import INTERVAL_S, Rig

HALF_A_PAGE = ForgeUnavailable('half a page')


async def test_a_list_that_breaks_off_goes_on_there(rig: Rig) -> None:
    rig.open_pulls(150)
    for number in range(1, 151):
        rig.github.close('acme/api', number)
    await rig.tick()  # resolves the name, lists the open ones
    rig.github.edit('acme/api', 150, title='New')
    for number in range(1, 150):
        rig.github.edit('acme/api', number, title='New')
    rig.clock.forward(seconds=INTERVAL_S)
    rig.forge.fail('changed_pulls', None, HALF_A_PAGE)
    failed = await rig.poller.tick()
    assert len(failed.errors) == 1
    assert sum(title == 'New' for title in rig.titles.values()) == 100, 'the first page is kept'
    (tracked,) = await rig.tracked()
    assert tracked.unread, 'and it is known what is still to be read'
    rig.asked()

    await rig.tick()
    assert set(rig.titles.values()) == {'New'}
    assert ['page=2' in path for path in rig.asked('pulls?')] == [False, True]
    (tracked,) = await rig.tracked()
    assert not tracked.unread


async def test_open_pulls_are_listed_again_when_that_broke_off(rig: Rig) -> None:
    rig.open_pulls(130)
    rig.clock.forward(days=200)
    rig.forge.fail('open_pulls', None, HALF_A_PAGE)

    assert len((await rig.tick()).errors) == 1
    assert len(rig.titles) == 100
    await rig.tick()

    assert len(rig.titles) == 130


async def test_after_a_restart_only_changes_are_asked_for(
    rig: Rig, github: FakeGitHub, clock: Clock, database: Database
) -> None:
    rig.open_pulls(3)
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


async def test_a_pull_that_is_gone_leaves_the_board_once_that_is_sure_and_may_come_back(
    rig: Rig, github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pull('acme/api', 'here')
    github.open_pull('acme/api', 'gone')
    await rig.tick()
    gone = github.repo('acme/api').pulls.pop(2)

    async with Rig.running(github, clock, database) as again:
        for _ in range(3):
            await again.tick(after_s=301)
            assert again.titles == {1: 'here', 2: 'gone'}
            await again.poller.read_details()
        assert again.titles == {1: 'here'}

        github.repo('acme/api').pulls[2] = gone
        github.edit('acme/api', 2, title='back')
        report = await again.tick()

        assert report.errors == ()
        assert again.titles == {1: 'here', 2: 'back'}


@pytest.mark.parametrize('status', [403, 500])
async def test_one_empty_list_and_no_answer_for_the_pulls_themselves_hide_nothing(
    rig: Rig, github: FakeGitHub, clock: Clock, database: Database, status: int
) -> None:
    rig.open_pulls(3)
    await rig.tick()

    async with Rig.running(github, clock, database) as again:
        hidden, github.repo('acme/api').pulls = github.repo('acme/api').pulls, {}
        await again.tick()
        github.repo('acme/api').pulls = hidden
        for _ in range(4):
            github.fail(*[fault.status(status)] * 20)
            await again.poller.read_details()
            github.fail()
            await again.tick(after_s=301)

        assert len(again.titles) == 3


async def test_a_slow_list_does_not_undo_what_was_read_meanwhile(rig: Rig) -> None:
    rig.github.open_pull('acme/api')
    await rig.tick()
    rig.github.edit('acme/api', 1, title='On its way')

    async with rig.forge.held('changed_pulls', rig.tick()):
        rig.github.merge('acme/api', 1)
        await rig.poller.read_details()
        assert rig.card(1).status is Status.MERGED

    assert rig.card(1).status is Status.MERGED


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


@pytest.mark.parametrize('after_s', [30, 3601], ids=['seen in its list', 'seen by its name'])
async def test_a_repository_that_took_the_name_of_a_deleted_one_takes_its_place(
    rig: Rig, github: FakeGitHub, after_s: float
) -> None:
    rig.open_pulls(2)
    await rig.tick()
    github.repos.clear()
    github.add_repository('acme/api')
    github.open_pull('acme/api', 'The first of another')

    await rig.tick(after_s=after_s)
    await rig.tick()

    assert rig.titles == {1: 'The first of another'}
    assert len(rig.board.cards) == 1
    rig.asked()
    await rig.tick()
    assert len(rig.asked()) == 1


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
