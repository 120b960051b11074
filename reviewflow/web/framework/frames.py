"""What a page's script may send over its socket, and how much of it; all else ends the connection.

Engine.IO, Socket.IO and NiceGUI would keep attachments without limit, and write a traceback for whatever they
cannot read: nothing gets as far as that.
"""

import logging
import re

from starlette.types import Message, Receive

from reviewflow.window import Window

log = logging.getLogger(__name__)

EVENTS = ('event', 'ack', 'log', 'javascript_response', 'handshake')
FRAME = re.compile(rf'1|3|4(?:0|1|2[0-9]{{0,9}}\["(?:{"|".join(EVENTS)})",.*)', re.DOTALL)
"""Close and pong; connect, disconnect and the events of the one namespace."""
COUNTED = re.compile(r'42[0-9]*\["(?!ack")')
"""What a person causes; the script acknowledges by itself."""
SIZE_MAX = 262_144
BRACKETS_MAX = 400
"""Deep nesting is what makes parsers give up, at great length."""
GROSS = 10
"""So many times what is usual is no accident: the cap of a page, for a session a frame of each page."""
PAGES = 20
"""A session may cause as much as so many pages at their cap; reconnecting does not begin it anew."""
END: Message = {'type': 'websocket.disconnect', 'code': 1008}


class Frames:
    """Counts by page and by session, within ten seconds."""

    def __init__(self, counts: Window, *, per_page: int, pages: int) -> None:
        self._counts = counts
        self._cap = per_page
        self._pages = pages

    def only(self, receive: Receive, *, session: str, name: str) -> Receive:
        """Hand on what a page's script may send; leave out what is above the cap; ``name`` is for the log."""
        page = object()
        is_over, is_begun = self._is_gross(page, session), False

        async def receive_frame() -> Message:
            nonlocal is_over, is_begun
            if not is_begun:
                is_begun = True
                return await receive()  # "connect": an end before the beginning would be an error
            while not is_over:
                message = await receive()
                if message['type'] != 'websocket.receive':
                    return message
                text = message.get('text')
                if not isinstance(text, str) or not is_ours(text):
                    self._warn(session, 'a page of %s sent what no page sends', name)
                    is_over = True
                elif self._is_gross(page, session):
                    is_over = True
                elif not COUNTED.match(text) or self._is_within_caps(page, session):
                    return message
                else:
                    self._warn(session, 'too many events from a page of %s', name)
            return END

        return receive_frame

    def _is_within_caps(self, page: object, session: str) -> bool:
        by_page, by_session = self._counts.count((page, 'event')), self._counts.count((session, 'event'))
        return by_page <= self._cap and by_session <= PAGES * self._cap

    def _is_gross(self, page: object, session: str) -> bool:
        by_page, by_session = self._counts.count((page, 'frame')), self._counts.count((session, 'frame'))
        return by_page > GROSS * self._cap or by_session > GROSS * self._pages

    def _warn(self, session: str, text: str, name: str) -> None:
        """Say it once in a window: the log is for other things too."""
        if self._counts.count((session, text)) == 1:
            log.warning(text, name)


def is_ours(text: str) -> bool:
    """Whether a frame is one that our pages send."""
    brackets = text.count('[') + text.count('{')
    return len(text) <= SIZE_MAX and brackets <= BRACKETS_MAX and FRAME.fullmatch(text) is not None
