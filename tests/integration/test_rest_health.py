"""How each repository is read, by REST; and comparing everything because a script asks for it."""

import gzip
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import orjson
import pytest
from fastapi import FastAPI

from reviewflow.accounts import Actor, Role
from reviewflow.board import Board
from reviewflow.delivery import Outcome
from reviewflow.errors import Stopped
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Budget
from reviewflow.health_json import health_json
from reviewflow.hooks import Hooks
from reviewflow.models import SyncState, SyncStatus
from reviewflow.store.database import Database
from reviewflow.store.deliveries import DeliveryStore
from reviewflow.store.store import Store
from reviewflow.syncs import Reconciliation, RepositoryHealth, Trouble
from reviewflow.views import Views
from reviewflow.web import rest, rest_health
from reviewflow.web.prose.prose import Prose
from sync.demo import DemoForge
from tests.builders import NOW, Clock, Ticks, after, card, merged, pull
from tests.hooks import delivery
from tests.integration.reading import USUAL, Reading
from tests.integration.rest_client import Json, client, get, said

MAINTAINER = Actor(user_id=2, name='mei', role=Role.MAINTAINER)
GONE = Trouble(says='acme/gone cannot be found', advice='Correct its name')
DONE = Reconciliation(at=NOW, compared=412, drifted=('acme/api#7',), left=1)


@pytest.fixture
def reading() -> Reading:
    reading = Reading()
    reading.repositories = (
        RepositoryHealth(id=1, forge_id=11, name='acme/api', well_at=NOW),
        RepositoryHealth(id=2, forge_id=22, name='acme/gone', well_at=None, error=GONE),
    )
    return reading


@pytest.fixture
def flow(database: Database, clock: Clock, reading: Reading) -> ReviewFlow:
    flow = ReviewFlow(
        store=Store(database), board=Board(), forge='demo', clock=clock, monotonic=clock.monotonic
    )
    flow.poller, flow.host = reading, DemoForge(None, clock)
    flow.hooks = Hooks(DeliveryStore(database), events=['pull_request'], clock=clock)
    return flow


@pytest.fixture
def app(flow: ReviewFlow, clock: Clock, ticks: Ticks) -> FastAPI:
    app = rest.create(flow, Views(flow.board), Prose(), pages=lambda: 3)
    rest_health.add(app, rest_health.HealthRest(flow, has_webhooks=True, clock=clock, monotonic=ticks))
    return app


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app) as api:
        yield api


async def row(api: httpx.AsyncClient, name: str = 'acme/api') -> Json:
    """Give what is said of a repository."""
    rows = (await get(api, '/sync/health'))['repositories']
    return next(row for row in rows if row['name'] == name)


async def test_it_says_all_that_the_page_shows(
    api: httpx.AsyncClient, flow: ReviewFlow, reading: Reading, clock: Clock
) -> None:
    flow.board.put([card(pull(number=1), key=1), card(merged(number=2), key=2)])
    budget = Budget(limit=5000, remaining=4000, resets_in=timedelta(minutes=30))
    reading.host = replace(
        USUAL,
        budgets={'REST': budget},
        errors=(GONE,),
        well_at=NOW,
        is_reconciling=True,
        reconciliation=DONE,
    )
    clock.forward(seconds=5)
    flow.freshness.add(1, after(seconds=3))

    delay = {'p50_s': 1.5, 'p95_s': 1.5, 'events': 1}
    trouble = {'says': 'acme/gone cannot be found', 'advice': 'Correct its name'}
    assert await get(api, '/sync/health') == {
        'host': {
            'title': 'GitHub',
            'is_pretend': True,
            'means': 'REST',
            'skew_s': 0,
            'interval_s': 30,
            'wanted_interval_s': 30,
            'well_at': '2026-03-02T09:00:00Z',
            'errors': [trouble],
            'budgets': [
                {
                    'name': 'REST',
                    'limit': 5000,
                    'remaining': 4000,
                    'share': 0.8,
                    'ours': 3000,
                    'resets_at': '2026-03-02T09:30:05Z',
                }
            ],
        },
        'repositories': [
            {
                'name': 'acme/api',
                'state': 'current',
                'error': None,
                'well_at': '2026-03-02T09:00:00Z',
                'how': 'polling only',
                'webhook_at': None,
                'is_quiet': False,
                'open_pulls': 1,
                'delay': delay,
            },
            {
                'name': 'acme/gone',
                'state': 'trouble',
                'error': trouble,
                'well_at': None,
                'how': 'polling only',
                'webhook_at': None,
                'is_quiet': False,
                'open_pulls': 0,
                'delay': None,
            },
        ],
        'delay': delay,
        'minutes': [{'at': '2026-03-02T09:00:00Z', 'p50_s': 1.5, 'events': 1}],
        'webhooks': {
            'last_at': None,
            'accepted': 0,
            'refused': 0,
            'ignored': 0,
            'failed': 0,
            'missed': 0,
        },
        'reconciliation': {
            'is_running': True,
            'at': '2026-03-02T09:00:00Z',
            'compared': 412,
            'drifted': ['acme/api#7'],
            'left': 1,
        },
    }


async def test_a_repository_that_was_not_read_for_long_waits_whatever_the_reason(
    api: httpx.AsyncClient, clock: Clock, ticks: Ticks
) -> None:
    clock.forward(seconds=90)
    assert (await row(api))['state'] == 'current'

    clock.forward(seconds=1)
    ticks.now = 1
    assert (await row(api))['state'] == 'waiting'


