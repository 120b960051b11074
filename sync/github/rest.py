"""GitHub by REST: works with and without a token, and with every GitHub Enterprise Server.

Source: https://docs.github.com/en/rest/pulls/pulls
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from reviewflow import policy
from reviewflow.errors import (
    ForgeUnavailable,
    PageLost,
    Reason,
    RepositoryUnavailable,
)
from reviewflow.forge import Ask, Listed, Lists, Page, Place, Pulls
from reviewflow.models import Detail, PullRequest, Repository, Review
from sync.github import check, normalise
from sync.github.check import Gap, Run
from sync.github.client import Answer, GitHubClient
from sync.github.portions import each_by_itself
from sync.github.protocol import PER_PAGE, UnknownCommit

PAGES_MAX = 100
COST_PER_PULL = 4
"""The pull, its reviews, and the two kinds of checks."""

T = TypeVar('T')
ReadRepositories = Callable[[str], Awaitable[tuple[Repository, ...]]]


class RestReader:
    """Repositories, lists and pulls, one request each and more.

    What belongs to one pull is read conditionally: again and unchanged, it costs nothing,
    but for a last page that is full: only its answer tells whether another follows.
    The ETag of a list is the caller's, who must not remember it before what came with it is stored.
    """

    def __init__(self, client: GitHubClient, api_url: str, *, has_token: bool) -> None:
        self._client = client
        self._api = api_url
        self._has_token = has_token
        self._told = set[tuple[int, str]]()  # the kinds of checks that a repository was seen to tell
        self._missed = set[tuple[int, int, str]]()  # those that were not found, though, of these pulls

    async def repository(self, name: str) -> Repository:
        """Look one up."""
        answer = await self._client.get_again(f'{self._api}/repos/{name}', normalise.repository, about=name)
        return answer.value

    async def repositories(self, pattern: str) -> list[Repository]:
        """Resolve ``owner/name`` or ``owner/*``; archived repositories count only when named."""
        owner, _, name = pattern.partition('/')
        if name != '*':
            return [await self.repository(pattern)]
        read = partial(self._all, parse=normalise.active_repositories, about=pattern)
        found = await read(f'{self._api}/users/{owner}/repos?per_page=100')
        if self._has_token:
            found += await self._private_too(owner, read)
        return list({repository.id: repository for repository in found}.values())

    async def _private_too(self, owner: str, read: ReadRepositories) -> tuple[Repository, ...]:
        """List all that an organisation, or the token's own person, has."""
        try:
            return await read(f'{self._api}/orgs/{owner}/repos?per_page=100')
        except RepositoryUnavailable as error:
            if error.reason is not Reason.MISSING:  # an organisation, whose rules this token breaks
                raise
        # else the owner is a person: there is no such organisation
        try:
            own = await read(f'{self._api}/user/repos?affiliation=owner&visibility=private&per_page=100')
        except RepositoryUnavailable:  # an app's token has no person
            return ()
        return tuple(each for each in own if each.name.partition('/')[0].lower() == owner.lower())

    async def lists(self, asks: Sequence[Ask]) -> Lists:
        """Read pages of lists."""
        return await each_by_itself(self._list, asks)

    async def pulls(self, places: Sequence[Place]) -> Pulls:
        """Read pulls with their reviews, and the checks of their heads."""
        return await each_by_itself(self._pull, places)

    async def _list(self, ask: Ask) -> Page | None:
        name, state = ask.repository.name, 'open' if ask.is_for_open else 'all'
        query = f'state={state}&sort=updated&direction=desc&per_page={PER_PAGE}'
        if ask.after is not None and '://' not in ask.after:  # GraphQL names its place in it
            raise PageLost(name)
        answer = await self._client.get(
            ask.after or f'{self._api}/repos/{name}/pulls?{query}',
            partial(normalise.pulls, asked=ask.repository),
            about=name,
            known=None if ask.after else ask.known,
        )
        return None if answer is None else _page(answer, is_first=ask.after is None)

    async def _pull(self, place: Place) -> PullRequest:
        name = place.repository.name
        answer = await self._client.get_again(
            f'{self._api}/repos/{name}/pulls/{place.number}',
            partial(_asked, place=place),
            about=name,
        )
        pull, detail = answer.value
        try:
            async with asyncio.TaskGroup() as tasks:
                reviews = tasks.create_task(self._reviews(pull))
                runs = tasks.create_task(self._runs(pull, place, 'check-runs', check.check_runs))
                statuses = tasks.create_task(self._runs(pull, place, 'status', check.statuses))
        except ExceptionGroup as group:
            error = group.exceptions[0]
            if isinstance(error, RepositoryUnavailable) and error.reason is Reason.MISSING:
                error = ForgeUnavailable('the reviews of a pull cannot be found')  # but the pull is there
            raise error from None
        checks = check.together(runs.result(), statuses.result())
        is_early = normalise.is_early(pull.updated_at, answer.date)
        detail = replace(detail, reviews=reviews.result(), checks=checks, is_early=is_early)
        return replace(pull, detail=detail)

    async def _reviews(self, pull: PullRequest) -> tuple[Review, ...]:
        url = f'{self._api}/repos/{pull.repository}/pulls/{pull.number}/reviews?per_page=100'
        reviews = await self._all(url, normalise.reviews, about=pull.repository)
        return tuple(policy.in_order({review.id: review for review in reviews}.values()))

    async def _runs(
        self, pull: PullRequest, place: Place, what: str, parse: Callable[[Any], tuple[Run, ...]]
    ) -> tuple[Run, ...] | Gap:
        """Read checks of the head.

        Raises:
            ForgeUnavailable: they are not found where there should be some, which is believed the next time.
        """
        if not pull.head_sha:
            return Gap.MISSING
        url = f'{self._api}/repos/{pull.repository}/commits/{pull.head_sha}/{what}?per_page=100'
        try:
            found = await self._all(url, parse, about=pull.repository)
        except UnknownCommit:
            return Gap.MISSING
        except RepositoryUnavailable as error:
            return Gap.FORBIDDEN if error.reason is Reason.FORBIDDEN else self._miss(place, what)
        self._told.add((place.repository.id, what))
        self._missed.discard((place.repository.id, place.number, what))
        return found

    def _miss(self, place: Place, what: str) -> Gap:
        """Take checks for missing where they always were; else only if that is said twice: it may pass."""
        spot = place.repository.id, place.number, what
        if (place.repository.id, what) in self._told and spot not in self._missed:
            self._missed.add(spot)
            raise ForgeUnavailable(f'{place.repository.name}: the checks of a pull cannot be found')
        return Gap.MISSING

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


def _asked(data: Any, place: Place) -> tuple[PullRequest, Detail]:
    """Read a single pull, which must be the one that was asked for."""
    pull, detail = normalise.pull(data, place.repository)
    if pull.number != place.number:
        raise ForgeUnavailable(f'{place.repository.name}: another pull than #{place.number} came')
    return pull, detail


def _page(answer: Answer[tuple[Repository, tuple[PullRequest, ...]]], *, is_first: bool) -> Page:
    repository, pulls = answer.value
    return Page(
        listed=tuple(map(_listed, pulls)),
        pulls=pulls,
        repository=repository,
        next=answer.next,
        mark=answer.etag if is_first else None,
        total=None if answer.pages is None else answer.pages * PER_PAGE,
    )


def _listed(pull: PullRequest) -> Listed:
    return Listed(number=pull.number, updated_at=pull.updated_at, is_open=pull.is_open, node_id=pull.node_id)
