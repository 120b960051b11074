"""Our own GitHub as an ASGI application: who is let in, how much they may ask, what goes wrong."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from tests.github import published
from tests.github.answer import as_json
from tests.github.fault import Fault
from tests.github.graphql import Allowance, GraphQL
from tests.github.hooks import Hooks
from tests.github.pictures import Pictures
from tests.github.state import Repo
from tests.github.weather import Weather
from tests.github.writing import Changed

Answer = Callable[[Request], Response]


@dataclass(slots=True, kw_only=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    """With the query."""
    headers: Mapping[str, str]
    at_s: float
    """Monotonic time."""
    operation: str | None = None
    """The name of the GraphQL operation."""
    variables: Mapping[str, Any] | None = None
    """Of the GraphQL operation."""
    cost: int = 0
    """GraphQL points."""


class Door(httpx.ASGITransport):
    """The way to our own GitHub in process; now and then it is shut."""

    def __init__(self, github: 'FakeGitHub') -> None:
        super().__init__(github.app)
        self._github = github

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._github.unreachable is not None:
            raise httpx.ConnectError(self._github.unreachable, request=request)
        return await super().handle_async_request(request)


class FakeGitHub(Hooks):
    """GitHub's REST and GraphQL as an ASGI ``app``; see :class:`State` for what people do there.

    Whoever sends ``token`` gets ``limit`` requests an hour, and "not modified" for free;
    of GraphQL ``graphql_limit`` points.
    Whoever sends none reads public repositories within ``anonymous_limit``. Any other token is refused.
    As an Enterprise Server, its addresses are ``/api/v3`` and ``/api/graphql``.
    """

    url = 'http://127.0.0.1:1'
    """An address for use with :attr:`transport`; nothing listens there."""

    def __init__(
        self,
        *,
        token: str = 'a-token',
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        is_enterprise: bool = False,
    ) -> None:
        super().__init__(now)
        self.token = token
        self.scopes: str | None = None
        """As ``X-OAuth-Scopes`` says them; None: a fine-grained token, which has none."""
        self.expires: str | None = None
        """As ``GitHub-Authentication-Token-Expiration`` says it."""
        self.is_revoked = False
        self.limit = 5000
        self.anonymous_limit = 60
        self.graphql_limit = 5000
        self.has_etags = True
        self.has_graphql = True
        """Without: as a server that has none, 404."""
        self.graphql_lacks: set[str] = set()
        """``Type.field`` that its schema does not have, as that of an older server."""
        self.checks_requests = True
        """Whether a request of ReviewFlow that GitHub does not publish fails the test."""
        self.requests: list[Asked] = []
        """All that was asked so far."""
        self.used: Counter[str] = Counter()
        """Requests that counted in this hour, by ``Authorization``."""
        self.graphql_used: Counter[str] = Counter()
        """GraphQL points of this hour, by ``Authorization``."""
        self.unreachable: str | None = None
        """Why :attr:`transport` cannot connect, say ``Connection refused``."""
        self.pictures = Pictures()
        self._documents = GraphQL(self)
        self._weather = Weather()
        self._resets_at = now() + timedelta(hours=1)
        pictures = Mount('/avatars', self.pictures.app)
        graphql = Route('/graphql', self._endpoint(self._points), methods=['POST'])
        below_api = Mount('/api', routes=[graphql, Mount('/v3', routes=self._routes())])
        self.app = Starlette(
            routes=[below_api, pictures] if is_enterprise else [*self._routes(), graphql, pictures],
            exception_handlers={404: self._unknown},
        )

    def _routes(self) -> list[BaseRoute]:
        return [
            *(
                Route(prefix + path, self._rest(answer))
                for prefix in ('/repos/{owner}/{name}', '/repositories/{id:int}')
                for path, answer in self.reads.items()
            ),
            *(
                Route('/repos/{owner}/{name}' + path, self._rest(self._change(do)), methods=[method])
                for (method, path), do in self.writes.items()
            ),
            *self.hook_routes(self._rest),
            Route('/user', self._rest(self._account)),
            Route('/user/repos', self._rest(self._accounts_repositories)),
            Route('/users/{owner}', self._rest(self._owner)),
            Route('/users/{owner}/repos', self._rest(self._users_repositories)),
            Route('/orgs/{owner}/repos', self._rest(self._orgs_repositories)),
        ]

    @property
    def transport(self) -> httpx.ASGITransport:
        """For use in process."""
        return Door(self)

    def fail(self, *faults: Fault | None, on: str | None = None) -> None:
        """Answer the next requests with these faults, one each and None for none, not with those planned.

        ``on`` says which requests: a GraphQL operation, or ``/`` and what their path holds.
        """
        self._weather.plan(faults, on)

    def always(self, fault: Fault, *, on: str | None = None) -> None:
        """Answer all requests, or those that ``on`` says, with this fault until it is :meth:`calm`."""
        self._weather.set(fault, on)

    def calm(self) -> None:
        """Let nothing go wrong any more."""
        self._weather.calm()
        self.unreachable = None

    async def _unknown(self, request: Request, _: Exception) -> Response:
        if self.checks_requests:
            published.check(request, b'')
        return as_json({'message': 'Not Found'}, 404)

    def _rest(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        return self._endpoint(lambda request, _: self._within_limit(request, answer))

    def _endpoint(
        self, answer: Callable[[Request, Asked], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        def whole(request: Request, asked: Asked) -> Response:
            with self.at_once:
                return answer(request, asked)

        async def endpoint(request: Request) -> Response:
            path = request.url.path + (f'?{request.url.query}' if request.url.query else '')
            asked = Asked(method=request.method, path=path, headers=request.headers, at_s=time.monotonic())
            self.requests.append(asked)
            number = len(self.requests)
            request.state.body = await request.body()
            if path.endswith('/graphql'):
                asked.operation, asked.variables = self._documents.asked(request.state.body)
            elif self.checks_requests:
                published.check(request, request.state.body)
            request.state.answer, request.state.now = partial(whole, request, asked), self.now
            fault = self._weather.next(path, asked.operation)
            response = await fault(request) if fault else whole(request, asked)
            response.headers.setdefault('date', format_datetime(self.now().astimezone(UTC), usegmt=True))
            response.headers['x-github-request-id'] = f'FA4E:{number:06X}'
            return response

        return endpoint

    def _within_limit(self, request: Request, answer: Answer) -> Response:
        who = request.headers.get('authorization', '')
        limit = self.limit if who else self.anonymous_limit
        self._begin_new_hour()
        if who and not self._is_known(who):
            response = as_json({'message': 'Bad credentials'}, 401)
        elif self.used[who] >= limit:
            response = as_json({'message': 'API rate limit exceeded for you.'}, 403)
        else:
            response = self._conditional(request, answer)
            self.used[who] += response.status_code != 304 or not who
        self._say_limit(response, who, 'core', limit, self.used[who])
        return response

    def _points(self, request: Request, asked: Asked) -> Response:
        who = request.headers.get('authorization', '')
        self._begin_new_hour()
        if not self.has_graphql:
            return as_json({'message': 'Not Found'}, 404)
        if not who:
            return as_json({'message': 'This endpoint requires you to be authenticated.'}, 401)
        if not self._is_known(who):
            return as_json({'message': 'Bad credentials'}, 401)
        allowance = Allowance(self.graphql_limit, self.graphql_used[who], self._resets_at)
        status, data, asked.cost = self._documents.answer(request.state.body, allowance)
        self.graphql_used[who] += asked.cost
        response = as_json(data, status)
        self._say_limit(response, who, 'graphql', self.graphql_limit, self.graphql_used[who])
        return response

    def _begin_new_hour(self) -> None:
        now = self.now()
        if now >= self._resets_at:
            self.used.clear()
            self.graphql_used.clear()
            self._resets_at = now + timedelta(hours=1)

    def _is_known(self, who: str) -> bool:
        return not self.is_revoked and who == f'Bearer {self.token}'

    def _say_limit(self, response: Response, who: str, resource: str, limit: int, used: int) -> None:
        response.headers.update(
            {
                'x-ratelimit-limit': str(limit),
                'x-ratelimit-remaining': str(max(0, limit - used)),
                'x-ratelimit-used': str(used),
                'x-ratelimit-reset': str(int(self._resets_at.timestamp())),
                'x-ratelimit-resource': resource,
            }
        )
        if who and self.scopes is not None:
            response.headers['x-oauth-scopes'] = self.scopes
        if who and self.expires is not None:
            response.headers['github-authentication-token-expiration'] = self.expires

    def _conditional(self, request: Request, answer: Answer) -> Response:
        try:
            response = answer(request)
        except HTTPException as error:
            return as_json({'message': error.detail}, error.status_code, error.headers)
        if not self.has_etags:
            return response
        # Of the page alone; and with 304 come no links, so that another page which follows does not show.
        etag = f'W/"{hashlib.sha256(bytes(response.body)).hexdigest()}"'
        if request.headers.get('if-none-match') == etag:
            response = Response(status_code=304)
        response.headers['etag'] = etag
        return response

    def _change(self, do: Callable[[Repo, Request, Any], Changed]) -> Answer:
        def answer(request: Request) -> Response:
            if 'authorization' not in request.headers:
                raise HTTPException(401, 'Requires authentication')
            repo = self._find(request)
            if not self.may_write:
                raise HTTPException(403, 'Resource not accessible by personal access token')
            status, data = do(repo, request, json.loads(request.state.body or b'null'))
            return as_json(data, status) if status != 204 else Response(status_code=204)

        return answer
