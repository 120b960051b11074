"""A loop whose time is a clock of ours: where everybody waits, time passes at once."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from tests.builders import NOW, Clock

T = TypeVar('T')


class Stillness(selectors.SelectSelector):
    """Is asked to wait when nobody has anything to do: then whoever waits for that goes on, or time."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.waiting: list[asyncio.Future[None]] = []

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if (found := super().select(0)) or (timeout is not None and timeout <= 0):
            return found
        waiting, self.waiting = [each for each in self.waiting if not each.done()], []
        for each in waiting:
            each.set_result(None)
        if not waiting:
            if timeout is None:
                raise RuntimeError('everybody waits, and nothing will ever happen')
            self._clock.forward(seconds=timeout + 1e-6)  # more than what the microseconds round off
        return []


class StillLoop(asyncio.SelectorEventLoop):
    """Runs what uses no threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stillness = Stillness(clock)
        super().__init__(self._stillness)

    def time(self) -> float:
        return (self._clock.now - NOW).total_seconds()

    async def still(self) -> None:
        """Wait until nobody has anything to do, and no time passes meanwhile."""
        waiting = self.create_future()
        self._stillness.waiting.append(waiting)
        await waiting


async def still() -> None:
    """Wait until nobody has anything to do; see :meth:`StillLoop.still`."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, StillLoop)
    await loop.still()


def run(main: Coroutine[Any, Any, T], clock: Clock) -> T:
    """Run to the end, as :func:`asyncio.run` does."""
    with asyncio.Runner(loop_factory=lambda: StillLoop(clock)) as runner:
        return runner.run(main)
