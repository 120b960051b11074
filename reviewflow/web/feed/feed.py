"""The feed itself: who may read it, what may be said to it, and one round of news after another."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from starlette.routing import WebSocketRoute
from starlette.types import Message, Receive, Scope, Send

from reviewflow.accounts import Accounts, Session
from reviewflow.board import Board
from reviewflow.settings import Limits
from reviewflow.web.feed.changes import Changes
from reviewflow.web.feed.reader import Reader
from reviewflow.web.feed.readers import Readers
from reviewflow.web.framework.wire import Wire, frames
from reviewflow.web.paths import FEED
from reviewflow.web.problem import problem
from reviewflow.window import Window

log = logging.getLogger(__name__)

PAUSE_S = 0.05
"""Rest after a round, as the pages' broadcaster has it: what changes meanwhile is told once."""
PORTION = 65_536
"""Bytes of news that are handed out before it is seen whether they are read."""
PORTION_MESSAGES = 100
"""And so many messages, before others have their turn."""
WORD_MAX = 1024
"""Characters; all that anybody has to say is "ping"."""
GREETING = {'type': 'connection', 'status': 'connected', 'message': 'Live sync enabled'}
PONG = frames(['{"type":"pong"}'])


class Feed:
    """Made before the server starts; :meth:`run` it once the board is there, and :meth:`sweep` it."""

    def __init__(
        self, board: Board, accounts: Accounts, limits: Limits, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.sent_at = time.monotonic()
        """When something was last sent."""
        self.seq = 1
        """Number of the last event since the start of the server."""
        self.route = WebSocketRoute(FEED, self)
        self._accounts = accounts
        self._limits = limits
        self._clock = clock
        self._changes = Changes(board)
        self._changed = asyncio.Event()
        self._changes.changed = self._changed.set
        self._all = Readers(clock)
        self._words = Window(10, clock)
        self._number = 0
        accounts.on_end(self._all.end)

    @property
    def readers(self) -> int:
        """How many read it now."""
        return len(self._all)

    async def run(self) -> None:
        """Tell what changes, until cancelled."""
        self._changes.begin()
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._tell()
            except Exception:  # what one round could not say must not silence the next
                log.exception('could not tell the feed')
                self._all.cut_all(1011, 'something could not be told: read it by REST')
            await asyncio.sleep(PAUSE_S)

    def sweep(self) -> None:
        """Cut whoever does not read or says nothing; to be called every second or so."""
        self._all.sweep()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one reader, whom the gate let in."""
        session: Session | None = scope['state']['session']
        name = scope['state']['actor'].name
        person = name if session is None else session.person
        await receive()  # "connect"
        if self._all.count_of(person) >= self._limits.sockets_per_user:
            log.warning('too many open feeds of %s', name)
            await problem(429, 'Too many open feeds.')(scope, receive, send)
            return
        await send({'type': 'websocket.accept'})
        self._number += 1
        wire = Wire(scope['state']['send'])
        reader = Reader(wire, number=self._number, person=person, session=session, clock=self._clock)
        self._welcome(reader)
        try:
            while (message := await receive())['type'] == 'websocket.receive':
                self._hear(reader, message)
        finally:
            self._all.remove(reader)

    def _welcome(self, reader: Reader) -> None:
        self._all.add(reader)
        if reader.session is not None and not self._accounts.is_live(reader.session):
            self._all.end(reader.session.token_hash)  # it ended while the door was opened
            return
        greeting = {'seq': self.seq, **GREETING}
        self._all.tell(reader, frames([encoded(greeting)]))

    def _hear(self, reader: Reader, message: Message) -> None:
        """Answer a ping; whatever else is said does nothing, but not for ever."""
        text = message.get('text')
        if reader.wire.is_over:
            return
        if text is None:
            self._all.cut(reader, 1003, 'text only')
        elif len(text) > WORD_MAX:
            self._all.cut(reader, 1009, f'more than {WORD_MAX} characters')
        elif self._words.count(reader.number) > self._limits.events_per_10_s:
            self._all.cut(reader, 1008, 'too many messages')
        else:
            reader.heard_at = self._clock()
            if text == 'ping':
                self._all.tell(reader, PONG)

    async def _tell(self) -> None:
        """Tell all that changed, a portion at a time; a change or two is one portion."""
        portion, size, count = list[str](), 0, 0
        waited_s = defaultdict[int, float](float)
        for message in self._changes.messages():
            if size >= PORTION or count >= PORTION_MESSAGES:
                await self._hand_out(portion)
                await self._all.until_read(waited_s)
                await asyncio.sleep(0)  # let clicks and pings through
                portion, size, count = [], 0, 0
            self.seq += 1  # only now: whoever came meanwhile was greeted with the number before
            count += 1
            if self._all:  # else nobody is there to be told
                portion.append(encoded({'seq': self.seq, **message}))
                size += len(portion[-1])
        await self._hand_out(portion)

    async def _hand_out(self, portion: Sequence[str]) -> None:
        if portion:
            await self._all.tell_all(portion)
            self.sent_at = time.monotonic()


def encoded(message: Mapping[str, Any]) -> str:
    """Write a message as it is sent."""
    return orjson.dumps(message).decode()
