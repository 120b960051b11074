"""Webhooks of our own GitHub over REST: repositories' and organisations', and what was delivered to them.

Sources:
    https://docs.github.com/en/rest/repos/webhooks
    https://docs.github.com/en/rest/orgs/webhooks
"""

import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.github.answer import as_json, paged
from tests.github.reading import Reading
from tests.github.sender import Delivery, Hook, Sender
from tests.github.shape import Json

DEFAULTS = {'content_type': 'form', 'insecure_ssl': '0'}
KNOWN_EVENTS = {
    'check_run', 'check_suite', 'issue_comment', 'issues', 'label', 'milestone', 'pull_request',
    'pull_request_review', 'pull_request_review_comment', 'pull_request_review_thread', 'push', 'release',
    'repository', 'star', 'status', '*',
}  # fmt: skip

Answer = Callable[[Request], Response]


class Hooks(Reading):
    """A GitHub that tells of what happens there."""

    may_manage_hooks = True
    """Whether the token may, of repositories."""
    may_see_hooks_of_organisations = False
    can_filter_deliveries = True
    """Whether it knows ``status``, as an older GitHub Enterprise Server does not."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(now)
        self.sender = Sender(self, self._path_of)
        """Who delivers."""

    def add_hook(
        self, place: str, url: str, *, events: tuple[str, ...] = ('*',), active: bool = True, **config: Any
    ) -> int:
        """Add one to ``owner/name`` or to an organisation, unless told otherwise with what GitHub presets."""
        hook = Hook(
            id=next(self._ids),
            place=place if place in self.organisations else self.repo(place).data['id'],
            config=DEFAULTS | {'url': url} | config,
            events=list(events),
            active=active,
            at=self._time(),
        )
        self.sender.add(hook)
        return hook.id

    def hooks(self, place: str) -> list[Json]:
        """Show those of ``owner/name`` or of an organisation, as GitHub does."""
        of = place if place in self.organisations else self.repo(place).data['id']
        return [self._shown(hook) for hook in self.sender.hooks if hook.place == of]

    def hook_routes(
        self, endpoint: Callable[[Answer], Callable[[Request], Awaitable[Response]]]
    ) -> Iterator[Route]:
        """Make the routes."""
        one, delivery = '/hooks/{hook:int}', '/hooks/{hook:int}/deliveries/{delivery:int}'
        answers = {
            ('GET', '/hooks'): self._list,
            ('POST', '/hooks'): self._create,
            ('GET', one): lambda request: as_json(self._shown(self._hook(request))),
            ('PATCH', one): self._change_hook,
            ('DELETE', one): self._delete,
            ('POST', f'{one}/pings'): self._ping,
            ('GET', f'{one}/deliveries'): self._deliveries,
            ('GET', delivery): lambda request: as_json(self._delivery(request).whole),
            ('POST', f'{delivery}/attempts'): self._attempt,
        }
        for prefix in ('/repos/{owner}/{name}', '/orgs/{owner}'):
            for (method, path), answer in answers.items():
                yield Route(prefix + path, endpoint(answer), methods=[method])

    def _list(self, request: Request) -> Response:
        of = self._place(request)
        return paged(request, [self._shown(hook) for hook in self.sender.hooks if hook.place == of])

    def _create(self, request: Request) -> Response:
        data, of = self._body(request), self._place(request)
        config = data.get('config') or {}
        if data.get('name', 'web') != 'web' or not str(config.get('url', '')).startswith('http'):
            raise HTTPException(422, 'Validation Failed')
        hook = Hook(
            id=next(self._ids),
            place=of,
            config=DEFAULTS | config,
            events=self._events(data.get('events', ['push'])),
            active=data.get('active', True),
            at=self._time(),
        )
        self._check_double(hook)
        self.sender.add(hook)
        response = as_json(self._shown(hook), 201)
        response.background = BackgroundTask(self.sender.ping, hook)
        return response

    def _change_hook(self, request: Request) -> Response:
        """Change it; a ``config`` replaces the whole of the old one, the secret too."""
        hook, data = self._hook(request), self._body(request)
        changed = Hook(
            id=hook.id,
            place=hook.place,
            config=DEFAULTS | data['config'] if 'config' in data else hook.config,
            events=self._events(data.get('events', hook.events)),
            active=data.get('active', hook.active),
            at=self._time(),
        )
        self._check_double(changed)
        hook.config, hook.events, hook.active = changed.config, changed.events, changed.active
        return as_json(self._shown(hook))

    def _delete(self, request: Request) -> Response:
        self.sender.hooks.remove(self._hook(request))
        return Response(status_code=204)

    def _ping(self, request: Request) -> Response:
        return Response(status_code=204, background=BackgroundTask(self.sender.ping, self._hook(request)))

    def _deliveries(self, request: Request) -> Response:
        """List them newest first; the cursor names the last one shown."""
        hook, query = self._hook(request), request.query_params
        size, cursor = int(query.get('per_page', 30)), int(query.get('cursor', 2**62))
        found = [each for each in self._of(hook)[::-1] if each.id < cursor]
        if self.can_filter_deliveries and (status := query.get('status')):
            found = [each for each in found if (each.answer[0] < 400) == (status == 'success')]
        url = request.url.include_query_params(cursor=found[:size][-1].id) if found else ''
        link = {'link': f'<{url}>; rel="next"'} if len(found) > size else None
        return as_json([each.item for each in found[:size]], headers=link)

    def _attempt(self, request: Request) -> Response:
        again = BackgroundTask(self.sender.send_again, self._delivery(request))
        response = as_json({}, 202)
        response.background = again
        return response

    def _hook(self, request: Request) -> Hook:
        of, id_ = self._place(request), request.path_params['hook']
        found = next((hook for hook in self.sender.hooks if hook.place == of and hook.id == id_), None)
        if found is None:
            raise HTTPException(404)
        return found

    def _delivery(self, request: Request) -> Delivery:
        hook, id_ = self._hook(request), request.path_params['delivery']
        found = next((each for each in self._of(hook) if each.id == id_), None)
        if found is None:
            raise HTTPException(404)
        return found

    def _of(self, hook: Hook) -> list[Delivery]:
        return [each for each in list(self.sender.deliveries) if each.parcel.hook is hook]

    def _place(self, request: Request) -> str | int:
        """Say whose hooks are meant; to whom it may not be told, it says that there are none."""
        if 'authorization' not in request.headers:
            raise HTTPException(404)
        if 'name' not in request.path_params:
            owner = str(request.path_params['owner'])
            if owner not in self.organisations or not self.may_see_hooks_of_organisations:
                raise HTTPException(404)
            return owner
        repo = self._find(request)
        if not self.may_manage_hooks:
            raise HTTPException(404)
        if request.method != 'GET' and repo.data['archived']:
            raise HTTPException(403, 'Repository was archived so is read-only.')
        return int(repo.data['id'])

    def _body(self, request: Request) -> Json:
        return dict(json.loads(request.state.body or b'{}'))

    def _events(self, events: list[str]) -> list[str]:
        if unknown := set(events) - KNOWN_EVENTS:
            raise HTTPException(422, f'Validation Failed: {unknown}')
        return ['*'] if '*' in events else sorted(set(events))

    def _check_double(self, hook: Hook) -> None:
        """Refuse what GitHub does: two of one configuration whose events overlap."""
        for other in self.sender.hooks:
            is_same = (other.place, other.address) == (hook.place, hook.address) and other.id != hook.id
            if is_same and (set(other.events) & set(hook.events) or '*' in other.events + hook.events):
                raise HTTPException(422, 'Hook already exists on this repository')

    def _shown(self, hook: Hook) -> Json:
        """Show a hook, but not its secret."""
        return hook.shown(self._path_of(hook))

    def _path_of(self, hook: Hook) -> str:
        if isinstance(hook.place, str):
            return f'orgs/{hook.place}'
        return next(f'repos/{repo.data["full_name"]}' for repo in self.repos if repo.data['id'] == hook.place)
