"""Somebody at the other end of a feed, and what they did not take yet."""

from collections import deque
from collections.abc import Callable

from nicegui import background_tasks

from reviewflow.accounts import Session
from reviewflow.web.framework.wire import Wire

KEPT_MAX = 262_144
"""Bytes that are kept for a reader who is behind, beside the 64 KiB that its connection holds."""
LATE_S = 10.0
"""How long a reader may be behind without ever catching up."""


class Reader:
    """Takes what it is told at once, or as soon as it can; nobody waits for it."""

    __slots__ = (
        '_behind_since',
        '_clock',
        '_kept',
        '_size',
        'heard_at',
        'moved_at',
        'number',
        'person',
        'session',
        'wire',
    )

    def __init__(
        self, wire: Wire, *, number: int, person: object, session: Session | None, clock: Callable[[], float]
    ) -> None:
        self.wire = wire
        self.number = number
        self.person = person
        self.session = session
        """None: the operator's, which lasts as long as the server."""
        self.heard_at = self.moved_at = clock()
        self._clock = clock
        self._kept: deque[bytes] | None = None
        self._size = 0
        self._behind_since = 0.0

    @property
    def is_behind(self) -> bool:
        """Whether something is kept for it."""
        return self._kept is not None

    @property
    def is_too_slow(self) -> bool:
        """Whether more is kept for it, or for longer, than anybody needs who reads."""
        return self._size > KEPT_MAX or (self.is_behind and self._clock() - self._behind_since > LATE_S)

    def tell(self, ready: bytes, moved: Callable[[], None]) -> None:
        """Hand on some frames, or keep them; ``moved`` is called whenever it took some of what was kept."""
        if self._kept is None:
            if self.wire.write(ready):
                return
            self._kept = deque()
            self._behind_since = self.moved_at = self._clock()
            background_tasks.create(self._catch_up(self._kept, moved), name='a reader of the feed catches up')
        self._kept.append(ready)
        self._size += len(ready)

    async def _catch_up(self, kept: deque[bytes], moved: Callable[[], None]) -> None:
        while kept:
            await self.wire.until_writable()
            while kept and self.wire.write(kept[0]):
                self._size -= len(kept.popleft())
            self.moved_at = self._clock()
            moved()
        self._kept = None
