"""A clock is wrong, or our own disk: nothing is asked too early or too late, and nothing is lost."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from reviewflow.models import SyncState
from reviewflow.store.database import Database
from tests.github import FakeGitHub, fault
from tests.integration.fault_stand import REPOSITORIES, Stand, WallClock, full_github, standing, stored
from tests.integration.rig import INTERVAL_S

pytestmark = pytest.mark.usefixtures('npm')

BY_GRAPH = pytest.mark.parametrize('by_graph', [False, True], ids=['rest', 'graphql'])


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


@pytest.fixture
def github(clock: WallClock) -> FakeGitHub:
    return full_github(clock)


# Clocks

CLOCKS: dict[str, Callable[[Stand, timedelta], None]] = {
    'ours': lambda stand, by: setattr(stand.clock, 'error', by),
    "GitHub's": lambda stand, by: setattr(stand.github, 'now', lambda: stand.clock.now + by),
    'a Date': lambda stand, by: stand.github.always(fault.wrong_date(by)),
}
"""Whose clock steps → makes it step."""


@BY_GRAPH
@pytest.mark.parametrize('hours', [-1, 5])
@pytest.mark.parametrize('whose', CLOCKS)
async def test_a_clock_that_steps_changes_nothing(
    whose: str, hours: int, by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    github.close('acme/web', 3)
    clock.forward(hours=20)  # until the horizon it is less than what the clock steps
    async with standing(github, clock, database, by_graph=by_graph, closed_days=1) as stand:
        shown = len(stand.rig.board.cards)
        CLOCKS[whose](stand, timedelta(hours=hours))
        stand.polled_at.clear()
        stand.happen('After the step')
        assert await stand.shows(*(f'After the step in {name}' for name in REPOSITORIES)) <= 60
        await stand.live(600)

        assert {later - earlier for earlier, later in pairwise(stand.polled_at)} == {INTERVAL_S}
        assert stand.page.sync['interval'] == INTERVAL_S
        assert len(stand.rig.board.cards) == shown == 6


@BY_GRAPH
@pytest.mark.parametrize('hours', [-1, 5])
async def test_a_clock_that_steps_amid_a_wait_changes_nothing(
    hours: int, by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    async with standing(github, clock, database, by_graph=by_graph) as stand:
        github.always(fault.secondary_limit(timedelta(minutes=10)))
        await stand.live(60)
        clock.error = timedelta(hours=hours)
        refused_at_s = stand.way.sent[0].at_s
        await stand.live(refused_at_s + 599 - stand.monotonic())

        assert stand.sent_within(refused_at_s, refused_at_s + 600) == 0
        stand.calm()
        assert await stand.recover() <= 1 + 60


# Our own disk


@asynccontextmanager
async def locked(database: Database, file: Path) -> AsyncIterator[None]:
    """Let another program hold the database; nobody waits for it, since time is ours."""
    async with saying(database, 'busy_timeout=1'):
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute('BEGIN IMMEDIATE')
            yield


@asynccontextmanager
async def full(database: Database, file: Path) -> AsyncIterator[None]:
    """Let the database grow no more."""
    with closing(sqlite3.connect(file)) as other:
        (pages,) = other.execute('PRAGMA page_count').fetchone()
    async with saying(database, f'max_page_count={pages}'):
        yield


@asynccontextmanager
async def saying(database: Database, pragma: str) -> AsyncIterator[None]:
    """Say this to each connection before it is used."""
    engine = database._engine

    def say(connection: Any, *_: object) -> None:
        connection.cursor().execute(f'PRAGMA {pragma}')

    event.listen(engine.sync_engine, 'checkout', say)
    yield
    event.remove(engine.sync_engine, 'checkout', say)
    await engine.dispose()  # the connections remember it


@BY_GRAPH
@pytest.mark.parametrize('trouble', [locked, full])
async def test_what_cannot_be_stored_is_not_shown_and_not_lost(
    trouble: Callable[[Database, Path], AbstractAsyncContextManager[None]],
    by_graph: bool,
    github: FakeGitHub,
    clock: WallClock,
    database: Database,
    tmp_path: Path,
) -> None:
    async with standing(github, clock, database, by_graph=by_graph) as stand:
        before, fresh_at = stand.page.titles, stand.rig.poller.fresh_at
        await stand.live(stand.next_poll_in_s - 1)
        github.open_pull('acme/api', 'Much', body='x' * 60_000)
        async with trouble(database, tmp_path / 'reviewflow.db'):
            await stand.live(10)

            said = 'What was read could not be stored: the database refused: OperationalError'
            assert (stand.page.sync['state'], stand.page.error) == (SyncState.FAILING, said)
            assert stand.page.fresh_at == fresh_at
            assert stand.page.titles == before
        assert await stand.shows('Much') <= 60
        assert 'Much' in await stored(database)
