"""What a list names is read in the end, whatever becomes of the first try, and of the process."""

from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from reviewflow.errors import ForgeUnavailable, Reason, RepositoryUnavailable
from reviewflow.forge import Place, Pulls
from reviewflow.models import CheckState, PullRequest, Status, SyncState
from reviewflow.store.database import Database
from sync.tries import TRIES
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rig import Rig

pytestmark = pytest.mark.usefixtures('npm')

NAME = 'acme/api'
ONCE = ForgeUnavailable('once')


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    """Two open pulls and a closed one, all read."""
    for number in (1, 2, 3):
        github.open_pull(NAME, f'Pull {number}')
    github.close(NAME, 3)
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        await rig.tick()
        await rig.settle()
        yield rig


async def live(rig: Rig, ticks: int = 2) -> None:
    """Let time pass in which nothing happens there."""
    for _ in range(ticks):
        await rig.tick()
        await rig.poller.read_details()


async def test_a_closed_pull_that_was_reopened_and_could_not_be_read_is_read_the_next_time(rig: Rig) -> None:
    rig.github.reopen(NAME, 3)
    rig.clock.forward(minutes=1)
    rig.forge.fail('pull', ONCE)
    await rig.tick()
    assert not rig.card(3).pull.is_open

    await live(rig)

    assert rig.card(3).pull.is_open


async def test_so_it_is_when_an_old_copy_answered(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rig.card(3).pull
    true = rig.forge.pulls

    async def stale(places: tuple[Place, ...]) -> Pulls:
        monkeypatch.setattr(rig.forge, 'pulls', true)
        return [replace(cast('PullRequest', pull), **old(before)) for pull in await true(places)]

    rig.github.reopen(NAME, 3)
    rig.clock.forward(minutes=1)
    monkeypatch.setattr(rig.forge, 'pulls', stale)
    await rig.tick()
    assert not rig.card(3).pull.is_open

    await live(rig)

    assert rig.card(3).pull.is_open
    assert rig.card(3).owes_at is None


def old(pull: PullRequest) -> dict[str, Any]:
    return {'is_open': pull.is_open, 'updated_at': pull.updated_at, 'closed_at': pull.closed_at}


async def test_and_when_the_process_ends_before(rig: Rig, database: Database) -> None:
    rig.github.reopen(NAME, 3)
    rig.github.merge(NAME, rig.github.open_pull(NAME, 'New, and merged'))
    rig.clock.forward(minutes=1)
    rig.forge.fail('pull', ONCE, ONCE)
    await rig.tick()

    async with Rig.running(rig.github, rig.clock, database, by_graph=True) as again:
        await live(again)

        assert again.card(3).pull.is_open
        assert again.card(4).status is Status.MERGED


def let_fail(rig: Rig, monkeypatch: pytest.MonkeyPatch, bad: AbstractSet[int]) -> None:
    """Let these pulls not be read any more, each for a reason of its own."""
    true = rig.forge.pulls

    async def broken(places: tuple[Place, ...]) -> Pulls:
        found = await true(places)
        return [
            ForgeUnavailable('broken') if place.number in bad else pull
            for place, pull in zip(places, found, strict=True)
        ]

    monkeypatch.setattr(rig.forge, 'pulls', broken)


async def test_some_that_can_never_be_read_keep_no_other_from_being_read(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    let_fail(rig, monkeypatch, set(rig.github.open_pulls_in_bulk(NAME, 6)))
    for round_ in range(TRIES + 3):
        rig.github.edit(NAME, 1, title=f'Round {round_}')
        await live(rig, 1)
        assert rig.card(1).pull.title == f'Round {round_}'
        assert rig.state() is SyncState.LIVE
    assert 'some pulls that it lists cannot be read' in caplog.text
    (tracked,) = await rig.tracked()
    assert tracked.read_to is not None
    assert rig.clock.now - tracked.read_to < timedelta(minutes=5), 'and the list is followed again'


@pytest.mark.parametrize('is_known', [False, True], ids=['new', 'known'])
async def test_two_that_can_never_be_read_are_no_trouble_of_their_repository(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, *, is_known: bool
) -> None:
    bad = {rig.github.open_pull(NAME, f'Huge {number}') for number in range(2)}
    if is_known:
        await rig.tick(after_s=60)
    let_fail(rig, monkeypatch, bad)
    for number in bad:
        rig.github.edit(NAME, number, title='Moved')
    rig.clock.forward(minutes=1)
    for conclusion in ('failure', 'success') * 3:
        rig.github.check(NAME, 1, conclusion=conclusion)
        await live(rig)
        assert rig.state() is SyncState.LIVE
        assert rig.poller.interrupted == set()
        assert (
            rig.card(1).checks is {'failure': CheckState.FAILING, 'success': CheckState.PASSING}[conclusion]
        )


async def test_one_amid_the_open_pulls_keeps_no_older_ones_from_being_read_while_others_change(
    github: FakeGitHub, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = list(github.open_pulls_in_bulk(NAME, 250))
    clock.forward(days=100)  # so far back only the list of open pulls goes
    github.open_pull(NAME, 'Recent')
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        let_fail(rig, monkeypatch, {old[130]})
        for round_ in range(TRIES + 3):
            github.edit(NAME, old[-1] + 1, title=f'Round {round_}')
            await live(rig, 1)

        assert len(rig.board.cards) == 250


async def test_a_pull_that_is_listed_and_not_found_yet_is_asked_for_again(rig: Rig) -> None:
    """The list and the pulls may come from different copies."""
    number = rig.github.open_pull(NAME, 'Just opened')
    rig.clock.forward(minutes=1)
    rig.forge.fail('pull', RepositoryUnavailable(NAME, Reason.MISSING))
    await rig.tick()
    assert number not in rig.titles

    await live(rig, 1)

    assert rig.titles[number] == 'Just opened'
