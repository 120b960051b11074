"""How the sync goes, to the last repository, by REST; and comparing everything with the code host."""

import gzip
import math
import time
from collections.abc import Callable
from hashlib import blake2s
from typing import Any

import orjson
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from reviewflow.clock import Clock
from reviewflow.flow import ReviewFlow
from reviewflow.health_json import health_json, reconciliation_json
from reviewflow.web.gate import actor_of

KEPT_S = 1
"""However many look at it, it is put together once in so long, and when pages are told another status."""


def add(api: FastAPI, rest: 'HealthRest') -> None:
    """Add the routes."""
    api.get('/sync/health')(rest.health)
    api.post('/sync/reconcile')(rest.reconcile)


class HealthRest:
    """The operations."""

    def __init__(
        self,
        flow: ReviewFlow,
        *,
        has_webhooks: bool,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._flow = flow
        self._has_webhooks = has_webhooks
        self._clock = clock
        self._monotonic = monotonic
        self._body, self._tag, self._zipped = b'', '', b''
        self._made_at_s = -math.inf
        self._sync = flow.board.sync

    async def health(self, request: Request) -> Response:
        """Say how the code host and each repository are read, how fast, and what went wrong."""
        if self._sync != self._flow.board.sync or self._monotonic() >= self._made_at_s + KEPT_S:
            self._make()
        headers = {'ETag': self._tag, 'Cache-Control': 'no-cache', 'Vary': 'Accept-Encoding'}
        if request.headers.get('if-none-match') == self._tag:
            return Response(status_code=304, headers=headers)
        if 'gzip' in request.headers.get('accept-encoding', ''):
            headers['Content-Encoding'] = 'gzip'
            return Response(self._zipped, media_type='application/json', headers=headers)
        return Response(self._body, media_type='application/json', headers=headers)

    async def reconcile(self, request: Request) -> dict[str, Any]:
        """Compare everything with the code host, for maintainers; answers when it is done.

        Pulls that changed without a trace are put right, and named. 409 while it is under way.
        """
        found = await self._flow.reconcile(actor_of(request))
        if found is None:
            raise HTTPException(502, 'It was broken off; GET sync/health says what is wrong')
        return reconciliation_json(found, is_running=False)

    def _make(self) -> None:
        self._made_at_s, self._sync = self._monotonic(), self._flow.board.sync
        hooks = self._flow.hooks if self._has_webhooks else None
        body = orjson.dumps(health_json(self._flow, self._clock(), hooks))
        if body != self._body:
            digest = blake2s(body, digest_size=9).hexdigest()
            self._body, self._tag, self._zipped = body, f'"{digest}"', gzip.compress(body, 5)
