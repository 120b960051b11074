"""Many changes at once, many in a row, and a restart while everybody looks."""

import time

from benchmarks.figures import Figures, latency_ms, medians
from benchmarks.push import arrivals_of, push
from benchmarks.stage import Stage

BURST = 100
PER_SECOND = 10


async def measure_burst(stage: Stage, runs: int) -> Figures:
    """Merge a hundred pulls: as one page of the code host's list, and then one read after another."""
    return medians([await _burst(stage) for _ in range(runs)])


async def _burst(stage: Stage) -> Figures:
    together = await push(stage, stage.script.burst(BURST), with_totals=True)
    return {'together': together, 'in_turn': await _burst_in_turn(stage)}


async def _burst_in_turn(stage: Stage) -> Figures:
    changes = stage.script.burst(BURST)
    expected = stage.script.expectation(changes, with_totals=True)
    await stage.load.ask('expect', kind='live', **expected)
    times = await stage.server.ask('change_in_turn', changes=changes, interval_s=0)
    arrivals = await arrivals_of(stage, 'live')
    await stage.settle()
    return {
        'from_first': latency_ms(arrivals['whole'], times[0]['started']),
        'from_last': latency_ms(arrivals['whole'], times[-1]['put']),
    }


async def measure_steady(stage: Stage, seconds: float) -> Figures:
    """Change ten titles a second; each is timed until every page has it."""
    changes = [stage.script.title() for _ in range(round(seconds * PER_SECOND))]
    rows = [stage.script.row(change) for change in changes]
    await stage.load.ask('expect', kind='live', rows=rows)
    cpu_s = (await stage.figures())['cpu_s']
    times = await stage.server.ask('change_in_turn', changes=changes, interval_s=1 / PER_SECOND)
    parts = (await arrivals_of(stage, 'live'))['parts']
    figures = await stage.figures()
    taken = [
        at - moment['started']
        for change, moment in zip(changes, times, strict=True)
        for at in parts[change['title']]
    ]
    return latency_ms(taken, 0) | {
        'cpu_share': (figures['cpu_s'] - cpu_s) / seconds,
        'longest_collection_ms': max((ms for _, ms in figures['collections_ms']), default=0),
    }


async def measure_restart(stage: Stage) -> Figures:
    """Stop the server and start it again; every page comes back by itself."""
    began = time.monotonic()
    await stage.stop_server()
    stopped = time.monotonic()
    await stage.start_server()
    ready = time.monotonic()
    await stage.load.ask('until_live', kind='live')
    live = time.monotonic()
    return {
        'stop_s': stopped - began,
        'start_s': ready - stopped,
        'until_live_s': live - began,
        'stale': (await stage.load.ask('verify'))['stale'],
    }
