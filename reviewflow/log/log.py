"""Where the log goes: to a file in the data directory, and what needs a person to the terminal too.

Whoever logs only puts a record into a queue; each of the two places has a thread that writes it.
So a disk that hangs, or a terminal that nobody reads, stops no page, no end, and not the other place.
"""

import atexit
import copy
import logging
from collections import Counter
from pathlib import Path

from reviewflow.errors import StartError
from reviewflow.log.file import LogFile
from reviewflow.log.record import Record, trouble
from reviewflow.log.terminal import Terminal
from reviewflow.log.writer import Writer

OURS = ('reviewflow', 'sync', 'pages', 'components')
PATIENCE_WITH_TERMINAL_S = 0.25
"""The file has what is on the terminal, so that an end waits for it less."""


class Log:
    """The log of this process, from now on to its end.

    Raises:
        StartError: the file cannot be written.
    """

    def __init__(self, data_dir: Path, *, level: str = 'info') -> None:
        self.counts = Counter[str]()
        """Name of a level → records of it so far."""
        place = _file(data_dir / 'logs')
        self._terminal = Writer(Terminal(), patience_s=PATIENCE_WITH_TERMINAL_S)
        self._file = Writer(place, complain=self._terminal.tell)
        # NOTE: httpx logs every request at INFO, with its address; the root level keeps that out
        entry = _Entry(self._file, self._terminal, self.counts)
        logging.basicConfig(level=logging.WARNING, handlers=[entry])
        for name in OURS:
            logging.getLogger(name).setLevel(level.upper())
        atexit.register(self.flush)

    def flush(self) -> None:
        """Wait until all is written, but not for a place that hangs; the end of the process does it too."""
        self._file.wait()
        self._terminal.wait()


class _Entry(logging.Handler):
    """Takes records in: the text is made at once, since what it is made of may change; the rest is later."""

    def __init__(self, file: Writer, terminal: Writer, counts: Counter[str]) -> None:
        super().__init__()
        self._file = file
        self._terminal = terminal
        self._counts = counts

    def emit(self, record: Record) -> None:
        """Tell the writers, each by a copy of its own: to format one writes into it."""
        self._counts[record.levelname] += 1
        said = _said(record)
        self._file.tell(said)
        if said.levelno >= logging.WARNING:
            self._terminal.tell(copy.copy(said))


def _said(record: Record) -> Record:
    """Give a copy that says what the record says now."""
    copied = copy.copy(record)
    try:
        copied.msg, copied.args = record.getMessage(), None
    except Exception as error:  # noqa: BLE001  # stock would print it, and wait for who reads the terminal
        return trouble(error)
    return copied


def _file(folder: Path) -> LogFile:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        return LogFile(folder / 'reviewflow.log')
    except OSError as error:
        raise StartError(f'{folder} cannot be used: {error.strerror}') from None
