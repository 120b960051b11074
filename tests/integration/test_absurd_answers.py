"""What a host says that cannot be: one such answer changes nothing for long. Time is ours."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from reviewflow.errors import ForgeUnavailable
from sync.github.client import GitHubClient
from sync.github.graph import GraphAnswer
from tests.github import FakeGitHub, fault
from tests.integration.github_client import TOKEN, Clock, make_client, read

AGES = timedelta(days=365 * 900)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    github = FakeGitHub(token=TOKEN, now=clock.truth)
    github.add_repository('acme/api')
    return github


@pytest.fixture
async def client(github: FakeGitHub, clock: Clock) -> AsyncIterator[GitHubClient]:
    client = make_client(github, clock)
    yield client
    await client.aclose()


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
