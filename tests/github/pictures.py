"""The pictures of people, which GitHub keeps beside its REST."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.github.fault import Fault

PNG = bytes.fromhex(
    '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154'
    '78da63fccfc0f01f000505020187f8ffd50000000049454e44ae426082'
)
"""One red pixel."""


class Pictures:
    """Pictures by name, to be had at ``/avatars/NAME`` of whatever host is asked."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes | Fault] = {}
        self.asked: list[Request] = []
        self.app = Starlette(routes=[Route('/{name}', self._answer)])

    async def _answer(self, request: Request) -> Response:
        self.asked.append(request)
        found = self.kept.get(request.path_params['name'])
        if found is None:
            return Response('Not Found', 404)
        if isinstance(found, bytes):
            return Response(found, media_type='text/html')  # whatever it says: nobody should believe it
        return await found(request)
