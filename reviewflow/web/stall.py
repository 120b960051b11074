"""How late the event loop is: while something holds it, nobody's page moves."""

import asyncio
import time
from collections.abc import Callable

EVERY_S = 0.5


async def watch(noted: Callable[[float], object]) -> None:
    """Sleep, and tell how late we woke, in seconds; until cancelled. A short stall may fall between."""
    while True:
        due = time.monotonic() + EVERY_S
        await asyncio.sleep(EVERY_S)
        noted(max(time.monotonic() - due, 0.0))
