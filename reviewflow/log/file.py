"""The file of the log, rotated: every line in it is whole, and nobody else may read it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from reviewflow.log.form import Json
from reviewflow.log.record import Record

SIZE = 5_000_000
FILES = 5
"""Kept beside the one that is written: 30 MB in all."""


class LogFile:
    """Open until the process ends; after an error it is opened anew.

    NOTE: no handler of ``logging``, and no buffer: their locks would be held while the disk hangs,
    and the end of the process waits for them.
    """

    def __init__(self, file: Path, *, size: int = SIZE, files: int = FILES) -> None:
        self._file = file
        self._size, self._files = size, files
        self._form = Json()
        self._opened: int | None = self._open()

    def write(self, records: Sequence[Record]) -> None:
        """Append a line for each.

        Raises:
            OSError: none of them is in the file.
        """
        lines = ''.join(f'{self._form.format(record)}\n' for record in records)
        try:
            self._append(lines.encode('utf-8', 'replace'))
        except OSError:
            self._close()
            raise

    def _append(self, lines: bytes) -> None:
        if self._opened is None:
            self._opened = self._open()
        size = os.fstat(self._opened).st_size
        if size and size + len(lines) >= self._size:
            self._opened, size = self._rotate(), 0
        try:
            write_all(self._opened, lines)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._opened, size)
            raise

    def _rotate(self) -> int:
        self._close()
        kept = [self._file, *(Path(f'{self._file}.{number + 1}') for number in range(self._files))]
        for older, newer in zip(reversed(kept[1:]), reversed(kept[:-1]), strict=True):
            with suppress(FileNotFoundError):  # there are not so many yet
                newer.replace(older)
        return self._open()

    def _open(self) -> int:
        _drop_half_a_line(self._file)
        return os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            with suppress(OSError):
                os.close(opened)


def write_all(descriptor: int, content: bytes) -> None:
    """Write it without a buffer: what is left of a line would be in the way of an end.

    Raises:
        OSError: some of it may be written.
    """
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


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
