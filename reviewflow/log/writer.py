"""A thread that writes what others told it: whatever hangs where it writes keeps nobody else."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import Protocol

from reviewflow.log.record import Record, gap, trouble

WAITING_MAX = 20_000
"""Records that wait to be written: behind so many the disk hangs, and the next are lost."""
PATIENCE_S = 1.0
"""How long ends wait for one writer, all of them together."""


class Place(Protocol):
    """Where records are written."""

    def write(self, records: Sequence[Record]) -> None:
        """Write all of them or, with an exception, none."""
        ...


class Writer:
    """Runs until the process ends, which does not wait for it; what it had to leave out is counted.

    ``complain`` is told once when its place begins to fail.
    """

    def __init__(
        self,
        place: Place,
        *,
        waiting_max: int = WAITING_MAX,
        patience_s: float = PATIENCE_S,
        complain: Callable[[Record], None] = lambda _: None,
    ) -> None:
        self._place = place
        self._waiting_max = waiting_max
        self._patience_s = patience_s
        self._complain = complain
        self._waiting = deque[Record]()
        self._turned_away = 0
        """Records for which there was no room since the last one that waits."""
        self._failed = 0
        """Records that could not be written since the last one that was."""
        self._is_writing = False
        self._changed = Condition()
        Thread(target=self._run, name='log', daemon=True).start()

    def tell(self, record: Record) -> None:
        """Let a record wait its turn; without room it and those after it are lost, until there is plenty."""
        with self._changed:
            if self._turned_away or len(self._waiting) >= self._waiting_max:
                self._turned_away += 1
            else:
                self._waiting.append(record)
                self._changed.notify_all()

    def wait(self) -> None:
        """Wait until all is written, as long as there is patience left."""
        begun_at_s = time.monotonic()
        with self._changed:
            self._changed.wait_for(lambda: not (self._waiting or self._is_writing), self._patience_s)
        self._patience_s = max(0.0, self._patience_s - (time.monotonic() - begun_at_s))

    def _run(self) -> None:
        while True:
            self._write(self._next())

    def _next(self) -> Record:
        with self._changed:
            self._is_writing = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting)
            self._is_writing = True
            record = self._waiting.popleft()
            if self._turned_away and len(self._waiting) <= self._waiting_max // 2:
                self._waiting.append(gap(self._turned_away))
                self._turned_away = 0
            return record

    def _write(self, record: Record) -> None:
        try:
            self._place.write([gap(self._failed), record] if self._failed else [record])
        except Exception as error:  # noqa: BLE001  # one line must not cost those after it
            if not self._failed:
                self._complain(trouble(error))
            self._failed += 1
        else:
            self._failed = 0
