"""Syncs that people ask for: those who ask while one is going on share the next."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from reviewflow.syncs import SyncReport

STOPPED = 'Other repositories are read now: ask again'


class Asked:
    """Does the ``work`` for whoever asks, one at a time, until it is stopped."""

    def __init__(self, work: Callable[[], Awaitable[SyncReport]]) -> None:
        self.is_stopped = False
        self._work = work
        self._turn = asyncio.Lock()
        self._begun = 0
        self._last: tuple[int, SyncReport] | None = None
        self._running: asyncio.Timeout | None = None

    async def sync(self) -> SyncReport:
        """Have it done once more; it begins after all who share it asked."""
        awaited = self._begun + 1
        async with self._turn:
            if self._last is None or self._last[0] < awaited:
                self._begun += 1
                self._last = self._begun, await self._sync_unless_stopped()
            return self._last[1]

    async def idle(self) -> None:
        """Wait until nobody waits."""
        async with self._turn:
            return

    def stop(self) -> None:
        """Break off what is going on, and do no more of it."""
        self.is_stopped = True
        if self._running is not None:
            with suppress(RuntimeError):  # it has come to its end
                self._running.reschedule(asyncio.get_running_loop().time())

    async def _sync_unless_stopped(self) -> SyncReport:
        if not self.is_stopped:
            with suppress(TimeoutError):
                async with asyncio.timeout(None) as self._running:
                    return await self._work()
        return SyncReport(repositories=0, changed=0, left=0, errors=(STOPPED,))
