"""The least of a websocket client: it costs little, so that what is measured is the server."""

import asyncio
import base64
import os
import time
from dataclasses import dataclass
from typing import Protocol, cast

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
NO_MASK = b'\0\0\0\0'
"""A legal mask that costs nothing."""


class Owner(Protocol):
    """Whoever a socket works for."""

    def opened(self) -> None:
        """Take note that the handshake is done."""

    def received(self, payload: bytes, at: int) -> None:
        """Take a message, and when it arrived, in nanoseconds."""

    def lost(self) -> None:
        """Take note that the connection is gone, or never came about."""


@dataclass(slots=True)
class Traffic:
    """Bytes of frames and of fetched bodies; what TCP and HTTP headers add is not counted."""

    received: int = 0
    sent: int = 0
    fetched: int = 0


class Socket(asyncio.Protocol):
    """One websocket, without extensions; the server is trusted not to split messages."""

    def __init__(self, owner: Owner, traffic: Traffic, *, path: str, host: str, cookie: str = '') -> None:
        self._owner = owner
        self._traffic = traffic
        self._hello = '\r\n'.join(
            (
                f'GET {path} HTTP/1.1',
                f'Host: {host}',
                'Connection: Upgrade',
                'Upgrade: websocket',
                f'Origin: http://{host}',
                'Sec-WebSocket-Version: 13',
                f'Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}',
                *([f'Cookie: {cookie}'] if cookie else []),
                *('', ''),
            )
        )
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._is_open = False
        self._is_abandoned = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast('asyncio.Transport', transport)
        self._transport.write(self._hello.encode())

    def data_received(self, data: bytes) -> None:
        now = time.monotonic_ns()
        self._buffer += data
        if not self._is_open and not self._take_answer():
            return
        buffer, start = self._buffer, 0
        while (frame := _frame(buffer, start)) is not None:
            opcode, payload_start, end = frame
            payload, start = bytes(buffer[payload_start:end]), end
            if opcode == PING:
                self._send(PONG, payload)
            elif opcode == CLOSE:
                self._hang_up()
            elif opcode == TEXT:
                self._owner.received(payload, now)
        self._traffic.received += start
        del buffer[:start]

    def connection_lost(self, _: Exception | None) -> None:
        if not self._is_abandoned:
            self._owner.lost()

    def send(self, text: str) -> None:
        """Send a message."""
        self._send(TEXT, text.encode())

    def close(self) -> None:
        """Hang up; the owner knows."""
        self._is_abandoned = True
        self._hang_up()

    def _take_answer(self) -> bool:
        head, separator, rest = bytes(self._buffer).partition(b'\r\n\r\n')
        if not separator:
            return False
        if not head.startswith(b'HTTP/1.1 101'):
            self._hang_up()
            return False
        self._buffer[:] = rest
        self._is_open = True
        self._owner.opened()
        return True

    def _hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        length = bytes((0x80 | size,)) if size < 126 else b'\xfe' + size.to_bytes(2, 'big')
        frame = bytes((0x80 | opcode,)) + length + NO_MASK + payload
        if self._transport is not None and not self._transport.is_closing():
            self._traffic.sent += len(frame)
            self._transport.write(frame)


def _frame(buffer: bytearray, start: int) -> tuple[int, int, int] | None:
    """Find a whole frame: its opcode, and where its payload starts and ends."""
    if len(buffer) < start + 2:
        return None
    size, payload = buffer[start + 1] & 0x7F, start + 2
    if size >= 126:
        payload += 2 if size == 126 else 8
        if len(buffer) < payload:
            return None
        size = int.from_bytes(buffer[start + 2 : payload], 'big')
    return (buffer[start] & 0x0F, payload, payload + size) if len(buffer) >= payload + size else None
