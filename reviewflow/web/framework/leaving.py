"""Browsers that leave while they are being answered: Starlette's middlewares call that a mistake of ours.

They raise ``RuntimeError('No response returned.')``, which Uvicorn logs with a long traceback.
Upstream: https://github.com/Kludex/starlette/issues/2516; this can go once no middleware of NiceGUI is a
``BaseHTTPMiddleware``.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reviewflow.web.problem import problem


async def answer_unless_left(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let ``app`` answer; whatever comes of it is nothing, once nobody is there.

    Who still waits when the server stops is told; Uvicorn would log where we were when it lost patience.
    """
    has_left = has_begun = False

    async def receive_noting() -> dict[str, object]:
        nonlocal has_left
        message = await receive()
        has_left = has_left or message['type'] == 'http.disconnect'
        return dict(message)

    async def send_noting(message: Message) -> None:
        nonlocal has_begun
        has_begun = True
        await send(message)

    try:
        await app(scope, receive_noting, send_noting)
    except RuntimeError:
        if not has_left:
            raise
    except asyncio.CancelledError:
        if not has_begun:
            await problem(503, 'The server stops.')(scope, receive, send)
