"""What was promised against what was measured, as a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Found = Mapping[str, Any]

MAIN = 1000
PUSH_P95_MS = {100: 20, 1000: 75, 2000: 120}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One promise."""

    what: str
    figure: float
    aim: float | None = None
    unit: str = ''
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Say in a word whether it is kept."""
        if self.aim is None:
            return ''
        is_kept = self.figure >= self.aim if self.at_least else self.figure <= self.aim
        return 'kept' if is_kept else 'MISSED'

    def __str__(self) -> str:
        sign = '>=' if self.at_least else '<='
        aim = '' if self.aim is None else f'{sign} {self.aim:g}'
        return f'{self.what:<66}{aim:>10}{self.figure:>11,.4g} {self.unit:<3}{self.verdict}'.rstrip()


def table(found: Found) -> str:
    """Figures → lines for people."""
    machine = found['machine']
    lines: list[object] = [
        f'{machine["cores"]} cores, {machine["busy_before"]:g} busy before, medians of {found["runs"]} runs',
        f'{"":<66}{"promised":>10}{"measured":>11}',
    ]
    for size, figures in found['pages'].items():
        lines += ['', f'{size} open pages', *_pages(int(size), figures)]
    for size, figures in found['feeds'].items():
        lines += ['', f'{size} readers of the feed', *_feed(int(size), figures)]
    if 'soak' in found:
        lines += ['', 'pages opened and closed', *_soak(found['soak'])]
    if 'store' in found:
        lines += ['', f'{found["pulls"]:,} stored pulls', *_store(found['store'])]
    if 'sync' in found:
        lines += ['', 'sync, the code host in a process of its own', *_sync(found['sync'])]
    if 'hook' in found:
        lines += ['', f'webhooks, {found["hook"]["pages"]} open pages', *_hook(found['hook'])]
    if found.get('chromium'):
        lines += ['', f'Chromium, {found["pulls"]:,} stored pulls', *_chromium(found['chromium'])]
    return '\n'.join(map(str, lines))


def _pages(size: int, figures: Found) -> Iterator[Line]:
    push = figures['push']['median']
    for change in ('title', 'merge'):
        one = push[change]
        yield Line(
            what=f'{change}: recorded -> every page, p95',
            figure=one['from_record']['p95'],
            aim=PUSH_P95_MS.get(size),
            unit='ms',
        )
        yield Line(what=f'{change}: of that, the store', figure=one['store_ms'], unit='ms')
        yield Line(what=f'{change}: last page', figure=one['from_record']['max'], unit='ms')
        yield Line(what=f'{change}: CPU of the server', figure=one['cpu_s'], unit='s')
        yield Line(what=f'{change}: bytes per page', figure=one['bytes_per_page'])
        yield from _ratios(change, push[f'{change}_ratios'], has_aims=size == MAIN)
    yield Line(
        what='merge: pages that got row, tile and count in one message',
        figure=push['merge']['in_one_message'] * 100,
        aim=100,
        unit='%',
        at_least=True,
    )
    yield Line(what='floor: p95', figure=push['bare']['from_change']['p95'], unit='ms')
    yield Line(what='floor: CPU', figure=push['bare']['cpu_s'], unit='s')
    yield Line(what='replaced design: p95', figure=push['replaced']['from_change']['p95'], unit='ms')
    yield Line(what='replaced design: CPU', figure=push['replaced']['cpu_s'], unit='s')
    yield Line(what='replaced design: bytes per page', figure=push['replaced']['bytes_per_page'])
    yield from _opening(figures['opening'])
    yield from _more(figures, has_aims=size == MAIN)
    faults = figures['faults']
    yield Line(what='patches lost or doubled, pages stale or reloaded', figure=sum(faults.values()), aim=0)


def _ratios(change: str, ratios: Found, *, has_aims: bool) -> Iterator[Line]:
    for name, what, aim in (
        ('p95_to_floor', 'p95 against the floor, without the store', 2),
        ('replaced_p95', 'the replaced design takes longer (p95)', 15),
        ('replaced_cpu', 'the replaced design takes more CPU', 15),
        ('replaced_bytes', 'the replaced design sends more bytes', 100),
    ):
        yield Line(
            what=f'{change}: {what}',
            figure=ratios[name],
            aim=aim if has_aims else None,
            unit='x',
            at_least=name != 'p95_to_floor',
        )


def _opening(opening: Found) -> Iterator[Line]:
    yield Line(what='memory per page', figure=opening['memory_kb'], aim=240, unit='KB')
    yield Line(what='CPU per page, until it is live', figure=opening['cpu_ms'], aim=15, unit='ms')
    yield Line(what='elements per page', figure=opening['elements'], aim=30)


def _more(figures: Found, *, has_aims: bool) -> Iterator[Line]:
    if idle := figures.get('idle'):
        yield Line(
            what='idle: bytes per page and 30 s, both ways', figure=idle['bytes_per_page_and_30_s'], aim=50
        )
        yield Line(what='idle: share of a core', figure=idle['cpu_share'] * 100, unit='%')
    if steady := figures.get('steady'):
        yield Line(what='10 changes a second: p50', figure=steady['p50'], unit='ms')
        yield Line(what='10 changes a second: p99', figure=steady['p99'], aim=130, unit='ms')
        yield Line(what='10 changes a second: worst', figure=steady['max'], aim=250, unit='ms')
        yield Line(what='10 changes a second: share of a core', figure=steady['cpu_share'] * 100, unit='%')
        yield Line(
            what='10 changes a second: longest garbage collection',
            figure=steady['longest_collection_ms'],
            unit='ms',
        )
    if burst := figures.get('burst'):
        yield Line(
            what='100 pulls changed by one read: all have all of it',
            figure=burst['together']['from_change']['max'],
            aim=150,
            unit='ms',
        )
        yield Line(what='the same, with the store', figure=burst['together']['from_record']['max'], unit='ms')
        yield Line(what='the same, bytes per page', figure=burst['together']['bytes_per_page'])
        yield Line(
            what='100 reads of one pull each: after the last of them',
            figure=burst['in_turn']['from_last']['max'],
            unit='ms',
        )
    if restart := figures.get('restart'):
        yield Line(
            what='restart: all pages live again',
            figure=restart['until_live_s'],
            aim=15 if has_aims else None,
            unit='s',
        )
        yield Line(what='restart: stopping took', figure=restart['stop_s'], unit='s')
        yield Line(what='restart: starting took', figure=restart['start_s'], unit='s')


def _soak(soak: Found) -> Iterator[Line]:
    yield Line(what='so many', figure=soak['cycles'])
    yield Line(what='memory that each left behind', figure=soak['kb_per_cycle'], aim=2, unit='KB')
    yield Line(
        what='clients, tasks, tabs and views that are left',
        figure=sum(max(count, 0) for count in soak['left'].values()),
        aim=0,
    )


def _feed(size: int, figures: Found) -> Iterator[Line]:
    for change in ('title', 'merge'):
        one = figures[change]
        yield Line(
            what=f'{change}: changed -> every reader, p95',
            figure=one['from_change']['p95'],
            aim=PUSH_P95_MS.get(size),
            unit='ms',
        )
        yield Line(what=f'{change}: last reader', figure=one['from_change']['max'], unit='ms')
        yield Line(what=f'{change}: CPU of the server', figure=one['cpu_s'], unit='s')
        yield Line(what=f'{change}: bytes per reader', figure=one['bytes_per_reader'])
    yield Line(
        what='100 pulls changed by one read: all have all of it',
        figure=figures['burst']['from_change']['max'],
        unit='ms',
    )
    yield Line(what='memory per reader', figure=figures['memory_kb'], aim=70, unit='KB')
    idle = figures['idle']
    yield Line(
        what='keep-alive: bytes per reader and 30 s, both ways',
        figure=idle['bytes_per_reader_and_30_s'],
        aim=100,
    )
    yield Line(
        what='a tick that finds nothing: messages per reader', figure=idle['messages_per_quiet_tick'], aim=0
    )


def _store(store: Found) -> Iterator[Line]:
    yield Line(what='hydrate at start', figure=store['hydrate_ms'], aim=2000, unit='ms')
    yield Line(what='any view', figure=store['view_ms'], aim=5, unit='ms')
    yield Line(what='any view, the first time after the start', figure=store['first_view_ms'], unit='ms')
    yield Line(what='search: a keystroke, with its snapshot', figure=store['keystroke_ms'], aim=30, unit='ms')
    yield Line(what='search: the same, with filters', figure=store['filter_keystroke_ms'], aim=30, unit='ms')
    yield Line(what='a change, with 20 views watched', figure=store['change_20_views_ms'], unit='ms')
    yield Line(what='a change recorded in the store', figure=store['record_ms'], unit='ms')


def _sync(sync: Found) -> Iterator[Line]:
    quiet, busy, first = sync['tick']['quiet'], sync['tick']['busy'], sync['import']
    yield Line(what='100 repositories, nothing changed: points a tick', figure=quiet['points'], aim=5)
    yield Line(what='nothing changed: CPU of a tick', figure=quiet['cpu_ms'], aim=50, unit='ms')
    yield Line(what='nothing changed: statements that write', figure=quiet['writes'], aim=0)
    yield Line(what='nothing changed: messages to pages', figure=quiet['told'], aim=0)
    what = f'{busy["changed"]:,.0f} pulls changed in one tick'
    yield Line(what=what, figure=busy['seconds'], aim=10, unit='s')
    yield Line(what=f'{what}: the longest stall', figure=busy['stall_ms'], aim=50, unit='ms')
    yield Line(what=f'{what}: pages are told of rows so often', figure=busy['told_rows'], aim=1)
    what = f'first read of {first["pulls"]:,.0f} pulls'
    yield Line(what=what, figure=first['seconds'], aim=60, unit='s')
    yield Line(what=f'{what}: the longest stall', figure=first['stall_ms'], aim=50, unit='ms')
    yield Line(what=f'{what}: points', figure=first['points'])


def _hook(hook: Found) -> Iterator[Line]:
    yield Line(
        what='webhook sent -> every page, p95, the host answers in 100 ms',
        figure=hook['p95'],
        aim=300,
        unit='ms',
    )
    yield Line(what='webhook sent -> half of the pages', figure=hook['p50'], unit='ms')


def _chromium(found: Found) -> Iterator[Line]:
    yield Line(what='first page: usable', figure=found['usable_ms'], aim=1500, unit='ms')
    yield Line(what='search: keystroke -> list', figure=found['keystroke_ms'], aim=100, unit='ms')
    yield Line(what='search: the slowest keystroke', figure=found['slowest_keystroke_ms'], unit='ms')
    yield Line(what='network away for 3 s: live again', figure=found['cut_s'], aim=5, unit='s')
    yield Line(what='network away for 3 s: the slowest', figure=found['slowest_cut_s'], aim=5, unit='s')
    yield Line(what='server restarted: live again', figure=found['restart_s'], aim=5, unit='s')
    yield Line(what='server restarted: the slowest', figure=found['slowest_restart_s'], aim=5, unit='s')
