"""Do several things at once."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

R = TypeVar('R')


async def together(*work: Coroutine[Any, Any, R]) -> list[R]:
    """Do several things at once; the first error ends all of them, and comes out by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]
