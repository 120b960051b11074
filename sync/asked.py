"""What people ask for: those who ask while it is being done share the next time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar('T')


class Asked(Generic[T]):
    """Does the ``work`` for whoever asks, one at a time."""

    def __init__(self, work: Callable[[], Awaitable[T]]) -> None:
        self._work = work
        self._turn = asyncio.Lock()
        self._begun = 0
        self._last: tuple[int, T] | None = None

    async def ask(self) -> T:
        """Have it done once more; it begins after all who share it asked."""
        awaited = self._begun + 1
        async with self._turn:
            if self._last is None or self._last[0] < awaited:
                self._begun += 1
                self._last = self._begun, await self._work()
            return self._last[1]
