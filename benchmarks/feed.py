"""The event feed: what a reader costs, and how long news takes to all of them."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from benchmarks.figures import Figures, latency_ms, medians
from benchmarks.opening import IDLE_UNIT_S, WARM_UP
from benchmarks.push import arrivals_of, per_page
from benchmarks.script import Change
from benchmarks.stage import Stage, stage
from reviewflow.models import Status
from reviewflow.policy import ALL

KIND = 'feed'
BURST = 100
ANSWERED_WITHIN_S = 60
"""Pings."""


async def measure_feed(readers: int, runs: int, *, idle_s: float) -> Figures:
    """Measure with that many readers and no pages, on a fresh server."""
    async with stage() as live:
        opening = await _measure_opening(live, readers)
        pushed = medians([await _run(live) for _ in range(runs)])
        bursts = [
            await _push(live, live.script.burst(BURST)) for _ in range(runs)
        ]  # they leave nothing to merge
        return opening | pushed | {'burst': medians(bursts), 'idle': await _measure_idling(live, idle_s)}


async def _measure_opening(stage: Stage, readers: int) -> Figures:
    await stage.open(KIND, WARM_UP)
    await stage.settle()
    before = await stage.figures()
    await stage.open(KIND, readers - WARM_UP)
    await stage.settle()
    after = await stage.figures()
    stage.pages = readers
    return {'memory_kb': (after['rss_kb'] - before['rss_kb']) / (readers - WARM_UP)}


async def _run(stage: Stage) -> Figures:
    title = stage.script.title()
    return {
        'title': await _push(stage, [title], title['title']),
        'merge': await _push(stage, [stage.script.merge()]),
    }


async def _push(stage: Stage, changes: list[Change], text: str = '') -> Figures:
    """Have pulls change in one read, until every reader has this text, else the numbers, which come last."""
    await stage.load.ask('expect', kind=KIND, text=text or _numbers(stage.script.totals))
    before, cpu_s = await stage.traffic(KIND), (await stage.figures())['cpu_s']
    times = await stage.server.ask('change', changes=changes)
    arrivals = await arrivals_of(stage, KIND)
    cpu_s = (await stage.figures())['cpu_s'] - cpu_s
    await stage.settle()
    return {
        'from_change': latency_ms(arrivals['whole'], times['put']),
        'cpu_s': cpu_s,
        'bytes_per_reader': per_page(stage, before, await stage.traffic(KIND)),
    }


def _numbers(totals: Mapping[str, int]) -> str:
    """Write the numbers as the feed does."""
    stats: dict[str, int] = {'total': totals[ALL], **{status.value: totals[status] for status in Status}}
    return json.dumps({'stats': stats}, separators=(',', ':'))[1:]


async def _measure_idling(stage: Stage, seconds: float) -> Figures:
    """Let nothing happen but a tick that finds nothing, and a ping of each reader."""
    heard = await stage.load.ask('heard', kind=KIND)
    await stage.server.ask('find_nothing')
    before = await stage.traffic(KIND)
    await asyncio.sleep(seconds)
    quiet = await stage.traffic(KIND)
    told = await stage.load.ask('heard', kind=KIND) - heard
    await stage.load.ask('ping', kind=KIND)
    async with asyncio.timeout(ANSWERED_WITHIN_S):
        while await stage.load.ask('heard', kind=KIND) < heard + told + stage.pages:
            await stage.settle()
    pinged = await stage.traffic(KIND)
    alive = (_both(quiet) - _both(before)) / seconds * IDLE_UNIT_S + _both(pinged) - _both(quiet)
    return {'bytes_per_reader_and_30_s': alive / stage.pages, 'messages_per_quiet_tick': told / stage.pages}


def _both(traffic: dict[str, Any]) -> int:
    return int(traffic['received'] + traffic['sent'])
