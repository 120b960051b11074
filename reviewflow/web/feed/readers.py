"""Everybody who reads the feed: counted, told, and cut when they do not read."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextlib import suppress

from reviewflow.web.feed.reader import Reader
from reviewflow.web.framework.wire import Wire, frames

BATCH = 100
"""So many are told in one go."""
STILL_S = 0.5
"""Who took nothing for so long is not waited for in the middle of much news."""
PATIENCE_S = 10.0
"""How long, in all, the portions of one round wait for a reader."""
SILENT_S = 90.0
CLOSING_S = 2.0
"""How long somebody who was cut may take to hear why."""
TOO_SLOW = 4408


class Readers:
    """All that are open; one that is slow delays nobody."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._readers: set[Reader] = set()
        self._persons = Counter[object]()
        self._cut: list[tuple[float, Wire]] = []
        self._moved = asyncio.Event()

    def __len__(self) -> int:
        return len(self._readers)

    def count_of(self, person: object) -> int:
        """Count the feeds of one person."""
        return self._persons[person]

    def add(self, reader: Reader) -> None:
        """Tell it from now on."""
        self._readers.add(reader)
        self._persons[reader.person] += 1

    def remove(self, reader: Reader) -> None:
        """Forget it, once or more often."""
        if reader not in self._readers:
            return
        self._readers.remove(reader)
        self._persons[reader.person] -= 1
        if not self._persons[reader.person]:
            del self._persons[reader.person]

    def cut(self, reader: Reader, code: int, reason: str) -> None:
        """Close it, and see to it later that it is gone, even if nobody reads."""
        self.remove(reader)
        reader.wire.close(code, reason)
        self._cut.append((self._clock() + CLOSING_S, reader.wire))

    def end(self, token_hash: str) -> None:
        """Close the feeds of a session that ended."""
        for reader in list(self._readers):
            if reader.session is not None and reader.session.token_hash == token_hash:
                self.cut(reader, 4401, 'the session ended')

    def cut_all(self, code: int, reason: str) -> None:
        """Close everybody."""
        for reader in list(self._readers):
            self.cut(reader, code, reason)

    def tell(self, reader: Reader, ready: bytes) -> None:
        """Hand some frames to one of them."""
        reader.tell(ready, self._moved.set)
        if reader.is_too_slow:
            self.cut(reader, TOO_SLOW, 'too slow')

    async def tell_all(self, texts: Iterable[str]) -> None:
        """Hand the same to all, made ready once."""
        ready = frames(texts)
        for count, reader in enumerate(list(self._readers), start=1):
            if reader in self._readers:  # else it left meanwhile
                self.tell(reader, ready)
            if count % BATCH == 0:
                await asyncio.sleep(0)  # let clicks and pings through

    async def until_read(self, waited_s: MutableMapping[int, float]) -> None:
        """Wait for those who are behind but read on: much news at once is no reason to cut anybody.

        ``waited_s`` sums up for each reader, by number, what the portions of one round waited for it.
        """
        while behind := [reader for reader in self._readers if self._is_worth_waiting(reader, waited_s)]:
            began = self._clock()
            self._moved.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(STILL_S):
                    await self._moved.wait()
            for reader in behind:
                waited_s[reader.number] += self._clock() - began

    def sweep(self) -> None:
        """Cut whoever does not read or says nothing, and let go of those who were cut; now and then."""
        now = self._clock()
        for reader in list(self._readers):
            if reader.is_too_slow:
                self.cut(reader, TOO_SLOW, 'too slow')
            elif now - reader.heard_at > SILENT_S:
                self.cut(reader, TOO_SLOW, f'silent for {SILENT_S:.0f} s: send ping now and then')
        self._cut, before = [], self._cut
        for until, wire in before:
            if wire.is_gone:
                continue
            if now < until:
                self._cut.append((until, wire))
            else:
                wire.abort()

    def _is_worth_waiting(self, reader: Reader, waited_s: Mapping[int, float]) -> bool:
        is_still = self._clock() - reader.moved_at > STILL_S
        return reader.is_behind and not is_still and waited_s[reader.number] < PATIENCE_S
