"""All that reads a code host at somebody's wish or by the clock: it ends together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from reviewflow.errors import Stopped


class Scope:
    """Knows what is going on, and breaks it off when another code host is read from then on."""

    def __init__(self) -> None:
        self.is_stopped = False
        self._running = set[asyncio.Timeout]()
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    @asynccontextmanager
    async def entered(self) -> AsyncIterator[None]:
        """Do something that a stop is to break off.

        Raises:
            Stopped: it was broken off, or not even begun.
        """
        if self.is_stopped:
            raise Stopped
        timeout = asyncio.timeout(None)
        self._running.add(timeout)
        self._is_idle.clear()
        try:
            async with timeout:
                yield
        except Exception:
            if timeout.expired():  # whatever came of the end that was put to it
                raise Stopped from None
            raise
        finally:
            self._running.remove(timeout)
            if not self._running:
                self._is_idle.set()

    async def idle(self) -> None:
        """Wait until nothing is going on."""
        await self._is_idle.wait()

    def stop(self) -> None:
        """Break off what is going on, and let nothing begin any more."""
        self.is_stopped = True
        for each in self._running:
            with suppress(RuntimeError):  # it has come to its end
                each.reschedule(asyncio.get_running_loop().time())
