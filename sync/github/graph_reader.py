"""GitHub by GraphQL: many repositories and pulls in one request, for a token only.

Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from reviewflow.connection import READ_ORG
from reviewflow.errors import ForgeError, ForgeUnavailable, RepositoryUnavailable, TooMuchAsked
from reviewflow.forge import Ask, Lists, Page, Place, Pulls, Pulse, Pulses
from reviewflow.models import PullRequest, Repository
from sync.github import documents, graph_shape, graph_value, normalise, value
from sync.github.client import GitHubClient
from sync.github.graph import GraphAnswer, GraphError, OutOfScope
from sync.github.graph_shape import Json
from sync.github.portions import Portion, in_portions
from sync.health import STOPPING, forge_error
from sync.together import together

REPOSITORIES_AT_ONCE = 50
PULLS_AT_ONCE = 24
"""Fifty with their checks take GitHub five seconds; it gives up after ten. 144 connections are a point."""
PULSES_AT_ONCE = 50
COST_PER_PULL = 0.06
"""Six connections, a hundredth of a point each; a query is rounded to whole points."""
LINES = 20
"""Of a list that are looked at to find out whether something changed."""
LINES_MAX = 100
PAGES_MAX = 50
"""Of the reviews, threads or checks of one pull."""
ABOUT = 'a query'
ASKED_REFUSED = (
    'Some of those who are asked for a review are left out, since the token may not see them: '
    'a fine-grained one wants "Members: read" of their organisation'
)

log = logging.getLogger(__name__)

Find = Callable[[Repository], Awaitable[Repository]]


class Document(Protocol):
    """One of ``documents`` that asks for pulls."""

    def __call__(self, *, may_read_org: bool) -> str:
        """Give its text, for tokens that may read organisations or for all."""
        ...


class GraphReader:
    """Lists, pulls and pulses; what is wrong with one thing stands in its place."""

    def __init__(self, client: GitHubClient, find: Find) -> None:
        self._client = client
        self._find = find  # looks a repository up whose node id we do not know
        self._repositories_at_once = Portion(REPOSITORIES_AT_ONCE)
        self._pulls_at_once = Portion(PULLS_AT_ONCE)
        self._pulses_at_once = Portion(PULSES_AT_ONCE)
        self._may_read_org = True  # until a classic token turns out to lack the scope
        self._scopes: tuple[str, ...] = ()
        self._has_warned = False

    async def lists(self, asks: Sequence[Ask]) -> Lists:
        """Read pages of lists: first pages together, each following one by itself."""
        groups = defaultdict[tuple[bool, str | None], list[int]](list)
        for place, ask in enumerate(asks):
            groups[ask.is_for_open, ask.after].append(place)
        answers = dict[int, Page | ForgeError | None]()

        async def read(places: list[int]) -> None:
            group = [asks[place] for place in places]
            pages = await in_portions(group, self._pages, self._repositories_at_once)
            answers.update(zip(places, pages, strict=True))

        await together(*(read(places) for places in groups.values()))
        return [answers[place] for place in range(len(asks))]

    async def pulls(self, places: Sequence[Place]) -> Pulls:
        """Read pulls with reviews, threads and checks; those of which we know only the number singly."""
        named = [place for place in places if place.node_id]
        answers = dict[Place, PullRequest | ForgeError]()

        async def read_named() -> None:
            found = await in_portions(named, self._named, self._pulls_at_once)
            answers.update(zip(named, found, strict=True))

        async def read_numbered(place: Place) -> None:
            answers[place] = await self._numbered(place)

        await together(read_named(), *(read_numbered(place) for place in places if not place.node_id))
        return [answers[place] for place in places]

    async def pulses(self, node_ids: Sequence[str]) -> Pulses:
        """Feel the pulses of pulls; None for one that was not found."""
        return await in_portions(node_ids, self._felt, self._pulses_at_once)

    async def _pages(self, asks: Sequence[Ask]) -> list[Page | ForgeError | None]:
        """Read pages that are asked for in the same way."""
        ask = asks[0]
        found = await together(*(self._node_id(ask.repository) for ask in asks))
        ids = [node_id for node_id in found if isinstance(node_id, str)]
        variables = {
            'ids': ids,
            'first': LINES_MAX if ask.is_for_open or ask.after else LINES,
            'after': ask.after and ask.after.removeprefix(graph_value.CURSOR),
            'states': ['OPEN'] if ask.is_for_open else None,
        }
        answer = await self._query(documents.CHANGED, variables, about=ABOUT)
        nodes = iter(enumerate(_nodes(answer, len(ids))))
        return [
            _page(answer, *next(nodes), ask) if isinstance(node_id, str) else node_id
            for node_id, ask in zip(found, asks, strict=True)
        ]

    async def _felt(self, node_ids: Sequence[str]) -> list[Pulse | None]:
        answer = await self._query(documents.HEARTBEAT, {'ids': list(node_ids)}, about=ABOUT)
        return [graph_shape.felt(node) if node else None for node in _nodes(answer, len(node_ids))]

    async def _named(self, places: Sequence[Place]) -> list[PullRequest | ForgeError]:
        ids = [place.node_id for place in places]
        answer = await self._in_scope(documents.detail, {'ids': ids}, about=ABOUT)

        async def take(index: int, node: Json | None, place: Place) -> PullRequest | ForgeError:
            if node is not None and not graph_value.is_asked(node, place):
                return await self._numbered(place)  # its number is certain, and its node id may be an old one
            return await self._pull(answer, node, place, 'nodes', index)

        nodes = zip(_nodes(answer, len(ids)), places, strict=True)
        return list(await together(*(take(index, node, place) for index, (node, place) in enumerate(nodes))))

    async def _numbered(self, place: Place) -> PullRequest | ForgeError:
        node_id = await self._node_id(place.repository)
        if not isinstance(node_id, str):
            return node_id
        variables = {'id': node_id, 'number': place.number}
        try:
            answer = await self._in_scope(documents.numbered, variables, about=place.repository.name)
        except TooMuchAsked as error:
            return error
        node = value.dig(answer.data, 'node', 'pullRequest')
        return await self._pull(answer, node, place, 'node', 'pullRequest')

    async def _pull(
        self, answer: GraphAnswer, node: Any, place: Place, *path: str | int
    ) -> PullRequest | ForgeError:
        """Make our value of a node, with what lies behind its first pages."""
        if not isinstance(node, dict):
            return answer.reason(place.repository.name, *path[:2])
        if node.get('number') != place.number:
            return ForgeUnavailable(f'{place.repository.name}: another pull than #{place.number} came')
        try:
            parts, unknown, is_torn = await self._parts(node, place, answer.failed(*path))
            updated_at = value.time(node.get('updatedAt'))
            return graph_value.pull(
                node,
                parts,
                asked=place.repository,
                unknown=unknown,
                is_early=is_torn or normalise.is_early(updated_at, answer.date),
            )
        except STOPPING:
            raise
        except Exception as error:  # noqa: BLE001  # see forge_error
            return forge_error(error, f'{place.repository.name}#{place.number}')

    async def _parts(
        self, node: Json, place: Place, failed: set[str]
    ) -> tuple[dict[str, list[Json]], set[str], bool]:
        """Follow reviews, threads and checks to their ends.

        Gives also the fields of which something is unknown, and whether to read it all once more: something
        moved meanwhile, or a later page was lost, of which no pulse tells; what is refused stays so.
        """
        parts, more = graph_value.lists(node), graph_value.cursors(node)
        unknown, is_torn = graph_value.unknown_fields(node, failed), False
        for _ in range(PAGES_MAX):
            if not more:
                return parts, unknown, is_torn
            variables = {'ids': [normalise.node_id({'node_id': node.get('id')})], **more}
            answer = await self._in_scope(documents.detail, variables, about=place.repository.name)
            (page,) = _nodes(answer, 1)
            if page is None or page.get('number') != place.number:
                raise ForgeUnavailable('a pull was lost while it was read')
            is_torn = is_torn or not graph_value.is_same(node, page) or graph_value.is_lost(page, more)
            unknown |= graph_value.unknown_fields(page, answer.failed('nodes', 0), more)
            for name in more:
                parts[name] += graph_value.lists(page)[name]
            more = {name: cursor for name, cursor in graph_value.cursors(page).items() if name in more}
        raise ForgeUnavailable('reviews or checks without end')

    async def _in_scope(
        self, document: Document, variables: Mapping[str, object], *, about: str
    ) -> GraphAnswer:
        """Ask for pulls, for nothing of organisations where that would be refused.

        Raises:
            ForgeError: among them OutOfScope, where even so the token lacks a scope.
        """
        if self._may_read_org:
            try:
                return await self._query(document(may_read_org=True), variables, about=about)
            except OutOfScope as error:
                self._learn(may_read_org=False, why=str(error))
        return await self._query(document(may_read_org=False), variables, about=about)

    async def _query(self, text: str, variables: Mapping[str, object], *, about: str) -> GraphAnswer:
        answer = await self._client.query(text, variables, about=about)
        if answer.scopes and answer.scopes != self._scopes:  # said with each answer, and changed at GitHub
            self._scopes = answer.scopes
            self._learn(may_read_org=not READ_ORG.isdisjoint(answer.scopes), why=', '.join(answer.scopes))
        if not self._has_warned and any(map(_is_of_asked, answer.errors)):
            self._has_warned = True
            log.warning(ASKED_REFUSED)
        return answer

    def _learn(self, *, may_read_org: bool, why: str) -> None:
        if self._may_read_org and not may_read_org:
            log.info('Teams are left out, since the token lacks the scope read:org: %s', why)
        self._may_read_org = may_read_org

    async def _node_id(self, repository: Repository) -> str | ForgeError:
        if repository.node_id:
            return repository.node_id
        try:
            return (await self._find(repository)).node_id
        except STOPPING:
            raise
        except ForgeError as error:
            return error


def _page(answer: GraphAnswer, index: int, node: Json | None, ask: Ask) -> Page | ForgeError | None:
    if node is None:
        return answer.reason(ask.repository.name, 'nodes', index)
    try:
        return graph_value.page(node, ask)
    except (RepositoryUnavailable, ForgeUnavailable) as error:
        return error


def _is_of_asked(error: GraphError) -> bool:
    return error.type == 'FORBIDDEN' and 'requestedReviewer' in error.path


def _nodes(answer: GraphAnswer, count: int) -> list[Json | None]:
    """Take the objects that were asked for by their ids, in this order.

    Raises:
        ForgeUnavailable: there are others.
    """
    found = value.dig(answer.data, 'nodes')
    if not isinstance(found, list) or len(found) != count:
        raise ForgeUnavailable('not as many answers as questions')
    return [node if isinstance(node, dict) else None for node in found]
