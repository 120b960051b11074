"""Questions that are asked at the same time, put together into as few requests as possible."""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from reviewflow.errors import ForgeUnavailable, ReviewFlowError
from sync.health import forge_error

K = TypeVar('K', bound=Hashable)
V = TypeVar('V')

BROKEN_OFF = ForgeUnavailable('it was broken off')
"""Whoever sent the request is gone; the others who shared it ask once more."""


@dataclass(slots=True, eq=False)
class Waiting(Generic[K, V]):
    """A question, and where its answer will be."""

    key: K
    answer: 'asyncio.Future[V | ReviewFlowError]'
    is_taken: bool = False


class Batch(Generic[K, V]):
    """Collects questions while others are being answered; a request takes as many as it can hold.

    ``load`` answers several in their order, or says what is wrong with one in its place; what it raises is
    the answer to each of them.
    """

    def __init__(
        self,
        load: Callable[[Sequence[K]], Awaitable[Sequence[V | ReviewFlowError]]],
        *,
        size: Callable[[], int],
        at_once: int,
    ) -> None:
        self._load = load
        self._size = size
        self._turns = asyncio.Semaphore(at_once)
        self._queue: deque[Waiting[K, V]] = deque()

    async def ask(self, *keys: K) -> list[V | ReviewFlowError]:
        """Ask; answers in the order of the questions."""
        loop = asyncio.get_running_loop()
        mine = [Waiting[K, V](key, loop.create_future()) for key in keys]
        self._queue.extend(mine)
        await asyncio.sleep(0)  # whoever asks in this turn of the loop comes along
        while left := sum(not each.is_taken for each in mine):
            async with asyncio.TaskGroup() as group:
                for _ in range(math.ceil(left / self._size())):
                    group.create_task(self._lead())
        answers = [await each.answer for each in mine]
        again = [each.key for each, answer in zip(mine, answers, strict=True) if answer is BROKEN_OFF]
        later = iter(await self.ask(*again) if again else ())
        return [next(later) if answer is BROKEN_OFF else answer for answer in answers]

    async def _lead(self) -> None:
        """Send a request with what waits longest, for everybody who asked for it."""
        async with self._turns:
            taken = [self._queue.popleft() for _ in range(min(self._size(), len(self._queue)))]
            for each in taken:
                each.is_taken = True
            if not taken:
                return
            answers: Sequence[V | ReviewFlowError] = [BROKEN_OFF] * len(taken)
            try:
                answers = await self._load([each.key for each in taken])
            except Exception as error:  # noqa: BLE001  # see forge_error
                known = error if isinstance(error, ReviewFlowError) else forge_error(error, 'a request')
                answers = [known] * len(taken)
            finally:
                for each, answer in zip(taken, answers, strict=True):
                    if not each.answer.done():
                        each.answer.set_result(answer)
