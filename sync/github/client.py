"""Read and change JSON at GitHub: patient with trouble, obedient to limits, deaf to other hosts."""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar, overload

import httpx

from reviewflow import __version__
from reviewflow.errors import ForgeUnavailable, RateLimited
from reviewflow.forge import RequestOutcome
from reviewflow.settings import LOOPBACK, GitHub
from sync.github import protocol, value
from sync.github.allowance import Allowance
from sync.github.body import Body

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(15, connect=5)
CALL_TIMEOUT = timedelta(seconds=30)
AT_ONCE = 8
TRIES = 4
REDIRECTS = 3
BODY_MAX = 20 * 1024 * 1024
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer."""

    status: int
    headers: httpx.Headers
    body: Body


class GitHubClient:
    """One connection pool, one token, one allowance.

    Once it is its turn, a call ends within ``call_timeout``, all tries together.
    Proxies and certificates that the environment names are used, except for loopback: companies need them.
    """

    def __init__(
        self,
        settings: GitHub,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        call_timeout: timedelta = CALL_TIMEOUT,
        remembered: int = REMEMBERED,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.allowance = Allowance(has_token=settings.token is not None, monotonic=monotonic, now=now)
        self.outcomes = Counter[RequestOutcome]()
        """What came of each request that was sent, repeated ones and redirects too."""
        self._base = httpx.URL(settings.api_url)
        self._http = httpx.AsyncClient(
            headers=_headers(settings),
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=AT_ONCE),
            transport=transport,
            trust_env=self._base.host not in LOOPBACK,
        )
        self._call_timeout = call_timeout
        self._sleep = sleep
        self._jitter = jitter
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._monotonic = monotonic
        self._writing = asyncio.Lock()
        self._wrote_at_s = float('-inf')
        self._remembered = remembered
        self._seen: dict[str, Answer[Any]] = {}

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
        reply = await self.ask(url, known=known)
        if reply.status == 304 and known is not None:
            return None
        if reply.status != 200:
            raise protocol.failure(reply.status, about, reply.headers)
        return Answer(
            value=parse(reply.body.json()),
            etag=protocol.etag(reply.headers),
            next=protocol.next_link(reply.headers),
        )

    async def ask(self, url: str, *, known: str | None = None) -> Reply:
        """Send a request, and give the answer as it came; only trouble on the way and limits are errors.

        Raises:
            ForgeUnavailable, RateLimited: and nothing else.
        """
        async with self._slots:
            try:
                async with asyncio.timeout(self._call_timeout.total_seconds()):
                    return await self._persist(protocol.resolve(self._base, url), known)
            except TimeoutError:
                raise ForgeUnavailable('it takes too long') from None

    async def get_again(self, url: str, parse: Callable[[Any], T], *, about: str) -> Answer[T]:
        """Read an address that was likely read before: unchanged, it costs and parses nothing."""
        answer: Answer[T]
        if (seen := self._seen.get(url)) is None:
            answer = await self.get(url, parse, about=about)
        else:
            answer = await self.get(url, parse, about=about, known=seen.etag) or seen
        self._seen.pop(url, None)
        if answer.etag is not None:
            self._seen[url] = answer
        if len(self._seen) > self._remembered:
            del self._seen[next(iter(self._seen))]
        return answer

    async def write(self, method: str, url: str, body: object, *, about: str) -> Any:
        """Change something there, sent once: when no answer comes, nobody knows whether it was done.

        Raises:
            ForgeUnavailable: it may have been done.
            ForgeError: any other; it was not done.
        """
        async with self._writing:
            await self._sleep(max(0.0, self._wrote_at_s + BETWEEN_WRITES_S - self._monotonic()))
            try:
                async with self._slots, asyncio.timeout(self._call_timeout.total_seconds()):
                    reply = await self._send(protocol.resolve(self._base, url), method=method, body=body)
            except TimeoutError:
                raise ForgeUnavailable('it takes too long') from None
            except (httpx.RequestError, OSError):
                raise ForgeUnavailable('no connection') from None
            finally:
                self._wrote_at_s = self._monotonic()
        if 200 <= reply.status < 300:
            return reply.body.json() if reply.status != 204 else None
        raise protocol.write_failure(reply.status, about, reply.headers, _message(reply))

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _persist(self, url: httpx.URL, etag: str | None) -> Reply:
        """Try again while GitHub is in trouble, after about 0.5, 1 and 2 seconds."""
        trouble = ''
        for attempt in range(TRIES):
            if attempt:
                await self._sleep(2**attempt / 4 * (0.5 + self._jitter()))
            try:
                reply = await self._follow(url, etag)
            except (httpx.RequestError, OSError) as error:  # not every error of a socket is wrapped
                log.debug('no answer: %s', type(error).__name__)
                trouble = 'no connection'
                continue
            if reply.status < 500:
                return reply
            trouble = f'it answered HTTP {reply.status}'
        raise ForgeUnavailable(trouble)

    async def _follow(self, url: httpx.URL, etag: str | None) -> Reply:
        """Send, and follow where a renamed repository went."""
        for _ in range(1 + REDIRECTS):
            reply = await self._send(url, etag)
            if reply.status not in {301, 302, 307, 308}:
                return reply
            url = protocol.resolve(url, reply.headers.get('location', ''))
        raise ForgeUnavailable('it redirects in circles')

    async def _send(
        self, url: httpx.URL, etag: str | None = None, *, method: str = 'GET', body: object = None
    ) -> Reply:
        sent_at_s = self.allowance.check()
        headers = {'If-None-Match': etag} if etag else {}
        request = self._http.build_request(method, url, headers=headers, json=body)
        outcome = RequestOutcome.FAILED
        try:
            reply = await self._exchange(request, sent_at_s)
            outcome = _outcome(reply.status)
        except RateLimited:
            outcome = RequestOutcome.LIMITED
            raise
        finally:
            self.outcomes[outcome] += 1
        return reply

    async def _exchange(self, request: httpx.Request, sent_at_s: float) -> Reply:
        response = await self._http.send(request, stream=True)
        try:
            body = Body(response.headers.get('content-encoding', ''), BODY_MAX)
            async for chunk in response.aiter_raw():
                body.feed(chunk)
        finally:
            await response.aclose()
        self.allowance.book(response.status_code, response.headers, body.start(), sent_at_s=sent_at_s)
        return Reply(status=response.status_code, headers=response.headers, body=body)


def _message(reply: Reply) -> object:
    """Find why something was refused, in GitHub's own words."""
    try:
        data = reply.body.json()
    except ForgeUnavailable:
        return None
    details = value.dig(data, 'errors')
    first = value.dig(details[0], 'message') if isinstance(details, list) and details else None
    return first or value.dig(data, 'message')


def _outcome(status: int) -> RequestOutcome:
    if status == 304:
        return RequestOutcome.NOT_MODIFIED
    return RequestOutcome.OK if status < 400 else RequestOutcome.FAILED


def _headers(settings: GitHub) -> dict[str, str]:
    headers = {
        'Accept': 'application/vnd.github+json',
        'Accept-Encoding': 'gzip',
        'User-Agent': f'ReviewFlow/{__version__}',
        'X-GitHub-Api-Version': '2022-11-28',
    }
    if settings.token is not None:
        headers['Authorization'] = f'Bearer {settings.token.get_secret_value()}'
    return headers
