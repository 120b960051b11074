"""What our own GitHub answers over REST."""

from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tests.github import shape
from tests.github.answer import as_json, is_meant, is_of, paged
from tests.github.shape import Json
from tests.github.state import Pull, Repo
from tests.github.writing import Writing


class Reading(Writing):
    """What can be read, by those who may."""

    login = 'ann'
    """Whose token it is; empty: an app's, which has no person."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.unapproved: dict[str, str] = {}
        """Organisation → the page on which the token can be approved for single sign-on."""
        self.rules: dict[str, str] = {}
        """Organisation → its rule that the token breaks, as GitHub says it: what is public can be read."""
        self.withheld: dict[str, int] = {}
        """``check-runs`` or ``status`` → the HTTP status with which they are refused.

        By GraphQL also ``members``: the teams of an organisation.
        """

    @property
    def reads(self) -> Mapping[str, Callable[[Request], Response]]:
        """Path below a repository → what is answered."""
        return {
            '': self._repository,
            '/pulls': self._pulls,
            '/pulls/{number:int}': self._pull,
            '/pulls/{number:int}/reviews': self._reviews,
            '/pulls/{number:int}/comments': self._review_comments,
            '/issues/{number:int}/comments': self._comments,
            '/branches/{branch:path}': self._branch,
            '/commits/{sha}/check-runs': self._check_runs,
            '/commits/{sha}/status': self._status,
        }

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
        repo = self._find(request)
        is_by_update = query.get('sort') == 'updated'
        known = repo.by_touch() if is_by_update else list(repo.pulls.values())
        pulls = [pull for pull in known if state in {'all', pull.listed['state']} and is_of(pull, query)]
        if query.get('direction', 'desc') == 'desc':
            pulls.reverse()
        return paged(request, [_without_bots(pull.listed) for pull in pulls])

    def _pull(self, request: Request) -> Response:
        pull = self._find_pull(request)
        response = as_json(_without_bots(pull.listed) | pull.single)
        pull.remember()
        return response

    def _reviews(self, request: Request) -> Response:
        return paged(request, self._find_pull(request).reviews)

    def _review_comments(self, request: Request) -> Response:
        threads = self._find_pull(request).threads
        return paged(request, [comment for thread in threads for comment in thread['comments']])

    def _comments(self, request: Request) -> Response:
        return paged(request, self._find_pull(request).comments)

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
        closed = self.unapproved.keys() | self.rules.keys()
        wanted = {self.login} if query.get('affiliation') == 'owner' else owners - closed
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
        return as_json(self.owner(owner))

    def _users_repositories(self, request: Request) -> Response:
        """List the public ones; whose they are does not matter, a person's or an organisation's."""
        return paged(request, [repo for repo in self._owned(request) if not repo['private']])

    def _orgs_repositories(self, request: Request) -> Response:
        """List all that an organisation has."""
        owner = request.path_params['owner']
        if owner not in self.organisations:
            raise HTTPException(404)
        if owner in self.rules:
            raise HTTPException(403, self.rules[owner])
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
        if found.data['private'] and (rule := self.rules.get(found.data['owner']['login'])) is not None:
            raise HTTPException(403, rule)
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
            root = request.scope.get('root_path', '')
            _, _, _, _, *rest = request.url.path.removeprefix(root).split('/')
            url = request.url.replace(path='/'.join([f'{root}/repositories', str(id_), *rest]))
            raise HTTPException(301, 'Moved Permanently', {'location': str(url)})


def _without_bots(pull: Json) -> Json:
    """Leave out bots that are asked for a review: unlike GraphQL, REST never lists them; rubbish stays."""
    asked = pull['requested_reviewers']
    if not isinstance(asked, list):
        return pull
    people = [each for each in asked if not isinstance(each, dict) or each.get('type') != 'Bot']
    return pull | {'requested_reviewers': people}
