"""The REST interface below ``/dashboard/api``; every error is a problem of RFC 9457."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import FastAPI, Query, Request, Response
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, model_validator
from starlette.exceptions import HTTPException

from reviewflow import __version__
from reviewflow.as_json import code_host, detailed_pull_json, pull_json, stats_json, sync_json
from reviewflow.board import Query as BoardQuery
from reviewflow.card import Card
from reviewflow.flow import ReviewFlow
from reviewflow.models import Description, Status
from reviewflow.policy import ALL, SORTS
from reviewflow.search import LENGTH_MAX, parse, suggest
from reviewflow.views import Views
from reviewflow.web import assets, refused
from reviewflow.web.body import SmallBodies
from reviewflow.web.gate import actor_of
from reviewflow.web.problem import DESCRIPTION
from reviewflow.web.prose.prose import Prose, plain

TEXT_MAX = 200


class PullQuery(BaseModel):
    """What ``GET pulls`` may be asked."""

    status: Status | None = None
    repo: Annotated[str, Query(max_length=TEXT_MAX)] = ''
    author: Annotated[str, Query(max_length=TEXT_MAX)] = ''
    q: Annotated[str, Query(max_length=LENGTH_MAX)] = ''
    sort: Literal['updated-desc', 'updated-asc', 'created-desc', 'created-asc'] = 'updated-desc'
    limit: Annotated[int, Query(ge=1, le=200)] = 50
    cursor: Annotated[str, Query(max_length=TEXT_MAX)] = ''

    @model_validator(mode='before')
    @classmethod
    def _take_empty_as_not_given(cls, values: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in values.items() if value != ''}


def create(
    flow: ReviewFlow, views: Views, prose: Prose, *, prefix: str = '', pages: Callable[[], int]
) -> FastAPI:
    """Make the application to be mounted at ``/dashboard/api``.

    People see it below ``prefix``; ``pages`` counts those that are connected, which no view knows as well.
    """
    api = FastAPIOffline(
        title='ReviewFlow',
        version=__version__,
        redoc_url=None,
        favicon_url=prefix + assets.address('favicon.svg'),
        swagger_ui_parameters={'validatorUrl': None},  # it would send our address to swagger.io
        responses={'default': DESCRIPTION, 422: DESCRIPTION},
    )
    refused.add(api)
    api.add_middleware(SmallBodies)
    rest = Rest(flow, views, prose, pages)
    api.get('/stats')(rest.stats)
    api.get('/pulls')(rest.pulls)
    api.get('/pulls/{owner}/{repo}/{number}')(rest.pull)
    api.get('/suggestions')(rest.suggestions)
    api.get('/pulls/{owner}/{repo}/{number}/description')(rest.description)
    api.get('/sync')(rest.sync_status)
    api.post('/sync')(rest.sync_now)
    api.get('/live/{view_id}', include_in_schema=False)(rest.snapshot)
    return api


class Rest:
    """The operations."""

    def __init__(self, flow: ReviewFlow, views: Views, prose: Prose, pages: Callable[[], int]) -> None:
        self._flow = flow
        self._board = flow.board
        self._views = views
        self._prose = prose
        self._pages = pages

    async def stats(self) -> dict[str, int]:
        """Count the pulls: the total and the five statuses, which sum to it."""
        return stats_json(self._board.totals)

    async def pulls(self, query: Annotated[PullQuery, Query()]) -> dict[str, Any]:
        """List pulls; hand ``next`` back as ``cursor`` for what follows."""
        sort = parse(query.q).sort or query.sort
        keys = self._board.ranking(BoardQuery(channel=query.status or ALL, text=query.q, sort=sort))
        cards = [card for key in keys if _is_wanted(card := self._board.cards[key], query)]
        start = _after(cards, query.cursor, sort) if query.cursor else 0
        shown = cards[start : start + query.limit]
        has_more = len(cards) > start + query.limit
        return {
            'items': [pull_json(card) for card in shown],
            'next': _cursor(shown[-1], sort) if has_more else None,
            'total': len(cards),
        }

    async def pull(self, owner: str, repo: str, number: int) -> dict[str, Any]:
        """Show one pull with its reviews and checks."""
        return detailed_pull_json(self._card(owner, repo, number))

    async def description(self, owner: str, repo: str, number: int, request: Request) -> Response:
        """Show what the author of a pull wrote, as HTML that is safe to insert into a page."""
        card = self._card(owner, repo, number)
        text = await self._flow.description(card)
        digest = Description.of(text).digest
        headers = {'ETag': f'"{digest}.{__version__}"', 'Cache-Control': 'no-cache'}
        if request.headers.get('if-none-match') == headers['ETag']:
            return Response(status_code=304, headers=headers)
        host, repository = code_host(card.pull), card.pull.repository
        html = await self._prose.html(text, digest=digest, host=host, repository=repository) if text else ''
        if html is None:
            html = plain(text)
            del headers['ETag']  # perhaps it can be rendered the next time
        body = orjson.dumps({'digest': digest, 'html': html})
        return Response(body, media_type='application/json', headers=headers)

    async def suggestions(self, term: Annotated[str, Query(max_length=LENGTH_MAX)] = '') -> dict[str, Any]:
        """Say how a term of a search could go on, as far as it was typed."""
        return {'items': [asdict(suggestion) for suggestion in suggest(self._board.index, term)]}

    async def sync_status(self) -> dict[str, Any]:
        """Say how the reading of the code host goes; ``fresh_at`` only while something is wrong."""
        return sync_json(self._board.sync)

    async def sync_now(self, request: Request) -> dict[str, Any]:
        """Read the code host now; answers when it is done."""
        report = await self._flow.sync(actor_of(request))
        return asdict(report) | {'pages': self._pages()}

    async def snapshot(self, view_id: str, request: Request) -> Response:
        """Give a page everything that its view shows; nothing (204) when nobody watches it any more."""
        view = self._views[view_id]
        if view is None:
            return Response(status_code=204)  # its page has moved on; an error would be one in its console
        tag = f'"{view.epoch}.{view.version}"'
        headers = {'ETag': tag, 'Cache-Control': 'no-cache', 'Vary': 'Accept-Encoding'}
        if request.headers.get('if-none-match') == tag:
            return Response(status_code=304, headers=headers)
        if 'gzip' in request.headers.get('accept-encoding', ''):
            headers['Content-Encoding'] = 'gzip'
            return Response(view.gzipped(), media_type='application/json', headers=headers)
        return Response(orjson.dumps(view.snapshot()), media_type='application/json', headers=headers)

    def _card(self, owner: str, repo: str, number: int) -> Card:
        card = self._board.named(f'{owner}/{repo}', number)
        if card is None:
            raise HTTPException(404, f'{owner}/{repo} has no pull {number} here')
        return card


def _is_wanted(card: Card, query: PullQuery) -> bool:
    repository, author = card.pull.repository.lower(), card.pull.author.login.lower()
    return query.repo.lower() in {'', repository} and query.author.lower() in {'', author}


def _cursor(card: Card, sort: str) -> str:
    """Name the place behind a pull: it stays right when pulls come and go before it."""
    place = f'{sort} {SORTS[sort][0](card.pull).isoformat()} {card.key}'
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip('=')


def _after(cards: Sequence[Card], cursor: str, sort: str) -> int:
    """Find the first pull behind a place."""
    try:
        of, stamp, key = base64.urlsafe_b64decode(cursor + '=' * (-len(cursor) % 4)).decode().split(' ')
        place = datetime.fromisoformat(stamp).astimezone(UTC), int(key)
    except (ValueError, OverflowError):
        raise HTTPException(400, 'the cursor is not one of ours') from None
    if of != sort:
        raise HTTPException(400, f'the cursor belongs to sort={of}')
    stamp_of, newest_first = SORTS[sort]
    for index, card in enumerate(cards):
        here = stamp_of(card.pull), card.key
        if here < place if newest_first else here > place:
            return index
    return len(cards)
