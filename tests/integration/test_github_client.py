"""The client against our own GitHub: trouble, limits, redirects, rubbish. Time is ours."""

import asyncio
import gzip
import logging
import traceback
import tracemalloc
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from reviewflow.errors import BadCredentials, ForgeUnavailable, RateLimited, RepositoryUnavailable
from reviewflow.settings import GitHub
from sync.github.client import AT_ONCE, GitHubClient
from tests.github import FakeGitHub, fault, serve

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TOKEN = 'canary-1f6e0d'


class Clock:
    """A monotonic and a wall clock that only move when told, and a sleep that moves them."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.error = timedelta(0)
        """How wrong the local wall clock is."""
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def truth(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds - 1000)

    def wall(self) -> datetime:
        return self.truth() + self.error

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    github = FakeGitHub(token=TOKEN, now=clock.truth)
    github.add_repository('acme/api')
    return github


def make_client(
    github: FakeGitHub, clock: Clock, *, token: str | None = TOKEN, url: str | None = None, **options: Any
) -> GitHubClient:
    return GitHubClient(
        GitHub(api_url=url or github.url, token=None if token is None else SecretStr(token)),
        transport=None if url else github.transport,
        sleep=clock.sleep,
        jitter=lambda: 0.5,
        monotonic=clock.monotonic,
        now=clock.wall,
        **options,
    )


@pytest.fixture
async def client(github: FakeGitHub, clock: Clock) -> AsyncIterator[GitHubClient]:
    client = make_client(github, clock)
    yield client
    await client.aclose()


def name(data: Any) -> str:
    return str(data['full_name'])


async def read(client: GitHubClient, url: str = '/repos/acme/api') -> str:
    return (await client.get(url, name, about='acme/api')).value


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

    results = await asyncio.gather(*[read(client) for _ in range(AT_ONCE + 1)], return_exceptions=True)

    assert [type(result) for result in results] == [ForgeUnavailable] * AT_ONCE + [str]


@pytest.mark.parametrize('rubbish', [
    fault.html(), fault.half_json(), fault.text(''), fault.text(b'\xff\xfe\xfd'), fault.text('[' * 100_000),
    fault.text('{}', content_encoding='br'), fault.text('no gzip', content_encoding='gzip'),
    fault.gzip_bomb(), fault.gzip_bomb(layers=2), fault.status(304), fault.status(204),
], ids=[
    'html', 'half json', 'empty', 'no utf-8', 'deep', 'brotli', 'no gzip', 'bomb', 'bomb in a bomb',
    'not modified unasked', 'no content',
])  # fmt: skip
async def test_rubbish_is_an_error_and_the_next_answer_is_read(
    rubbish: fault.Fault, client: GitHubClient, github: FakeGitHub
) -> None:
    github.fail(rubbish)

    with pytest.raises(ForgeUnavailable):
        await read(client)

    assert await read(client) == 'acme/api'


async def test_a_bomb_does_not_eat_the_memory(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(fault.gzip_bomb())
    tracemalloc.start()

    with pytest.raises(ForgeUnavailable, match='more than'):
        await read(client)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * 1024 * 1024


async def test_an_answer_that_is_simply_too_long_is_refused(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(fault.text(b' ' * (20 * 1024 * 1024) + b'{}'))

    with pytest.raises(ForgeUnavailable, match='more than'):
        await read(client)


async def test_gzip_is_unpacked(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(fault.text(gzip.compress(b'{"full_name": "packed"}'), content_encoding='gzip'))

    assert await read(client) == 'packed'


async def test_a_lone_surrogate_does_not_cost_the_answer(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(fault.text(r'{"full_name": "\ud800"}'))

    assert await read(client) == '\ud800'


async def test_exactly_so_many_requests_leave_at_once(client: GitHubClient, github: FakeGitHub) -> None:
    under_way = most = 0
    full = asyncio.Barrier(AT_ONCE)

    async def wait_for_others(_: Request) -> Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await full.wait()
        under_way -= 1
        return Response('{"full_name": "acme/api"}')

    github.fail(*[wait_for_others] * 3 * AT_ONCE)

    await asyncio.gather(*[read(client) for _ in range(3 * AT_ONCE)])

    assert most == AT_ONCE


async def test_loopback_never_goes_through_a_proxy(
    github: FakeGitHub, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ('HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'):
        monkeypatch.setenv(name, 'http://127.0.0.1:1')
    with serve(github) as url:
        client = make_client(github, clock, url=url)

        assert await read(client) == 'acme/api'

        await client.aclose()


# Who may ask


async def test_a_revoked_token_is_told_from_a_missing_repository(
    client: GitHubClient, github: FakeGitHub
) -> None:
    github.is_revoked = True

    with pytest.raises(BadCredentials):
        await read(client)


@pytest.mark.parametrize(('status', 'reason'), [(404, 'missing'), (403, 'forbidden'), (451, 'missing')])
async def test_a_refused_repository_is_named(
    status: int, reason: str, client: GitHubClient, github: FakeGitHub
) -> None:
    github.refuse('acme/api', status)

    with pytest.raises(RepositoryUnavailable) as refused:
        await read(client)

    assert (refused.value.repository, refused.value.reason) == ('acme/api', reason)


async def test_the_token_shows_up_nowhere(
    github: FakeGitHub, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    for trouble in (
        fault.status(401),
        fault.status(500),
        fault.html(),
        fault.redirect('http://evil.example/'),
    ):
        github.fail(*[trouble] * 4)
        client = make_client(github, clock)
        with pytest.raises((ForgeUnavailable, BadCredentials)) as raised:
            await read(client)
        said += [repr(client), repr(vars(client)), *traceback.format_exception(raised.value)]

    assert TOKEN not in ''.join(said) + caplog.text


# Redirects


async def test_a_renamed_repository_is_followed_on_its_host(client: GitHubClient, github: FakeGitHub) -> None:
    github.rename('acme/api', 'acme/core')

    assert await read(client) == 'acme/core'
    assert {asked.headers['authorization'] for asked in github.requests} == {f'Bearer {TOKEN}'}


@pytest.mark.parametrize('url', [
    'http://evil.example/repos/acme/api', 'https://127.0.0.1:1/repos/acme/api',
    '//127.0.0.1:2/repos/acme/api', 'http://somebody@127.0.0.1:1/repos/acme/api',
])  # fmt: skip
@pytest.mark.parametrize('status', [301, 302, 307, 308])
async def test_no_request_follows_a_redirect_to_another_host(
    url: str, status: int, client: GitHubClient, github: FakeGitHub
) -> None:
    github.fail(fault.redirect(url, status))

    with pytest.raises(ForgeUnavailable):
        await read(client)

    assert len(github.requests) == 1


async def test_redirects_in_circles_end(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(*[fault.redirect('/repos/acme/api')] * 9)

    with pytest.raises(ForgeUnavailable, match='circles'):
        await read(client)

    assert len(github.requests) == 4


async def test_a_given_address_on_another_host_is_not_asked(client: GitHubClient, github: FakeGitHub) -> None:
    with pytest.raises(ForgeUnavailable):
        await read(client, 'http://evil.example/repos/acme/api')

    assert github.requests == []


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
    github.fail(fault.html())
    with pytest.raises(ForgeUnavailable):
        await client.get_again('/repos/acme/api', name, about='acme/api')
    spent = client.allowance.spent

    again = await client.get_again('/repos/acme/api', name, about='acme/api')

    assert again is first
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
