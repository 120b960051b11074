"""Turning a page's socket away so that its browser loads the page again, and so comes to the login.

NiceGUI's script reloads when its Socket.IO connection is refused with exactly this message, and only then.
Saying so takes two ready-made Engine.IO packets: nobody without a session gets as far as the real server.
"""

from starlette.types import Receive, Scope, Send

MESSAGE = 'Implicit handshake failed'
OPEN_PACKET = '0{"sid":"refused","upgrades":[],"pingTimeout":20000,"pingInterval":25000,"maxPayload":1000000}'
REFUSED_PACKET = f'44{{"message":"{MESSAGE}"}}'


async def refuse_page_socket(_: Scope, receive: Receive, send: Send) -> None:
    """Open a connection, refuse it and close it."""
    await receive()
    await send({'type': 'websocket.accept'})
    for packet in (OPEN_PACKET, REFUSED_PACKET):
        await send({'type': 'websocket.send', 'text': packet})
    await send({'type': 'websocket.close'})
