"""The client against our own GitHub: answers, trouble, rubbish. Time is ours."""

import asyncio
import gzip
import tracemalloc
from datetime import timedelta

import pytest

from reviewflow.errors import BadCredentials, ForgeUnavailable, RepositoryUnavailable
from sync.github.breaker import LONGEST_S
from sync.github.client import GitHubClient
from sync.github.governor import AT_ONCE
from tests.github import FakeGitHub, fault, serve
from tests.integration.github_client import TOKEN, Clock, Crowd, make_client, read


async def test_an_answer_is_parsed(client: GitHubClient) -> None:
    assert await read(client) == 'acme/api'


async def test_every_request_says_who_asks_and_for_what(client: GitHubClient, github: FakeGitHub) -> None:
    await read(client)

    headers = github.requests[0].headers
    assert headers['accept'] == 'application/vnd.github+json'
    assert headers['x-github-api-version'] == '2022-11-28'
    assert headers['user-agent'].startswith('ReviewFlow/')
    assert headers['authorization'] == f'Bearer {TOKEN}'


async def test_without_a_token_none_is_sent(github: FakeGitHub, clock: Clock) -> None:
    client = make_client(github, clock, token=None)

    await read(client)

    assert 'authorization' not in github.requests[0].headers


# Trouble


@pytest.mark.parametrize('status', [500, 502, 503, 504])
async def test_a_short_trouble_is_sat_out(
    status: int, client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    github.fail(*[fault.status(status)] * 3)

    assert await read(client) == 'acme/api'
    assert clock.slept == [0.5, 1, 2]


async def test_a_long_trouble_is_an_error_after_four_tries(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(*[fault.status(502)] * 9)

    with pytest.raises(ForgeUnavailable, match='502'):
        await read(client)

    assert len(github.requests) == 4


@pytest.mark.parametrize('status', [400, 401, 403, 404, 410, 422, 451])
async def test_a_refusal_is_not_asked_again(status: int, client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(fault.status(status))

    with pytest.raises((ForgeUnavailable, BadCredentials, RepositoryUnavailable)):
        await read(client)

    assert len(github.requests) == 1


async def test_a_dropped_connection_is_tried_again(github: FakeGitHub, clock: Clock) -> None:
    github.fail(*[fault.drop()] * 3)
    with serve(github) as url:
        client = make_client(github, clock, url=url)

        assert await read(client) == 'acme/api'

        await client.aclose()


async def test_a_host_that_is_not_there_is_unavailable(github: FakeGitHub, clock: Clock) -> None:
    client = make_client(github, clock, url='http://127.0.0.1:1')

    with pytest.raises(ForgeUnavailable):
        await read(client)

    assert len(clock.slept) == 3
    await client.aclose()


@pytest.mark.parametrize('trouble', [fault.hang(), fault.trickle()], ids=['hangs', 'trickles'])
async def test_a_call_ends_in_time_whatever_the_forge_does(
    trouble: fault.Fault, github: FakeGitHub, clock: Clock
) -> None:
    github.fail(trouble)
    with serve(github) as url:
        client = make_client(github, clock, url=url, call_timeout=timedelta(milliseconds=200))

        with pytest.raises(ForgeUnavailable, match='too long'):
            await read(client)

        await client.aclose()


async def test_after_hanging_it_goes_on(github: FakeGitHub, clock: Clock) -> None:
    github.fail(*[fault.hang()] * AT_ONCE)
    client = make_client(github, clock, call_timeout=timedelta(milliseconds=500))

    results = await asyncio.gather(*[read(client) for _ in range(AT_ONCE)], return_exceptions=True)

    assert [isinstance(result, ForgeUnavailable) for result in results] == [True] * AT_ONCE
    clock.seconds += LONGEST_S
    client._caller._call_timeout = timedelta(seconds=60)
    assert await read(client) == 'acme/api'


@pytest.mark.parametrize('rubbish', [
    fault.html(), fault.half_json(), fault.text(''), fault.text(b'\xff\xfe\xfd'), fault.text('[' * 100_000),
    fault.text('{}', content_encoding='br'), fault.text('no gzip', content_encoding='gzip'),
    fault.gzip_bomb(), fault.gzip_bomb(layers=2),
], ids=[
    'html', 'half json', 'empty', 'no utf-8', 'deep', 'brotli', 'no gzip', 'bomb', 'bomb in a bomb',
])  # fmt: skip
async def test_a_little_rubbish_is_asked_for_again_and_much_is_an_error(
    rubbish: fault.Fault, client: GitHubClient, github: FakeGitHub
) -> None:
    github.fail(*[rubbish] * 3)
    assert await read(client) == 'acme/api'

    github.fail(*[rubbish] * 4)
    with pytest.raises(ForgeUnavailable):
        await read(client)

    assert await read(client) == 'acme/api'


@pytest.mark.parametrize('status', [304, 204])
async def test_an_answer_without_what_was_asked_for_is_an_error(
    status: int, client: GitHubClient, github: FakeGitHub
) -> None:
    github.fail(fault.status(status))

    with pytest.raises(ForgeUnavailable):
        await read(client)

    assert await read(client) == 'acme/api'


async def test_a_bomb_does_not_eat_the_memory(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(*[fault.gzip_bomb()] * 4)
    tracemalloc.start()

    with pytest.raises(ForgeUnavailable, match='more than'):
        await read(client)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * 1024 * 1024


async def test_an_answer_that_is_simply_too_long_is_refused(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(*[fault.text(b' ' * (20 * 1024 * 1024) + b'{}')] * 4)

    with pytest.raises(ForgeUnavailable, match='more than'):
        await read(client)


async def test_gzip_is_unpacked(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(fault.text(gzip.compress(b'{"full_name": "packed"}'), content_encoding='gzip'))

    assert await read(client) == 'packed'


async def test_a_lone_surrogate_does_not_cost_the_answer(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(fault.text(r'{"full_name": "\ud800"}'))

    assert await read(client) == '\ud800'


async def test_exactly_so_many_requests_leave_at_once(client: GitHubClient, github: FakeGitHub) -> None:
    crowd = Crowd(AT_ONCE)
    github.fail(*[crowd] * 3 * AT_ONCE)

    await asyncio.gather(*[read(client) for _ in range(3 * AT_ONCE)])

    assert crowd.most == AT_ONCE


async def test_loopback_never_goes_through_a_proxy(
    github: FakeGitHub, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ('HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'):
        monkeypatch.setenv(name, 'http://127.0.0.1:1')
    with serve(github) as url:
        client = make_client(github, clock, url=url)

        assert await read(client) == 'acme/api'

        await client.aclose()


@pytest.mark.parametrize('error', [timedelta(hours=1), timedelta(hours=-1)])
async def test_when_our_clock_is_set_the_other_one_is_known_by_the_next_answer(
    client: GitHubClient, clock: Clock, error: timedelta
) -> None:
    await read(client)
    assert client.skew == timedelta(0)

    clock.error = error
    await read(client)

    assert client.skew == -error
