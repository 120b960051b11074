"""Pages opened and closed, over and over: what is left of them must be nothing."""

import asyncio
import time

from benchmarks.figures import Figures
from benchmarks.stage import Stage

BATCH = 100
GONE_WITHIN_S = 60
TASKS_MAX = 20
"""More than any server has while nobody is there."""
LEFT = ('clients', 'tasks', 'tabs', 'views')


async def measure_soak(stage: Stage, cycles: int) -> Figures:
    """Open and close so many pages twice, in batches; Python takes the memory for that the first time."""
    await _cycle(stage, 1)  # the first page starts what runs from then on
    at_first = await _settled(stage, dict.fromkeys(LEFT, 0) | {'tasks': TASKS_MAX})
    batch = min(BATCH, cycles)
    for _ in range(cycles // batch):
        await _cycle(stage, batch)
    before = await _settled(stage, at_first)
    for _ in range(cycles // batch):
        await _cycle(stage, batch)
    after = await _settled(stage, at_first)
    counted = cycles // batch * batch
    return {
        'cycles': counted,
        'kb_per_cycle': (after['rss_kb'] - before['rss_kb']) / counted,
        'left': {name: after[name] - at_first[name] for name in LEFT},
    }


async def _cycle(stage: Stage, count: int) -> None:
    await stage.open('live', count)
    await stage.load.ask('close', kind='live')


async def _settled(stage: Stage, at_first: Figures) -> Figures:
    """Wait until the server has let go of what is closed; look at it after a full collection."""
    until = time.monotonic() + GONE_WITHIN_S
    while True:
        figures: Figures = await stage.server.ask('tidied')
        is_gone = all(figures[name] <= at_first[name] for name in LEFT)
        if is_gone or time.monotonic() > until:
            return figures
        await asyncio.sleep(0.5)
