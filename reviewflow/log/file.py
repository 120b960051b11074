"""The file of the log, rotated; a disk that is full costs lines, and nothing else."""

import logging
import os
import sys
from contextlib import suppress
from functools import partial
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

SIZE = 5_000_000
FILES = 5
"""Kept beside the one that is written: 30 MB in all."""


class LogFile(RotatingFileHandler):
    """Nobody else may read it; every line in it is whole."""

    def __init__(self, file: Path, *, size: int = SIZE, files: int = FILES) -> None:
        self.lost = 0
        """Records that could not be written since the last one that was."""
        super().__init__(file, maxBytes=size, backupCount=files, encoding='utf-8', errors='replace')

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; after a time without, say how many are missing."""
        lost = self.lost
        super().emit(record)
        if lost and self.lost == lost:
            self.lost = 0
            args = (lost,)
            text = '%d lines before this one could not be written'
            super().emit(logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, args, None))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Say on the terminal that the log has a gap, once, and begin anew with the next record."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        if self.stream is not None:  # it holds the rest of a line, and would write that first
            with suppress(OSError):
                self.stream.close()
            self.stream = None
        self.lost += 1
        if self.lost == 1:
            with suppress(OSError, ValueError):  # the terminal is gone as well
                text = f'reviewflow: the log cannot be written: {error.strerror}'
                print(text, file=sys.stderr, flush=True)  # noqa: T201

    def _open(self) -> TextIOWrapper:
        _drop_half_a_line(Path(self.baseFilename))
        opener = partial(os.open, mode=0o600)
        return open(self.baseFilename, 'a', encoding=self.encoding, errors=self.errors, opener=opener)


def _drop_half_a_line(file: Path) -> None:
    """Take away what a full disk or a power cut left of a last line."""
    if not file.is_file():
        return
    with file.open('rb+') as content:
        if content.seek(0, os.SEEK_END) == 0:
            return
        content.seek(-1, os.SEEK_END)
        if content.read(1) != b'\n':
            content.seek(0)
            content.truncate(content.read().rfind(b'\n') + 1)
