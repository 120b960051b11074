"""A dam below every request: it holds back bodies that come in very many pieces.

Of all chunks that a read of 256 KB brings h11 makes events, one after the other and before anything of ASGI
is asked: chunks of one byte took seconds, for which everybody else waited. Here each one is counted as it is
taken, and what is too much ends the connection. Who says how long a body is makes no chunks.
"""

import logging
import time
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from reviewflow.window import Window

log = logging.getLogger(__name__)

PIECES_MIN = 200
"""Chunks of one body that are too few to be a flood: to take them costs some 4 ms."""
PIECE_BYTES = 512
"""What a chunk has to bring on average, once there are more."""
MINUTE_S = 60
ANSWERABLE = {h11.IDLE, h11.SEND_RESPONSE}

_warnings = Window(MINUTE_S, time.monotonic)


class TooManyPieces(Exception):
    """Nobody who means well sends a body like this."""


class Pieces(h11.Connection):
    """Counts the chunks of each body as they are taken."""

    _pieces = 0
    _size = 0

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Hand on the next one.

        Raises:
            TooManyPieces: nothing more may be taken.
        """
        event = super().next_event()
        if isinstance(event, h11.Data):
            self._pieces += event.chunk_start
            self._size += len(event.data)
            if self._pieces > PIECES_MIN + self._size // PIECE_BYTES:
                raise TooManyPieces
        elif isinstance(event, h11.Request):
            self._pieces = self._size = 0
        return event


class Protocol(H11Protocol):
    """What Uvicorn speaks with each connection, also where it would fail a second time."""

    conn: h11.Connection

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.conn = Pieces(h11.SERVER, self.conn._max_incomplete_event_size)  # noqa: SLF001  # as it was made

    def handle_events(self) -> None:
        """Take what came, and cut who sent too much of it."""
        try:
            super().handle_events()
        except TooManyPieces:
            if _warnings.count('cut') == 1:
                log.warning('cut a connection that sent a body in too many pieces')
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Say that it is no HTTP, unless something was said; whoever answers it still talks to nobody."""
        if self.cycle is not None:
            self.cycle.disconnected = True
        if self.conn.our_state in ANSWERABLE:
            super().send_400_response(msg)
        else:
            self.transport.close()
