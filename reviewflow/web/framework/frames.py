"""What a page's script may send over its socket, and how much of it; all else ends the connection.

Engine.IO and Socket.IO would keep attachments without limit, and write a traceback for whatever they cannot
read: nothing gets as far as that.
"""

import logging
import re
import time
from collections.abc import Callable

from starlette.types import Message, Receive

from reviewflow.web.window import Window

log = logging.getLogger(__name__)

EVENT = '42'
FRAME = re.compile(r'1|3|4(?:0|1|2\d{0,9}\[.*|3\d{0,9}\[.*)', re.DOTALL)
"""Close and pong; connect, disconnect, event and acknowledgement of the one namespace."""
SIZE_MAX = 262_144
GROSS = 10
"""So many times the cap is no accident any more."""
END: Message = {'type': 'websocket.disconnect', 'code': 1008}


def only_frames(
    receive: Receive, *, per_10_s: int, name: str, clock: Callable[[], float] = time.monotonic
) -> Receive:
    """Hand on what a page's script may send; leave out what is above the cap; ``name`` is for the log."""
    counts = Window(10, clock)
    is_over = False

    async def receive_frame() -> Message:
        nonlocal is_over
        while not is_over:
            message = await receive()
            if message['type'] != 'websocket.receive':
                return message
            text = message.get('text')
            if not isinstance(text, str) or len(text) > SIZE_MAX or not FRAME.fullmatch(text):
                log.warning('a page of %s sent what no page sends', name)
                is_over = True
            elif counts.count('frame') > GROSS * per_10_s:
                is_over = True
            elif not text.startswith(EVENT) or (events := counts.count('event')) <= per_10_s:
                return message
            elif events == per_10_s + 1:
                log.warning('too many events from a page of %s', name)
        return END

    return receive_frame
