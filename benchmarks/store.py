"""The store, the board and its views with many pulls, without a server."""

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import orjson

from benchmarks.backlog import REPOSITORY, backlog
from benchmarks.figures import Figures, medians
from reviewflow.board import Board, Query
from reviewflow.flow import ReviewFlow
from reviewflow.models import PullRequest, TrackedRepository
from reviewflow.policy import CHANNELS, SORTS
from reviewflow.store.database import Database, prepare
from reviewflow.store.store import Store
from reviewflow.views import LiveView, Views, ViewSpec

LAST_PAGE = 200
TYPED = 'scheduler connection'
TYPED_FILTER = 'is:open label:bug -author:ana review:required sort:created-asc'
TIMES = 5
"""The machine has others to serve: a time is the median of a few."""

QUERIES = [Query(channel=channel.key, sort=sort) for channel in CHANNELS for sort in SORTS]
SPECS = [ViewSpec(query=query, page=page) for query in QUERIES for page in (1, LAST_PAGE)]
WATCHED = [
    *(ViewSpec(query=Query(channel=channel.key), page=page) for channel in CHANNELS for page in (1, 2)),
    *(ViewSpec(query=Query(text=f'issue-{digit}')) for digit in range(8)),
]


async def measure_store(runs: int, pulls: int) -> Figures:
    """Measure it so often, with so many pulls."""
    with TemporaryDirectory(prefix='reviewflow-bench-') as folder:
        url = f'sqlite+aiosqlite:///{Path(folder) / "bench.db"}'
        await prepare(url)
        database = Database(url)
        try:
            flow = _flow(database)
            tracked = await flow.track(REPOSITORY.name, REPOSITORY)
            await flow.record(tracked.id, backlog(pulls), flow.next_read())
            return medians([await _run(database, tracked) for _ in range(runs)])
        finally:
            await database.close()


async def _run(database: Database, tracked: TrackedRepository) -> Figures:
    flow = _flow(database)
    started = time.perf_counter()
    await flow.hydrate([REPOSITORY.name])
    hydrated = time.perf_counter()
    gc.collect()
    gc.freeze()  # as the server does once it has started
    board = flow.board
    return {
        'hydrate_ms': (hydrated - started) * 1000,
        'first_view_ms': max(_first(board, spec) for spec in SPECS),
        'view_ms': max(_typical(partial(LiveView, spec, board, '')) for spec in SPECS),
        'keystroke_ms': max(_typical(partial(_search, board, TYPED[:size])) for size in range(1, 21)),
        'filter_keystroke_ms': max(
            _typical(partial(_search, board, TYPED_FILTER[:size])) for size in range(1, len(TYPED_FILTER))
        ),
        'change_20_views_ms': _change_under_many_views(board),
        'record_ms': await _record(flow, tracked.id),
    }


def _flow(database: Database) -> ReviewFlow:
    return ReviewFlow(store=Store(database), board=Board(), forge='benchmark')


def _first(board: Board, spec: ViewSpec) -> float:
    """Evaluate a view that nobody looked at since the start; in milliseconds."""
    started = time.perf_counter()
    LiveView(spec, board, '')
    return (time.perf_counter() - started) * 1000


def _typical(action: Callable[[], object]) -> float:
    """Do it a few times; give the median in milliseconds."""
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return median(taken) * 1000


def _search(board: Board, text: str) -> bytes:
    """Do what a keystroke causes: another view, and the snapshot that the page fetches of it."""
    return LiveView(ViewSpec(query=Query(text=text)), board, '').gzipped()


def _change_under_many_views(board: Board) -> float:
    """Change a pull while twenty different views are watched, until every patch is encoded."""
    views, keys = Views(board), count(1)
    for spec in WATCHED:
        views.watch(spec)

    def change() -> None:
        card = board.cards[next(keys)]
        board.put([replace(card, pull=_newer(card.pull))])
        for view in views:
            orjson.dumps(view.patch())

    return _typical(change)


async def _record(flow: ReviewFlow, repository_id: int) -> float:
    """Record a change of one pull, with its commit."""
    taken = []
    for key in range(100, 100 + TIMES):
        pull = _newer(flow.board.cards[key].pull)
        started = time.perf_counter()
        await flow.record(repository_id, [pull], flow.next_read())
        taken.append(time.perf_counter() - started)
    return median(taken) * 1000


def _newer(pull: PullRequest) -> PullRequest:
    return replace(pull, title=f'{pull.title}!', updated_at=pull.updated_at + timedelta(days=60))
