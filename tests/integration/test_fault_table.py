"""Whatever goes wrong at GitHub: what the page says, that all stays on it, what is sent, how it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from reviewflow.models import SyncState
from reviewflow.store.database import Database
from sync.github.client import CALL_TIMEOUT
from tests.github import FakeGitHub, fault
from tests.integration.fault_stand import Stand, WallClock, full_github, standing

pytestmark = pytest.mark.usefixtures('npm')

BY_GRAPH = pytest.mark.parametrize('by_graph', [False, True], ids=['rest', 'graphql'])


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


@pytest.fixture
def github(clock: WallClock) -> FakeGitHub:
    return full_github(clock)


Begin = Callable[[Stand], None]


def answers(trouble: fault.Fault) -> Begin:
    return lambda stand: stand.github.always(trouble)


def cannot_connect(why: str, after_s: float = 0) -> Begin:
    """Let the connection fail as httpx tells it; real ones are refused in ``test_github_client.py``."""

    def begin(stand: Stand) -> None:
        async def trouble(request: httpx.Request) -> None:
            stand.clock.forward(seconds=after_s)
            raise (httpx.ConnectTimeout if after_s else httpx.ConnectError)(why, request=request)

        stand.way.trouble = trouble

    return begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A fault of everything that is sent."""

    begin: Begin
    says: str
    lasts_s: float = 300
    call_timeout: timedelta = CALL_TIMEOUT


BRIEF = timedelta(milliseconds=60)
OUTAGES = {
    'refused': Outage(begin=cannot_connect('Connection refused'), says='no connection'),
    'no such name': Outage(
        begin=cannot_connect('[Errno -2] Name or service not known'), says='no connection'
    ),
    'no way there': Outage(begin=cannot_connect('', after_s=5), says='no connection'),
    'silence': Outage(begin=answers(fault.hang()), says='it takes too long', call_timeout=BRIEF),
    'a byte a second': Outage(begin=answers(fault.drip()), says='it takes too long', call_timeout=BRIEF),
    '500': Outage(begin=answers(fault.status(500)), says='it answered HTTP 500'),
    '502': Outage(begin=answers(fault.status(502)), says='it answered HTTP 502'),
    '503': Outage(begin=answers(fault.status(503)), says='it answered HTTP 503'),
    '503 for a moment': Outage(begin=answers(fault.status(503)), says='it answered HTTP 503', lasts_s=31),
    '503 for long': Outage(begin=answers(fault.status(503)), says='it answered HTTP 503', lasts_s=1500),
    'half an answer': Outage(begin=answers(fault.cut()), says='an answer that is no JSON'),
    'a web page': Outage(begin=answers(fault.html()), says='an answer that is no JSON'),
    'a bomb': Outage(begin=answers(fault.gzip_bomb(21)), says='an answer of more than ', lasts_s=61),
}


