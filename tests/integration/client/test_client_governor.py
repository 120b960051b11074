"""One token is one governor, whoever uses it. Time is ours."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from reviewflow.errors import BadCredentials, RateLimited
from reviewflow.settings import GitHub
from sync.github.account import GitHubProbe
from sync.github.client import GitHubClient
from sync.github.effort import BURST, GRAPHQL_PER_MINUTE_S
from sync.github.governor import AT_ONCE, Governor, Governors
from tests.github import FakeGitHub, fault
from tests.integration.github_client import TOKEN, Clock, Crowd, make_client, read


@pytest.fixture
def governor(clock: Clock) -> Governor:
    return Governor(has_token=True, monotonic=clock.monotonic, now=clock.wall)


@pytest.fixture
async def clients(
    github: FakeGitHub, clock: Clock, governor: Governor
) -> AsyncIterator[tuple[GitHubClient, GitHubClient]]:
    two = make_client(github, clock, governor=governor), make_client(github, clock, governor=governor)
    yield two
    for client in two:
        await client.aclose()


@pytest.fixture
def client(clients: tuple[GitHubClient, GitHubClient]) -> GitHubClient:
    return clients[0]


# The token is refused


async def test_a_refused_token_stops_after_one_request(
    clients: tuple[GitHubClient, GitHubClient], github: FakeGitHub, clock: Clock
) -> None:
    github.is_revoked = True
    for client in clients * 3:
        with pytest.raises(BadCredentials):
            await read(client)
        clock.seconds += 49

    assert len(github.requests) == 1


async def test_only_what_is_under_way_still_arrives(client: GitHubClient, github: FakeGitHub) -> None:
    github.is_revoked = True

    refused = await asyncio.gather(*[read(client) for _ in range(3 * AT_ONCE)], return_exceptions=True)

    assert {type(error) for error in refused} == {BadCredentials}
    assert len(github.requests) <= AT_ONCE


async def test_one_request_finds_out_later_whether_the_token_is_accepted_again(
    client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    github.is_revoked = True
    with pytest.raises(BadCredentials):
        await read(client)

    clock.seconds += 300
    await asyncio.gather(*[read(client) for _ in range(AT_ONCE)], return_exceptions=True)
    assert len(github.requests) == 2
    github.is_revoked = False
    clock.seconds += 299
    with pytest.raises(BadCredentials):
        await read(client)
    clock.seconds += 1

    assert await read(client) == 'acme/api'
    assert await read(client) == 'acme/api'


async def test_a_person_need_not_wait_for_that(client: GitHubClient, github: FakeGitHub) -> None:
    github.is_revoked = True
    with pytest.raises(BadCredentials):
        await read(client)
    client.governor.forgive()
    await asyncio.gather(*[read(client) for _ in range(AT_ONCE)], return_exceptions=True)
    assert len(github.requests) == 2
    github.is_revoked = False

    client.governor.forgive()

    assert await read(client) == 'acme/api'
    assert not client.governor.is_refused


async def test_trouble_on_the_way_is_no_word_on_the_token(
    client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    github.is_revoked = True
    with pytest.raises(BadCredentials):
        await read(client)
    github.is_revoked = False
    clock.seconds += 300

    github.fail(fault.status(502), fault.status(503))

    assert await read(client) == 'acme/api'


async def test_without_a_token_none_is_refused(github: FakeGitHub, clock: Clock) -> None:
    client = make_client(github, clock, token=None)
    github.fail(fault.status(401))
    with pytest.raises(BadCredentials):
        await read(client)

    assert await read(client) == 'acme/api'
    await client.aclose()


# Limits


async def test_a_limit_of_one_client_is_that_of_the_other(
    clients: tuple[GitHubClient, GitHubClient], github: FakeGitHub, clock: Clock
) -> None:
    github.fail(fault.secondary_limit(timedelta(seconds=60)))
    for client in clients:
        with pytest.raises(RateLimited):
            await read(client)
    assert len(github.requests) == 1

    clock.seconds += 60

    assert [await read(client) for client in clients] == ['acme/api'] * 2


async def test_so_many_leave_at_once_from_both_together(
    clients: tuple[GitHubClient, GitHubClient], github: FakeGitHub
) -> None:
    crowd = Crowd(AT_ONCE)
    github.fail(*[crowd] * 2 * AT_ONCE)

    await asyncio.gather(*[read(client) for client in clients * AT_ONCE])

    assert crowd.most == AT_ONCE


async def test_a_silence_holds_for_both_resources_and_an_empty_hour_for_its_own(
    client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    async def query() -> object:
        return (await client.query('{ viewer { login } }', {}, about='acme/api')).data

    github.fail(fault.primary_limit(clock.truth() + timedelta(minutes=9)))
    with pytest.raises(RateLimited):
        await read(client)
    assert await query() == {'viewer': {'login': 'ann'}}

    clock.seconds += 540
    assert await read(client) == 'acme/api'
    github.fail(fault.secondary_limit(timedelta(seconds=60)))
    with pytest.raises(RateLimited):
        await read(client)
    with pytest.raises(RateLimited):
        await query()


async def test_more_than_a_minute_allows_waits_a_little(client: GitHubClient, clock: Clock) -> None:
    begun_s, sent_s = clock.seconds, []
    for _ in range(1000):
        await read(client)
        sent_s.append(clock.seconds - begun_s)

    assert sent_s[599] == 0
    assert max(second - first for first, second in pairwise(sent_s)) < 1
    assert all(sent_s[place + 900] - sent_s[place] >= 60 for place in range(100))


async def test_long_answers_are_asked_for_less_often_and_who_waits_keeps_no_slot(
    github: FakeGitHub, clock: Clock, governor: Governor, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[int] = []

    async def sleep(seconds: float) -> None:
        free.append(governor.slots._value)
        clock.seconds += seconds

    async def slowly(request: Request) -> Response:
        clock.seconds += 5
        return await fault.text('{"data": {}}')(request)

    monkeypatch.setattr(clock, 'sleep', sleep)
    client = make_client(github, clock, governor=governor)
    github.always(slowly, on='/graphql')
    begun_s = clock.seconds

    for _ in range(40):
        await client.query('{ viewer { login } }', {}, about='acme/api')

    minutes, worked_s = (clock.seconds - begun_s) / 60, 40 * 5
    assert worked_s <= GRAPHQL_PER_MINUTE_S * (BURST + (1 - BURST) * minutes) + 5
    assert set(free) == {AT_ONCE}
    await client.aclose()


async def test_writes_are_a_second_apart_whoever_writes(
    clients: tuple[GitHubClient, GitHubClient], github: FakeGitHub, clock: Clock
) -> None:
    github.fail(*[fault.status(204)] * 4)

    for client in clients * 2:
        await client.write('DELETE', '/repos/acme/api/git/refs/heads/x', None, about='acme/api')

    assert clock.slept == [0, 1, 1, 1]


# Who shares one


def github_of(api_url: str = 'http://127.0.0.1:1', token: str | None = TOKEN) -> GitHub:
    return GitHub(api_url=api_url, token=None if token is None else SecretStr(token))


def test_the_same_token_at_the_same_address_has_one_governor() -> None:
    governors = Governors()
    one = governors.of(github_of())

    assert governors.of(github_of()) is one
    for other in (github_of('http://127.0.0.1:2'), github_of(token='another'), github_of(token=None)):
        assert governors.of(other) is not one


def test_a_governor_in_use_is_kept_however_many_tokens_are_tried() -> None:
    governors = Governors()
    one = governors.of(github_of())
    for number in range(200):
        governors.of(github_of(token=f'token-{number}'))

    assert governors.of(github_of()) is one


def test_no_governor_knows_a_token() -> None:
    governors = Governors()
    one = governors.of(github_of())

    assert TOKEN not in repr(vars(governors)) + repr(vars(one))


async def test_asking_about_a_token_shares_what_is_known_of_it(github: FakeGitHub) -> None:
    governors = Governors(share=0.5)
    settings = github_of(github.url)
    client = GitHubClient(settings, governor=governors.of(settings), transport=github.transport)
    github.fail(fault.secondary_limit(timedelta(seconds=60)))
    with pytest.raises(RateLimited):
        await read(client)

    with pytest.raises(RateLimited):
        await GitHubProbe(governors=governors, transport=github.transport).account(settings)

    assert len(github.requests) == 1
    await client.aclose()


async def test_no_more_than_the_set_share_is_spent(github: FakeGitHub) -> None:
    settings = github_of(github.url)
    governor = Governors(share=0.05).of(settings)
    client = GitHubClient(settings, governor=governor, transport=github.transport)
    github.limit = 100

    for _ in range(20):
        await asyncio.gather(*[read(client) for _ in range(AT_ONCE)], return_exceptions=True)

    assert sum(github.used.values()) <= AT_ONCE  # the first leave before anything is known
    budget = client.allowance.budget
    assert budget is not None
    assert (budget.whole, budget.ours) == (5, 0)
    await client.aclose()
