"""For machines: is the process alive, is it ready."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from reviewflow.board import Board

READ = ['GET', 'HEAD']
PATHS = {'/livez', '/readyz'}


def create(board: Board) -> APIRouter:
    """Make the routes ``/livez`` and ``/readyz``."""
    router = APIRouter(include_in_schema=False)

    @router.api_route('/livez', methods=READ)
    async def livez() -> PlainTextResponse:
        return PlainTextResponse('alive')

    @router.api_route('/readyz', methods=READ)
    async def readyz() -> PlainTextResponse:
        """Ready is: the board shows what is stored, also while the code host is down."""
        return PlainTextResponse('ready') if board.is_hydrated else PlainTextResponse('starting', 503)

    return router
