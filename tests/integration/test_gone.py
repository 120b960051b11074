"""Nothing leaves the board because of one kind of answer, and what broke off goes on."""

import asyncio
from collections.abc import Sequence

import pytest

from reviewflow.errors import ForgeUnavailable, Reason, RepositoryUnavailable, StoreError
from reviewflow.forge import Place, Pulls
from reviewflow.models import SyncState
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rig import Rig

MISSING = RepositoryUnavailable('acme/api', Reason.MISSING)


async def test_pulls_that_are_listed_stay_however_often_they_are_not_found_by_themselves(rig: Rig) -> None:
    rig.open_pulls(3)
    await rig.tick()
    rig.forge.fail('pull', *[MISSING] * 200)

    for _ in range(40):
        await rig.tick(after_s=301)
        await rig.poller.read_details()

    assert len(rig.titles) == 3


async def test_a_pull_that_is_deleted_while_we_run_leaves_the_board(rig: Rig) -> None:
    rig.open_pulls(3)
    await rig.tick()
    await rig.settle()
    del rig.github.repo('acme/api').pulls[2]

    for _ in range(60):
        await rig.tick(after_s=60)
        await rig.poller.read_details()

    assert rig.titles.keys() == {1, 3}


@pytest.mark.parametrize('under_way', ['open_pulls', 'changed_pulls'])
async def test_so_does_one_that_is_missed_while_a_list_is_under_way(rig: Rig, under_way: str) -> None:
    rig.open_pulls(3)
    await rig.tick()
    await rig.settle()
    spot = rig.card(2).repository_id, 2
    if under_way == 'open_pulls':
        rig.poller._lists.relist(spot[0])
    async with rig.forge.held(under_way, rig.tick()):
        rig.github.delete_pull('acme/api', 2)
        await rig.poller.refresh([spot])
    assert rig.poller._pulls.suspects <= {spot}

    for _ in range(20):
        await rig.tick(after_s=60)
        await rig.poller.read_details()

    assert rig.titles.keys() == {1, 3}


async def test_so_does_one_that_an_old_copy_of_the_list_still_has(rig: Rig) -> None:
    rig.open_pulls(3)
    await rig.tick()
    await rig.settle()
    pulls = rig.github.repo('acme/api').pulls
    deleted = pulls.pop(2)
    await rig.poller.refresh([(rig.card(2).repository_id, 2)])
    pulls[2] = deleted
    await rig.tick()
    del pulls[2]

    for _ in range(30):
        await rig.tick(after_s=60)
        await rig.poller.read_details()

    assert rig.titles.keys() == {1, 3}


