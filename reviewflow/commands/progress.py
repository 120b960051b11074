"""Says what is being done and for how long, in one line that is rewritten; only to somebody who watches."""

import shutil
import sys
import threading
import time
from collections.abc import Callable
from typing import Self, TextIO

from reviewflow import models
from reviewflow.words import counted

EVERY_S = 0.5
PLAIN_EVERY_S = 10
"""Between two lines where nobody watches."""
CLEAR = '\r\033[2K'
BAR = 20
"""Letters of a bar."""

Look = Callable[[], models.Progress | None]


class Progress:
    """Use it as a context around what takes long; nothing of it is left afterwards on a terminal.

    Where there is none, only how far a first read got is worth a line now and then.
    ``look`` says that; it is called by a thread of its own, and may take its time.
    """

    def __init__(
        self,
        what: str,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        look: Look = lambda: None,
        plain_every_s: float = PLAIN_EVERY_S,
    ) -> None:
        self._what = what
        self._stream = stream or sys.stderr
        self._clock = clock
        self._look = look
        self._plain_every_s = plain_every_s
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name='progress', daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        if self._stream.isatty():
            self._write(CLEAR)

    def _run(self) -> None:
        if self._stream.isatty():
            self._rewrite()
        else:
            while not self._is_over.wait(self._plain_every_s):
                if (progress := self._look()) is not None:
                    self._write(f'{sentence(progress)}\n')

    def _rewrite(self) -> None:
        begun = self._clock()
        while not self._is_over.is_set():
            progress = self._look()
            text = self._what if progress is None else f'{bar(progress.share)} {sentence(progress)}'
            text = f'{text} … {self._clock() - begun:.0f} s'
            width = shutil.get_terminal_size().columns - 1  # a line that wraps cannot be rewritten
            self._write(f'{CLEAR}{text[:width]}')
            self._is_over.wait(EVERY_S)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def sentence(progress: models.Progress) -> str:
    """Say how far a first read got."""
    reading = f'Reading {counted(progress.repositories, "repository")}'
    pulls = f'{progress.pulls:,} pull{"" if progress.pulls == 1 else "s"} so far'
    return f'{reading}: {pulls}, {progress.share:.0%}'


def bar(share: float) -> str:
    """Draw it."""
    full = int(share * BAR)
    return f'[{"#" * full}{"-" * (BAR - full)}]'
