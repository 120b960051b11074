"""A script that uses the REST interface."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from reviewflow.accounts import Actor
from reviewflow.accounts.role import OPERATOR
from reviewflow.board import Board
from reviewflow.syncs import Polls, SyncReport
from tests.builders import NOW, after, card, closed, detail, merged, person, pull, review
from tests.integration.quiet import Quiet

Json = dict[str, Any]


class Syncing(Quiet):
    """Somebody who syncs."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.polls = Polls(count=12, seconds=3.5, lag_s=7.25)

    @property
    def fresh_at(self) -> datetime:
        return NOW

    async def sync_now(self) -> SyncReport:
        if self.error is not None:
            raise self.error
        return SyncReport(repositories=2, changed=3, left=4, errors=('acme/x cannot be found',))


def client(app: ASGIApp, *, raises: bool = True, actor: Actor = OPERATOR) -> httpx.AsyncClient:
    """Come in as somebody whom the gate would have let in; ``raises``: what the server would log."""

    async def gate(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, 'state': {'actor': actor}}, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(gate, raises), base_url='http://reviewflow')


async def get(api: httpx.AsyncClient, path: str, **query: str | int) -> Json:
    answer = await api.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def problem(api: httpx.AsyncClient, status: int, path: str, /, **query: str | int) -> str:
    """Ask for what cannot be had; gives the reason."""
    return said(await api.get(path, params=query), status)


def said(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status
    assert answer.headers['content-type'] == 'application/problem+json'
    body = answer.json()
    assert (body['status'], body['type'], body['title']) == (status, 'about:blank', HTTPStatus(status).phrase)
    return str(body['detail'])


def fill(board: Board) -> None:
    board.put(
        [
            card(
                pull(number=1, title='A lamp', updated_at=after(hours=1), created_at=after(hours=-9)), key=1
            ),
            card(pull(number=2, title='A door', updated_at=after(hours=2), author=person('Zoe')), key=2),
            card(merged(number=3, title='A shade', updated_at=after(hours=3)), key=3),
            card(closed(number=4, repository='acme/Web', updated_at=after(hours=4)), key=4, repository_id=2),
            card(pull(number=5, detail=detail(review('ben', 'APPROVED'))), key=5),
            card(pull(number=6, detail=detail(review('ben', 'CHANGES_REQUESTED'))), key=6),
        ]
    )
