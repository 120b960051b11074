"""When the poller works: APScheduler, never twice at once, and not fooled by a clock that steps."""

import asyncio
import logging
import time
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from reviewflow.errors import Stopped
from sync.missed import Missed
from sync.poller import Poller

POLL, DETAILS, RECONCILE, MISSED = 'poll', 'details', 'reconcile', 'missed'
MISSED_EVERY_S = 900
RECONCILE_EVERY_S = 3600
DETAILS_EVERY_S = 1
JITTER_S = 0.5
"""Many servers started together do not ask together."""
GUARD_EVERY_S = 5
BREATH = timedelta(seconds=1)
"""Between two polls when one is not enough."""
STEP_S = 2
"""A difference between the wall clock and the monotonic one that no drift explains."""
PATIENCE_S = 1
"""How long a stop waits for what is under way, before it is cancelled."""
ENDS = (Stopped, asyncio.CancelledError)
"""How a job may end when all is stopped; APScheduler would log that as an error."""


class Scheduler:
    """Runs the poller's jobs, all on the event loop."""

    def __init__(self, poller: Poller, missed: Missed) -> None:
        self._poller = poller
        self._missed = missed
        self._interval_s = poller.spending.plan.interval_s
        self._jobs = AsyncIOScheduler(
            job_defaults={'coalesce': True, 'max_instances': 1, 'misfire_grace_time': None}
        )
        self._guard: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Poll at once, and then at every interval."""
        logging.getLogger('apscheduler').setLevel(
            logging.ERROR
        )  # a tick that outlasts its interval is no news
        self._jobs.add_job(self._poll, self._trigger(), id=POLL, next_run_time=now())
        self._jobs.add_job(self._read_details, IntervalTrigger(seconds=DETAILS_EVERY_S), id=DETAILS)
        if self._poller.reconciler.is_cheap:
            self._jobs.add_job(
                self._reconcile, IntervalTrigger(seconds=RECONCILE_EVERY_S, jitter=JITTER_S), id=RECONCILE
            )
        self._jobs.add_job(
            self._fetch_missed, IntervalTrigger(seconds=MISSED_EVERY_S, jitter=JITTER_S), id=MISSED
        )
        self._jobs.start()
        self._watch_the_clock(time.time() - time.monotonic())

    async def stop(self) -> None:
        """Begin nothing new, and let what is under way come to its end, but not for long."""
        if self._guard is not None:
            self._guard.cancel()
        if self._jobs.running:
            self._jobs.pause()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    await self._poller.idle()
        finally:
            self._poller.stop()
            if self._jobs.running:
                self._jobs.shutdown(wait=False)
        await self._poller.idle()

    async def _poll(self) -> None:
        with suppress(*ENDS):
            await self._poller.tick()
            self._jobs.modify_job(DETAILS, next_run_time=now())
            interval_s = self._poller.spending.plan.interval_s
            if abs(interval_s - self._interval_s) > self._interval_s / 10:
                self._interval_s = interval_s
                self._jobs.reschedule_job(POLL, trigger=self._trigger())
            if self._poller.is_behind:
                self._jobs.modify_job(POLL, next_run_time=now() + BREATH)

    async def _read_details(self) -> None:
        with suppress(*ENDS):
            await self._poller.read_details()

    async def _reconcile(self) -> None:
        with suppress(*ENDS):
            await self._poller.reconcile()

    async def _fetch_missed(self) -> None:
        with suppress(*ENDS):
            await self._poller.fetch(self._missed)

    def _trigger(self) -> IntervalTrigger:
        return IntervalTrigger(seconds=self._interval_s, jitter=JITTER_S)

    def _watch_the_clock(self, offset: float) -> None:
        """When the wall clock stepped, poll now, and let what is seldom done keep its distance.

        Set back by an hour, all would be an hour late: APScheduler would wait until it has caught up (3.11).
        """
        present = time.time() - time.monotonic()
        if abs(present - offset) > STEP_S:
            for id_ in (POLL, DETAILS):
                self._jobs.modify_job(id_, next_run_time=now())
            for job in filter(None, map(self._jobs.get_job, (RECONCILE, MISSED))):
                job.modify(next_run_time=job.next_run_time + timedelta(seconds=present - offset))
        self._guard = asyncio.get_running_loop().call_later(GUARD_EVERY_S, self._watch_the_clock, present)


def now() -> datetime:
    """Give the local time with its zone, as APScheduler wants it."""
    return datetime.now().astimezone()
