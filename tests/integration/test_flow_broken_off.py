"""A recording that is broken off is done, or not done; never half of it."""

import asyncio
import gc
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager

import pytest

from reviewflow.board import Board
from reviewflow.flow import ReviewFlow
from reviewflow.models import Repository
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from tests.builders import pull


@pytest.fixture
def flow(database: Database) -> ReviewFlow:
    return ReviewFlow(store=Store(database), board=Board(), forge='github:a')


@pytest.fixture
async def api(flow: ReviewFlow) -> int:
    return (await flow.track('acme/api', Repository(id=70, name='acme/api'))).id


async def begun(flow: ReviewFlow, api: int) -> 'asyncio.Future[set[int]]':
    """Begin to record something."""
    recording = asyncio.ensure_future(flow.record(api, [pull()], flow.next_read()))
    await asyncio.sleep(0)
    assert flow._lock.locked()
    return recording


async def test_what_is_stored_while_it_is_broken_off_is_on_the_board(
    flow: ReviewFlow, api: int, database: Database
) -> None:
    told: list[AbstractSet[int]] = []
    flow.board.on_change(told.append)
    recording = await begun(flow, api)
    for _ in range(2):
        recording.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await recording

    assert told == [{1}]
    again = ReviewFlow(store=Store(database), board=Board(), forge='github:a')
    await again.hydrate(['acme/api'])
    assert again.board.cards == flow.board.cards != {}


async def test_a_commit_that_fails_while_it_is_broken_off_is_no_error_in_the_log(
    flow: ReviewFlow,
    api: int,
    locked: Callable[[], AbstractAsyncContextManager[None]],
) -> None:
    async with locked():
        recording = await begun(flow, api)
        recording.cancel()
        with pytest.raises(asyncio.CancelledError):
            await recording
    gc.collect()  # asyncio complains of what nobody looked at when it is gone

    assert flow.board.cards == {}
