"""Reading a code host: a quiet tick, many changes in one tick, a first import."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr
from sqlalchemy import event

from benchmarks.control import Child
from benchmarks.figures import Figures, medians
from reviewflow.board import Board
from reviewflow.clock import utc_now
from reviewflow.flow import ReviewFlow
from reviewflow.settings import GitHub, Settings, Sync
from reviewflow.store.database import Database, prepare
from reviewflow.store.store import Store
from reviewflow.web.garbage import Garbage
from sync.github.governor import Governors
from sync.github.hints import GitHubHooks
from sync.reader import Reader

REPOSITORIES = 100
OPEN_EACH = 2
CHANGED_EACH = 10
STALL_S = 0.005
"""How often the loop is looked at."""


async def measure_sync(runs: int, pulls: int) -> Figures:
    """Measure it so often; ``pulls`` are those of the import."""
    host = await Child.start('benchmarks.host')
    try:
        wide = await host.ask('furnish', repositories=REPOSITORIES, pulls=CHANGED_EACH, is_open=False)
        (deep,) = await host.ask('furnish', repositories=1, pulls=pulls, is_open=False)
        return {
            'import': medians([await _import(host, deep) for _ in range(runs)]),
            'tick': medians([await _ticks(host, wide) for _ in range(runs)]),
        }
    finally:
        await host.stop()


@dataclass(slots=True)
class Desk:
    """A reader with a store of its own."""

    reader: Reader
    flow: ReviewFlow
    writes: list[str] = field(default_factory=list)
    told: list[AbstractSet[int]] = field(default_factory=list)


@asynccontextmanager
async def _desk(host: Child, *patterns: str) -> AsyncIterator[Desk]:
    address = await host.ask('address')
    github = GitHub(api_url=address['url'], token=SecretStr(address['token']), repositories=patterns)
    settings = Settings(github=github, sync=Sync(closed_days=36_500))
    with TemporaryDirectory(prefix='reviewflow-bench-') as folder:
        url = f'sqlite+aiosqlite:///{Path(folder) / "bench.db"}'
        await prepare(url)
        database = Database(url)
        flow = ReviewFlow(store=Store(database), board=Board(), forge='')
        reader = Reader(settings, flow=flow, clock=utc_now, parser=GitHubHooks(), governors=Governors())
        desk = Desk(reader, flow)
        event.listen(database._engine.sync_engine, 'before_cursor_execute', _note(desk.writes))  # noqa: SLF001
        flow.board.on_change(desk.told.append)
        await desk.reader.show()
        Garbage(busy_at=time.monotonic).start()  # as the server does
        try:
            yield desk
        finally:
            await desk.reader.close()
            await database.close()


async def _import(host: Child, name: str) -> Figures:
    """Read a repository for the first time."""
    async with _desk(host, name) as desk, _watched() as watch:
        await host.ask('asked')
        while not desk.flow.board.cards or desk.reader.poller.is_behind:
            await desk.reader.poller.tick()
    return {**watch, **await host.ask('asked'), 'pulls': len(desk.flow.board.cards)}


async def _ticks(host: Child, names: list[str]) -> Figures:
    """Poll repositories of which nothing is new, and then much."""
    async with _desk(host, *names) as desk:
        for _ in range(3):  # what was read right after its last change is read once more
            await desk.reader.poller.tick()
            await desk.reader.poller.read_details()
        await host.ask('asked')
        desk.writes.clear()
        desk.told.clear()
        async with _watched() as quiet:
            await desk.reader.poller.tick()
        quiet |= {**await host.ask('asked'), 'writes': len(desk.writes), 'told': len(desk.told)}
        await host.ask('retitle', names=names, pulls=CHANGED_EACH)
        desk.told.clear()
        async with _watched() as busy:
            await desk.reader.poller.tick()
        changed = {key for keys in desk.told for key in keys}
        busy |= {**await host.ask('asked'), 'changed': len(changed)}
        busy['told_rows'] = sum(bool(keys) for keys in desk.told)
        return {'quiet': quiet, 'busy': busy}


@asynccontextmanager
async def _watched() -> AsyncIterator[Figures]:
    """Measure what happens inside: seconds, CPU in milliseconds, the longest stall of the loop."""
    figures: Figures = {}
    worst, is_over = 0.0, False

    async def look() -> None:
        nonlocal worst
        while not is_over:
            before = time.perf_counter()
            await asyncio.sleep(STALL_S)
            worst = max(worst, time.perf_counter() - before - STALL_S)

    async with asyncio.TaskGroup() as group:
        group.create_task(look())
        await asyncio.sleep(2 * STALL_S)
        started, cpu = time.perf_counter(), time.process_time()
        yield figures
        figures['seconds'] = time.perf_counter() - started
        figures['cpu_ms'] = (time.process_time() - cpu) * 1000
        is_over = True
    figures['stall_ms'] = worst * 1000


def _note(writes: list[str]) -> Callable[..., None]:
    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith(('SELECT', 'PRAGMA')):
            writes.append(statement)

    return note
