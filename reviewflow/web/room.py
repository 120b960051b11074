"""Room for what strangers send: how much of it is held at once, how big it may be, how long it may take."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import Receive

BODY_MAX = 25 * 1024 * 1024
"""GitHub sends nothing bigger."""
HELD_MAX = 4 * BODY_MAX
"""Of all that are on their way or being read. Who sends little, or slowly, takes little of it."""
BODY_WITHIN_S = 10
"""GitHub itself waits no longer for the answer."""


class NoRoom(Exception):
    """Too much is on its way already."""


class TooBig(Exception):
    """It is more than anybody sends who means well."""


class TooSlow(Exception):
    """It did not come in time."""


class Left(Exception):
    """Whoever sent it is gone."""


class Room:
    """Bodies in memory, counted by their bytes."""

    def __init__(
        self, *, body_max: int = BODY_MAX, held_max: int = HELD_MAX, within_s: float = BODY_WITHIN_S
    ) -> None:
        self.body_max = body_max
        self.within_s = within_s
        self._left = held_max

    @asynccontextmanager
    async def body(self, receive: Receive, feed: Callable[[bytes], object]) -> AsyncIterator[bytearray]:
        """Hold a whole body for as long as the context lasts; ``feed`` gets the pieces as they come.

        Raises:
            NoRoom, TooBig, TooSlow, Left: as soon as that is known; nothing is held any more.
        """
        body = bytearray()
        try:
            try:
                async with asyncio.timeout(self.within_s):
                    while await self._take(body, receive, feed):
                        pass
            except TimeoutError:
                raise TooSlow from None
            yield body
        finally:
            self._left += len(body)

    async def _take(self, body: bytearray, receive: Receive, feed: Callable[[bytes], object]) -> bool:
        """Take the next piece; tell whether there is more."""
        message = await receive()
        if message['type'] == 'http.disconnect':
            raise Left
        piece: bytes = message.get('body', b'')
        if len(body) + len(piece) > self.body_max:
            raise TooBig
        if len(piece) > self._left:
            raise NoRoom
        self._left -= len(piece)
        body += piece
        feed(piece)
        return bool(message.get('more_body'))
