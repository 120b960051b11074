"""A dam below every websocket: it holds back floods that no layer of ASGI sees.

Pings, pongs and pieces of messages are dealt with by Uvicorn and wsproto, all that a read of 256 KB brings
in one go: tens of thousands of them, while everybody else waits. Here each one is counted as it is taken, and
what is too much ends the connection. Uvicorn writes pongs whether they are read or not: a ping whose answer
would have to wait gets none, as RFC 6455 (5.5.3) allows.
"""

import logging
import socket
import weakref
from collections.abc import Iterator
from contextlib import suppress
from types import MethodType
from typing import cast

from starlette.types import Send
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto import WSConnection
from wsproto.events import Event, Ping

from reviewflow.web.framework.frames import GROSS
from reviewflow.web.framework.wire import Wire
from reviewflow.window import Window

log = logging.getLogger(__name__)

FRAMES_MIN = 2000
"""Frames of one socket within ten seconds that are too few to be a flood: to take them costs some 20 ms."""
LATE_MAX = 100
"""What may still be on its way when we have closed."""
STALLED_S = 45
"""A peer that takes nothing for so long is gone; longer than Uvicorn waits for a pong."""


class Dam:
    """Counts by socket and by session, within ten seconds; far above what :class:`Frames` lets pass."""

    def __init__(self, counts: Window, *, per_page: int, pages: int) -> None:
        self._counts = counts
        self._per_socket = max(FRAMES_MIN, 2 * GROSS * per_page)
        self._per_session = max(2 * self._per_socket, 2 * GROSS * pages)

    def put_below(self, send: Send, *, session: str | None, name: str) -> None:
        """Watch over a socket from now on; ``send`` is the server's own, ``name`` is for the log.

        A session counts for all its sockets together, so that reconnecting does not begin it anew.
        """
        protocol = cast('WSProtocol', cast('MethodType', send).__self__)
        _end_when_stalled(protocol)
        events = _Events(self, protocol, session, name)
        protocol.conn.events = events  # type: ignore[method-assign, assignment]  # there is no other way below

    def is_flood(self, socket: object, session: str | None) -> bool:
        """Count one more frame."""
        if self._counts.count(socket) > self._per_socket:
            return True
        return session is not None and self._counts.count(session) > self._per_session

    def warn(self, session: str | None, name: str) -> None:
        """Say it once in a window: the log is for other things too."""
        if self._counts.count((session, 'flood')) == 1:
            log.warning('cut a socket of %s that sent too many frames', name)


class _Events:
    """What stands in the place of a connection's ``events``; it keeps nothing alive."""

    __slots__ = ('_dam', '_late', '_name', '_protocol', '_session')

    def __init__(self, dam: Dam, protocol: WSProtocol, session: str | None, name: str) -> None:
        self._dam = dam
        self._protocol = weakref.ref(protocol)
        self._session = session
        self._name = name
        self._late = 0

    def __call__(self) -> Iterator[Event]:
        """Hand on one after the other; wsproto reads on only when it is asked for the next."""
        protocol = cast('WSProtocol', self._protocol())  # it is who asks
        for event in WSConnection.events(protocol.conn):
            if self._is_too_much(protocol):
                Wire(cast('Send', protocol.send)).abort()
                return
            if type(event) is not Ping or protocol.writable.is_set():
                yield event

    def _is_too_much(self, protocol: WSProtocol) -> bool:
        if protocol.close_sent:
            self._late += 1
            return self._late > LATE_MAX
        if self._dam.is_flood(self, self._session):
            self._dam.warn(self._session, self._name)
            return True
        return False


def _end_when_stalled(protocol: WSProtocol) -> None:
    """Have the system end it when nobody takes what is sent; even a close would wait for that, for ever."""
    if hasattr(socket, 'TCP_USER_TIMEOUT'):  # Linux has it
        with suppress(OSError):
            protocol.transport.get_extra_info('socket').setsockopt(
                socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(STALLED_S * 1000)
            )
