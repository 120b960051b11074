"""One call to GitHub, however many requests it takes: turns, tries, redirects, and an end in time."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median_low
from typing import TypeVar

from reviewflow.errors import ForgeUnavailable
from sync.github import protocol
from sync.github.breaker import Breaker
from sync.github.governor import Governor, Toll
from sync.github.trouble import Overloaded, Passing
from sync.github.wire import Manner, Question, Reply, Wire

REDIRECTS = 3
SKEWS = 20
"""Answers by which the other clock is known."""
STEP_S = 2
"""Our clock was set when it went on by so much more or less than the monotonic one."""
SAME_CLOCK = timedelta(minutes=1)
"""An answer that is farther from most others speaks of another clock, or of none."""
SKEW_MAX = timedelta(days=1)
"""What is more is no clock that runs wrong, and no time could be corrected by it."""

T = TypeVar('T')


class Caller:
    """Once it is its turn, a call ends within ``call_timeout``, all tries together."""

    def __init__(
        self,
        wire: Wire,
        governor: Governor,
        breaker: Breaker,
        *,
        call_timeout: timedelta,
        sleep: Callable[[float], Awaitable[None]],
        jitter: Callable[[], float],
        monotonic: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self.wire = wire
        self.breaker = breaker
        self._governor = governor
        self._call_timeout = call_timeout
        self._sleep = sleep
        self._jitter = jitter
        self._monotonic = monotonic
        self._now = now
        self._offset_s = 0.0
        self._skews: deque[timedelta] = deque(maxlen=SKEWS)

    @property
    def skew(self) -> timedelta:
        """How far GitHub's clock is ahead of ours; zero before the first answer.

        Answers are late, and say whole seconds: the one that says the most is nearest. One that most others
        do not bear out says nothing.
        """
        if not self._skews:
            return timedelta(0)
        middle = median_low(self._skews)
        nearest = max(skew for skew in self._skews if skew - middle < SAME_CLOCK)
        return min(max(nearest, -SKEW_MAX), SKEW_MAX)

    async def read(self, manner: Manner, toll: Toll, question: Question, read: Callable[[Reply], T]) -> T:
        """Wait for a turn, and ask until ``read`` has what it wants.

        Raises:
            ForgeError: and nothing else.
        """
        async with self._turn(toll):
            with self.breaker.call(is_dividable=question.is_dividable):
                try:
                    async with asyncio.timeout(self._call_timeout.total_seconds()):
                        return await self._persist(manner, toll, question, read)
                except TimeoutError:
                    raise manner.slow('it takes too long') from None

    async def once(self, manner: Manner, toll: Toll, question: Question, read: Callable[[Reply], T]) -> T:
        """Wait for a turn, and send it once: it changes something.

        Raises:
            NotAsked: it was not sent.
            ForgeUnavailable: nobody knows what came of it.
            ForgeError: any other; it was not done.
        """
        async with self._turn(toll):
            with self.breaker.call():
                try:
                    async with asyncio.timeout(self._call_timeout.total_seconds()):
                        reply = await self._send(manner, toll, question)
                except TimeoutError:
                    raise manner.slow('it takes too long') from None
                if reply.status >= 500:
                    raise Passing(f'it answered HTTP {reply.status}')
                return read(reply)

    @asynccontextmanager
    async def _turn(self, toll: Toll) -> AsyncIterator[None]:
        """Wait for the pace and then for a slot, one after the other; this may take longer than a call."""
        async with self._governor.queues[toll.resource]:
            await self._pause(toll)
            await self._governor.slots.acquire()
        try:
            yield
        finally:
            self._governor.slots.release()

    async def _persist(self, manner: Manner, toll: Toll, question: Question, read: Callable[[Reply], T]) -> T:
        """Try again while GitHub is in trouble, after 0.5, 1 and 2 seconds, unless half can be asked."""
        tried = 0
        while True:
            tried += 1
            try:
                return read(await self._follow(manner, toll, question))
            except (Passing, Overloaded) as error:
                is_too_much = question.is_dividable and isinstance(error, Overloaded)
                if tried >= error.tries or is_too_much:
                    raise
            await self._sleep(2**tried / 4 * (0.5 + self._jitter()))

    async def _follow(self, manner: Manner, toll: Toll, question: Question) -> Reply:
        """Send, and follow where a renamed repository went."""
        for _ in range(1 + REDIRECTS):
            reply = await self._send(manner, toll, question)
            if reply.status >= 500 and reply.status != 501:
                trouble = manner.slow if reply.status in {502, 504} else Passing
                raise trouble(f'it answered HTTP {reply.status}')
            if reply.status not in {301, 302, 307, 308}:
                return reply
            url = protocol.resolve(question.url, reply.headers.get('location', ''))
            question = replace(question, url=url)
        raise ForgeUnavailable('it redirects in circles')

    async def _send(self, manner: Manner, toll: Toll, question: Question) -> Reply:
        await self._pause(toll)
        reply = await self.wire.send(question, manner, toll)
        if (date := protocol.date(reply.headers)) is not None:
            self._compare_clocks(date)
        return reply

    async def _pause(self, toll: Toll) -> None:
        while (pause_s := self._governor.pause_s(toll)) > 0:
            await self._sleep(pause_s)

    def _compare_clocks(self, date: datetime) -> None:
        """Note what their clock says; what was known is of no use once ours was set."""
        now = self._now()
        offset_s = now.timestamp() - self._monotonic()
        if abs(offset_s - self._offset_s) > STEP_S:
            self._skews.clear()
        self._offset_s = offset_s
        self._skews.append(date - now)
