"""Where GitHub calls, by itself."""

from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette

from reviewflow.board import Board
from reviewflow.flow import ReviewFlow
from reviewflow.hooks import Hooks
from reviewflow.store.database import Database
from reviewflow.store.deliveries import DeliveryStore
from reviewflow.store.store import Store
from reviewflow.web.webhook import Webhook
from sync.github.hints import GitHubHooks
from tests.builders import Clock
from tests.hooks import PATH, SECRET, headers


@dataclass(frozen=True, kw_only=True)
class Called:
    """An application with this route, and what it counts."""

    app: Starlette
    hooks: Hooks

    def client(self) -> httpx.AsyncClient:
        """Call it without a network."""
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url='http://reviewflow')


def called(database: Database, clock: Clock, **options: Any) -> Called:
    """Make one."""
    hooks = Hooks(DeliveryStore(database), events=GitHubHooks().events, clock=clock)
    flow = ReviewFlow(store=Store(database), board=Board(), forge='github')
    flow.hooks = hooks
    webhook = Webhook(flow, GitHubHooks(), SecretStr(SECRET), clock=clock, **options)
    return Called(app=Starlette(routes=[webhook.route]), hooks=hooks)


async def post(github: httpx.AsyncClient, content: bytes, **changes: str) -> httpx.Response:
    """Deliver something; a header that is said to be empty is left out."""
    given = {name: said for name, said in headers(content, **changes).items() if said}
    return await github.post(PATH, content=content, headers=given)
