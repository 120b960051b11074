"""GitHub by REST: works with and without a token, and with every GitHub Enterprise Server.

Source: https://docs.github.com/en/rest/pulls/pulls
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import httpx

from reviewflow import policy
from reviewflow.errors import (
    ApprovalNeeded,
    ForgeUnavailable,
    Reason,
    RepositoryUnavailable,
    WriteRefused,
)
from reviewflow.forge import Budget, Page, RequestOutcome
from reviewflow.models import Person, PullRequest, Repository, Review
from reviewflow.picture import Picture
from reviewflow.settings import GitHub
from sync.github import check, normalise, trial
from sync.github.check import Gap, Run
from sync.github.client import Answer, GitHubClient
from sync.github.picture import PictureReader
from sync.github.protocol import UnknownCommit

PAGES_MAX = 100

T = TypeVar('T')
ReadRepositories = Callable[[str], Awaitable[tuple[Repository, ...]]]


class GitHubForge:
    """A :class:`reviewflow.forge.Forge`.

    What belongs to one pull is read conditionally: again and unchanged, it costs nothing.
    The ETag of a list is the caller's, who must not remember it before what came with it is stored.
    """

    title = 'GitHub'
    is_pretend = False
    requests_per_detail = 4

    def __init__(self, settings: GitHub, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        url = httpx.URL(settings.api_url)
        self.key = f'github:{url.netloc.decode()}{url.path.rstrip("/")}'
        self._api = settings.api_url
        self._has_token = settings.token is not None
        self.free_when_unchanged = self._has_token
        self._client = GitHubClient(settings, transport=transport)
        self._pictures = PictureReader(settings, transport=transport)

    @property
    def budget(self) -> Budget | None:
        """What is left of the hour's allowance."""
        return self._client.allowance.budget

    @property
    def spent(self) -> int:
        """Requests so far that counted."""
        return self._client.allowance.spent

    @property
    def outcomes(self) -> Mapping[RequestOutcome, int]:
        """What came of the requests so far, without those for pictures."""
        return self._client.outcomes

    async def repositories(self, pattern: str) -> list[Repository]:
        """Resolve ``owner/name`` or ``owner/*``; archived repositories count only when named."""
        owner, _, name = pattern.partition('/')
        if name != '*':
            answer = await self._client.get_again(
                f'{self._api}/repos/{pattern}', normalise.repository, about=pattern
            )
            return [answer.value]
        read = partial(self._all, parse=normalise.active_repositories, about=pattern)
        found = await read(f'{self._api}/users/{owner}/repos?per_page=100')
        if self._has_token:
            found += await self._private_too(owner, read)
        return list({repository.id: repository for repository in found}.values())

    async def _private_too(self, owner: str, read: ReadRepositories) -> tuple[Repository, ...]:
        """List all that an organisation, or the token's own person, has."""
        try:
            return await read(f'{self._api}/orgs/{owner}/repos?per_page=100')
        except ApprovalNeeded:
            raise
        except RepositoryUnavailable:  # the owner is a person
            pass
        try:
            own = await read(f'{self._api}/user/repos?affiliation=owner&visibility=private&per_page=100')
        except RepositoryUnavailable:  # an app's token has no person
            return ()
        return tuple(each for each in own if each.name.partition('/')[0].lower() == owner.lower())

    async def changed_pulls(
        self, repository: Repository, *, known: str | None = None, after: str | None = None
    ) -> Page | None:
        """Read a page of all pulls, most recently updated first; None if nothing changed since ``known``."""
        answer = await self._client.get(
            after or self._list(repository, 'all'),
            partial(normalise.pulls, asked=repository),
            about=repository.name,
            known=None if after else known,
        )
        return None if answer is None else _page(answer, is_first=after is None)

    async def open_pulls(self, repository: Repository, *, after: str | None = None) -> Page:
        """Read a page of the open pulls, most recently updated first."""
        answer = await self._client.get(
            after or self._list(repository, 'open'),
            partial(normalise.pulls, asked=repository),
            about=repository.name,
        )
        return _page(answer, is_first=after is None)

    async def pull(self, repository: Repository, number: int) -> PullRequest:
        """Read one pull with its reviews, and the checks of its head."""
        answer = await self._client.get_again(
            f'{self._api}/repos/{repository.name}/pulls/{number}',
            partial(normalise.pull, asked=repository),
            about=repository.name,
        )
        pull, detail = answer.value
        try:
            async with asyncio.TaskGroup() as tasks:
                reviews = tasks.create_task(self._reviews(pull))
                runs = tasks.create_task(self._runs(pull, 'check-runs', check.check_runs))
                statuses = tasks.create_task(self._runs(pull, 'status', check.statuses))
        except ExceptionGroup as group:
            error = group.exceptions[0]
            if isinstance(error, RepositoryUnavailable) and error.reason is Reason.MISSING:
                error = ForgeUnavailable('the reviews of a pull cannot be found')  # but the pull is there
            raise error from None
        checks = check.together(runs.result(), statuses.result())
        return replace(pull, detail=replace(detail, reviews=reviews.result(), checks=checks))

    async def create_test_pull(self, repository: str) -> PullRequest:
        """Create a small real pull that can be thrown away."""
        if not self._has_token:
            raise WriteRefused(repository, 401, 'that needs a token which may write')
        answer = await self._client.get(f'{self._api}/repos/{repository}', trial.base_of, about=repository)
        return await trial.Trial(self._client, self._api, answer.value).create()

    async def avatar(self, person: Person) -> Picture | None:
        """Fetch a small picture of somebody, if GitHub itself keeps it."""
        return None if person.avatar_url is None else await self._pictures.read(person.avatar_url)

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()
        await self._pictures.aclose()

    def _list(self, repository: Repository, state: str) -> str:
        query = f'state={state}&sort=updated&direction=desc&per_page=100'
        return f'{self._api}/repos/{repository.name}/pulls?{query}'

    async def _reviews(self, pull: PullRequest) -> tuple[Review, ...]:
        url = f'{self._api}/repos/{pull.repository}/pulls/{pull.number}/reviews?per_page=100'
        reviews = await self._all(url, normalise.reviews, about=pull.repository)
        return tuple(policy.in_order({review.id: review for review in reviews}.values()))

    async def _runs(
        self, pull: PullRequest, what: str, parse: Callable[[Any], tuple[Run, ...]]
    ) -> tuple[Run, ...] | Gap:
        """Read checks of the head."""
        if not pull.head_sha:
            return Gap.MISSING
        url = f'{self._api}/repos/{pull.repository}/commits/{pull.head_sha}/{what}?per_page=100'
        try:
            return await self._all(url, parse, about=pull.repository)
        except UnknownCommit:
            return Gap.MISSING
        except RepositoryUnavailable as error:
            return Gap.FORBIDDEN if error.reason is Reason.FORBIDDEN else Gap.MISSING

    async def _all(self, url: str, parse: Callable[[Any], tuple[T, ...]], *, about: str) -> tuple[T, ...]:
        """Read a list to its end."""
        found: tuple[T, ...] = ()
        for _ in range(PAGES_MAX):
            answer = await self._client.get_again(url, parse, about=about)
            found += answer.value
            if answer.next is None:
                return found
            url = answer.next
        raise ForgeUnavailable(f'{about}: a list without end')


def _page(answer: Answer[tuple[Repository, tuple[PullRequest, ...]]], *, is_first: bool) -> Page:
    repository, pulls = answer.value
    return Page(pulls=pulls, repository=repository, next=answer.next, mark=answer.etag if is_first else None)
