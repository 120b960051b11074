"""What a host says that cannot be: one such answer changes nothing for long. Time is ours."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from reviewflow.errors import ForgeUnavailable, RateLimited
from sync.github.client import GitHubClient
from sync.github.graph import GraphAnswer
from sync.github.protocol import Resource
from tests.github import FakeGitHub, fault
from tests.integration.github_client import Clock, read

AGES = timedelta(days=365 * 900)


async def query(client: GitHubClient) -> GraphAnswer:
    return await client.query('query($ids: [ID!]!) { x }', {'ids': ['R_1']}, about='acme/api')


# The other clock


@pytest.mark.parametrize('by', [AGES, -timedelta(days=365 * 50), timedelta(hours=2)])
async def test_one_answer_of_another_time_says_nothing_of_the_hosts_clock(
    by: timedelta, client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    clock.error = timedelta(seconds=-7)
    github.fail(None, fault.wrong_date(by))

    for _ in range(3):
        await read(client)

    assert client.skew == timedelta(seconds=7)


@pytest.mark.parametrize('by', [AGES, -timedelta(days=365 * 50)])
async def test_no_clock_is_believed_to_be_more_than_a_day_off(
    by: timedelta, client: GitHubClient, github: FakeGitHub
) -> None:
    github.always(fault.wrong_date(by))

    for _ in range(3):
        await read(client)

    assert abs(client.skew) == timedelta(days=1)


# Shapes that nobody promised


async def test_an_error_code_of_any_shape_is_one_of_our_errors(
    client: GitHubClient, github: FakeGitHub
) -> None:
    error = {'message': 'no', 'extensions': {'code': ['a', {'b': 1}]}}
    github.fail(fault.text(json.dumps({'errors': [error]})))

    with pytest.raises(ForgeUnavailable, match='no'):
        await query(client)


# Limits


def rated(**told: object) -> fault.Fault:
    """Answer a query well, and say this of its rate."""
    return fault.text(json.dumps({'data': {'nodes': [], 'rateLimit': told}}))


@pytest.mark.parametrize('cost', [10**6, 2**31 - 1, 10**30])
async def test_a_query_that_is_said_to_have_cost_the_earth_is_asked_again_at_once(
    cost: int, client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    resets_at = (clock.truth() + timedelta(minutes=40)).isoformat()
    github.always(rated(cost=cost, limit=5000, remaining=4000, resetAt=resets_at))
    await query(client)

    await query(client)

    assert client.allowances[Resource.GRAPHQL].spent <= 200


@pytest.mark.parametrize('limit', [1, 5000])
async def test_an_allowance_for_a_day_is_none(
    limit: int, client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    tomorrow = clock.truth() + timedelta(days=1)
    github.always(rated(cost=1, limit=limit, remaining=0, resetAt=tomorrow.isoformat()))
    await query(client)

    await query(client)

    assert client.allowances[Resource.GRAPHQL].budget is None


@pytest.mark.parametrize('limit', [
    lambda clock: fault.primary_limit(clock.truth() + timedelta(days=1)),
    lambda _: fault.secondary_limit(timedelta(days=1)),
    lambda _: fault.secondary_limit(timedelta(seconds=10**11), code=429),
], ids=['used up', 'too often', 'for ages'])  # fmt: skip
async def test_a_refusal_for_a_day_is_tried_again_after_an_hour(
    limit: Callable[[Clock], fault.Fault], client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    github.fail(limit(clock))
    with pytest.raises(RateLimited):
        await read(client)

    clock.seconds += 3599
    with pytest.raises(RateLimited):
        await read(client)
    clock.seconds += 1

    assert await read(client) == 'acme/api'
