"""What the live list is compared with: bare websockets, and the design it replaces. A process of its own."""

import argparse
import asyncio
import socket
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import uvicorn
import uvloop
from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.templating import Jinja2Templates
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from benchmarks.backlog import backlog
from benchmarks.control import allow_many_sockets, answer, cpu_seconds
from reviewflow.card import first_seen
from reviewflow.row import row
from reviewflow.views import PAGE_SIZE

templates = Jinja2Templates(Path(__file__).parent)


class Bare:
    """The floor: a frame is handed to each websocket, and that is all."""

    def __init__(self) -> None:
        self._sends: set[Send] = set()

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({'type': 'websocket.accept'})
        self._sends.add(send)
        while (await receive())['type'] != 'websocket.disconnect':
            pass
        self._sends.discard(send)

    async def push(self, text: str) -> int:
        """Send the same to all; say when it began, in nanoseconds."""
        event = {'type': 'websocket.send', 'text': text}
        started = time.monotonic_ns()
        for send in list(self._sends):
            await send(event)
        return started


class Replaced:
    """The former design: JSON to each socket in turn, and each browser then fetches the page again."""

    def __init__(self) -> None:
        cards = [first_seen(pull, repository_id=1, read=1) for pull in backlog(PAGE_SIZE)]
        self._rows = [row(card) for card in cards]
        self._totals = Counter(card.status for card in cards)
        self._browsers: set[WebSocket] = set()

    async def page(self, request: Request) -> Response:
        return templates.TemplateResponse(
            request, 'replaced.html', {'rows': self._rows, 'totals': self._totals}
        )

    async def listen(self, browser: WebSocket) -> None:
        await browser.accept()
        self._browsers.add(browser)
        with suppress(WebSocketDisconnect):
            await browser.receive_text()
        self._browsers.discard(browser)

    async def push(self, text: str) -> int:
        """Give a pull this title and tell everybody; say when it began, in nanoseconds."""
        changed = self._rows[-1]
        started = time.monotonic_ns()
        changed['title'] = text
        for browser in list(self._browsers):
            await browser.send_json({'type': 'notification_update', 'action': 'update', 'data': changed})
        return started


def application(bare: Bare, replaced: Replaced) -> ASGIApp:
    """Put both behind one door."""
    web = FastAPI()
    web.get('/')(replaced.page)
    web.websocket('/ws')(replaced.listen)

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        await (bare if scope.get('path') == '/bare' else web)(scope, receive, send)

    return choose


async def main(port: int) -> None:
    """Serve as NiceGUI does: the same server, the same protocol, no compression of frames."""
    bare, replaced = Bare(), Replaced()
    config = uvicorn.Config(
        application(bare, replaced),
        ws='wsproto',
        ws_per_message_deflate=False,
        log_level='warning',
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    listener = socket.create_server(('127.0.0.1', port), backlog=config.backlog)

    async def listen() -> None:
        await answer({'bare': bare.push, 'replaced': replaced.push, 'cpu': cpu_seconds})
        server.should_exit = True

    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(listen())
        await server.serve([listener])
        listening.cancel()


if __name__ == '__main__':
    allow_many_sockets()
    parser = argparse.ArgumentParser()
    parser.add_argument('port', type=int)
    uvloop.run(main(parser.parse_args().port))
