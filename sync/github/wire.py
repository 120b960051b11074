"""Send one request to GitHub and take in its answer, never more of it than can be held."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from reviewflow import __version__
from reviewflow.errors import ForgeUnavailable, RateLimited
from reviewflow.forge import Budget, RequestOutcome
from reviewflow.loopback import is_loopback
from reviewflow.settings import GitHub
from sync.github import protocol, value
from sync.github.body import Body
from sync.github.governor import AT_ONCE, Governor, Receipt, Toll
from sync.github.protocol import Resource
from sync.github.trouble import Garbled, Overloaded, Passing, TooBig

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(15, connect=5)
MEBIBYTE = 1024 * 1024
BODY_MAX = 20 * MEBIBYTE
"""Of an answer whose size is not ours to choose.

A hundred pulls by REST, each with a description of 64 KiB, are 9 MiB; a hundred check runs with all that they
may say are 13.
"""
BROKEN = (Garbled, httpx.RequestError, OSError)
"""No answer, or none that can be unpacked or held; not every error of a socket is wrapped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One HTTP request; asked again somewhere else after a redirect."""

    url: httpx.URL
    method: str = 'GET'
    etag: str | None = None
    content: bytes | None = None
    """JSON."""
    is_dividable: bool = False
    """Whether half of it can be asked for, should it be too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer."""

    status: int
    headers: httpx.Headers
    body: Body
    broken_by: ForgeUnavailable | None = None
    """Why there is no more of a refusal's body: what the headers say of limits counts all the same."""

    @property
    def message(self) -> object:
        """Why something was refused, in GitHub's own words, as they came; a refusal need not be JSON."""
        try:
            said = self.body.json()
        except Garbled:
            return None
        details = value.dig(said, 'errors')
        first = value.dig(details[0], 'message') if isinstance(details, list) and details else None
        return first or value.dig(said, 'message')


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How one kind of questions is asked."""

    resource: Resource
    receipt: Callable[[Reply, datetime], Receipt]
    """Says what an answer tells of limits; the time is that of our own clock."""
    slow: type[Passing | Overloaded]
    """What it means when GitHub takes too long, or says too much."""
    body_max: int = BODY_MAX
    """How many bytes are taken of an answer."""


class Wire:
    """One connection pool, which sends the token with everything.

    Proxies and certificates that the environment names are used, except for loopback: companies need them.
    """

    def __init__(
        self, settings: GitHub, governor: Governor, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.outcomes = Counter[RequestOutcome]()
        """What came of each request that was sent, repeated ones and redirects too."""
        self._governor = governor
        self._token = '' if settings.token is None else settings.token.get_secret_value()
        self._http = httpx.AsyncClient(
            headers=_headers(settings),
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=AT_ONCE),
            transport=transport,
            trust_env=not is_loopback(httpx.URL(settings.api_url).host),
        )

    async def send(self, question: Question, manner: Manner, toll: Toll) -> Reply:
        """Send it, which may be done now, and let the governor learn from the answer.

        Raises:
            RateLimited: the answer was that we ask too often.
            Passing: there was no answer, or none that can be unpacked or held.
            Overloaded: it took too long or was too big, where that tells something about what was asked.
        """
        outcome = RequestOutcome.FAILED
        ticket = self._governor.begin(toll)
        try:
            reply = await self._exchange(question, manner)
        except BaseException:
            self._governor.end(ticket)
            self.outcomes[outcome] += 1
            raise
        try:
            self._governor.book(ticket, manner.receipt(reply, self._governor.now()))
            if reply.broken_by is not None:
                raise reply.broken_by
            outcome = _outcome(reply.status)
        except RateLimited:
            outcome = RequestOutcome.LIMITED
            raise
        finally:
            self.outcomes[outcome] += 1
        return reply

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _exchange(self, question: Question, manner: Manner) -> Reply:
        try:
            response = await self._http.send(self._request(question), stream=True)
            return await self._read(response, manner)
        except BROKEN as error:
            raise _trouble(error, manner) from None

    def _request(self, question: Question) -> httpx.Request:
        headers = {'If-None-Match': question.etag} if question.etag else {}
        if question.content is not None:
            headers['Content-Type'] = 'application/json'
        return self._http.build_request(
            question.method, question.url, headers=headers, content=question.content
        )

    async def _read(self, response: httpx.Response, manner: Manner) -> Reply:
        """Take in the body; that of a refusal as far as it comes."""
        body, broken_by = Body('', manner.body_max), None
        try:
            body = Body(response.headers.get('content-encoding', ''), manner.body_max)
            async for chunk in response.aiter_raw():
                body.feed(chunk)
        except BROKEN as error:
            if response.status_code < 400:
                raise
            broken_by = _trouble(error, manner)
        finally:
            await response.aclose()
        body.hide(self._token)
        return Reply(status=response.status_code, headers=response.headers, body=body, broken_by=broken_by)


def receipt(reply: Reply, local: datetime, *, spent: int, budget: Budget | None, is_limit: bool) -> Receipt:
    """Put together what an answer tells of limits, and of trouble."""
    headers = reply.headers
    return Receipt(
        status=reply.status,
        spent=spent,
        budget=budget,
        is_limit=is_limit,
        wait=protocol.wait(headers, local) if is_limit else protocol.recess(reply.status, headers, local),
        is_used_up=is_limit and protocol.is_used_up(headers),
    )


def _trouble(error: Exception, manner: Manner) -> ForgeUnavailable:
    """Say what it means that one of :data:`BROKEN` came instead of a whole answer."""
    match error:
        case TooBig():
            return manner.slow(str(error))
        case Garbled():
            return error
        case httpx.ReadTimeout() | httpx.WriteTimeout():
            return manner.slow('it takes too long')
    log.debug('no answer: %s', type(error).__name__)
    return Passing('no connection')


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
