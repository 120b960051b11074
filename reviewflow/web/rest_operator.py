"""What the commands ask of a running server: how it is, say something to everybody, create a test pull."""

import os
from typing import Annotated, Any

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field

from reviewflow import __version__
from reviewflow.accounts import Action, authorize
from reviewflow.as_json import created_json, hooks_json, moment, stats_json, sync_json
from reviewflow.clock import Clock
from reviewflow.connector import Connector
from reviewflow.flow import ReviewFlow
from reviewflow.hook_setup import set_up_hooks
from reviewflow.settings import Settings
from reviewflow.web.gate import actor_of
from reviewflow.web.machine import local_url
from reviewflow.web.opened import Opened
from reviewflow.web.paths import HOME


class Message(BaseModel):
    """What is said to everybody."""

    model_config = ConfigDict(extra='forbid')
    message: str


class TestPull(BaseModel):
    """Where a pull is to be created; the pretend team takes none for any."""

    __test__ = False  # for pytest
    model_config = ConfigDict(extra='forbid')
    repository: Annotated[str, Field(max_length=200)] = ''


class Webhooks(BaseModel):
    """Which repositories are to tell us what happens: none is all that are shown."""

    model_config = ConfigDict(extra='forbid')
    repositories: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=500)] = []
    url: Annotated[str, Field(max_length=200)] = ''
    """Where we can be reached; none is the public address."""


def add(api: FastAPI, operator: 'OperatorRest') -> None:
    """Add the routes."""
    api.get('/status')(operator.status)
    api.post('/broadcast')(operator.broadcast)
    api.post('/webhooks')(operator.set_up_hooks)
    api.post('/test-pull', status_code=201)(operator.create_test_pull)


class OperatorRest:
    """The operations."""

    def __init__(
        self, settings: Settings, *, flow: ReviewFlow, connector: Connector, opened: Opened, clock: Clock
    ) -> None:
        self._flow = flow
        self._connector = connector
        self._opened = opened
        self._clock = clock
        self._since = clock()
        self._data_dir = str(settings.data_dir.absolute())
        self._address = f'{settings.public_url or local_url(settings.host, settings.port)}{HOME}'

    async def broadcast(self, said: Message, request: Request) -> dict[str, Any]:
        """Say something on every open page; for maintainers and administrators, ten times a minute."""
        self._flow.broadcast(actor_of(request), said.message)
        return {'pages': self._opened.pages()}

    async def create_test_pull(self, where: TestPull, request: Request) -> dict[str, Any]:
        """Have a small pull created, which on GitHub is a real one; for administrators."""
        created = await self._flow.create_test_pull(actor_of(request), where.repository)
        pull = created.pull
        page = f'{self._address}pulls/{pull.repository}/{pull.number}' if created.is_on_board else None
        return created_json(pull, page=page, pages=self._opened.pages())

    async def set_up_hooks(self, wanted: Webhooks, request: Request) -> dict[str, Any]:
        """Create or repair the webhooks of repositories at the code host; for administrators."""
        settings, names = self._connector.settings, wanted.repositories
        actor, host = actor_of(request), self._flow.host
        return hooks_json(await set_up_hooks(actor, host, settings, names=names, url=wanted.url))

    async def status(self, request: Request) -> dict[str, Any]:
        """Say how the server is; for administrators."""
        authorize(actor_of(request), Action.SEE_STATUS)
        fresh_at = self._flow.poller.fresh_at if self._flow.poller else None
        errors = self._flow.poller.health()[0].errors if self._flow.poller else ()
        return {
            'version': __version__,
            'pid': os.getpid(),
            'address': self._address,
            'since': moment(self._since),
            'data_dir': self._data_dir,
            'open': {'pages': self._opened.pages(), 'feed_readers': self._opened.feed_readers()},
            'sync': sync_json(self._flow.board.sync)
            | {'read_at': moment(fresh_at), 'errors': [each.says for each in errors]},
            'limit': self._limit(),
            'reads': list(self._connector.settings.github.repositories),
            'pulls': stats_json(self._flow.board.totals),
        }

    def _limit(self) -> dict[str, Any] | None:
        """Say what is left of the code host's allowance; None where there is none, or nothing was asked."""
        budget = self._flow.host.budget
        if budget is None:
            return None
        return {
            'limit': budget.limit,
            'remaining': budget.remaining,
            'resets_at': moment(self._clock() + budget.resets_in),
        }
