"""Syncs that people ask for: those who ask while one is going on share the next."""

import asyncio
from collections.abc import Awaitable, Callable

from reviewflow.syncs import SyncReport


class Asked:
    """Does the ``work`` for whoever asks, one at a time."""

    def __init__(self, work: Callable[[], Awaitable[SyncReport]]) -> None:
        self._work = work
        self._turn = asyncio.Lock()
        self._begun = 0
        self._last: tuple[int, SyncReport] | None = None

    async def sync(self) -> SyncReport:
        """Have it done once more; it begins after all who share it asked."""
        awaited = self._begun + 1
        async with self._turn:
            if self._last is None or self._last[0] < awaited:
                self._begun += 1
                self._last = self._begun, await self._work()
            return self._last[1]
