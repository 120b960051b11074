"""Our own GitHub as an ASGI application: lists, single pulls, ETags, paging, limits, redirects, refusals."""

import hashlib
import json
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from tests.github import shape
from tests.github.answer import as_json, is_meant, is_of, paged
from tests.github.fault import Fault
from tests.github.pictures import Pictures
from tests.github.shape import Json
from tests.github.state import Pull, Repo
from tests.github.writing import Changed, Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    """With the query."""
    headers: Mapping[str, str]
    at_s: float
    """Monotonic time."""


class FakeGitHub(Writing):
    """GitHub's REST as an ASGI ``app``; see :class:`State` for what people do there.

    Whoever sends ``token`` gets ``limit`` requests an hour, and "not modified" for free.
    Whoever sends none reads public repositories within ``anonymous_limit``. Any other token is refused.
    """

    url = 'http://127.0.0.1:1'
    """An address for use with :attr:`transport`; nothing listens there."""

    def __init__(
        self, *, token: str = 'a-token', now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(now)
        self.token = token
        self.login = 'ann'
        """Whose token it is; empty: an app's, which has no person."""
        self.scopes: str | None = None
        """As ``X-OAuth-Scopes`` says them; None: a fine-grained token, which has none."""
        self.expires: str | None = None
        """As ``GitHub-Authentication-Token-Expiration`` says it."""
        self.unapproved: dict[str, str] = {}
        """Organisation → the page on which the token can be approved for single sign-on."""
        self.is_revoked = False
        self.limit = 5000
        self.anonymous_limit = 60
        self.has_etags = True
        self.withheld: dict[str, int] = {}
        """``check-runs`` or ``status`` → the HTTP status with which they are refused."""
        self.requests: list[Asked] = []
        """All that was asked so far."""
        self.used: Counter[str] = Counter()
        """Requests that counted in this hour, by ``Authorization``."""
        self.pictures = Pictures()
        self._resets_at = now() + timedelta(hours=1)
        self.fail()
        in_repo = {
            '': self._repository,
            '/pulls': self._pulls,
            '/pulls/{number:int}': self._pull,
            '/pulls/{number:int}/reviews': self._reviews,
            '/branches/{branch:path}': self._branch,
            '/commits/{sha}/check-runs': self._check_runs,
            '/commits/{sha}/status': self._status,
        }
        self.app = Starlette(
            routes=[
                Route(prefix + path, self._endpoint(answer))
                for prefix in ('/repos/{owner}/{name}', '/repositories/{id:int}')
                for path, answer in in_repo.items()
            ]
            + [
                Route('/repos/{owner}/{name}' + path, self._endpoint(self._change(do)), methods=[method])
                for (method, path), do in self.writes.items()
            ]
            + [
                Route('/user', self._endpoint(self._account)),
                Route('/user/repos', self._endpoint(self._accounts_repositories)),
                Route('/users/{owner}', self._endpoint(self._owner)),
                Route('/users/{owner}/repos', self._endpoint(self._users_repositories)),
                Route('/orgs/{owner}/repos', self._endpoint(self._orgs_repositories)),
                Mount('/avatars', self.pictures.app),
            ]
        )

    @property
    def transport(self) -> httpx.ASGITransport:
        """For use in process."""
        return httpx.ASGITransport(self.app)

    def fail(self, *faults: Fault | None) -> None:
        """Answer the next requests with these faults, one each and None for none, not with those planned."""
        self._faults = deque(faults)

    def _endpoint(self, answer: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            path = request.url.path + (f'?{request.url.query}' if request.url.query else '')
            self.requests.append(
                Asked(method=request.method, path=path, headers=request.headers, at_s=time.monotonic())
            )
            request.state.body = await request.body()
            fault = self._faults.popleft() if self._faults else None
            response = await fault(request) if fault else self._within_limit(request, answer)
            response.headers['date'] = format_datetime(self.now().astimezone(UTC), usegmt=True)
            return response

        return endpoint

    def _within_limit(self, request: Request, answer: Callable[[Request], Response]) -> Response:
        who = request.headers.get('authorization', '')
        limit = self.limit if who else self.anonymous_limit
        now = self.now()
        if now >= self._resets_at:
            self.used.clear()
            self._resets_at = now + timedelta(hours=1)
        if who and (self.is_revoked or who != f'Bearer {self.token}'):
            response = as_json({'message': 'Bad credentials'}, 401)
        elif self.used[who] >= limit:
            response = as_json({'message': 'API rate limit exceeded for you.'}, 403)
        else:
            response = self._conditional(request, answer)
            self.used[who] += response.status_code != 304 or not who
        response.headers.update(
            {
                'x-ratelimit-limit': str(limit),
                'x-ratelimit-remaining': str(limit - self.used[who]),
                'x-ratelimit-reset': str(int(self._resets_at.timestamp())),
                'x-ratelimit-resource': 'core',
            }
        )
        if who and self.scopes is not None:
            response.headers['x-oauth-scopes'] = self.scopes
        if who and self.expires is not None:
            response.headers['github-authentication-token-expiration'] = self.expires
        return response

    def _conditional(self, request: Request, answer: Callable[[Request], Response]) -> Response:
        try:
            response = answer(request)
        except HTTPException as error:
            return as_json({'message': error.detail}, error.status_code, error.headers)
        if not self.has_etags:
            return response
        etag = f'W/"{hashlib.sha256(bytes(response.body)).hexdigest()}"'
        if request.headers.get('if-none-match') == etag:
            response = Response(status_code=304)
        response.headers['etag'] = etag
        return response

    def _change(self, do: Callable[[Repo, Request, Any], Changed]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            if 'authorization' not in request.headers:
                raise HTTPException(401, 'Requires authentication')
            repo = self._find(request)
            if not self.may_write:
                raise HTTPException(403, 'Resource not accessible by personal access token')
            status, data = do(repo, request, json.loads(request.state.body or b'null'))
            return as_json(data, status) if status != 204 else Response(status_code=204)

        return answer

    def _branch(self, request: Request) -> Response:
        branch = request.path_params['branch']
        commit = self._find(request).branches.get(branch)
        if commit is None:
            raise HTTPException(404, 'Branch not found')
        return as_json({'name': branch, 'commit': {'sha': commit}})

    def _repository(self, request: Request) -> Response:
        return as_json(self._find(request).data)

    def _pulls(self, request: Request) -> Response:
        query = request.query_params
        state = query.get('state', 'open')
        known = list(self._find(request).pulls.values())  # a test may add to them from its own thread
        pulls = [pull for pull in known if state in {'all', pull.listed['state']} and is_of(pull, query)]
        if query.get('sort') == 'updated':
            pulls.sort(key=lambda pull: pull.touched)
        if query.get('direction', 'desc') == 'desc':
            pulls.reverse()
        return paged(request, [pull.listed for pull in pulls])

    def _pull(self, request: Request) -> Response:
        pull = self._find_pull(request)
        return as_json(pull.listed | pull.single)

    def _reviews(self, request: Request) -> Response:
        return paged(request, self._find_pull(request).reviews)

    def _check_runs(self, request: Request) -> Response:
        runs = self._find(request, 'check-runs').check_runs.get(request.path_params['sha'], [])
        return paged(request, runs, lambda page: {'total_count': len(runs), 'check_runs': page})

    def _status(self, request: Request) -> Response:
        sha = request.path_params['sha']
        repo = self._find(request, 'status')
        statuses = repo.statuses.get(sha, [])
        rest = {'sha': sha, 'total_count': len(statuses), 'repository': repo.data}
        return paged(request, statuses, lambda page: {'state': 'pending', 'statuses': page, **rest})

    def _account(self, request: Request) -> Response:
        self._check_person(request)
        return as_json(shape.user(self.login) | {'name': self.login.title()})

    def _accounts_repositories(self, request: Request) -> Response:
        """List what the token sees; organisations that did not approve it are only counted."""
        self._check_person(request)
        query = request.query_params
        owners = {repo.data['owner']['login'] for repo in self.repos}
        wanted = {self.login} if query.get('affiliation') == 'owner' else owners - set(self.unapproved)
        seen = [
            repo.data for repo in self.repos if not repo.refusal and repo.data['owner']['login'] in wanted
        ]
        if query.get('visibility') == 'private':
            seen = [data for data in seen if data['private']]
        response = paged(request, seen)
        if hidden := ','.join(str(shape.user(owner)['id']) for owner in self.unapproved):
            response.headers['x-github-sso'] = f'partial-results; organizations={hidden}'
        return response

    def _check_person(self, request: Request) -> None:
        if 'authorization' not in request.headers:
            raise HTTPException(401, 'Requires authentication')
        if not self.login:
            raise HTTPException(403, 'Resource not accessible by integration')

    def _owner(self, request: Request) -> Response:
        owner = request.path_params['owner']
        known = {repo.data['owner']['login'] for repo in self.repos} | self.organisations
        if owner not in known:
            raise HTTPException(404)
        return as_json(shape.user(owner) | ({'type': 'Organization'} if owner in self.organisations else {}))

    def _users_repositories(self, request: Request) -> Response:
        """List the public ones; whose they are does not matter, a person's or an organisation's."""
        return paged(request, [repo for repo in self._owned(request) if not repo['private']])

    def _orgs_repositories(self, request: Request) -> Response:
        """List all that an organisation has."""
        if request.path_params['owner'] not in self.organisations:
            raise HTTPException(404)
        return paged(request, self._owned(request))

    def _owned(self, request: Request) -> list[Json]:
        owner = request.path_params['owner']
        return [repo.data for repo in self.repos if repo.data['owner']['login'] == owner and not repo.refusal]

    def _find(self, request: Request, what: str = '') -> Repo:
        found = next((repo for repo in self.repos if is_meant(repo, request)), None)
        if found is None:
            self._redirect_if_moved(request)
            raise HTTPException(404)
        if found.data['private'] and 'authorization' not in request.headers:
            raise HTTPException(404)
        if (url := self.unapproved.get(found.data['owner']['login'])) is not None:
            raise HTTPException(403, 'Resource protected', {'x-github-sso': f'required; url={url}'})
        if status := found.refusal or self.withheld.get(what):
            raise HTTPException(status, 'Resource not accessible by personal access token')
        return found

    def _find_pull(self, request: Request) -> Pull:
        pull = self._find(request).pulls.get(request.path_params['number'])
        if pull is None:
            raise HTTPException(404)
        return pull

    def _redirect_if_moved(self, request: Request) -> None:
        params = request.path_params
        if id_ := self.moved.get(f'{params.get("owner")}/{params.get("name")}'):
            _, _, _, _, *rest = request.url.path.split('/')
            url = request.url.replace(path='/'.join(['/repositories', str(id_), *rest]))
            raise HTTPException(301, 'Moved Permanently', {'location': str(url)})
