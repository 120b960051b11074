"""Our webhook on a GitHub that we did not write, which signs what it delivers."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewflow.our_hook import HookTarget
from reviewflow.settings import GitHub
from sync.github.client import GitHubClient
from sync.github.our_hook import EVENTS, OurHook
from tests.contracts.emulate import Emulator
from tests.integration.github_forge import at_once
from tests.integration.serving import listening
from tests.waiting import until

SECRET = "It's a Secret to Everybody"


class Taken:
    """Deliveries as they came."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.are_signed: list[bool] = []

    async def take(self, request: Request) -> Response:
        body = await request.body()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        self.are_signed.append(request.headers.get('x-hub-signature-256') == f'sha256={signature}')
        self.events.append(request.headers['x-github-event'])
        return Response(status_code=202)


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def url(taken: Taken) -> Iterator[str]:
    """Where deliveries are taken."""
    with listening(Starlette(routes=[Route('/webhooks/github', taken.take, methods=['POST'])])) as url:
        yield f'{url}/webhooks/github'


@pytest.fixture
async def hook(emulator: Emulator, url: str) -> AsyncIterator[OurHook]:
    client = GitHubClient(GitHub(api_url=emulator.url, token=SecretStr(emulator.token('ann'))), sleep=at_once)
    yield OurHook(client, emulator.url, HookTarget(url=url, secret=SECRET), sleep=at_once)
    await client.aclose()


def ask(emulator: Emulator, method: str, body: object = None) -> Any:
    headers = {'Authorization': f'Bearer {emulator.token("ann")}'}
    url = f'{emulator.url}/repos/ann/api/hooks'
    response = httpx.request(method, url, json=body, headers=headers, trust_env=False)
    response.raise_for_status()
    return response.json()


async def test_it_is_created_and_what_happens_comes_signed(
    emulator: Emulator, hook: OurHook, taken: Taken, url: str
) -> None:
    report = await hook.set_up('ann/api')

    assert report.is_new
    (made,) = ask(emulator, 'GET')
    assert (made['active'], made['config']['url']) == (True, url)
    assert set(made['events']) == set(EVENTS)
    number = emulator.open_pull('ann/api', 'Fix it', by='ann')
    emulator.review('ann/api', number, by='ben')
    await until(lambda: {'pull_request', 'pull_request_review'} <= set(taken.events))
    assert set(taken.are_signed) == {True}


async def test_it_is_repaired_and_stays_one(emulator: Emulator, hook: OurHook, url: str) -> None:
    for events in (['push'], ['issues']):
        wrong = {'config': {'url': url}, 'events': events, 'active': events == ['push']}
        ask(emulator, 'POST', wrong)

    report = await hook.set_up('ann/api')
    again = await hook.set_up('ann/api')

    assert 'events' in report.repaired
    assert report.removed == 1
    assert (again.is_new, again.removed) == (False, 0)
    assert len(ask(emulator, 'GET')) == 1
