"""Where the log goes: to a file in the data directory, and what needs a person to the terminal too.

Whoever logs only puts a record into a queue; a thread of its own writes it.
So a slow disk, or a terminal that nobody reads, stops no page.
"""

import atexit
import copy
import logging
import sys
from collections import Counter
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from reviewflow.errors import StartError
from reviewflow.log.file import LogFile
from reviewflow.log.form import Json, Plain

OURS = ('reviewflow', 'sync', 'pages', 'components')
WAITING_MAX = 20_000
"""Records that wait to be written: behind so many the disk hangs, and the next are lost."""
PATIENCE_S = 1.0
"""How long an end waits for the disk."""

Record = logging.LogRecord


class Log:
    """The log of this process, from now on until it is closed, which the end of the process does too.

    Raises:
        StartError: the file cannot be written.
    """

    def __init__(self, data_dir: Path, *, level: str = 'info') -> None:
        self.counts = Counter[str]()
        """Name of a level → records of it so far."""
        queue = SimpleQueue[Record]()
        self._handlers = (_file(data_dir / 'logs'), _terminal())
        self._entry = _Entry(queue, self.counts)
        self._writer = QueueListener(queue, *self._handlers, respect_handler_level=True)
        self._writer.start()
        self._is_open = True
        # NOTE: httpx logs every request at INFO, with its address; the root level keeps that out
        logging.basicConfig(level=logging.WARNING, handlers=[self._entry])
        for name in OURS:
            logging.getLogger(name).setLevel(level.upper())
        atexit.register(self.close)

    def close(self) -> None:
        """Write what is waiting; whatever comes later is written at once."""
        if not self._is_open:
            return
        self._is_open = False
        atexit.unregister(self.close)
        root = logging.getLogger()
        if self._entry in root.handlers:
            root.removeHandler(self._entry)
            for handler in self._handlers:
                root.addHandler(handler)
        waiting = Thread(target=self._writer.stop, daemon=True)  # a disk that hangs does not keep us
        waiting.start()
        waiting.join(PATIENCE_S)


class _Entry(QueueHandler):
    """Takes records in: the text is made at once, since what it is made of may change; the rest is later."""

    queue: 'SimpleQueue[Record]'

    def __init__(self, queue: 'SimpleQueue[Record]', counts: Counter[str]) -> None:
        super().__init__(queue)
        self._counts = counts

    def prepare(self, record: Record) -> Record:
        """Give a copy that says what it says."""
        self._counts[record.levelname] += 1
        copied = copy.copy(record)
        copied.msg, copied.args = record.getMessage(), None
        return copied

    def enqueue(self, record: Record) -> None:
        """Let it wait its turn, unless the disk hangs."""
        if self.queue.qsize() < WAITING_MAX:
            self.queue.put_nowait(record)


def _file(folder: Path) -> logging.Handler:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = LogFile(folder / 'reviewflow.log')
    except OSError as error:
        raise StartError(f'{folder} cannot be used: {error.strerror}') from None
    file.setFormatter(Json())
    return file


def _terminal() -> logging.Handler:
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(Plain())
    return terminal
