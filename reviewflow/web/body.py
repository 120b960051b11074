"""How much a program may send, and how long it may take."""

import asyncio

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_MAX = 65_536
BODY_WITHIN_S = 10


class SmallBodies:
    """Refuses bodies that nobody who means well sends, before they are held in memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes, until all of it is there."""
        taken, is_whole = 0, False
        until = asyncio.get_running_loop().time() + BODY_WITHIN_S

        async def counted() -> Message:
            nonlocal taken, is_whole
            try:
                async with asyncio.timeout_at(None if is_whole else until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, f'it did not come within {BODY_WITHIN_S} s') from None
            is_whole = is_whole or not message.get('more_body')
            taken += len(message.get('body', b''))
            if taken > BODY_MAX:
                raise HTTPException(413, f'at most {BODY_MAX:,} bytes')
            return message

        await self._app(scope, counted if scope['type'] == 'http' else receive, send)
