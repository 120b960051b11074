"""For machines: is the process alive, is it ready."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from reviewflow.board import Board

PATHS = {'/livez', '/readyz'}


def create(board: Board) -> APIRouter:
    """Make the routes ``/livez`` and ``/readyz``."""
    router = APIRouter(include_in_schema=False)

    @router.get('/livez')
    async def livez() -> PlainTextResponse:
        return PlainTextResponse('alive')

    @router.get('/readyz')
    async def readyz() -> PlainTextResponse:
        """Ready is: the store is open and the board shows what is in it, also while the code host is down."""
        return PlainTextResponse('ready') if board.is_hydrated else PlainTextResponse('starting', 503)

    return router