@BY_GRAPH
@pytest.mark.parametrize('name', OUTAGES)
async def test_an_outage_is_said_costs_little_and_ends_by_itself(
    name: str, by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    outage = OUTAGES[name]
    async with standing(
        github, clock, database, by_graph=by_graph, call_timeout=outage.call_timeout
    ) as stand:
        before, fresh_at = stand.page.titles, stand.rig.poller.fresh_at
        outage.begin(stand)
        stand.happen('Meanwhile')
        await stand.live(outage.lasts_s)

        assert stand.page.sync['state'] == SyncState.FAILING
        assert str(stand.page.error).startswith(f'GitHub cannot be read: {outage.says}')
        assert stand.page.fresh_at == fresh_at
        assert stand.page.titles == before, 'old data stays'
        assert stand.busiest_minute <= 8, 'four tries of two lists, or of one in two polls'
        stand.calm()
        assert await stand.recover() <= 60


# Limits

WAIT = timedelta(minutes=10)
Limit = Callable[[datetime], fault.Fault]
"""Makes a fault from the moment when it will be over."""
LIMITS: dict[str, Limit] = {
    'primary': fault.primary_limit,
    'seconds': lambda _: fault.secondary_limit(WAIT),
    'date': fault.secondary_limit,
    '429': lambda _: fault.secondary_limit(WAIT, 429),
}
GRAPHQL_LIMITS: dict[str, Limit] = {
    'primary by 200': fault.graphql_limit,
    'primary by 200, as it is called of late': lambda until: fault.graphql_limit(until, 'RATE_LIMIT'),
    'seconds by 200': lambda _: fault.graphql_secondary_limit(WAIT),
    'date by 200': fault.graphql_secondary_limit,
}
CASES = [
    *((name, by_graph, 0) for name in LIMITS for by_graph in (False, True)),
    *((name, True, 0) for name in GRAPHQL_LIMITS),
    *(
        (name, by_graph, error_h)
        for name in ('primary', 'date')
        for by_graph, error_h in ((False, -1), (True, 5))
    ),
]


async def sit_out(stand: Stand, clock: WallClock, says: str) -> None:
    """See that nothing is sent for as long as GitHub wants, that the page says so, and that it goes on."""
    before, fresh_at = stand.page.titles, stand.rig.poller.fresh_at
    stand.happen('Meanwhile')
    await stand.live(60)
    refused_at_s = stand.way.sent[0].at_s
    over_s = refused_at_s + WAIT.total_seconds()
    until = clock() + timedelta(seconds=over_s - stand.monotonic())

    assert stand.page.sync['state'] == SyncState.LIMITED
    assert stand.page.error == f'{says} until {until:%H:%M} UTC'
    assert stand.page.fresh_at == fresh_at
    await stand.live(over_s - stand.monotonic() - 1)
    assert stand.sent_within(refused_at_s, over_s) == 0
    assert stand.page.titles == before
    stand.calm()
    assert await stand.recover() <= 1 + 60


@pytest.mark.parametrize(('name', 'by_graph', 'error_h'), CASES)
async def test_nothing_is_sent_while_a_limit_lasts_and_then_it_goes_on(
    name: str, by_graph: bool, error_h: int, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    limit = (LIMITS | GRAPHQL_LIMITS)[name]

    async def refuse(request: Request) -> Response:
        return await limit(clock.now + WAIT)(request)

    async with standing(github, clock, database, by_graph=by_graph) as stand:
        clock.error = timedelta(hours=error_h)
        github.always(refuse)
        await sit_out(stand, clock, 'The allowance of GitHub is used up')


@BY_GRAPH
async def test_nothing_is_sent_while_github_in_trouble_wants_to_be_left_alone_and_then_it_goes_on(
    by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    async with standing(github, clock, database, by_graph=by_graph) as stand:
        github.always(fault.status(503, headers={'retry-after': '600'}))
        await sit_out(stand, clock, 'GitHub is in trouble, and wants to be left alone')


@BY_GRAPH
async def test_a_limit_that_does_not_say_how_long_is_waited_for_twice_as_long_each_time(
    by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    async with standing(github, clock, database, by_graph=by_graph) as stand:
        github.always(fault.secondary_limit())
        await stand.live(60 + 120 + 240 + 120)

        refused_at_s = sorted({sent.at_s for sent in stand.way.sent})
        waited_s = [later - earlier for earlier, later in pairwise(refused_at_s)]
        assert all(
            least <= wait_s <= least + 31 for least, wait_s in zip((60, 120, 240), waited_s, strict=True)
        )
        stand.calm()
        assert stand.page.sync['state'] == SyncState.LIMITED
        over_s = refused_at_s[-1] + 480
        await stand.live(over_s - stand.monotonic() - 1)
        assert stand.sent_within(refused_at_s[-1], over_s) == 0
        assert await stand.recover() <= 1 + 60


# The token

TRIAL_S = 300


@BY_GRAPH
async def test_a_refused_token_is_not_used_but_for_a_person_and_for_a_trial(
    by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    async with standing(github, clock, database, by_graph=by_graph) as stand:
        before, fresh_at = stand.page.titles, stand.rig.poller.fresh_at
        github.is_revoked = True
        stand.happen('Meanwhile')
        await stand.live(200)

        refused_at_s = stand.way.sent[0].at_s
        assert stand.sent_within(refused_at_s, clock.monotonic()) == 0, 'only what was under way'
        assert stand.page.sync['state'] == SyncState.FAILING
        assert stand.page.error == 'GitHub refused the token'
        assert stand.page.fresh_at == fresh_at
        assert stand.page.titles == before

        stand.way.sent.clear()
        report = await stand.rig.poller.sync_now()
        assert report.errors == ('GitHub refused the token',)
        assert len(stand.way.sent) == 1, 'a person wants to know'

        tried_at_s = stand.monotonic()
        await stand.live(TRIAL_S + 100)
        github.is_revoked = False
        assert len(stand.way.sent) == 2, 'one finds out whether it is over'
        assert stand.sent_within(tried_at_s, tried_at_s + TRIAL_S) == 0
        over_s = stand.way.sent[-1].at_s + TRIAL_S
        await stand.live(over_s - stand.monotonic())
        assert await stand.recover() <= 60


@BY_GRAPH
async def test_a_person_need_not_wait_for_the_trial(
    by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    async with standing(github, clock, database, by_graph=by_graph) as stand:
        github.is_revoked = True
        await stand.live(60)
        github.is_revoked = False

        await stand.rig.poller.sync_now()

        assert await stand.recover() <= 60
