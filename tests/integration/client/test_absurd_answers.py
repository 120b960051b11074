"""What a host says that cannot be: one such answer changes nothing for long. Time is ours."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest

from reviewflow.errors import ForgeUnavailable, RateLimited
from sync.github.client import GitHubClient
from sync.github.graph import GraphAnswer
from sync.github.protocol import Resource
from sync.github.trouble import Passing
from tests.github import FakeGitHub, fault
from tests.integration.github_client import Clock, make_client, read

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


# Refusals whose body does not come whole


class Broken(httpx.AsyncByteStream):
    """A body of which the connection bears no more than this."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content
        raise httpx.RemoteProtocolError('peer closed connection')


def refusing(
    github: FakeGitHub, clock: Clock, code: int, stream: httpx.AsyncByteStream, **headers: str
) -> tuple[GitHubClient, list[float]]:
    """Make a client that is answered like that, and the list of when it asked."""
    asked_at = list[float]()

    def refuse(_: httpx.Request) -> httpx.Response:
        asked_at.append(clock.seconds)
        named = {name.replace('_', '-'): value for name, value in headers.items()}
        return httpx.Response(code, headers=named, stream=stream)

    return make_client(github, clock, transport=httpx.MockTransport(refuse)), asked_at


@pytest.mark.parametrize('code', [403, 429, 500, 503])
@pytest.mark.parametrize(('body', 'encoding'), [
    (Broken(b'{"mess'), 'identity'),
    (httpx.ByteStream(b'no gzip'), 'gzip'),
    (httpx.ByteStream(b'?'), 'br'),
    (httpx.ByteStream(bytes(21 * 1024 * 1024)), 'identity'),
], ids=['breaks off', 'no gzip', 'unknown packing', 'too big'])  # fmt: skip
async def test_a_wait_is_kept_although_the_body_that_came_with_it_is_broken(
    code: int, body: httpx.AsyncByteStream, encoding: str, github: FakeGitHub, clock: Clock
) -> None:
    client, asked_at = refusing(github, clock, code, body, content_encoding=encoding, retry_after='60')

    for _ in range(3):
        with pytest.raises(RateLimited):
            await read(client)
    clock.seconds = asked_at[0] + 60
    with pytest.raises(RateLimited):
        await read(client)

    assert asked_at == [1000, 1060]
    await client.aclose()


async def test_a_limit_is_known_by_what_came_of_its_body(github: FakeGitHub, clock: Clock) -> None:
    body = Broken(b'{"message": "You have exceeded a secondary rate limit. Pl')
    client, asked_at = refusing(github, clock, 403, body)

    with pytest.raises(RateLimited):
        await read(client)

    assert len(asked_at) == 1
    await client.aclose()


@pytest.mark.parametrize('code', [403, 404])
async def test_a_refusal_that_breaks_off_and_says_nothing_of_limits_is_trouble(
    code: int, github: FakeGitHub, clock: Clock
) -> None:
    """It may have been a limit all the same, or a proxy's word."""
    client, asked_at = refusing(github, clock, code, Broken(b'{"mess'))

    with pytest.raises(ForgeUnavailable):
        await read(client)

    assert len(asked_at) == Passing.tries
    await client.aclose()
