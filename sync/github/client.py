"""Read and change JSON at GitHub: patient with trouble, obedient to limits, deaf to other hosts."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar, overload

import httpx

from reviewflow.errors import ForgeUnavailable, NoGraphQL
from reviewflow.forge import RequestOutcome
from reviewflow.settings import GitHub
from sync.github import graph, protocol
from sync.github.allowance import Allowance
from sync.github.breaker import Breaker
from sync.github.caller import Caller
from sync.github.governor import WRITE_POINTS, Governor, Receipt, Toll, utc_now
from sync.github.graph import GraphAnswer
from sync.github.protocol import Resource
from sync.github.trouble import Overloaded, Passing
from sync.github.wire import Manner, Question, Reply, Wire, receipt

CALL_TIMEOUT = timedelta(seconds=30)
BETWEEN_WRITES_S = 1
"""At the least, as GitHub asks for."""
REMEMBERED = 8192
"""Addresses whose last answer is kept: four for each of two thousand open pulls."""

T = TypeVar('T')


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """What an address held."""

    value: T
    """Parsed."""
    etag: str | None
    next: str | None
    """Address of the following page."""
    is_full: bool = False
    """Whether it is a page of a list that has no room for more."""
    pages: int | None = None
    """How many pages the list has, if the answer says."""
    date: datetime | None = None
    """When that was so, by the server's clock."""


def _receipt(reply: Reply, local: datetime) -> Receipt:
    return receipt(
        reply,
        local,
        spent=int(reply.status != 304),
        budget=protocol.budget(reply.headers, local),
        is_limit=protocol.is_limit(reply.status, reply.headers, reply.body.start()),
    )


READ = Toll(resource=Resource.CORE)
WRITE = Toll(resource=Resource.CORE, points=WRITE_POINTS)
REST = Manner(resource=Resource.CORE, receipt=_receipt, slow=Passing)
GRAPHQL = Manner(resource=Resource.GRAPHQL, receipt=graph.receipt, slow=Overloaded, body_max=graph.BODY_MAX)


