"""Measure, print a table, keep the figures: ``python -m benchmarks``."""

import argparse
import asyncio
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.chromium import measure_chromium
from benchmarks.feed import measure_feed
from benchmarks.figures import Figures
from benchmarks.hook import measure_hook
from benchmarks.opening import measure_idling, measure_opening
from benchmarks.push import measure_push
from benchmarks.report import table
from benchmarks.soak import measure_soak
from benchmarks.stage import stage
from benchmarks.store import measure_store
from benchmarks.strain import measure_burst, measure_restart, measure_steady
from benchmarks.sync import measure_sync

RESULTS = Path(__file__).parent / 'results'
LEAST = 20
PULLS = 10_000
SOAK_RECONNECT_S = 1
MAIN = 1000
"""Everything is measured at the largest number of pages up to this; at others, only what depends on it."""


async def measure(sizes: list[int], runs: int, *, is_quick: bool) -> Figures:
    """Measure all there is."""
    pulls = 1000 if is_quick else PULLS
    main = max((size for size in sizes if size <= MAIN), default=None)
    figures: Figures = {'machine': machine(), 'runs': runs, 'pulls': pulls, 'pages': {}, 'feeds': {}}
    for size in sizes:
        say(f'{size} pages')
        figures['pages'][str(size)] = await measure_pages(size, runs, is_main=size == main, is_quick=is_quick)
        say(f'{size} readers of the feed')
        figures['feeds'][str(size)] = await measure_feed(size, runs, idle_s=1 if is_quick else 30)
    say('pages opened and closed')
    async with stage(reconnect_s=SOAK_RECONNECT_S) as live:
        figures['soak'] = await measure_soak(live, 20 if is_quick else 2000)
    say('store')
    figures['store'] = await measure_store(runs, pulls)
    say('sync')
    figures['sync'] = await measure_sync(runs, pulls)
    say('webhooks')
    figures['hook'] = {'pages': main or min(sizes), **await measure_hook(main or min(sizes), runs)}
    say('a browser')
    return figures | {'chromium': await measure_chromium(runs, pulls)}


async def measure_pages(size: int, runs: int, *, is_main: bool, is_quick: bool) -> Figures:
    """Measure with that many pages open, on a fresh server."""
    async with stage() as live:
        figures = {'opening': await measure_opening(live, size), 'push': await measure_push(live, runs)}
        if is_main:
            figures['idle'] = await measure_idling(live, 3 if is_quick else 30)
            figures['steady'] = await measure_steady(live, 2 if is_quick else 20)
            figures['burst'] = await measure_burst(live, runs)
        figures['faults'] = await live.load.ask('verify')
        if size >= MAIN or is_main:
            figures['restart'] = await measure_restart(live)
        return figures


def machine() -> Figures:
    """Say what it ran on."""
    return {
        'at': datetime.now(UTC).isoformat(timespec='seconds'),
        'system': f'{platform.system()} {platform.machine()}',
        'cores': os.cpu_count(),
        'busy_before': round(os.getloadavg()[0], 2),
        'python': platform.python_version(),
        'nicegui': version('nicegui'),
    }


def say(what: str) -> None:
    """Tell whoever waits."""
    print(f'{what} …', file=sys.stderr, flush=True)


def main() -> None:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(prog='python -m benchmarks')
    parser.add_argument(
        '--quick', action='store_true', help='100 pages, one run, short windows, a tenth of the pulls'
    )
    parser.add_argument('--pages', default='', help='numbers of open pages, separated by commas')
    parser.add_argument('--runs', type=int, default=0, help='runs of which the median is given')
    parser.add_argument('--out', type=Path, help='where the figures go as JSON')
    options = parser.parse_args()
    sizes = [
        int(size) for size in (options.pages or ('100' if options.quick else '100,1000,2000')).split(',')
    ]
    if min(sizes) < LEAST:
        parser.error(f'--pages: {LEAST} at least, since the first few are left out of the figures')
    runs = options.runs or (1 if options.quick else 5)
    figures = asyncio.run(measure(sizes, runs, is_quick=options.quick))
    print(table(figures))
    out = options.out or RESULTS / f'{datetime.now(UTC):%Y%m%d-%H%M%S}.json'
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures, indent=1) + '\n')
    print(f'\nAll figures: {out}')


if __name__ == '__main__':
    main()
