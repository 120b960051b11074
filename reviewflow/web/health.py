"""For machines: is the process alive, is it ready."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from reviewflow.flow import ReviewFlow

READ = ['GET', 'HEAD']
PATHS = {'/livez', '/readyz'}


def create(flow: ReviewFlow, *, is_open: Callable[[], bool]) -> APIRouter:
    """Make the routes ``/livez`` and ``/readyz``."""
    router = APIRouter(include_in_schema=False)

    @router.api_route('/livez', methods=READ)
    async def livez() -> PlainTextResponse:
        return PlainTextResponse('alive')

    @router.api_route('/readyz', methods=READ)
    async def readyz() -> PlainTextResponse:
        """Ready is: the board shows what is stored, and more can be, also while the code host is down."""
        if not (is_open() and flow.board.is_hydrated):
            return PlainTextResponse('starting', 503)
        if not await flow.takes_writes():
            return PlainTextResponse('nothing can be stored', 503)
        return PlainTextResponse('ready')

    return router
