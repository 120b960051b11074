"""Lists by GraphQL that are long, lost, or read for several settings."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import CheckState, Progress, Repository, SyncState
from reviewflow.store.database import Database
from sync.github.forge import GitHubForge
from sync.repository import PARTS_MAX
from sync.tries import TRIES_FOR_LINES
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.rig import Rig

pytestmark = pytest.mark.usefixtures('npm')

NAME = 'acme/api'


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    github = FakeGitHub(now=clock)
    github.organisations.add('acme')
    github.add_repository(NAME)
    return github


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    """One that has read a pull."""
    github.open_pull(NAME, 'The first')
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        await rig.tick()
        await rig.settle()
        yield rig


def by_rest_from_now_on(rig: Rig) -> None:
    cast('GitHubForge', rig.forge._forge)._graph_from_s = float('inf')


def by_graph_from_now_on(rig: Rig) -> None:
    cast('GitHubForge', rig.forge._forge)._graph_from_s = float('-inf')


async def test_an_open_list_that_graphql_began_is_listed_again_by_rest(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pulls_in_bulk(NAME, 230)
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        rig.forge.fail('open_pulls', None, ForgeUnavailable('the line broke'))
        await rig.tick()
        by_rest_from_now_on(rig)

        await rig.tick(after_s=60)

        assert len(rig.board.cards) == 230
        assert rig.state() is SyncState.LIVE


async def test_a_list_that_rest_began_keeps_nothing_from_graphql_while_rest_has_to_wait(
    github: FakeGitHub, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    github.open_pulls_in_bulk(NAME, 150)
    for number in range(1, 140):
        github.close(NAME, number)
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        by_rest_from_now_on(rig)
        with monkeypatch.context() as patch:
            patch.setattr(rig.poller._lists, '_may_go_on', lambda: False)
            await rig.tick()
            await rig.settle()
        assert [unread.after for each in await rig.tracked() for unread in each.unread] != []
        by_graph_from_now_on(rig)
        github.always(fault.primary_limit(clock.now + timedelta(minutes=55)), on='/repos')
        github.check(NAME, 150, conclusion='failure')

        await rig.tick()
        await rig.poller.read_details()

        assert (rig.state(), len(rig.board.cards)) == (SyncState.LIVE, 150)
        assert rig.card(150).checks is CheckState.FAILING


async def test_a_burst_in_a_repository_that_was_read_whole_is_no_first_read(rig: Rig) -> None:
    seen = list[Progress | None]()
    rig.board.on_change(lambda _: seen.append(rig.sync.progress))
    rig.github.open_pulls_in_bulk(NAME, 25)

    await rig.tick(after_s=600)

    assert len(rig.board.cards) == 26
    assert set(seen) == {None}


async def test_while_the_allowance_is_short_what_is_unread_stays_short(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rig.poller._lists, '_may_go_on', lambda: False)
    for _ in range(PARTS_MAX + 4):
        rig.github.open_pulls_in_bulk(NAME, 25)
        await rig.tick(after_s=600)
    (tracked,) = await rig.tracked()
    assert len(tracked.unread) == PARTS_MAX

    monkeypatch.setattr(rig.poller._lists, '_may_go_on', lambda: True)
    await rig.tick()

    assert len(rig.board.cards) == 1 + 25 * (PARTS_MAX + 4)


async def test_an_open_list_of_many_pages_lets_others_have_their_turn(
    github: FakeGitHub, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    github.open_pulls_in_bulk(NAME, 450)
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        monkeypatch.setattr(rig.poller._lists, '_may_go_on', lambda: False)
        await rig.tick()
        assert 100 <= len(rig.board.cards) < 450

        monkeypatch.setattr(rig.poller._lists, '_may_go_on', lambda: True)
        assert rig.poller.is_behind
        await rig.tick()

        assert len(rig.board.cards) == 450


async def test_one_repository_that_cannot_be_looked_up_costs_no_other(
    github: FakeGitHub, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an upgrade nobody knows the ids that GraphQL wants."""
    names = [f'acme/r{number}' for number in range(3)]
    for name in names:
        github.add_repository(name)
        github.open_pull(name, 'Old')
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, *names, by_graph=True) as rig:
        await rig.tick()
        await rig.settle()
        (key,) = rig.poller._lists.names[1].tracked
        known = rig.poller._lists.names[1].tracked[key]
        rig.poller._lists.names[1].tracked[key] = replace(
            known, repository=replace(known.repository, node_id='')
        )

        async def fail(_: Repository) -> Repository:
            raise ForgeUnavailable('HTTP 500')

        monkeypatch.setattr(cast('GitHubForge', rig.forge._forge)._graph, '_find', fail)
        for name in names:
            github.edit(name, 1, title='New')
        await rig.tick(after_s=60)

        titles = {card.pull.repository: card.pull.title for card in rig.board.cards.values()}
        assert titles == {'acme/r0': 'New', 'acme/r1': 'Old', 'acme/r2': 'New'}