async def test_a_first_read_is_no_trouble(api: httpx.AsyncClient, reading: Reading) -> None:
    reading.repositories = (
        RepositoryHealth(id=1, forge_id=11, name='acme/api', well_at=None, is_first_read=True),
    )

    assert (await row(api))['state'] == 'first read'


async def test_webhooks_of_today_are_counted_and_of_each_repository_the_last_is_known(
    api: httpx.AsyncClient, flow: ReviewFlow, clock: Clock, ticks: Ticks
) -> None:
    await flow.receive(delivery('1', forge_id=11, received_at=NOW))
    await flow.receive(delivery('1', forge_id=11, received_at=after(seconds=2)))
    flow.hooks.count('pull_request', Outcome.REFUSED)
    flow.hooks.count('pull_request', Outcome.TOO_BIG)
    flow.hooks.missed = 2

    found = await get(api, '/sync/health')
    last_at = '2026-03-02T09:00:02Z'
    sorts = ('accepted', 'refused', 'ignored', 'failed')
    assert found['webhooks'] == {'last_at': last_at, 'missed': 2} | dict.fromkeys(sorts, 1)
    assert (await row(api))['webhook_at'] == last_at
    assert (await row(api))['how'] == 'webhook and polling'

    clock.forward(days=1)
    ticks.now = 1
    counts = (await get(api, '/sync/health'))['webhooks']
    assert counts == {'last_at': last_at, 'missed': 2} | dict.fromkeys(sorts, 0)


@pytest.mark.parametrize(('changed_s', 'is_quiet'), [(60, False), (121, True), (-10_000, False)])
async def test_a_webhook_is_quiet_when_a_change_came_without_it(
    api: httpx.AsyncClient, flow: ReviewFlow, changed_s: float, is_quiet: bool
) -> None:
    await flow.receive(delivery('1', forge_id=11, received_at=NOW))
    flow.board.put([card(pull(updated_at=after(seconds=changed_s)), key=1)])

    assert (await row(api))['is_quiet'] is is_quiet


async def test_what_changed_while_the_server_was_down_makes_no_webhook_quiet(
    api: httpx.AsyncClient, flow: ReviewFlow
) -> None:
    await flow.receive(delivery('1', forge_id=11, received_at=after(hours=-3)))
    flow.board.put([card(pull(updated_at=after(hours=-1)), key=1)])

    assert not (await row(api))['is_quiet']


async def test_where_none_are_taken_nothing_is_said_of_webhooks(flow: ReviewFlow, clock: Clock) -> None:
    await flow.receive(delivery('1', forge_id=11))

    found = health_json(flow, clock.now)

    assert found['webhooks'] is None
    assert found['repositories'][0]['how'] == 'polling only'


async def test_it_is_put_together_once_a_second_and_when_pages_are_told_something(
    api: httpx.AsyncClient, flow: ReviewFlow, ticks: Ticks
) -> None:
    assert (await row(api))['open_pulls'] == 0
    flow.board.put([card(key=1)])
    assert (await row(api))['open_pulls'] == 0

    ticks.now = 1
    assert (await row(api))['open_pulls'] == 1

    flow.board.remove([1])
    flow.report(SyncStatus(state=SyncState.LIVE))
    assert (await row(api))['open_pulls'] == 0


async def test_what_is_known_is_not_sent_again(
    api: httpx.AsyncClient, flow: ReviewFlow, ticks: Ticks
) -> None:
    first = await api.get('/sync/health')
    tag = {'if-none-match': first.headers['etag']}
    ticks.now = 1

    assert (await api.get('/sync/health', headers=tag)).status_code == 304
    async with api.stream('GET', '/sync/health', headers={'accept-encoding': 'gzip'}) as zipped:
        raw = b''.join([part async for part in zipped.aiter_raw()])
    assert orjson.loads(gzip.decompress(raw)) == first.json()

    flow.board.put([card(key=1)])
    ticks.now = 2
    assert (await api.get('/sync/health', headers=tag)).status_code == 200


async def test_everything_is_compared_for_maintainers(app: FastAPI, reading: Reading) -> None:
    reading.found = DONE

    async with client(app, actor=MAINTAINER) as api:
        answer = await api.post('/sync/reconcile')

    assert (answer.status_code, answer.json()) == (
        200,
        {
            'is_running': False,
            'at': '2026-03-02T09:00:00Z',
            'compared': 412,
            'drifted': ['acme/api#7'],
            'left': 1,
        },
    )


@pytest.mark.parametrize('role', [Role.VIEWER, Role.REVIEWER])
async def test_others_may_look_and_not_ask_for_it(app: FastAPI, role: Role) -> None:
    async with client(app, actor=Actor(user_id=3, name='eve', role=role)) as api:
        assert (await api.get('/sync/health')).status_code == 200
        said(await api.post('/sync/reconcile'), 403)


async def test_it_is_compared_once_at_a_time(api: httpx.AsyncClient, reading: Reading) -> None:
    reading.host = replace(USUAL, is_reconciling=True)

    assert said(await api.post('/sync/reconcile'), 409) == 'everything is being compared already'


async def test_a_comparison_that_was_broken_off_is_no_success(
    api: httpx.AsyncClient, reading: Reading
) -> None:
    assert 'broken off' in said(await api.post('/sync/reconcile'), 502)
    reading.error = Stopped()
    assert 'broken off: ask again' in said(await api.post('/sync/reconcile'), 503)
