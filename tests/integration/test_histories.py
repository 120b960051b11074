"""Whatever happens at the code host, and to us: one quiet tick later, board and store are as it is."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.store.database import Database
from tests.integration.history import Step, World, histories

pytestmark = pytest.mark.usefixtures('npm')


@given(histories, st.booleans())
def test_after_one_quiet_tick_board_and_store_equal_the_code_host(
    empty_database: Path, history: Sequence[Step], by_graph: bool
) -> None:
    asyncio.run(live_through(empty_database, history, by_graph=by_graph))


async def live_through(empty: Path, history: Sequence[Step], *, by_graph: bool) -> None:
    with TemporaryDirectory() as folder:
        database = Database(f'sqlite+aiosqlite:///{shutil.copy(empty, folder)}')
        world = World(database, by_graph=by_graph)
        await world.start()
        await world.live(history)
        await world.come_to_rest()
        there = await world.there()

        assert world.here() == there
        assert await world.stored() == world.here()
        await database.close()