class GitHubClient:
    """One connection pool, one token, and what is allowed to it.

    Once it is its turn, a call ends within ``call_timeout``, all tries together.
    """

    def __init__(
        self,
        settings: GitHub,
        *,
        governor: Governor | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        call_timeout: timedelta = CALL_TIMEOUT,
        remembered: int = REMEMBERED,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        has_token = settings.token is not None
        self.governor = governor or Governor(has_token=has_token, monotonic=monotonic, now=now)
        self._base = httpx.URL(settings.api_url)
        self._graphql = httpx.URL(settings.graphql_address)
        self._caller = Caller(
            Wire(settings, self.governor, transport=transport),
            self.governor,
            Breaker(monotonic=monotonic, jitter=jitter),
            call_timeout=call_timeout,
            sleep=sleep,
            jitter=jitter,
            monotonic=monotonic,
            now=now,
        )
        self._sleep = sleep
        self._monotonic = monotonic
        self._remembered = remembered
        self._seen: dict[str, Answer[Any]] = {}
        self._costs: dict[str, int] = {}  # of each document, the last time

    @property
    def allowances(self) -> Mapping[Resource, Allowance]:
        """What is allowed by each interface."""
        return self.governor.allowances

    @property
    def allowance(self) -> Allowance:
        """What is allowed by REST."""
        return self.governor.allowances[Resource.CORE]

    @property
    def skew(self) -> timedelta:
        """How far GitHub's clock is ahead of ours; zero before the first answer."""
        return self._caller.skew

    @property
    def outcomes(self) -> Mapping[RequestOutcome, int]:
        """What came of each request that was sent, repeated ones and redirects too."""
        return self._caller.wire.outcomes

    @overload
    async def get(self, url: str, parse: Callable[[Any], T], *, about: str) -> Answer[T]: ...

    @overload
    async def get(
        self, url: str, parse: Callable[[Any], T], *, about: str, known: str | None
    ) -> Answer[T] | None: ...

    async def get(
        self, url: str, parse: Callable[[Any], T], *, about: str, known: str | None = None
    ) -> Answer[T] | None:
        """Read an address; None while its ETag is still ``known``. Errors name ``about``, a repository.

        Raises:
            ForgeError: and nothing else.
        """
        answer, _ = await self._get(url, parse, about=about, known=known)
        return answer

    async def ask(self, url: str, *, known: str | None = None) -> Reply:
        """Send a request, and give the answer as it came; only trouble on the way and limits are errors.

        Raises:
            ForgeUnavailable, RateLimited: and nothing else.
        """
        return await self._caller.read(REST, READ, self._question(url, known), lambda reply: reply)

    async def get_again(self, url: str, parse: Callable[[Any], T], *, about: str) -> Answer[T]:
        """Read an address that was likely read before: unchanged, it costs and parses nothing."""
        seen: Answer[T] | None = self._seen.get(url)
        new, date = await self._get(url, parse, about=about, known=seen.etag if seen else None)
        answer = new or replace(seen, date=date) if seen else new
        if answer is None:
            raise ForgeUnavailable('nothing new of what was never asked for')
        self._seen.pop(url, None)
        # A page's ETag is of what is on it: one that is full stays the same when another page follows it, and
        # "not modified" comes without links.
        is_certain = answer.next is not None or not answer.is_full
        if answer.etag is not None and is_certain:
            self._seen[url] = answer
        if len(self._seen) > self._remembered:
            del self._seen[next(iter(self._seen))]
        return answer

    async def query(self, document: str, variables: Mapping[str, object], *, about: str) -> GraphAnswer:
        """Ask by GraphQL, which reads and never changes anything. Errors name ``about``, a repository.

        Raises:
            NoGraphQL: there is none, or it needs a token.
            TooMuchAsked: half of it may be answered.
            ForgeError: and nothing else.
        """
        if not self.governor.has_token:
            raise NoGraphQL('GraphQL needs a token')
        ids = variables.get('ids')
        question = Question(
            url=self._graphql,
            method='POST',
            content=graph.document(document, variables),
            is_dividable=isinstance(ids, list) and len(ids) > 1,
        )
        toll = Toll(resource=Resource.GRAPHQL, cost=self._costs.get(document, 1))
        answer = await self._caller.read(GRAPHQL, toll, question, partial(graph.read, about=about))
        self._costs[document] = answer.cost or 1
        return answer

    async def write(self, method: str, url: str, body: object, *, about: str) -> Any:
        """Change something there, sent once: when no answer comes, nobody knows whether it was done.

        Raises:
            ForgeUnavailable: it may have been done.
            ForgeError: any other; it was not done.
        """
        content = None if body is None else json.dumps(body).encode('ascii')
        question = replace(self._question(url), method=method, content=content)
        governor = self.governor
        async with governor.writing:
            await self._sleep(max(0.0, governor.wrote_at_s + BETWEEN_WRITES_S - self._monotonic()))
            try:
                reply, said = await self._caller.once(REST, WRITE, question, _said)
            finally:
                governor.wrote_at_s = self._monotonic()
        if 200 <= reply.status < 300:
            return said
        raise protocol.write_failure(reply.status, about, reply.headers, reply.message)

    def forgive(self) -> None:
        """Ask again at once, where asking was given up for a while: a person wants to know."""
        self.governor.forgive()
        self._caller.breaker.forgive()

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._caller.wire.aclose()

    async def _get(
        self, url: str, parse: Callable[[Any], T], *, about: str, known: str | None
    ) -> tuple[Answer[T] | None, datetime | None]:
        """Read an address, and the server's clock."""

        def read(reply: Reply) -> tuple[Reply, Any]:
            return reply, reply.body.json() if reply.status == 200 else None

        reply, data = await self._caller.read(REST, READ, self._question(url, known), read)
        date = protocol.date(reply.headers)
        if reply.status == 304 and known is not None:
            return None, date
        if reply.status != 200:
            raise protocol.failure(reply.status, about, reply.headers, reply.message)
        answer = Answer(
            value=parse(data),
            etag=protocol.etag(reply.headers),
            next=protocol.next_link(reply.headers),
            is_full=isinstance(data, list) and len(data) >= protocol.PER_PAGE,
            pages=protocol.last_page(reply.headers),
            date=date,
        )
        return answer, date

    def _question(self, url: str, etag: str | None = None) -> Question:
        return Question(url=protocol.resolve(self._base, url), etag=etag)


def _said(reply: Reply) -> tuple[Reply, Any]:
    """Take what came of a change; what a refusal says is :attr:`Reply.message`."""
    return reply, reply.body.json() if reply.status < 300 and reply.status != 204 else None
