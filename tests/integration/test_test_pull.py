"""A small real pull, created step by step: each is sent once, and what failed half-way leaves nothing."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from pydantic import SecretStr

from reviewflow.errors import (
    BadCredentials,
    ForgeError,
    ForgeUnavailable,
    LeftBehind,
    RateLimited,
    WriteRefused,
)
from reviewflow.settings import GitHub
from reviewflow.words import sentence
from sync.github.client import GitHubClient
from sync.github.forge import GitHubForge
from tests.github import FakeGitHub, fault
from tests.integration.github_client import Clock, make_client
from tests.integration.github_forge import at_once, make_forge

STEPS = ['GET', 'GET', 'POST', 'PUT', 'POST']


class Lossy(httpx.AsyncBaseTransport):
    """Loses the answers to these: the method, and how the path ends."""

    def __init__(self, github: FakeGitHub, *lost: tuple[str, str], then: Callable[[], object]) -> None:
        self._github = github.transport
        self._lost = lost
        self._then = then

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._github.handle_async_request(request)
        if any(request.method == method and end in request.url.path for method, end in self._lost):
            self._then()
            await asyncio.sleep(0)
            raise httpx.ReadError('lost')
        return response


@pytest.fixture
def github() -> FakeGitHub:
    github = FakeGitHub()
    github.add_repository('acme/api')
    return github


@pytest.fixture
async def forge(github: FakeGitHub) -> AsyncIterator[GitHubForge]:
    forge = make_forge(github)
    forge._client._sleep = forge._client._caller._sleep = at_once
    yield forge
    await forge.aclose()


def losing(
    github: FakeGitHub, *lost: tuple[str, str], then: Callable[[], object] | None = None
) -> GitHubForge:
    settings = GitHub(api_url=github.url, token=SecretStr(github.token))
    forge = GitHubForge(settings, transport=Lossy(github, *lost, then=then or (lambda: None)))
    forge._client._sleep = forge._client._caller._sleep = at_once
    return forge


def branches(github: FakeGitHub) -> set[str]:
    return set(github.repo('acme/api').branches)


async def refused(forge: GitHubForge) -> tuple[ForgeError, str]:
    """Try to create one; gives the error and its sentence."""
    with pytest.raises(ForgeError) as caught:
        await forge.create_test_pull('acme/api')
    return caught.value, sentence(caught.value, 'GitHub')


async def test_it_is_a_branch_a_file_and_a_pull(github: FakeGitHub, forge: GitHubForge) -> None:
    pull = await forge.create_test_pull('acme/api')

    assert [asked.method for asked in github.requests] == STEPS
    assert (pull.repository, pull.number, pull.base) == ('acme/api', 1, 'main')
    assert pull.head.startswith('reviewflow-test-')
    assert branches(github) == {'main', pull.head}
    ((place, content),) = github.repo('acme/api').files.items()
    assert place == (pull.head, f'{pull.head}.md')
    assert b'create-test-pr' in base64.b64decode(content)


async def test_each_has_a_branch_of_its_own(forge: GitHubForge) -> None:
    pulls = [await forge.create_test_pull('acme/api') for _ in range(3)]

    assert len({pull.head for pull in pulls}) == len({pull.title for pull in pulls}) == 3


async def test_a_renamed_repository_is_written_to_under_its_new_name(
    github: FakeGitHub, forge: GitHubForge
) -> None:
    github.rename('acme/api', 'acme/core')

    assert (await forge.create_test_pull('acme/api')).repository == 'acme/core'


async def test_without_a_token_nothing_is_asked(github: FakeGitHub) -> None:
    error, said = await refused(make_forge(github, has_token=False))

    assert isinstance(error, WriteRefused)
    assert said == 'GitHub takes no changes to acme/api: that needs a token which may write'
    assert github.requests == []


async def test_a_token_that_may_not_write_is_told_so(github: FakeGitHub, forge: GitHubForge) -> None:
    github.may_write = False

    _, said = await refused(forge)

    assert said == 'GitHub takes no changes to acme/api: Resource not accessible by personal access token'
    assert [asked.method for asked in github.requests] == STEPS[:3]


async def test_a_revoked_token_is_told_so(github: FakeGitHub, forge: GitHubForge) -> None:
    github.is_revoked = True

    assert isinstance((await refused(forge))[0], BadCredentials)


@pytest.mark.parametrize('step', [3, 4])
@pytest.mark.parametrize(
    ('broken', 'kind'),
    [
        (fault.status(422, message='No.'), WriteRefused),
        (fault.status(404, message='Not Found'), WriteRefused),
        (fault.status(502), ForgeUnavailable),
        (fault.html(), ForgeUnavailable),
        (fault.status(302, headers={'location': 'http://elsewhere.example/'}), ForgeUnavailable),
    ],
)
async def test_what_was_made_before_a_step_failed_is_removed(
    github: FakeGitHub, forge: GitHubForge, step: int, broken: fault.Fault, kind: type[ForgeError]
) -> None:
    github.fail(*[None] * step, broken)

    error, said = await refused(forge)

    assert isinstance(error, kind)
    assert '\n' not in said
    assert branches(github) == {'main'}
    methods = [asked.method for asked in github.requests if asked.method != 'GET']
    assert methods == [*STEPS[2 : step + 1], 'DELETE'], 'each was sent once'


async def test_what_cannot_be_removed_is_named(github: FakeGitHub, forge: GitHubForge) -> None:
    github.fail(*[None] * 4, fault.status(422, message='No.'), fault.status(403, message='No.'))

    error, said = await refused(forge)

    assert isinstance(error, LeftBehind)
    (branch,) = branches(github) - {'main'}
    assert said == f'GitHub takes no changes to acme/api: No; the branch {branch} of acme/api is left behind'


async def test_a_pull_whose_answer_was_lost_is_found_again(github: FakeGitHub) -> None:
    forge = losing(github, ('POST', '/pulls'))

    pull = await forge.create_test_pull('acme/api')

    assert github.pull('acme/api', pull.number).listed['title'] == pull.title
    assert len(github.repo('acme/api').pulls) == 1
    assert branches(github) == {'main', pull.head}
    await forge.aclose()


@pytest.mark.parametrize('lost', [('POST', '/git/refs'), ('PUT', '/contents/')])
async def test_a_step_whose_answer_was_lost_is_taken_back(github: FakeGitHub, lost: tuple[str, str]) -> None:
    forge = losing(github, lost)

    error, _ = await refused(forge)

    assert isinstance(error, ForgeUnavailable)
    assert branches(github) == {'main'}
    await forge.aclose()


@pytest.mark.parametrize('lost', [('POST', '/git/refs'), ('PUT', '/contents/'), ('POST', '/pulls')])
async def test_whoever_breaks_it_off_leaves_nothing_behind(github: FakeGitHub, lost: tuple[str, str]) -> None:
    tasks: list[asyncio.Task[object]] = []
    forge = losing(github, lost, then=lambda: [each.cancel() for each in tasks])
    tasks.append(asyncio.ensure_future(forge.create_test_pull('acme/api')))

    with pytest.raises(asyncio.CancelledError):
        await tasks[0]

    assert branches(github) == {'main'}
    await forge.aclose()


async def test_without_any_answer_the_branch_is_named(github: FakeGitHub) -> None:
    forge = losing(github, ('PUT', '/contents/'), ('DELETE', '/git/refs/'))

    error, said = await refused(forge)

    assert isinstance(error, LeftBehind)
    assert said.startswith('GitHub cannot be read: no connection; the branch reviewflow-test-')
    await forge.aclose()


# The client that writes


async def test_writes_are_a_second_apart() -> None:
    github, clock = FakeGitHub(token='canary-1f6e0d'), Clock()
    github.add_repository('acme/api')
    client: GitHubClient = make_client(github, clock)
    sha = github.repo('acme/api').branches['main']
    for number in range(3):
        body = {'ref': f'refs/heads/{number}', 'sha': sha}
        await client.write('POST', f'{github.url}/repos/acme/api/git/refs', body, about='acme/api')
    await client.aclose()

    assert [pause for pause in clock.slept if pause] == [1, 1]


async def test_a_write_that_is_limited_is_not_sent_again_before_its_time(
    github: FakeGitHub, forge: GitHubForge
) -> None:
    github.fail(None, None, fault.status(429, headers={'retry-after': '60'}))

    error, _ = await refused(forge)
    again, _ = await refused(forge)

    assert isinstance(error, RateLimited)
    assert isinstance(again, RateLimited)
    assert len(github.requests) == 3
