"""Somebody at the other end of a websocket who keeps to no rule: sends frames as they are, often unread."""

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

CONTINUATION, TEXT, PING, PONG = 0x00, 0x81, 0x89, 0x8A
OPEN_TEXT = 0x01
"""The first piece of a message that goes on."""
PATIENCE_S = 60
UPGRADE = {
    'Upgrade': 'websocket',
    'Connection': 'Upgrade',
    'Sec-WebSocket-Key': 'cmV2aWV3ZmxvdyBpcyBoZXJlIQ==',
    'Sec-WebSocket-Version': '13',
}


def frame(first: int, payload: bytes = b'') -> bytes:
    """Make a frame of up to 125 bytes or of more than 65,535, masked with zeros."""
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b'\xff' + len(payload).to_bytes(8)
    return bytes([first]) + size + bytes(4) + payload


class BarePeer:
    """An open connection; what arrives stays where it is until it is asked for."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, address: str, headers: Mapping[str, str], *, buffer: int | None = None) -> Self:
        """Connect, up to the server's 101; the system takes about ``buffer`` bytes that were not read."""
        url = urlsplit(address)
        peer = socket.socket()
        if buffer is not None:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        peer.connect((url.hostname, url.port))  # it waits in the backlog, which takes no time
        reader, writer = await asyncio.open_connection(sock=peer, limit=1024)
        head = {'Host': url.netloc, **UPGRADE, **headers}
        lines = (f'{name}: {value}\r\n' for name, value in head.items())
        writer.write(f'GET {url.path}?{url.query} HTTP/1.1\r\n{"".join(lines)}\r\n'.encode())
        assert b' 101 ' in await reader.readuntil(b'\r\n\r\n')
        return cls(reader, writer)

    async def send(self, frames: bytes) -> None:
        """Write them, as fast as they are taken; whether anybody still listens does not matter."""
        with suppress(ConnectionError):
            self._writer.write(frames)
            async with asyncio.timeout(PATIENCE_S):
                await self._writer.drain()

    async def read(self) -> bytes:
        """Wait for something; nothing means that the connection ended, politely or not."""
        with suppress(ConnectionError):
            async with asyncio.timeout(PATIENCE_S):
                return await self._reader.read(65_536)
        return b''

    async def rest(self) -> bytes:
        """Read until the connection ends."""
        taken = bytearray()
        while data := await self.read():
            taken += data
        return bytes(taken)

    def close(self) -> None:
        self._writer.transport.abort()
