"""A GitHub with our hook in it, and somebody who takes what it delivers."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewflow.our_hook import HookTarget
from sync.github.our_hook import EVENTS, OurHook
from tests.github import FakeGitHub
from tests.integration.github_client import TOKEN, Clock, make_client

URL = 'https://reviews.example.com/webhooks/github'
SECRET = 'canary-5e0d-secret'
TARGET = HookTarget(url=URL, secret=SECRET)
RIGHT: dict[str, Any] = {
    'active': True,
    'events': sorted(EVENTS),
    'config': {'url': URL, 'content_type': 'json', 'insecure_ssl': '0', 'secret': '********'},
}
"""How our hook has to look."""


class Taker:
    """Takes deliveries at our address, and remembers what was signed as it should be."""

    def __init__(self, github: FakeGitHub) -> None:
        self.taken: list[tuple[str, str]] = []
        """Event and guid."""
        self.payloads: list[Any] = []
        self.refused = 0
        self.answer: Callable[[], Response] = lambda: Response(status_code=202)
        route = Route('/webhooks/github', self._take, methods=['POST'])
        github.sender.transport = httpx.ASGITransport(Starlette(routes=[route]))

    async def _take(self, request: Request) -> Response:
        body, said = await request.body(), request.headers.get('x-hub-signature-256', '')
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f'sha256={signature}', said):
            self.refused += 1
            return Response(status_code=401)
        self.taken.append((request.headers['x-github-event'], request.headers['x-github-delivery']))
        if request.headers['content-type'] == 'application/json':
            self.payloads.append(await request.json())
        return self.answer()

    @property
    def events(self) -> list[str]:
        return [event for event, _ in self.taken]


def make_github() -> FakeGitHub:
    github = FakeGitHub(token=TOKEN)
    github.add_repository('acme/api')
    return github


def make_hooks(github: FakeGitHub, clock: Clock | None = None, *, target: HookTarget = TARGET) -> OurHook:
    clock = clock or Clock()
    return OurHook(make_client(github, clock), github.url, target, sleep=clock.sleep)


def looks(hook: Any) -> dict[str, Any]:
    """Give what counts of a hook, as GitHub shows it."""
    return {key: hook[key] for key in ('active', 'events', 'config')}
