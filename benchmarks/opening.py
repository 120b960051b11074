"""What an open page costs."""

import asyncio

from benchmarks.figures import Figures
from benchmarks.stage import Stage

WARM_UP = 10
IDLE_UNIT_S = 30


async def measure_opening(stage: Stage, pages: int) -> Figures:
    """Open that many pages; the first few pay for what all share, and are left out of the figures."""
    await stage.open('live', WARM_UP)
    await stage.settle()
    before = await stage.figures()
    await stage.open('live', pages - WARM_UP)
    await stage.settle()
    after = await stage.figures()
    stage.pages = pages
    counted = pages - WARM_UP
    return {
        'memory_kb': (after['rss_kb'] - before['rss_kb']) / counted,
        'cpu_ms': (after['cpu_s'] - before['cpu_s']) / counted * 1000,
        'elements': after['elements'],
    }


async def measure_idling(stage: Stage, seconds: float) -> Figures:
    """Let nothing happen for a while."""
    traffic, figures = await stage.traffic('live'), await stage.figures()
    await asyncio.sleep(seconds)
    later, now = await stage.traffic('live'), await stage.figures()
    kept_alive = sum(later[name] - traffic[name] for name in traffic)
    return {
        'bytes_per_page_and_30_s': kept_alive / stage.pages / seconds * IDLE_UNIT_S,
        'cpu_share': (now['cpu_s'] - figures['cpu_s']) / seconds,
    }
