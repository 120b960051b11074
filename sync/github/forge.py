"""GitHub as a forge: by GraphQL with a token, by REST without one or where GraphQL is not to be had."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import httpx

from reviewflow.errors import (
    ForgeError,
    NoGraphQL,
    PageLost,
    RateLimited,
    RepositoryUnavailable,
    TooMuchAsked,
    WriteRefused,
)
from reviewflow.forge import Ask, Budget, Lists, Place, Pulls, Pulse, Pulses, RequestOutcome
from reviewflow.models import Person, PullRequest, Repository
from reviewflow.our_hook import HookReport, HookTarget, Undelivered
from reviewflow.picture import Picture
from reviewflow.settings import GitHub
from sync.github import deliveries, graph_reader, rest, trial
from sync.github.allowance import Allowance
from sync.github.client import GitHubClient
from sync.github.governor import Governor, Toll
from sync.github.graph_reader import GraphReader
from sync.github.graph_value import CURSOR
from sync.github.our_hook import OurHook
from sync.github.picture import PictureReader
from sync.github.protocol import Resource
from sync.github.rest import RestReader

log = logging.getLogger(__name__)

NAMES = {Resource.CORE: 'REST', Resource.GRAPHQL: 'GraphQL'}
AGAIN_AFTER_S, AGAIN_AFTER_MAX_S = 60, 3600
"""How long REST is used before GraphQL is tried again: longer each time, as it may really not be there."""

T = TypeVar('T')


class GitHubForge:
    """A :class:`reviewflow.forge.Forge`."""

    title = 'GitHub'
    is_pretend = False

    def __init__(
        self,
        settings: GitHub,
        *,
        governor: Governor | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        client: GitHubClient | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        by_graph: bool = True,
    ) -> None:
        url = httpx.URL(settings.api_url)
        self.key = f'github:{url.netloc.decode()}{url.path.rstrip("/")}'
        self._api = settings.api_url
        self._has_token = settings.token is not None
        self.free_when_unchanged = self._has_token
        self._client = client or GitHubClient(settings, governor=governor, transport=transport)
        self._rest = RestReader(self._client, settings.api_url, has_token=self._has_token)
        self._graph = GraphReader(self._client, lambda repository: self._rest.repository(repository.name))
        self._pictures = PictureReader(settings, transport=transport)
        self._monotonic = monotonic
        self._again_after_s = AGAIN_AFTER_S
        self._graph_from_s = float('-inf') if self._has_token and by_graph else float('inf')

    @property
    def lists_at_once(self) -> int:
        """How many lists one request can ask for."""
        return graph_reader.REPOSITORIES_AT_ONCE if self._has_graph else 1

    @property
    def pulls_at_once(self) -> int:
        """How many pulls one request can ask for."""
        return graph_reader.PULLS_AT_ONCE if self._has_graph else 1

    @property
    def cost_per_pull(self) -> float:
        """What reading a pull costs: points of GraphQL, or requests of REST."""
        return graph_reader.COST_PER_PULL if self._has_graph else rest.COST_PER_PULL

    @property
    def budget(self) -> Budget | None:
        """What is left of the hour's allowance."""
        return self._allowance.budget

    @property
    def spent(self) -> int:
        """What was spent so far: points of GraphQL, or requests of REST that counted."""
        return self._allowance.spent

    @property
    def means(self) -> str:
        """Which of the two is used now."""
        return 'GraphQL' if self._has_graph else 'REST'

    @property
    def budgets(self) -> Mapping[str, Budget]:
        """What is left of each."""
        found = {NAMES[resource]: each.budget for resource, each in self._client.allowances.items()}
        return {name: budget for name, budget in found.items() if budget is not None}

    @property
    def skew(self) -> timedelta:
        """How far GitHub's clock is ahead of ours."""
        return self._client.skew

    @property
    def outcomes(self) -> Mapping[RequestOutcome, int]:
        """What came of the requests so far, without those for pictures."""
        return self._client.outcomes

    async def repositories(self, pattern: str) -> list[Repository]:
        """Resolve ``owner/name`` or ``owner/*``; archived repositories count only when named."""
        return await self._rest.repositories(pattern)

    async def lists(self, asks: Sequence[Ask]) -> Lists:
        """Read pages of lists."""
        return await self._either(lambda: self._lists(asks), lambda: self._rest.lists(asks))

    async def pulls(self, places: Sequence[Place]) -> Pulls:
        """Read pulls with reviews and checks."""
        return await self._either(lambda: self._pulls(places), lambda: self._rest.pulls(places))

    async def pulses(self, node_ids: Sequence[str]) -> Pulses | None:
        """Feel the pulses of pulls; None while only REST is to be had."""
        return await self._either(lambda: self._graph.pulses(node_ids), _nothing)

    async def create_test_pull(self, repository: str) -> PullRequest:
        """Create a small real pull that can be thrown away."""
        if not self._has_token:
            raise WriteRefused(repository, 401, 'that needs a token which may write')
        answer = await self._client.get(f'{self._api}/repos/{repository}', trial.base_of, about=repository)
        return await trial.Trial(self._client, self._api, answer.value).create()

    async def set_up_hook(self, repository: str, target: HookTarget) -> HookReport:
        """See that it has exactly one webhook of ours, as it should be, and have it pinged."""
        if not self._has_token:
            raise WriteRefused(repository, 401, 'that needs a token which may manage webhooks')
        return await OurHook(self._client, self._api, target).set_up(repository)

    async def undelivered(
        self, repository: str, target: HookTarget, since: datetime
    ) -> Sequence[Undelivered]:
        """List what our webhook could not bring since then."""
        if not self._has_token:
            return ()
        return await OurHook(self._client, self._api, target).undelivered(repository, since)

    async def payload(self, repository: str, delivery: Undelivered) -> object | None:
        """Fetch what a delivery said."""
        return await deliveries.payload(self._client, delivery.handle, about=repository)

    async def avatar(self, person: Person) -> Picture | None:
        """Fetch a small picture of somebody, if GitHub itself keeps it."""
        return None if person.avatar_url is None else await self._pictures.read(person.avatar_url)

    def forgive(self) -> None:
        """Ask again at once, where asking was given up for a while."""
        self._client.forgive()

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()
        await self._pictures.aclose()

    async def _lists(self, asks: Sequence[Ask]) -> Lists:
        """Read by GraphQL, and by REST what was begun by it."""
        by_rest = [ask for ask in asks if _is_of_rest(ask)]
        found = await self._begun_by_rest(by_rest) if by_rest else []
        others = await self._graph.lists([ask for ask in asks if not _is_of_rest(ask)])
        answers = {True: iter(found), False: iter(others)}
        return [next(answers[_is_of_rest(ask)]) for ask in asks]

    async def _begun_by_rest(self, asks: Sequence[Ask]) -> Lists:
        """Go on with lists; while REST alone has to wait they are lost, so that GraphQL begins them anew.

        Raises:
            RateLimited: GraphQL has to wait too.
        """
        try:
            return await self._rest.lists(asks)
        except RateLimited:
            self._client.governor.pause_s(Toll(resource=Resource.GRAPHQL))
            return [PageLost(ask.repository.name) for ask in asks]

    async def _pulls(self, places: Sequence[Place]) -> Pulls:
        """Read by GraphQL, and by REST what is too much for one query."""
        found = list(await self._graph.pulls(places))
        big = [index for index, pull in enumerate(found) if isinstance(pull, TooMuchAsked)]
        for index, pull in zip(big, await self._big([places[index] for index in big]), strict=True):
            found[index] = pull
        return found

    async def _big(self, places: Sequence[Place]) -> Pulls:
        """Read by REST, with their pulses by GraphQL; while REST has to wait, only these pulls do.

        That is no :class:`reviewflow.errors.ForgeUnavailable`, of which several mean that the host is down.
        """
        pulses = await self._pulses_before(places)
        try:
            return [_with_pulse(pull, pulses) for pull in await self._rest.pulls(places)]
        except RateLimited as error:
            until = f'REST has to wait until {error.resets_at:%H:%M} UTC'
            names = (f'{place.repository.name}#{place.number}' for place in places)
            return [ForgeError(f'{name} is too much for GraphQL, and {until}') for name in names]

    async def _pulses_before(self, places: Sequence[Place]) -> Mapping[str, str]:
        """Feel the pulses of pulls that are to be read, by node id, as far as they are to be had.

        Felt afterwards, a pulse would hide what moved in between.
        """
        node_ids = [place.node_id for place in places if place.node_id]
        try:
            pulses = await self._graph.pulses(node_ids)
        except ForgeError as error:
            log.debug('no pulses of pulls that REST reads: %s', error)
            return {}
        felt = zip(node_ids, pulses, strict=True)
        return {node_id: pulse.digest for node_id, pulse in felt if isinstance(pulse, Pulse)}

    @property
    def _has_graph(self) -> bool:
        return self._monotonic() >= self._graph_from_s

    @property
    def _allowance(self) -> Allowance:
        return self._client.allowances[Resource.GRAPHQL if self._has_graph else Resource.CORE]

    async def _either(self, by_graph: Callable[[], Awaitable[T]], by_rest: Callable[[], Awaitable[T]]) -> T:
        """Read by GraphQL; by REST where there is none, or where it is refused as a whole."""
        if not self._has_graph:
            return await by_rest()
        graph_from_s = self._graph_from_s
        try:
            answer = await by_graph()
        except NoGraphQL as error:
            if self._graph_from_s == graph_from_s:  # the first of several under way speaks for all
                log.info('GitHub is read by REST, since GraphQL is not to be had: %s', error)
                self._graph_from_s = self._monotonic() + self._again_after_s
                self._again_after_s = min(2 * self._again_after_s, AGAIN_AFTER_MAX_S)
        except RepositoryUnavailable as error:
            log.debug('a query was refused, REST will tell why: %s', error)
        else:
            if self._monotonic() >= self._graph_from_s + AGAIN_AFTER_MAX_S:  # all of it works, and not some
                self._again_after_s = AGAIN_AFTER_S
            return answer
        return await by_rest()


def _is_of_rest(ask: Ask) -> bool:
    return ask.after is not None and not ask.after.startswith(CURSOR)


def _with_pulse(pull: PullRequest | ForgeError, pulses: Mapping[str, str]) -> PullRequest | ForgeError:
    """Add the pulse to what REST tells of a pull."""
    if not isinstance(pull, PullRequest) or pull.detail is None:
        return pull
    return replace(pull, detail=replace(pull.detail, pulse=pulses.get(pull.node_id, '')))


async def _nothing() -> None:
    return None
