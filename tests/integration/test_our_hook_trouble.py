"""Our webhook at GitHub in trouble: no rights, lost answers, limits, pings that are refused."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from reviewflow.errors import (
    BadCredentials,
    ForgeError,
    ForgeUnavailable,
    RateLimited,
    RepositoryUnavailable,
    WriteRefused,
)
from reviewflow.our_hook import HookReport, HookTarget
from reviewflow.words import sentence
from sync.github.our_hook import EVENTS, NEEDS, OurHook
from tests.github import FakeGitHub, fault
from tests.integration.github_client import Clock, make_client
from tests.integration.hook_stand import RIGHT, SECRET, TARGET, URL, Taker, looks, make_github, make_hooks

NAME = 'acme/api'


@pytest.fixture
def github() -> FakeGitHub:
    return make_github()


@pytest.fixture(autouse=True)
def taker(github: FakeGitHub) -> Taker:
    return Taker(github)


async def set_up(github: FakeGitHub, clock: Clock | None = None) -> HookReport:
    return await make_hooks(github, clock).set_up(NAME)


async def refused(github: FakeGitHub) -> tuple[ForgeError, str]:
    with pytest.raises(ForgeError) as caught:
        await set_up(github)
    return caught.value, sentence(caught.value, 'GitHub')


def secrets(github: FakeGitHub) -> list[str | None]:
    return [hook.config.get('secret') for hook in github.sender.hooks]


async def test_without_rights_it_says_what_the_token_needs(github: FakeGitHub) -> None:
    github.may_manage_hooks = False

    error, said = await refused(github)

    assert isinstance(error, WriteRefused)
    assert said == f'GitHub takes no changes to acme/api: {NEEDS}'
    assert 'admin:repo_hook' in said
    assert 'Webhooks: read and write' in said


@pytest.mark.parametrize(
    'answer',
    [
        fault.status(404, message='Not Found'),
        fault.status(403, message='Resource not accessible by personal access token'),
        fault.status(403, message='Must have admin rights to Repository.'),
    ],
)
@pytest.mark.parametrize('has_one', [False, True])
async def test_a_token_that_only_reads_hooks_is_told_the_same(
    github: FakeGitHub, answer: fault.Fault, has_one: bool
) -> None:
    if has_one:
        github.add_hook(NAME, URL)
    github.fail(None, None, *[None] * (not has_one), answer)

    assert (await refused(github))[1].endswith(NEEDS)


async def test_a_repository_that_is_not_to_be_had_is_told_so(github: FakeGitHub) -> None:
    github.refuse(NAME)

    error, _ = await refused(github)

    assert isinstance(error, RepositoryUnavailable)
    assert len(github.requests) == 1


async def test_other_reasons_stay_githubs_own(github: FakeGitHub) -> None:
    github.repo(NAME).data['archived'] = True
    assert (await refused(github))[1].endswith('Repository was archived so is read-only')

    github.is_revoked = True
    assert isinstance((await refused(github))[0], BadCredentials)


class Lossy(httpx.AsyncBaseTransport):
    """Loses the first answer to this method."""

    def __init__(self, github: FakeGitHub, method: str) -> None:
        self._github = github.transport
        self._methods = {method}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._github.handle_async_request(request)
        if request.method in self._methods:
            self._methods.clear()
            raise httpx.ReadError('lost')
        return response


@pytest.mark.parametrize('method', ['POST', 'PATCH', 'DELETE'])
async def test_a_lost_answer_makes_no_double(github: FakeGitHub, method: str) -> None:
    if method != 'POST':
        github.add_hook(NAME, URL, events=('push',))
        github.add_hook(NAME, URL, events=('star',))
    clock = Clock()
    client = make_client(github, clock, transport=Lossy(github, method))

    report = await OurHook(client, github.url, TARGET, sleep=clock.sleep).set_up(NAME)

    assert [looks(hook) for hook in github.hooks(NAME)] == [RIGHT]
    assert report.has_arrived


async def test_whoever_was_faster_is_no_trouble(github: FakeGitHub) -> None:
    clock = Clock()
    client = make_client(github, clock)
    create: Callable[..., Any] = client.write

    async def beaten(method: str, url: str, body: object, *, about: str) -> Any:
        if method == 'POST' and url.endswith('/hooks'):
            github.add_hook(NAME, URL, events=EVENTS, content_type='json', secret='another')
        return await create(method, url, body, about=about)

    client.write = beaten  # type: ignore[method-assign]
    report = await OurHook(client, github.url, TARGET, sleep=clock.sleep).set_up(NAME)

    assert [looks(hook) for hook in github.hooks(NAME)] == [RIGHT]
    assert secrets(github) == [SECRET]
    assert report.has_arrived


async def test_an_outage_is_one(github: FakeGitHub) -> None:
    github.fail(*[fault.status(502)] * 9)

    assert isinstance((await refused(github))[0], ForgeUnavailable)


async def test_a_limit_is_obeyed(github: FakeGitHub) -> None:
    github.fail(None, None, None, fault.status(429, headers={'retry-after': '60'}))

    assert isinstance((await refused(github))[0], RateLimited)
    assert github.hooks(NAME) == []


@pytest.mark.parametrize(
    ('status', 'said'), [(401, '401 Unauthorized'), (404, '404 Not Found'), (503, '503 Service Unavailable')]
)
async def test_a_ping_that_is_refused_is_told(
    github: FakeGitHub, taker: Taker, status: int, said: str
) -> None:
    taker.answer = lambda: Response(status_code=status)

    report = await set_up(github)

    assert (report.ping, report.has_arrived) == (said, False)


async def test_a_ping_that_finds_nobody_is_told(github: FakeGitHub) -> None:
    github.sender.transport = None  # so it is the network that says so
    target = HookTarget(url='http://127.0.0.1:1/webhooks/github', secret=SECRET)

    report = await make_hooks(github, target=target).set_up(NAME)

    assert report.ping == '502 failed to connect to host'


async def test_where_github_does_not_say_how_the_ping_went_it_is_given_up(github: FakeGitHub) -> None:
    clock = Clock()
    await set_up(github)
    github.fail(*[None] * 5, *[fault.text('[]')] * 9)

    report = await set_up(github, clock)

    assert (report.ping, report.has_arrived) == (None, False)
    assert sum(clock.slept) < 15


async def test_the_secret_is_nowhere_to_be_seen(github: FakeGitHub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level('DEBUG')
    report = await set_up(github)

    assert SECRET not in repr(report) + repr(TARGET) + caplog.text + str(github.hooks(NAME))
