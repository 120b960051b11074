"""Says what is being done and for how long, in one line that is rewritten; only to somebody who watches."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Self, TextIO

EVERY_S = 0.5
CLEAR = '\r\033[2K'


class Progress:
    """Use it as a context around what takes long; nothing of it is left afterwards."""

    def __init__(
        self, what: str, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._what = what
        self._stream = stream or sys.stderr
        self._clock = clock
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name='progress', daemon=True)

    def __enter__(self) -> Self:
        if self._stream.isatty():
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.ident is not None:
            self._is_over.set()
            self._thread.join()
            self._write(CLEAR)

    def _run(self) -> None:
        begun = self._clock()
        while not self._is_over.is_set():
            self._write(f'{CLEAR}{self._what} … {self._clock() - begun:.0f} s')
            self._is_over.wait(EVERY_S)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
