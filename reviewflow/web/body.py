"""How much a program may send."""

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_MAX = 65_536


class SmallBodies:
    """Refuses bodies that nobody who means well sends, before they are held in memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get('body', b''))
            if taken > BODY_MAX:
                raise HTTPException(413, f'at most {BODY_MAX:,} bytes')
            return message

        await self._app(scope, counted if scope['type'] == 'http' else receive, send)
