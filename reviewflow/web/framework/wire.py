"""The connection below an ASGI socket, as Uvicorn and wsproto make it: write without waiting, and cut.

ASGI knows one way to send, which waits for whoever does not read, and one to close, which waits for the same.
A frame of the server is the same for everybody: it is made once, and handed to each transport as it is.
"""

import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from types import MethodType
from typing import cast

from starlette.types import Send
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto.frame_protocol import FrameProtocol

AT_ONCE = struct.pack('ii', 1, 0)
"""Linger for no time: what was not read goes with the connection, in the kernel too."""


def frames(texts: Iterable[str]) -> bytes:
    """Make a frame of each text."""
    protocol = FrameProtocol(client=False, extensions=[])
    return b''.join(protocol.send_data(text, fin=True) for text in texts)


class Wire:
    """One accepted websocket; ``send`` is the server's own, not what a layer made of it."""

    __slots__ = ('_protocol',)

    def __init__(self, send: Send) -> None:
        self._protocol = cast('WSProtocol', cast('MethodType', send).__self__)

    @property
    def is_over(self) -> bool:
        """Whether nothing can be said any more: it is closed, or about to be."""
        protocol = self._protocol
        return protocol.close_sent or protocol.disconnected or protocol.transport.is_closing()

    @property
    def is_gone(self) -> bool:
        """Whether the connection is no more, and nothing of it is kept."""
        return self._protocol.disconnected

    def write(self, ready: bytes) -> bool:
        """Hand on what :func:`frames` made; False, and nothing is sent, when it would have to wait."""
        if self.is_over:
            return True  # there is nobody to wait for
        if not self._protocol.writable.is_set():
            return False
        self._protocol.transport.write(ready)
        return True

    async def until_writable(self) -> None:
        """Wait until something fits again, or it is over."""
        await self._protocol.writable.wait()

    def close(self, code: int, reason: str) -> None:
        """Say why, behind whatever is still on its way, and wait for nobody."""
        if self.is_over:
            return
        self._protocol.writable.set()
        with suppress(StopIteration):
            self._protocol.send({'type': 'websocket.close', 'code': code, 'reason': reason}).send(None)

    def abort(self) -> None:
        """Let go of it, whatever was not read yet."""
        if self.is_gone:
            return
        transport = self._protocol.transport
        with suppress(OSError):
            transport.get_extra_info('socket').setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        transport.abort()
