"""From a change in the server to every open page; the same for what it is compared with."""

from collections.abc import Sequence
from typing import Any

from benchmarks.figures import Figures, latency_ms, medians
from benchmarks.script import Change
from benchmarks.stage import Stage


async def measure_push(stage: Stage, runs: int) -> Figures:
    """Measure a title and a merge, then both comparisons, so often; ratios come from one and the same run."""
    for kind in ('bare', 'replaced'):
        await stage.open(kind, stage.pages)
    measured = [await _run(stage) for _ in range(runs)]
    for kind in ('bare', 'replaced'):
        await stage.load.ask('close', kind=kind)
    return {'median': medians(measured), 'runs': measured}


async def _run(stage: Stage) -> Figures:
    change = stage.script.title()
    title = await push(stage, [change], with_totals=False)
    merge = await push(stage, [stage.script.merge()], with_totals=True)
    bare = await _compare(stage, 'bare', 'F' * int(title['bytes_per_page']))
    replaced = await _compare(stage, 'replaced', change['title'])
    return {
        'title': title,
        'merge': merge,
        'bare': bare,
        'replaced': replaced,
        'title_ratios': _ratios(title, bare, replaced),
        'merge_ratios': _ratios(merge, bare, replaced),
    }


def _ratios(ours: Figures, bare: Figures, replaced: Figures) -> Figures:
    pushed, whole = ours['from_change']['p95'], ours['from_record']['p95']
    return {
        'p95_to_floor': pushed / bare['from_change']['p95'],
        'replaced_p95': replaced['from_change']['p95'] / whole,
        'replaced_cpu': replaced['cpu_s'] / ours['cpu_s'],
        'replaced_bytes': replaced['bytes_per_page'] / ours['bytes_per_page'],
    }


async def push(stage: Stage, changes: Sequence[Change], *, with_totals: bool) -> Figures:
    """Have pulls change in one read of the code host, until every page shows all that is visible of them."""
    expected = stage.script.expectation(changes, with_totals=with_totals)
    await stage.load.ask('expect', kind='live', **expected)
    before, cpu_s = await stage.traffic('live'), (await stage.figures())['cpu_s']
    times = await stage.server.ask('change', changes=changes)
    arrivals = await arrivals_of(stage, 'live')
    cpu_s = (await stage.figures())['cpu_s'] - cpu_s
    await stage.settle()
    return {
        'from_record': latency_ms(arrivals['whole'], times['started']),
        'from_change': latency_ms(arrivals['whole'], times['put']),
        'store_ms': (times['put'] - times['started']) / 1e6,
        'cpu_s': cpu_s,
        'bytes_per_page': per_page(stage, before, await stage.traffic('live')),
        'in_one_message': arrivals['in_one_message'] / stage.pages,
    }


async def arrivals_of(stage: Stage, kind: str) -> dict[str, Any]:
    """Wait until all pages have all of it.

    Raises:
        RuntimeError: a page never got something.
    """
    arrivals: dict[str, Any] = await stage.load.ask('arrivals', kind=kind)
    if arrivals['missing']:
        raise RuntimeError(f'{kind}: {arrivals["missing"]} arrivals are missing')
    return arrivals


def per_page(stage: Stage, before: dict[str, int], after: dict[str, int]) -> float:
    """Give the bytes that each page received, by socket and by fetching."""
    return sum(after[name] - before[name] for name in ('received', 'fetched')) / stage.pages


async def _compare(stage: Stage, kind: str, text: str) -> Figures:
    await stage.load.ask('expect', kind=kind, text=text)
    before, cpu_s = await stage.traffic(kind), await stage.reference.ask('cpu')
    started = await stage.reference.ask(kind, text=text)
    arrivals = await arrivals_of(stage, kind)
    cpu_s = await stage.reference.ask('cpu') - cpu_s
    await stage.settle()
    return {
        'from_change': latency_ms(arrivals['whole'], started),
        'cpu_s': cpu_s,
        'bytes_per_page': per_page(stage, before, await stage.traffic(kind)),
    }
