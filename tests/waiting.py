"""Waiting for what nobody tells of."""

import asyncio
from collections.abc import Callable

PATIENCE_S = 60


async def until(is_so: Callable[[], object]) -> None:
    """Let the others work until something is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110  # nobody sets an event for it
            await asyncio.sleep(0.005)
