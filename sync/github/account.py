"""What a token turns out to be: whose it is, what it may do, which repositories it sees.

Sources:
    https://docs.github.com/en/rest/users/users#get-the-authenticated-user
    https://docs.github.com/en/rest/repos/repos#list-repositories-for-the-authenticated-user
    https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from reviewflow.address import better_address, is_mistaken
from reviewflow.connection import Seen, SeenRepository, TokenReport
from reviewflow.errors import ApprovalNeeded, ForgeUnavailable, NotGitHub, Reason, RepositoryUnavailable
from reviewflow.settings import GitHub
from reviewflow.text import NAME_MAX, line
from sync.github import normalise, protocol, value
from sync.github.client import GitHubClient
from sync.github.governor import Governors
from sync.github.wire import Reply

PATIENCE = timedelta(seconds=15)
"""Somebody sits there and waits."""
PAGES_MAX = 10
"""Of a hundred repositories each; whoever has more names them."""
ALL_VISIBLE = 'affiliation=owner,collaborator,organization_member&sort=pushed&per_page=100'


class GitHubProbe:
    """A :class:`reviewflow.connection.Probe`; each question has its own connection, each token its limits."""

    def __init__(
        self, *, governors: Governors | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._governors = governors or Governors()
        self._transport = transport

    async def account(self, github: GitHub) -> TokenReport:
        """Tell whose token it is."""
        async with self._client(github) as client:
            reply = await client.ask(f'{github.api_url}/user')
            data = _json(reply, github)
            report = TokenReport(
                host=httpx.URL(github.api_url).host,
                login=None,
                name='',
                scopes=protocol.scopes(reply.headers),
                expires_at=protocol.expiry(reply.headers),
                budget=client.allowance.budget,
            )
            if reply.status == 404:
                raise NotGitHub(github.api_url, better_address(github.api_url))
            if _is_refused(reply, 'the account'):  # an app, which may not ask who it is
                return report
            login = line(value.dig(data, 'login'), at_most=NAME_MAX)
            if not login:
                raise NotGitHub(github.api_url, better_address(github.api_url))
            return replace(report, login=login, name=line(value.dig(data, 'name'), at_most=NAME_MAX))

    async def repositories(self, github: GitHub) -> Seen:
        """List what the token sees, up to a thousand; an app's token cannot list."""
        found: dict[str, SeenRepository] = {}
        hidden, url = 0, f'{github.api_url}/user/repos?{ALL_VISIBLE}'
        async with self._client(github) as client:
            for _ in range(PAGES_MAX):
                reply = await client.ask(url)
                data = _json(reply, github)
                if _is_refused(reply, 'the repositories of the account'):
                    return Seen()
                hidden = max(hidden, protocol.hidden_organisations(reply.headers))
                seen = [each for each in map(_seen, value.items(data)) if each is not None]
                found |= {each.name: each for each in seen}
                next_url = protocol.next_link(reply.headers)
                if next_url is None:
                    return Seen(repositories=tuple(found.values()), hidden_organisations=hidden)
                url = next_url
        return Seen(repositories=tuple(found.values()), has_more=True, hidden_organisations=hidden)

    async def repository(self, github: GitHub, name: str) -> SeenRepository:
        """Look a repository, or with ``owner/*`` an owner, up by name."""
        owner, _, short = name.partition('/')
        path = f'users/{owner}' if short == '*' else f'repos/{name}'
        async with self._client(github) as client:
            reply = await client.ask(f'{github.api_url}/{path}')
            data = _json(reply, github)
            _check(reply, name)
        if short == '*':
            is_organisation = value.dig(data, 'type') == 'Organization'
            return SeenRepository(name=f'{owner}/*', is_of_organisation=is_organisation)
        if (seen := _seen(data)) is None:
            raise RepositoryUnavailable(name, Reason.MISSING)
        return seen

    @asynccontextmanager
    async def _client(self, github: GitHub) -> AsyncIterator[GitHubClient]:
        if is_mistaken(github.api_url):
            raise NotGitHub(github.api_url, better_address(github.api_url))
        client = GitHubClient(
            github, governor=self._governors.of(github), transport=self._transport, call_timeout=PATIENCE
        )
        client.forgive()
        try:
            yield client
        finally:
            await client.aclose()


def _json(reply: Reply, github: GitHub) -> Any:
    """Parse whatever status it has: GitHub answers everything in JSON."""
    try:
        return reply.body.json()
    except ForgeUnavailable:
        raise NotGitHub(github.api_url, better_address(github.api_url)) from None


def _is_refused(reply: Reply, about: str) -> bool:
    """Tell whether this kind of token may not ask that at all; whatever else is wrong is raised."""
    try:
        _check(reply, about)
    except ApprovalNeeded:
        raise
    except RepositoryUnavailable:
        return True
    return False


def _check(reply: Reply, about: str) -> None:
    if reply.status != 200:
        raise protocol.failure(reply.status, about, reply.headers, reply.message)


def _seen(item: Any) -> SeenRepository | None:
    name = value.matching(normalise.REPOSITORY, value.dig(item, 'full_name'))
    if name is None:
        return None
    return SeenRepository(
        name=name,
        is_private=item.get('private') is True,
        is_archived=item.get('archived') is True,
        is_of_organisation=value.dig(item, 'owner', 'type') == 'Organization',
        pushed_at=value.time(item.get('pushed_at')),
    )
