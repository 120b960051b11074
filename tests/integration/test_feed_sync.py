"""What the feed says of the reading of the code host: all of what was asked for, of a tick only the news."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reviewflow.accounts.role import DEMO, OPERATOR
from reviewflow.errors import StoreError
from reviewflow.flow import ReviewFlow
from reviewflow.models import SyncState, SyncStatus
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.syncs import Polls, SyncReport
from tests.builders import after, card, pull
from tests.integration.feed_server import Json, Place, Reader, feed_server
from tests.integration.quiet import Quiet

LIVE = SyncStatus(state=SyncState.LIVE, forge='GitHub', interval_s=30)
BROKEN = replace(LIVE, state=SyncState.FAILING, error='GitHub refused the token')


class Syncing(Quiet):
    """Does what a test wants while somebody waits."""

    def __init__(self) -> None:
        self.does: Callable[[], Awaitable[object]] = asyncio.Event().wait
        self.polls = Polls(count=0, seconds=0, lag_s=0)
        self.fresh_at = None

    async def sync_now(self) -> SyncReport:
        await self.does()
        return SyncReport(repositories=1, changed=0, left=0)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with feed_server(tmp_path) as place:
        yield place


@pytest.fixture
def syncing() -> Syncing:
    return Syncing()


@pytest.fixture
def flow(place: Place, syncing: Syncing) -> ReviewFlow:
    store = Store(Database('sqlite+aiosqlite:///unused.db'))
    flow = ReviewFlow(store=store, board=place.board, forge='github')
    flow.poller = syncing
    flow.report(LIVE)
    return flow


@pytest.fixture
async def reader(place: Place, flow: ReviewFlow) -> Reader:
    assert flow.board is place.board
    return await place.reader()


async def told(reader: Reader) -> Json:
    message = await reader.next()
    assert message.pop('type') == 'sync_status'
    del message['seq']
    return message


CHECKING = {'status': 'syncing', 'details': 'Checking GitHub…'}
SYNCED = {'status': 'synced', 'details': 'Synced with GitHub'}
FAILED = {'status': 'error', 'details': 'GitHub refused the token'}


async def test_whoever_asks_makes_it_checking_and_then_synced(
    flow: ReviewFlow, syncing: Syncing, reader: Reader
) -> None:
    done = asyncio.Event()
    syncing.does = done.wait
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(flow.sync(DEMO))
        assert await told(reader) == CHECKING
        flow.report(replace(LIVE, event_at=after(hours=1)))  # in the middle of it
        flow.board.put([card()])
        assert (await reader.next())['action'] == 'new'
        assert (await reader.next())['type'] == 'stats_update'
        done.set()
    assert await told(reader) == SYNCED
    assert not flow.board.sync.is_asked
    await reader.silence()


async def test_a_sync_that_takes_no_time_is_told_after_what_it_found(
    flow: ReviewFlow, syncing: Syncing, reader: Reader
) -> None:
    async def find() -> None:
        flow.board.put([card()])

    syncing.does = find
    await flow.sync(OPERATOR)

    assert [message['type'] for message in await reader.take(2)] == ['notification_update', 'stats_update']
    assert [await told(reader), await told(reader)] == [CHECKING, SYNCED]


async def test_of_two_who_ask_the_last_to_be_answered_ends_it(
    flow: ReviewFlow, syncing: Syncing, reader: Reader
) -> None:
    first, second = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for event in (first, second):
            syncing.does = event.wait
            tasks.create_task(flow.sync(OPERATOR))
            await asyncio.sleep(0)
        assert await told(reader) == CHECKING
        first.set()
        flow.board.put([card()])
        await reader.take(2)
        assert flow.board.sync.is_asked
        second.set()
    assert await told(reader) == SYNCED


async def test_a_sync_that_fails_says_why_although_it_was_said_before(
    flow: ReviewFlow, syncing: Syncing, reader: Reader
) -> None:
    flow.report(BROKEN)
    assert await told(reader) == FAILED

    async def fail() -> None:
        flow.report(BROKEN)

    syncing.does = fail
    await flow.sync(OPERATOR)

    assert [await told(reader), await told(reader)] == [CHECKING, FAILED]


async def test_a_sync_that_is_broken_off_ends_too(flow: ReviewFlow, syncing: Syncing, reader: Reader) -> None:
    async def fail() -> None:
        raise StoreError('the database refused')

    syncing.does = fail
    with pytest.raises(StoreError):
        await flow.sync(OPERATOR)

    assert [await told(reader), await told(reader)] == [CHECKING, SYNCED]


async def test_of_ticks_only_errors_recovery_and_news_are_told(flow: ReviewFlow, reader: Reader) -> None:
    flow.report(BROKEN)
    assert await told(reader) == FAILED
    flow.report(replace(BROKEN, interval_s=60))
    flow.report(replace(BROKEN, error='GitHub cannot be read: HTTP 502'))
    assert await told(reader) == {'status': 'error', 'details': 'GitHub cannot be read: HTTP 502'}
    flow.report(LIVE)
    assert await told(reader) == SYNCED
    flow.report(replace(LIVE, event_at=after(hours=1)))
    assert await told(reader) == SYNCED
    flow.report(replace(LIVE, event_at=after(hours=1), interval_s=60))
    flow.board.put([card(pull(title='A witness'))])
    assert (await reader.next())['type'] == 'notification_update'