async def test_what_one_setting_gives_up_another_shows_on(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    """Archived, it counts only where it is named."""
    github.open_pull(NAME, 'Stays')
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, 'acme/*', NAME, by_graph=True) as rig:
        await rig.tick()
        github.archive(NAME)
        rig.told.clear()

        for _ in range(3):
            await rig.tick(after_s=3601)
            assert set(rig.titles.values()) == {'Stays'}
        (tracked,) = await rig.tracked()
        assert tracked.pattern == NAME


async def test_a_repository_that_a_look_up_drops_is_nobodys_mistake(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    """Somebody may ask while another look-up still waits."""
    for name in ('acme/web', 'other/tool'):
        github.add_repository(name)
    async with Rig.running(github, clock, database, 'acme/*', 'other/*', by_graph=True) as rig:
        await rig.tick()
        reader = next(each for each in rig.poller._lists.names if each.pattern == 'acme/*')
        for key in list(reader.tracked)[:1]:
            del reader.tracked[key]

        await rig.poller.read_details()
        rig.poller.health()

        assert rig.state() is SyncState.LIVE


@pytest.fixture
async def holed(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[tuple[Rig, set[int]]]:
    """One that begins to read a long list in which these numbers come as null, for as long as they say."""
    github.open_pulls_in_bulk(NAME, 150)
    for number in range(1, 140):
        github.close(NAME, number)
    clock.forward(minutes=1)
    hidden = {50, 51, 52}

    def hide(answer: Any) -> None:
        for at, node in enumerate(answer['data']['nodes']):
            lines = node['pullRequests']['nodes']
            for place, line in enumerate(lines):
                if line['number'] in hidden:
                    path = ['nodes', at, 'pullRequests', 'nodes', place]
                    answer.setdefault('errors', []).append({'path': path, 'message': 'Timed out.'})
            node['pullRequests']['nodes'] = [None if line['number'] in hidden else line for line in lines]

    github.always(fault.altered(hide), on='Changed')
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        await rig.tick()
        assert rig.titles.keys() == set(range(1, 151)) - hidden - set(range(1, 20))
        yield rig, hidden


async def test_a_page_with_lines_that_are_null_is_asked_for_again(
    holed: tuple[Rig, set[int]], caplog: pytest.LogCaptureFixture
) -> None:
    rig, hidden = holed
    hidden.clear()

    await rig.tick()

    assert rig.titles.keys() == set(range(1, 151))
    assert caplog.records == []


async def test_lines_that_stay_null_do_not_keep_a_list_from_going_on(
    holed: tuple[Rig, set[int]], caplog: pytest.LogCaptureFixture
) -> None:
    rig, hidden = holed

    for _ in range(TRIES_FOR_LINES):
        await rig.tick()
    found = await rig.poller.reconcile()

    assert rig.titles.keys() == set(range(1, 151)) - hidden
    assert found is not None
    assert found.left == 1, 'not all of it was compared'
    assert [record.getMessage() for record in caplog.records if record.levelname == 'WARNING'] == [
        'acme/api: some pulls that it lists cannot be read'
    ]
    assert rig.state() is SyncState.LIVE


BAD_CURSOR = fault.altered(
    lambda answer: [
        node['pullRequests']['pageInfo'].update(hasNextPage=True, endCursor='bad')
        for node in answer['data']['nodes']
        if node
    ]
)


@pytest.mark.parametrize('has_more_open', [False, True])
async def test_a_list_that_goes_on_nowhere_is_trouble_of_that_repository_and_asked_ever_less_often(
    github: FakeGitHub, clock: Clock, database: Database, *, has_more_open: bool
) -> None:
    github.open_pulls_in_bulk(NAME, 130)
    if not has_more_open:
        for number in range(1, 130):
            github.close(NAME, number)
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        github.always(BAD_CURSOR, on='Changed')
        await rig.tick()
        assert 'a list that cannot be followed' in str(rig.sync.error)
        rig.asked()

        for _ in range(20):
            await rig.tick()
        assert len(rig.asked('/graphql')) < 40

        github.calm()
        await rig.tick(after_s=600)
        await rig.tick()
        assert len(rig.board.cards) == 130
        assert rig.state() is SyncState.LIVE
