"""When the poller works, in real time but for the wall clock."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, tzinfo
from functools import partial
from types import SimpleNamespace

import apscheduler.schedulers.base
import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES

from reviewflow.models import SyncState
from reviewflow.store.database import Database
from sync import scheduler as subject
from sync.budget import Plan
from sync.scheduler import DETAILS, MISSED, POLL, RECONCILE, Scheduler
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rig import Rig
from tests.waiting import PATIENCE_S, until

A_SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, 'JITTER_S', 0)
    monkeypatch.setattr(subject, 'GUARD_EVERY_S', 0.02)
    monkeypatch.setattr(subject, 'DETAILS_EVERY_S', 0.05)


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    github = FakeGitHub(now=clock)
    github.add_repository('acme/api')
    github.open_pull('acme/api')
    return github


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, interval_s=0.05) as rig:
        yield rig


@pytest.fixture
async def scheduler(rig: Rig) -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(rig.poller, rig.missed)
    yield scheduler
    await scheduler.stop()


def shows(rig: Rig, title: str) -> bool:
    return rig.titles == {1: title}


async def test_it_polls_at_once_and_reads_details_right_after(
    rig: Rig, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, 'DETAILS_EVERY_S', 1000)
    scheduler.start()

    await until(lambda: rig.state() is SyncState.LIVE)
    await until(lambda: not rig.card(1).wants_detail)


async def test_it_goes_on_polling(rig: Rig, scheduler: Scheduler) -> None:
    scheduler.start()
    for title in ('One', 'Two', 'Three'):
        rig.github.edit('acme/api', 1, title=title)
        await until(partial(shows, rig, title))


async def test_a_poll_that_takes_long_is_not_joined_by_a_second(rig: Rig, scheduler: Scheduler) -> None:
    skipped: list[str] = []
    scheduler._jobs.add_listener(lambda event: skipped.append(event.job_id), EVENT_JOB_MAX_INSTANCES)

    async def start() -> None:
        scheduler.start()

    async with rig.forge.held('changed_pulls', start()):
        rig.github.requests.clear()
        await until(lambda: skipped.count(POLL) >= 3)
        assert not [request for request in rig.github.requests if 'pulls?' in request.path]

    await until(lambda: rig.state() is SyncState.LIVE)


async def test_what_breaks_in_a_poll_does_not_end_the_polling(
    rig: Rig, scheduler: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    rig.forge.fail('changed_pulls', ZeroDivisionError('a mistake of ours'))  # type: ignore[arg-type]  # on purpose
    scheduler.start()
    await until(lambda: rig.state() is SyncState.FAILING)
    rig.clock.forward(minutes=5)

    await until(lambda: rig.state() is SyncState.LIVE)

    assert 'a mistake of ours' in caplog.text
    caplog.clear()


@pytest.mark.parametrize('step', [timedelta(hours=-1), timedelta(hours=5)])
async def test_a_wall_clock_that_steps_does_not_stop_the_polling(
    rig: Rig, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch, step: timedelta
) -> None:
    scheduler.start()
    await until(lambda: rig.state() is SyncState.LIVE)

    set_the_clock(monkeypatch, step)
    for title in ('One', 'Two'):
        rig.github.edit('acme/api', 1, title=title)
        await until(partial(shows, rig, title))


async def test_a_wall_clock_that_steps_does_not_move_what_is_done_once_an_hour(
    scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler.start()
    due = {id_: scheduler._jobs.get_job(id_).next_run_time for id_ in (RECONCILE, MISSED)}

    set_the_clock(monkeypatch, timedelta(days=-1))

    def is_as_due_as_before() -> bool:
        moved = [scheduler._jobs.get_job(id_).next_run_time - at for id_, at in due.items()]
        return all(abs(each + timedelta(days=1)) < A_SECOND for each in moved)

    await until(is_as_due_as_before)


def set_the_clock(monkeypatch: pytest.MonkeyPatch, step: timedelta) -> None:
    """Let everybody who asks for the time of day be told another one."""

    class Stepped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain one will do
            return datetime.now(tz) + step

    shifted = SimpleNamespace(time=lambda: time.time() + step.total_seconds(), monotonic=time.monotonic)
    monkeypatch.setattr(apscheduler.schedulers.base, 'datetime', Stepped)
    monkeypatch.setattr(subject, 'datetime', Stepped)
    monkeypatch.setattr(subject, 'time', shifted)


async def test_a_short_allowance_stretches_the_interval(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, interval_s=0.05, has_token=False) as rig:
        scheduler = Scheduler(rig.poller, rig.missed)
        scheduler.start()
        await until(lambda: rig.sync.interval_s > 100)

        job = scheduler._jobs.get_job(POLL)
        await until(lambda: job.next_run_time > datetime.now().astimezone() + timedelta(seconds=100))
        await scheduler.stop()


async def test_a_poll_that_is_not_enough_has_another_soon_also_when_the_interval_changes(
    rig: Rig, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(rig.poller), 'is_behind', True)
    monkeypatch.setattr(type(rig.poller.spending), 'plan', Plan(interval_s=1000, spare=0, share_of_tick=1))
    scheduler.start()
    await until(lambda: scheduler._interval_s == 1000)

    soon = datetime.now().astimezone() + 2 * A_SECOND
    await until(lambda: scheduler._jobs.get_job(POLL).next_run_time < soon)


async def test_where_nothing_is_free_all_is_compared_only_by_hand(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, has_token=False) as rig:
        scheduler = Scheduler(rig.poller, rig.missed)
        scheduler.start()
        due = {job.id for job in scheduler._jobs.get_jobs()}
        await scheduler.stop()

    assert due == {POLL, DETAILS, MISSED}


async def test_stopping_ends_what_hangs(rig: Rig, scheduler: Scheduler) -> None:
    async def start() -> None:
        scheduler.start()

    async with rig.forge.held('changed_pulls', start()):
        async with asyncio.timeout(PATIENCE_S):
            await scheduler.stop()
        rig.github.requests.clear()

    assert rig.github.requests == []


async def test_stopping_before_the_start_is_fine(scheduler: Scheduler) -> None:
    await scheduler.stop()
