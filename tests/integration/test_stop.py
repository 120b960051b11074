"""When other repositories are read, whatever still reads these is broken off at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from reviewflow.errors import Stopped
from reviewflow.models import SyncState, SyncStatus
from reviewflow.store.database import Database
from reviewflow.syncs import SyncReport
from sync import scheduler as subject
from sync.scheduler import Scheduler
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rig import Rig

NAME = 'acme/api'
BROKEN_OFF = SyncReport(
    repositories=0, changed=0, left=0, errors=('It was broken off: ask again in a moment',)
)

pytestmark = pytest.mark.usefixtures('npm')


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    """One that knows three pulls, of which one has just changed."""
    github.now = clock
    for number in range(1, 4):
        clock.forward(minutes=1)
        github.open_pull(NAME, f'Pull {number}')
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        await rig.tick()
        await rig.settle()
        github.edit(NAME, 2, title='New')
        clock.forward(minutes=1)
        yield rig


async def what_comes_of(work: Awaitable[object]) -> object:
    try:
        return await work
    except Exception as error:  # noqa: BLE001  # what it may be is what is asked
        return type(error)


def refresh(rig: Rig) -> Awaitable[object]:
    return rig.poller.refresh([(rig.card(1).repository_id, 1)])


WORK: dict[str, tuple[str, Callable[[Rig], Awaitable[object]], object]] = {
    'a sync': ('changed_pulls', lambda rig: rig.poller.sync_now(), BROKEN_OFF),
    'a refresh': ('pull', refresh, None),
    'the poll of a comparison': ('changed_pulls', lambda rig: rig.poller.reconcile(), Stopped),
    'the lists of a comparison': ('open_pulls', lambda rig: rig.poller.reconcile(), Stopped),
    'the pulls of a comparison': ('pull', lambda rig: rig.poller.reconcile(), Stopped),
    'a poll': ('changed_pulls', lambda rig: rig.poller.tick(), Stopped),
    'a look for what was missed': ('missed', lambda rig: rig.poller.fetch(rig.missed), Stopped),
}


@pytest.mark.parametrize('what', WORK)
async def test_it_is_broken_off_and_has_nothing_more_to_say(
    rig: Rig, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, 'PATIENCE_S', 0.1)
    call, work, expected = WORK[what]
    arrived, gate = asyncio.Event(), asyncio.Event()
    if call == 'missed':

        async def look(*_: object) -> int:
            arrived.set()
            return await gate.wait()

        monkeypatch.setattr(rig.missed, 'look', look)
    else:
        rig.forge._held[call], rig.forge._arrived[call] = gate, arrived
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        task = group.create_task(what_comes_of(work(rig)))
        await arrived.wait()
        stopping = group.create_task(Scheduler(rig.poller, rig.missed).stop())
        await asyncio.wait([task, stopping])
        await rig.forge.aclose()
        rig.asked()
        other = SyncStatus(forge='Other', state=SyncState.LIVE)
        rig.flow.report(other)
        gate.set()

    assert task.result() == expected
    assert replace(rig.sync, changed_at=None) == other
    assert rig.asked() == []


async def test_what_is_under_way_may_come_to_its_end_if_that_is_soon(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('sync.scheduler.PATIENCE_S', 60)
    async with rig.forge.held('pull', rig.poller.reconcile()) as comparing:
        stopping = asyncio.ensure_future(Scheduler(rig.poller, rig.missed).stop())
        await asyncio.sleep(0)
        assert not stopping.done()
    await stopping

    found = comparing.result()
    assert found is not None
    assert (found.compared, found.drifted) == (3, ())


async def test_a_stop_that_is_broken_off_itself_stops_all_the_same(rig: Rig) -> None:
    scheduler = Scheduler(rig.poller, rig.missed)
    scheduler.start()
    async with rig.forge.held('open_pulls', what_comes_of(rig.poller.reconcile())) as comparing:
        stopping = asyncio.ensure_future(scheduler.stop())
        await asyncio.sleep(0)
        stopping.cancel()
        await asyncio.wait([comparing, stopping])

    assert stopping.cancelled()
    assert comparing.result() is Stopped


async def test_after_a_stop_nothing_is_asked_for(rig: Rig) -> None:
    rig.poller.stop()
    rig.asked()
    said = rig.sync

    assert await rig.poller.sync_now() == BROKEN_OFF
    await rig.poller.refresh([(rig.card(1).repository_id, 1)])
    for work in (rig.poller.tick, rig.poller.read_details, rig.poller.reconcile):
        with pytest.raises(Stopped):
            await work()

    assert rig.asked() == []
    assert rig.sync is said
