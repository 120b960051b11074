"""Renders descriptions without ever stopping the server for one."""

import asyncio
import json
import logging
import sys
import time
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import DEVNULL, Process
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from html import escape
from typing import cast

from reviewflow import child
from reviewflow.text import shown

log = logging.getLogger(__name__)

WORKER = (sys.executable, '-m', 'reviewflow.web.prose.worker')
LIMIT_S = 2.0
START_LIMIT_S = 20.0
WAITING_MAX = 4
SLOW_FOR_S = 600.0
"""How long a text that took too long is not tried again."""
KEPT_MAX = 16_000_000
"""Of characters of HTML."""
_EACH = 500
"""What keeping a result costs besides."""
_LINE_MAX = 16_000_000

Key = tuple[str, str, str]


class Prose:
    """Renders in a process that is started for the first text, one at a time; keeps what came of them."""

    def __init__(
        self, *, limit_s: float = LIMIT_S, kept_max: int = KEPT_MAX, worker: Sequence[str] = WORKER
    ) -> None:
        self._limit_s = limit_s
        self._worker = worker
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._wanted = Counter[Key]()
        self._is_closed = False
        self._kept: OrderedDict[Key, str | None] = OrderedDict()
        self._slow_until: dict[Key, float] = {}
        self._size = 0
        self._kept_max = kept_max

    async def html(self, text: str, *, digest: str, host: str, repository: str) -> str | None:
        """Render a text, known by its digest; None when that takes too long or is not to be had now.

        ``host`` is where ``owner/name`` is to be found on the web, empty where that is unknown.
        """
        key = digest, host, repository
        if key not in self._kept:
            if key not in self._wanted and len(self._wanted) >= WAITING_MAX:
                return None  # behind some slow ones nobody should wait for a harmless one
            async with self._in_turn(key):
                if time.monotonic() < self._slow_until.get(key, 0):
                    return None
                if key not in self._kept:
                    return await self._render(key, text)
        self._kept.move_to_end(key)
        return self._kept[key]

    @asynccontextmanager
    async def _in_turn(self, key: Key) -> AsyncIterator[None]:
        self._wanted[key] += 1
        try:
            async with self._turn:
                yield
        finally:
            self._wanted[key] -= 1
            if not self._wanted[key]:
                del self._wanted[key]

    async def close(self) -> None:
        """End the process; from now on nothing is rendered."""
        self._is_closed = True
        await self._end()

    async def _render(self, key: Key, text: str) -> str | None:
        try:
            html = await self._ask(text, *key[1:])
        except TimeoutError:
            log.warning('a description took longer than %s s to render', self._limit_s)
            self._rest(key)
            return None
        except (OSError, ValueError) as error:
            log.warning('no description can be rendered now: %s', type(error).__name__)
            return None  # which says nothing of the text
        self._keep(key, html)
        return html

    def _rest(self, key: Key) -> None:
        """Leave a text alone for a while: perhaps only the machine was slow."""
        now = time.monotonic()
        self._slow_until = {slow: until for slow, until in self._slow_until.items() if until > now}
        self._slow_until[key] = now + SLOW_FOR_S

    async def _ask(self, text: str, host: str, repository: str) -> str | None:
        try:
            process = await self._running()
            async with asyncio.timeout(self._limit_s):
                return await _exchange(process, json.dumps([text, host, repository]))
        except BaseException:  # also when nobody waits any more: its answer would be taken for the next one
            await self._end()
            raise

    async def _running(self) -> Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        if self._is_closed:
            raise ValueError('closed')
        self._process = await child.start(self._worker, stderr=DEVNULL, limit=_LINE_MAX)
        try:
            async with asyncio.timeout(START_LIMIT_S):
                await _exchange(self._process)
        except TimeoutError:
            raise OSError('it does not start') from None
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _keep(self, key: Key, html: str | None) -> None:
        self._kept[key] = html
        self._size += _cost(html)
        while self._size > self._kept_max:
            self._size -= _cost(self._kept.popitem(last=False)[1])


def plain(text: str) -> str:
    """Show a text as it is, in HTML."""
    return f'<pre>{escape(shown(text))}</pre>'


async def _exchange(process: Process, line: str | None = None) -> str | None:
    """Say a line and hear one.

    Raises:
        OSError, ValueError: the process is gone, or speaks nonsense.
    """
    to_it, from_it = cast('StreamWriter', process.stdin), cast('StreamReader', process.stdout)
    if line is not None:
        to_it.write(line.encode() + b'\n')
        await to_it.drain()
    answer = json.loads(await from_it.readline())
    return answer if isinstance(answer, str) else None


def _cost(html: str | None) -> int:
    return len(html or '') + _EACH
