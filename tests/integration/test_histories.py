"""Whatever happens at the code host, and to us: one quiet tick later, board and store are as it is."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import Clock
from tests.history import known
from tests.history.check import check
from tests.history.disk import unthreaded
from tests.history.steps import Step, histories
from tests.history.still import run
from tests.history.world import World

pytestmark = pytest.mark.usefixtures('npm', 'small_pages')


@pytest.fixture(scope='module')
def small_pages() -> Iterator[None]:
    """Let lists, and what is asked for at once, go on after a few; and let nothing be read in turn."""
    few = {
        'sync.github.graph_reader.LINES': 3,
        'sync.github.graph_reader.LINES_MAX': 4,
        'sync.github.graph_reader.PULLS_AT_ONCE': 4,
        'sync.github.graph_reader.REPOSITORIES_AT_ONCE': 2,
        'sync.github.rest.PER_PAGE': 4,
        'sync.details.PULSES_AT_ONCE': 5,
        'sync.spending.ROTATION_MAX': 0,
    }
    with pytest.MonkeyPatch.context() as patch, unthreaded():
        for name, value in few.items():
            patch.setattr(name, value)
        yield


@given(histories, st.sampled_from([True, True, True, False]))  # by REST it takes many more requests
def test_after_one_quiet_tick_board_and_store_equal_the_code_host(
    empty_database: Path, history: Sequence[Step], by_graph: bool
) -> None:
    live(empty_database, history, by_graph=by_graph)


@pytest.mark.parametrize('name', known.BY_GRAPH)
def test_also_when(empty_database: Path, name: str) -> None:
    live(empty_database, known.BY_GRAPH[name], by_graph=True)


@pytest.mark.parametrize('name', known.BY_REST)
def test_also_by_rest_when(empty_database: Path, name: str) -> None:
    live(empty_database, known.BY_REST[name], by_graph=False)


def live(empty: Path, history: Sequence[Step], *, by_graph: bool) -> None:
    """Let a history happen, and compare in the end."""
    with TemporaryDirectory() as folder:
        clock = Clock()
        file = Path(shutil.copy(empty, folder))
        run(live_through(file, clock, history, by_graph=by_graph), clock)


async def live_through(file: Path, clock: Clock, history: Sequence[Step], *, by_graph: bool) -> None:
    world = World(file, clock, by_graph=by_graph)
    await world.begin()
    try:
        await world.live(history)
        await check(world)
    finally:
        await world.life.die()