async def test_one_that_only_a_list_from_before_lacked_stays(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.open_pulls(3)
    await rig.tick()
    await rig.settle()
    spot = rig.card(2).repository_id, 2
    rig.poller._details.suspect(spot[0], [2])
    true = rig.forge.pulls

    async def lacking(places: Sequence[Place]) -> Pulls:
        found = zip(places, await true(places), strict=True)
        return [MISSING if place.number == 2 else pull for place, pull in found]

    monkeypatch.setattr(rig.forge, 'pulls', lacking)
    monkeypatch.setattr(rig.poller._pulls, 'relist', lambda _: None)  # none comes to its end
    for _ in range(30):
        await rig.tick(after_s=60)
        await rig.poller.refresh([spot])

    assert rig.titles.keys() == {1, 2, 3}


async def test_reviews_that_cannot_be_found_hide_no_pull(rig: Rig) -> None:
    rig.open_pulls(2)
    await rig.tick()
    for _ in range(10):
        rig.forge.fail('pull', ForgeUnavailable('the reviews of a pull cannot be found'))
        await rig.tick(after_s=301)
        await rig.poller.read_details()

    assert len(rig.titles) == 2


async def test_one_pull_that_always_fails_is_no_outage(rig: Rig) -> None:
    rig.open_pulls(5)
    await rig.tick()
    await rig.settle()
    states = set()
    for _ in range(20):
        rig.forge.fail('pull', ForgeUnavailable('HTTP 500'))
        await rig.tick(after_s=301)
        await rig.poller.read_details()
        states.add(rig.state())

    assert states == {SyncState.LIVE}


async def test_open_lists_of_more_pages_than_an_hour_allows_go_on_and_let_others_have_their_turn(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.now, github.anonymous_limit = clock, 10
    github.add_repository('acme/small')
    github.open_pull('acme/small', 'Small')
    for number in range(1500):
        github.open_pull('acme/api', f'Pull {number}')
    clock.forward(days=200)
    async with Rig.running(github, clock, database, 'acme/*', has_token=False) as rig:
        for _ in range(12 * 6):
            await rig.tick(after_s=600)

        assert len(rig.board.cards) == 1501
        assert rig.card(1, 'acme/small')


async def test_a_list_that_goes_in_circles_is_not_taken_for_read(rig: Rig) -> None:
    for number in range(350):
        rig.github.close('acme/api', rig.github.open_pull('acme/api', f'Pull {number}'))
    rig.forge.circular = 'acme/api'
    for _ in range(3):
        await rig.tick(after_s=301)
    assert rig.state() is SyncState.FAILING
    assert all(each.unread for each in await rig.tracked())

    rig.forge.circular = ''
    for _ in range(3):
        await rig.tick(after_s=301)

    assert len(rig.board.cards) == 350
    assert rig.state() is SyncState.LIVE


async def test_what_one_setting_gives_up_another_takes_even_without_a_token(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pull('acme/api')
    async with Rig.running(github, clock, database, 'acme/*', 'acme/api', has_token=False) as rig:
        await rig.tick()
        github.repo('acme/api').data['archived'] = True  # an owner's archived ones count only when named

        for _ in range(8):
            await rig.tick(after_s=1800)

        assert len(rig.board.cards) == 1
    async with Rig.running(github, clock, database, 'acme/*', 'acme/api', has_token=False) as again:
        assert len(again.board.cards) == 1


async def test_a_repository_that_could_not_be_dropped_is_dropped_the_next_time(
    github: FakeGitHub, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    github.add_repository('acme/web')
    github.open_pull('acme/web')
    async with Rig.running(github, clock, database, 'acme/*') as rig:
        await rig.tick()
        github.repos.pop()
        await rig.tick(after_s=3601)

        async def refuse(_: object) -> None:
            raise StoreError('the database refused')

        with monkeypatch.context() as patch:
            patch.setattr(rig.store.__class__, 'untrack', lambda *_: refuse(None))
            await rig.tick(after_s=601)
        assert len(rig.board.cards) == 1

        await rig.tick(after_s=601)
        assert not rig.board.cards


async def test_a_mistake_of_ours_in_one_pull_or_name_stops_no_other(
    github: FakeGitHub, clock: Clock, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    github.add_repository('other/tool')
    github.open_pull('other/tool')
    for _ in range(3):
        github.open_pull('acme/api')
    async with Rig.running(github, clock, database, 'acme/*', 'other/tool') as rig:
        rig.forge.fail('repositories', ZeroDivisionError())  # type: ignore[arg-type]  # on purpose
        await rig.tick()
        assert rig.card(1, 'other/tool')
        assert rig.state() is SyncState.FAILING
        await rig.tick(after_s=301)

        rig.forge.fail('pull', ZeroDivisionError())  # type: ignore[arg-type]  # on purpose
        await rig.poller.read_details()
        assert sum(card.pull.detail is not None for card in rig.board.cards.values()) == 3
        await rig.tick(after_s=301)
        await rig.poller.read_details()
        assert all(card.pull.detail is not None for card in rig.board.cards.values())
    caplog.clear()


async def test_a_pull_whose_list_and_page_never_agree_is_not_read_on_and_on(rig: Rig) -> None:
    rig.github.open_pull('acme/api')
    await rig.tick()
    rig.github.pull('acme/api', 1).single['updated_at'] = '2020-01-01T00:00:00Z'
    rig.asked()

    for _ in range(60):
        rig.clock.forward(seconds=1)
        await rig.poller.read_details()

    assert len(rig.asked('/pulls/1')) < 20


async def test_whoever_waits_behind_a_sync_that_was_broken_off_gets_one_of_their_own(rig: Rig) -> None:
    rig.open_pulls(1)
    await rig.poller.sync_now()
    rig.github.open_pull('acme/api', 'Later')

    async with rig.forge.held('changed_pulls', rig.poller.sync_now()) as first:
        second = asyncio.ensure_future(rig.poller.sync_now())
        await asyncio.sleep(0)
        first.cancel()

    assert (await second).repositories == 1
    assert 'Later' in rig.titles.values()
