"""What the client may ask and what it saves: limits, allowance, reading again. Time is ours."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from starlette.requests import Request
from starlette.responses import Response

from reviewflow.errors import ForgeUnavailable, RateLimited, ToldToWait
from sync.github.client import GitHubClient
from sync.github.governor import AT_ONCE
from tests.github import FakeGitHub, fault
from tests.integration.github_client import NOON, Clock, make_client, name, read

# Limits


def in_a_minute(clock: Clock) -> datetime:
    return clock.truth() + timedelta(minutes=1)


LIMITS: dict[str, Callable[[Clock], fault.Fault]] = {
    'seconds': lambda _: fault.secondary_limit(timedelta(seconds=60)),
    'date': lambda clock: fault.secondary_limit(in_a_minute(clock)),
    '429': lambda _: fault.secondary_limit(timedelta(seconds=60), code=429),
    'primary': lambda clock: fault.primary_limit(in_a_minute(clock)),
    'unsaid': lambda _: fault.secondary_limit(),
}


@pytest.mark.parametrize('limit', LIMITS)
@pytest.mark.parametrize('error_h', [-1, 0, 5])
async def test_nothing_is_sent_before_the_limit_is_over_whatever_the_local_clock_says(
    limit: str, error_h: int, client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    clock.error = timedelta(hours=error_h)
    github.fail(LIMITS[limit](clock))
    with pytest.raises(RateLimited) as refused:
        await read(client)

    clock.seconds += 59
    with pytest.raises(RateLimited) as refused_again:
        await read(client)
    sent_meanwhile = len(github.requests)
    clock.seconds += 1

    assert await read(client) == 'acme/api'
    assert sent_meanwhile == 1
    assert (
        refused.value.resets_at == refused_again.value.resets_at == NOON + clock.error + timedelta(minutes=1)
    )


async def test_waits_that_github_leaves_open_double_until_it_answers_again(
    client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    waits = []
    for trouble in [fault.secondary_limit()] * 3 + [None, fault.secondary_limit()]:
        github.fail(*[trouble] if trouble else [])
        try:
            await read(client)
        except RateLimited as limited:
            waits.append((limited.resets_at - clock.wall()).total_seconds())
            clock.seconds += waits[-1]

    assert waits == [60, 120, 240, 60]


async def test_several_requests_refused_at_once_are_one_refusal(
    client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    refuse = fault.secondary_limit()
    full = asyncio.Barrier(AT_ONCE)

    async def refuse_all_together(request: Request) -> Response:
        await full.wait()
        return await refuse(request)

    waits = []
    for _ in range(2):
        github.fail(*[refuse_all_together] * AT_ONCE)
        refused = await asyncio.gather(*[read(client) for _ in range(AT_ONCE)], return_exceptions=True)
        waits.append({error.resets_at - clock.wall() for error in refused if isinstance(error, RateLimited)})
        clock.seconds += 60

    assert len(github.requests) == 2 * AT_ONCE
    assert waits == [{timedelta(seconds=60)}, {timedelta(seconds=120)}]


async def test_a_request_that_waited_for_its_turn_is_not_sent_after_a_limit(
    client: GitHubClient, github: FakeGitHub
) -> None:
    github.fail(*[fault.secondary_limit()] * AT_ONCE)

    refused = await asyncio.gather(*[read(client) for _ in range(3 * AT_ONCE)], return_exceptions=True)

    assert {type(error) for error in refused} == {RateLimited}
    assert len(github.requests) <= AT_ONCE


async def test_a_limit_in_the_midst_of_trouble_ends_the_tries(
    client: GitHubClient, github: FakeGitHub
) -> None:
    github.fail(fault.status(502), fault.secondary_limit(timedelta(seconds=60)))

    with pytest.raises(RateLimited):
        await read(client)

    assert len(github.requests) == 2


# Trouble that says when it is over


@pytest.mark.parametrize('status', [500, 502, 503, 504])
@pytest.mark.parametrize('as_date', [False, True])
async def test_nothing_is_sent_before_github_wants_to_be_asked_again(
    status: int, as_date: bool, client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    clock.error = timedelta(hours=5)
    moment = format_datetime(in_a_minute(clock), usegmt=True) if as_date else '60'
    github.fail(fault.status(status, headers={'retry-after': moment}))
    with pytest.raises(ToldToWait) as told:
        await read(client)

    clock.seconds = 1054
    with pytest.raises(ToldToWait):
        await read(client)
    assert len(github.requests) == 1
    clock.seconds = 1060

    assert told.value.resets_at == NOON + clock.error + timedelta(minutes=1)
    assert await read(client) == 'acme/api'


@pytest.mark.parametrize('moment', ['0', '1', 'soon', ''])
async def test_trouble_that_is_over_at_once_or_some_day_is_sat_out(
    moment: str, client: GitHubClient, github: FakeGitHub
) -> None:
    github.fail(*[fault.status(503, headers={'retry-after': moment})] * 3)

    assert await read(client) == 'acme/api'


async def test_whether_a_change_was_made_stays_unknown(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(fault.status(503, headers={'retry-after': '60'}))

    with pytest.raises(ForgeUnavailable):
        await client.write('DELETE', '/repos/acme/api/git/refs/heads/x', None, about='acme/api')
    with pytest.raises(ToldToWait):
        await client.write('DELETE', '/repos/acme/api/git/refs/heads/x', None, about='acme/api')

    assert len(github.requests) == 1


# The allowance


async def test_the_allowance_is_what_the_last_answer_said(client: GitHubClient, clock: Clock) -> None:
    assert client.allowance.budget is None

    await read(client)
    await read(client)
    clock.seconds += 600

    budget = client.allowance.budget
    assert budget is not None
    assert (budget.limit, budget.remaining, budget.resets_in) == (5000, 4998, timedelta(minutes=50))


async def test_a_wrong_clock_does_not_change_the_allowance(client: GitHubClient, clock: Clock) -> None:
    clock.error = timedelta(hours=-5)
    await read(client)
    clock.error = timedelta(hours=5)

    budget = client.allowance.budget
    assert budget is not None
    assert budget.resets_in == timedelta(hours=1)


async def test_an_allowance_that_is_used_up_comes_back_by_itself(
    client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    github.limit = 1
    await read(client)
    with pytest.raises(RateLimited):
        await read(client)

    clock.seconds += 3600

    assert await read(client) == 'acme/api'


# Reading again


async def test_unchanged_is_none_and_costs_nothing(client: GitHubClient) -> None:
    first = await client.get('/repos/acme/api', name, about='acme/api')
    spent = client.allowance.spent

    again = await client.get('/repos/acme/api', name, about='acme/api', known=first.etag)

    assert again is None
    assert client.allowance.spent == spent == 1


async def test_without_a_token_unchanged_costs_too(github: FakeGitHub, clock: Clock) -> None:
    client = make_client(github, clock, token=None)
    first = await client.get('/repos/acme/api', name, about='acme/api')

    assert await client.get('/repos/acme/api', name, about='acme/api', known=first.etag) is None
    assert client.allowance.spent == 2


async def test_changed_is_read(client: GitHubClient, github: FakeGitHub) -> None:
    first = await client.get('/repos/acme/api', name, about='acme/api')
    github.repo('acme/api').data['description'] = 'new'

    again = await client.get('/repos/acme/api', name, about='acme/api', known=first.etag)

    assert again is not None
    assert again.etag != first.etag


async def test_what_was_read_before_is_remembered_through_trouble(
    client: GitHubClient, github: FakeGitHub
) -> None:
    first = await client.get_again('/repos/acme/api', name, about='acme/api')
    github.fail(*[fault.html()] * 4)
    with pytest.raises(ForgeUnavailable):
        await client.get_again('/repos/acme/api', name, about='acme/api')
    spent = client.allowance.spent

    again = await client.get_again('/repos/acme/api', name, about='acme/api')

    assert again.value is first.value
    assert again.date is not None
    assert first.date is not None
    assert again.date > first.date, 'so it was still true then'
    assert client.allowance.spent == spent


async def test_a_server_without_etags_is_read_each_time(client: GitHubClient, github: FakeGitHub) -> None:
    github.has_etags = False
    for _ in range(2):
        assert (await client.get_again('/repos/acme/api', name, about='acme/api')).value == 'acme/api'

    assert client.allowance.spent == 2


async def test_only_so_much_is_remembered(github: FakeGitHub, clock: Clock) -> None:
    client = make_client(github, clock, remembered=2)
    github.add_repository('acme/web')
    github.add_repository('acme/app')
    for short in ('api', 'web', 'api', 'app'):  # api was asked for again, so web is the oldest
        await client.get_again(f'/repos/acme/{short}', name, about='acme')
    spent = client.allowance.spent

    await client.get_again('/repos/acme/api', name, about='acme')
    assert client.allowance.spent == spent
    await client.get_again('/repos/acme/web', name, about='acme')
    assert client.allowance.spent == spent + 1
