"""A GitHub that fails again and again is left alone, and it goes on unaided. Time is ours."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from reviewflow.errors import ForgeUnavailable, NotAsked, RepositoryUnavailable
from sync.github.breaker import FAILURES, LONGEST_S
from sync.github.client import GitHubClient
from tests.github import FakeGitHub, fault
from tests.integration.github_client import Clock, make_client, read

PATIENCE = timedelta(seconds=60)


@pytest.fixture
def options() -> dict[str, Any]:
    return {'call_timeout': PATIENCE}


async def fail(client: GitHubClient, times: int) -> None:
    for _ in range(times):
        with pytest.raises(ForgeUnavailable):
            await read(client)


TROUBLES = {
    '5xx': fault.status(503),
    'html': fault.html(),
    'half json': fault.half_json(),
    'nothing': fault.hang(),
    'a bomb': fault.gzip_bomb(30),
}


@pytest.mark.parametrize('trouble', TROUBLES)
async def test_nothing_is_sent_while_it_rests_and_then_it_goes_on(
    trouble: str, github: FakeGitHub, clock: Clock
) -> None:
    client = make_client(
        github, clock, call_timeout=timedelta(milliseconds=100) if trouble == 'nothing' else PATIENCE
    )
    github.fail(*[TROUBLES[trouble]] * 4 * FAILURES)
    await fail(client, FAILURES)
    sent = len(github.requests)
    github.fail()

    with pytest.raises(NotAsked):
        await read(client)
    with pytest.raises(NotAsked):
        await client.write('DELETE', '/repos/acme/api/git/refs/heads/x', None, about='acme/api')
    assert len(github.requests) == sent
    clock.seconds += LONGEST_S

    client._caller._call_timeout = PATIENCE
    assert await read(client) == 'acme/api'
    await client.aclose()


async def test_one_call_is_let_through_and_the_others_fail_at_once(
    client: GitHubClient, github: FakeGitHub, clock: Clock
) -> None:
    github.fail(*[fault.status(502)] * 4 * FAILURES)
    await fail(client, FAILURES)
    clock.seconds += LONGEST_S

    async def slowly(_: Request) -> Response:
        await asyncio.sleep(0)
        return Response('{"full_name": "acme/api"}')

    github.fail(slowly)
    results = await asyncio.gather(*[read(client) for _ in range(5)], return_exceptions=True)

    assert [type(result) for result in results] == [str, *[NotAsked] * 4]
    assert await asyncio.gather(*[read(client) for _ in range(5)]) == ['acme/api'] * 5


async def test_refusals_are_answers(client: GitHubClient, github: FakeGitHub) -> None:
    for _ in range(3):
        github.fail(*[fault.status(503)] * 4 * (FAILURES - 1))
        await fail(client, FAILURES - 1)
        github.fail(fault.status(404))
        with pytest.raises(RepositoryUnavailable):
            await read(client)

    assert await read(client) == 'acme/api'


async def test_a_person_is_not_kept_waiting(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(*[fault.status(503)] * 4 * FAILURES)
    await fail(client, FAILURES)

    client.forgive()

    assert await read(client) == 'acme/api'
