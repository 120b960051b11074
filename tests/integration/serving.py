"""A server that is pretended: it answers commands with what a test hands out."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from reviewflow.data_dir import Address, DataDir

KEY = 'the-key'


class Pretended:
    """It holds the data directory, as a running server does."""

    def __init__(self, data_dir: DataDir, url: str) -> None:
        self.url = url
        self.asked: list[tuple[str, str, Any]] = []
        """Method, path below the REST interface, body."""
        self.answer: Response = JSONResponse({})
        self._data_dir = data_dir
        self.publish(url)

    def publish(self, url: str) -> None:
        """Say that it is there."""
        self._data_dir.publish(Address(url=url, key=KEY))

    async def endpoint(self, request: Request) -> Response:
        if request.headers.get('authorization') != f'Bearer {KEY}':
            return PlainTextResponse('wrong key', 500)
        body = await request.body()
        self.asked.append((request.method, request.path_params['path'], json.loads(body) if body else None))
        return self.answer


@contextmanager
def pretended(data_dir: DataDir) -> Iterator[Pretended]:
    """Run one."""
    data_dir.claim()
    servers: list[Pretended] = []

    async def answer(request: Request) -> Response:
        return await servers[0].endpoint(request)

    methods = ['GET', 'POST', 'PATCH']
    app = Starlette(routes=[Route('/dashboard/api/{path:path}', answer, methods=methods)])
    with listening(app) as url:
        servers.append(Pretended(data_dir, url))
        yield servers[0]
    data_dir.release()


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """Let others connect; gives the address."""
    with socket.create_server(('127.0.0.1', 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level='critical', lifespan='off'))
        thread = threading.Thread(target=server.run, kwargs={'sockets': [listener]})
        thread.start()
        try:
            yield f'http://127.0.0.1:{listener.getsockname()[1]}'
        finally:
            server.should_exit = True
            thread.join()
