"""A host that repeats the token: nobody who reads an error, a page or the log gets to see it."""

import json
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from reviewflow.errors import ForgeError
from sync.github.client import GitHubClient
from tests.github import FakeGitHub, fault
from tests.integration.github_client import TOKEN, Clock, make_client, read

OTHERS = [
    'ghp_1CaNaRy2',
    'gho_1CaNaRy2',
    'ghu_1CaNaRy2',
    'ghs_1CaNaRy2',
    'ghr_1CaNaRy2',
    'github_pat_1_CaNaRy2',
]
UNUSUAL = ['Bearer 1CaNaRy2', 'bearer  1CaNaRy2', 'Authorization: token 1CaNaRy2', 'authorization:1CaNaRy2']
SECRETS = [TOKEN, *OTHERS, *UNUSUAL]


async def query(client: GitHubClient) -> object:
    answer = await client.query('query($ids: [ID!]!) { x }', {'ids': ['R_1']}, about='acme/api')
    raise answer.reason('acme/api', 'nodes', 0)


async def write(client: GitHubClient) -> object:
    return await client.write('POST', '/repos/acme/api/hooks', {}, about='acme/api')


def whole(said: str) -> fault.Fault:
    return fault.text(json.dumps({'errors': [{'message': said}]}))


def bare(said: str) -> fault.Fault:
    return fault.text(json.dumps({'message': said}))


def unknown(said: str) -> fault.Fault:
    error = {'message': said, 'extensions': {'code': 'undefinedField'}}
    return fault.text(json.dumps({'errors': [error]}))


def too_much(said: str) -> fault.Fault:
    return fault.text(json.dumps({'errors': [{'type': 'RESOURCE_LIMITS_EXCEEDED', 'message': said}]}))


def partly(said: str) -> fault.Fault:
    error = {'message': said, 'path': ['nodes', 0]}
    return fault.text(json.dumps({'data': {'nodes': [None]}, 'errors': [error]}))


def refused(said: str) -> fault.Fault:
    return fault.status(422, message=said)


SAYING: dict[str, tuple[Callable[[GitHubClient], Awaitable[object]], Callable[[str], fault.Fault]]] = {
    'all of a query': (query, whole),
    'an answer of another kind': (query, bare),
    'an unknown field': (query, unknown),
    'too much': (query, too_much),
    'a part of a query': (query, partly),
    'a change': (write, refused),
}


@pytest.fixture
def github() -> FakeGitHub:
    github = FakeGitHub(token=TOKEN)
    github.add_repository('acme/api')
    return github


@pytest.fixture
async def client(github: FakeGitHub) -> AsyncIterator[GitHubClient]:
    client = make_client(github, Clock())
    yield client
    await client.aclose()


@pytest.mark.parametrize('way', SAYING)
@pytest.mark.parametrize('secret', SECRETS)
async def test_a_token_that_the_host_repeats_is_in_no_error(
    secret: str, way: str, client: GitHubClient, github: FakeGitHub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ask, say = SAYING[way]
    github.fail(say(f'upstream refused: {secret}, it said'))

    with pytest.raises(ForgeError) as raised:
        await ask(client)

    told = ''.join(traceback.format_exception(raised.value, chain=False)).splitlines()[-1] + caplog.text
    assert 'upstream refused: ' in told
    assert TOKEN not in told
    assert 'CaNaRy' not in told


async def test_our_own_token_is_in_no_value_either(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(fault.text(json.dumps({'full_name': f'acme/{TOKEN}'})))

    assert await read(client) == 'acme/***'


async def test_a_redirect_does_not_repeat_it(client: GitHubClient, github: FakeGitHub) -> None:
    github.fail(fault.redirect('https://ghp_1canary2.example/'))

    with pytest.raises(ForgeError) as raised:
        await read(client)

    assert 'canary' not in str(raised.value)
