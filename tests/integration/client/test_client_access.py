"""Whom the client asks with its token: refusals and redirects. Time is ours."""

import logging
import traceback

import pytest

from reviewflow.errors import BadCredentials, ForgeUnavailable, RepositoryUnavailable
from sync.github.client import GitHubClient
from tests.github import FakeGitHub, fault
from tests.integration.github_client import TOKEN, Clock, make_client, read

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
