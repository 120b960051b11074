"""Do something to its end, though whoever wanted it is told to stop."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar('T')


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Do it; whoever is cancelled meanwhile learns so when it is done, however it ended.

    It has to end soon, and by itself.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):  # told once more
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # which nobody waits for any more: else asyncio would complain of it
        raise
