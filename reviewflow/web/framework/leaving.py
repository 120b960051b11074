"""Browsers that leave while they are being answered: Starlette's middlewares call that a mistake of ours.

They raise ``RuntimeError('No response returned.')``, which Uvicorn logs with a long traceback.
Upstream: https://github.com/Kludex/starlette/issues/2516; this can go once no middleware of NiceGUI is a
``BaseHTTPMiddleware``.
"""

from starlette.types import ASGIApp, Receive, Scope, Send


async def answer_unless_left(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let ``app`` answer; whatever comes of it is nothing, once nobody is there."""
    has_left = False

    async def receive_noting() -> dict[str, object]:
        nonlocal has_left
        message = await receive()
        has_left = has_left or message['type'] == 'http.disconnect'
        return dict(message)

    try:
        await app(scope, receive_noting, send)
    except RuntimeError:
        if not has_left:
            raise
