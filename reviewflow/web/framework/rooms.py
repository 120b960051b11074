"""Rooms and frames on NiceGUI's own socket: who watches what, and sending one ready-made frame to many."""

import asyncio
from collections.abc import Collection, Coroutine
from dataclasses import dataclass
from typing import Any

from engineio.packet import MESSAGE, Packet
from nicegui import Client, core
from socketio.packet import EVENT
from socketio.packet import Packet as SocketIoPacket

EVENT_NAME = 'live'
BATCH = 100


def members(room: str) -> set[str]:
    """List the sockets in a room."""
    return {sid for sid, _ in core.sio.manager.get_participants('/', room)}


async def move(client: Client, *, leave: str | None, enter: str | None) -> None:
    """Put every socket of a page into a room, or only out of one; the browser never names one."""
    for sid in members(client.id):
        if leave is not None and leave != enter:
            await core.sio.leave_room(sid, leave)
        if enter is not None:
            await core.sio.enter_room(sid, enter)


async def say(client: Client, message: dict[str, Any]) -> None:
    """Tell one page something outside NiceGUI's replay: our own versions take care of what gets lost."""
    await core.sio.emit(EVENT_NAME, message, to=client.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a broadcast went."""

    late: set[str]
    """The sockets that could not take it at once."""
    frames: int
    """As many took it."""
    size: int
    """Bytes of each."""


async def broadcast(message: dict[str, Any], sids: Collection[str]) -> Delivery:
    """Encode a message once and send it to many sockets."""
    packet = Packet(MESSAGE, SocketIoPacket(EVENT, namespace='/', data=[EVENT_NAME, message]).encode())
    text = packet.encode()
    event = {'type': 'websocket.send', 'text': text}
    late, gone = set(), 0
    for count, sid in enumerate(sids, start=1):
        if (environ := core.sio.get_environ(sid)) is None:
            gone += 1  # it left while we were sending
            continue
        if not _sent_at_once(environ['asgi.send'](event)):
            late.add(sid)
        if count % BATCH == 0:
            await asyncio.sleep(0)  # let clicks and pings through
    return Delivery(late=late, frames=len(sids) - len(late) - gone, size=len(text.encode()))


def _sent_at_once(sending: Coroutine[Any, Any, None]) -> bool:
    """Run a send that normally need not wait; give up when it would wait (its buffer is full) or fails.

    A slow reader is never waited for: with three stalled readers that cost the others 158 ms.
    """
    try:
        sending.send(None)
    except StopIteration:
        return True
    except Exception:  # noqa: BLE001  # whatever ails a socket, the next one must still be served
        return False
    sending.close()
    return False
