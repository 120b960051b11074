"""Room for what strangers send: how much of it is held at once, how big it may be, how long it may take."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import Receive

BODY_MAX = 25 * 1024 * 1024
"""GitHub sends nothing bigger."""
HELD_MAX = 5 * BODY_MAX
"""Of all that are on their way or being read. Who sends little, or slowly, takes little of it."""
SMALL_MAX = 262_144
"""Nearly all that GitHub sends is smaller."""
SMALL_SHARE = 0.2
"""So much of the room is for small ones only, and so much of it no single address may take."""
STEP_S = 2.0
"""A big one that stands still for so long, or nearly so, makes room for others."""
STEP_BYTES = 131_072
"""What it has to bring meanwhile."""
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
        self,
        *,
        body_max: int = BODY_MAX,
        held_max: int = HELD_MAX,
        small_max: int = SMALL_MAX,
        within_s: float = BODY_WITHIN_S,
        step_s: float = STEP_S,
    ) -> None:
        self.body_max = body_max
        self.within_s = within_s
        self._small_max = small_max
        self._step_s = step_s
        self._left = held_max
        self._spare = int(held_max * SMALL_SHARE)
        self._peer_max = held_max - self._spare
        self._peer_big_max = self._peer_max // 2
        self._peers = Counter[str]()

    @asynccontextmanager
    async def body(
        self, receive: Receive, feed: Callable[[bytes], object], *, peer: str = ''
    ) -> AsyncIterator[bytearray]:
        """Hold a whole body for as long as the context lasts; ``feed`` gets the pieces as they come.

        Raises:
            NoRoom, TooBig, TooSlow, Left: as soon as that is known; nothing is held any more.
        """
        body = bytearray()
        try:
            try:
                async with asyncio.timeout(self.within_s):
                    await self._fill(body, receive, feed, peer)
            except TimeoutError:
                raise TooSlow from None
            yield body
        finally:
            self._left += len(body)
            self._peers[peer] -= len(body)
            if not self._peers[peer]:
                del self._peers[peer]

    async def _fill(
        self, body: bytearray, receive: Receive, feed: Callable[[bytes], object], peer: str
    ) -> None:
        """Take all of it; once it is big, no slower than it has to come."""
        while len(body) <= self._small_max:
            if not await self._take(body, receive, feed, peer):
                return
        while True:
            goal = len(body) + STEP_BYTES
            async with asyncio.timeout(self._step_s):
                while len(body) < goal:
                    if not await self._take(body, receive, feed, peer):
                        return

    async def _take(
        self, body: bytearray, receive: Receive, feed: Callable[[bytes], object], peer: str
    ) -> bool:
        """Take the next piece; tell whether there is more."""
        message = await receive()
        if message['type'] == 'http.disconnect':
            raise Left
        piece: bytes = message.get('body', b'')
        if len(body) + len(piece) > self.body_max:
            raise TooBig
        if not self._fits(len(body) + len(piece), len(piece), peer):
            raise NoRoom
        self._left -= len(piece)
        self._peers[peer] += len(piece)
        body += piece
        feed(piece)
        return bool(message.get('more_body'))

    def _fits(self, size: int, more: int, peer: str) -> bool:
        """Tell whether there is room for ``more`` bytes of a body that is ``size`` long with them."""
        if size <= self._small_max:
            return more <= self._left and self._peers[peer] + more <= self._peer_max
        return more <= self._left - self._spare and self._peers[peer] + more <= self._peer_big_max
