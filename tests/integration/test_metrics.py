"""What a monitoring system is told."""

import asyncio
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from reviewflow.board import Board
from reviewflow.delivery import Outcome
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Budget, RequestOutcome
from reviewflow.hooks import Hooks
from reviewflow.models import SyncState, SyncStatus
from reviewflow.store.database import Database
from reviewflow.store.deliveries import DeliveryStore
from reviewflow.store.store import Store
from reviewflow.views import Views, ViewSpec
from reviewflow.web import metrics, stall
from reviewflow.web.broadcaster import Broadcaster
from reviewflow.web.metrics import Metrics, Sources
from reviewflow.web.opened import Opened
from sync.demo import DemoForge
from tests.builders import Clock, card, closed, merged, pull
from tests.hooks import delivery
from tests.integration.people import accounts_in
from tests.integration.rest_client import Syncing, client


class Forge(DemoForge):
    """One that keeps accounts."""

    def __init__(self) -> None:
        super().__init__(seed=None, clock=Clock())
        self.budget = Budget(limit=5000, remaining=4321, resets_in=timedelta(minutes=7))
        self.outcomes = {RequestOutcome.OK: 3, RequestOutcome.NOT_MODIFIED: 8}


@pytest.fixture
async def sources(tmp_path: Path) -> Sources:
    """A board with three pulls, watched by two pages; somebody tried to come in."""
    flow = ReviewFlow(store=Store(Database('sqlite+aiosqlite:///unused.db')), board=Board(), forge='demo')
    flow.poller, flow.host = Syncing(), Forge()
    flow.board.put([card(pull(), key=1), card(closed(), key=2), card(merged(), key=3)])
    flow.report(SyncStatus(state=SyncState.LIMITED, interval_s=45))
    views = Views(flow.board)
    views.watch(ViewSpec())
    views.watch(ViewSpec())
    async with accounts_in(tmp_path) as accounts:
        await accounts.sign_in('mei', 'not the password', '127.0.0.1')
    return Sources(
        accounts=accounts,
        broadcaster=Broadcaster(views),
        flow=flow,
        hooks=Hooks(DeliveryStore(Database('sqlite+aiosqlite:///unused.db')), events=['push'], clock=Clock()),
        log_counts=Counter({'INFO': 99, 'WARNING': 2}),
        opened=Opened(pages=lambda: 2, feed_readers=lambda: 5),
        views=views,
    )


def samples(shown: Metrics) -> dict[str, float]:
    families = text_string_to_metric_families(shown.text().decode())
    return {_key(sample): sample.value for family in families for sample in family.samples}


def _key(sample: Sample) -> str:
    return sample.name + ''.join(f' {value}' for value in sample.labels.values())


def test_what_there_is_now_is_read_when_somebody_asks(sources: Sources) -> None:
    said = samples(Metrics(sources))

    assert said['reviewflow_sync_lag_seconds'] == 7.25
    assert said['reviewflow_sync_interval_seconds'] == 45
    assert [said[f'reviewflow_sync_state {state}'] for state in SyncState] == [0, 0, 1, 0]
    assert (said['reviewflow_polls_total'], said['reviewflow_poll_seconds_total']) == (12, 3.5)
    assert said['reviewflow_forge_requests_total not_modified'] == 8
    assert said['reviewflow_forge_requests_total failed'] == 0
    assert said['reviewflow_forge_budget_limit_requests'] == 5000
    assert said['reviewflow_forge_budget_remaining_requests'] == 4321
    assert said['reviewflow_forge_budget_reset_seconds'] == 420
    assert said['reviewflow_pulls pending'] == said['reviewflow_pulls closed'] == 1
    assert said['reviewflow_pulls merged'] == 1
    assert said['reviewflow_pulls approved'] == 0
    assert (said['reviewflow_pages'], said['reviewflow_views']) == (2, 1)
    assert (said['reviewflow_sockets page'], said['reviewflow_sockets feed']) == (2, 5)
    assert said['reviewflow_sign_in_failures_total'] == 1
    assert said['reviewflow_log_records_total warning'] == 2
    assert said['reviewflow_log_records_total critical'] == 0
    assert said['process_resident_memory_bytes'] > 1_000_000


async def test_deliveries_are_counted_by_event_and_by_what_came_of_them(
    sources: Sources, database: Database
) -> None:
    hooks = Hooks(DeliveryStore(database), events=['push'], clock=Clock())
    shown = Metrics(replace(sources, hooks=hooks))
    before = samples(shown)
    for event in ('push', 'push', *(f'made up {number}' for number in range(100))):
        hooks.count(event, Outcome.REFUSED)
    await hooks.take(delivery('1', event='push'))

    said = samples(shown)

    assert said['reviewflow_webhooks_total push refused'] == 2
    assert said['reviewflow_webhooks_total other refused'] == 100
    assert said['reviewflow_webhooks_total push accepted'] == 1
    assert (before['reviewflow_webhooks_waiting'], said['reviewflow_webhooks_waiting']) == (0, 1)
    assert len(said) == len(before) + 3


def test_what_is_not_known_is_left_out(sources: Sources) -> None:
    forge = sources.flow.host
    assert isinstance(forge, Forge)
    forge.budget = None
    sources.flow.poller = None

    said = samples(Metrics(sources))

    assert [name for name in said if 'budget' in name or 'lag' in name or 'polls' in name] == []


def test_pushes_are_counted_from_a_thousandth_of_a_second_to_a_second(sources: Sources) -> None:
    shown = Metrics(sources)
    for seconds in (0.0005, 0.03, 2):
        shown.push.observe(seconds)

    said = samples(shown)

    assert said['reviewflow_push_seconds_bucket 0.001'] == 1
    assert said['reviewflow_push_seconds_bucket 0.05'] == 2
    assert said['reviewflow_push_seconds_bucket 1.0'] == 2
    assert said['reviewflow_push_seconds_count'] == 3


def test_no_label_grows_with_the_number_of_pulls(sources: Sources) -> None:
    before = len(samples(Metrics(sources)))
    repositories = (f'acme/{number}' for number in range(200))
    many = (card(pull(repository=name), key=9 + key) for key, name in enumerate(repositories))
    sources.flow.board.put(many)

    assert len(samples(Metrics(sources))) == before


async def test_the_route_answers_as_prometheus_wants_it(sources: Sources) -> None:
    app = FastAPI()
    app.include_router(metrics.create(Metrics(sources)))
    async with client(app) as program:
        answer = await program.get('/metrics')
        head = await program.head('/metrics')

    assert answer.headers['content-type'] == 'text/plain; version=0.0.4; charset=utf-8'
    assert answer.text.startswith('# HELP ')
    assert (head.status_code, head.content) == (200, b'')
    assert isinstance(answer, httpx.Response)


async def test_the_loop_is_late_while_something_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stall, 'EVERY_S', 0.005)
    late: list[float] = []
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        watch = group.create_task(stall.watch(late.append))
        while max(late, default=0.0) < 0.03:
            await asyncio.sleep(0.001)
            until = time.monotonic() + 0.05
            while time.monotonic() < until:
                pass
        watch.cancel()

    assert max(late) >= 0.03
