"""What needs a person, on the terminal."""

import io
import sys
from collections.abc import Sequence

from reviewflow.log.file import write_all
from reviewflow.log.form import Plain
from reviewflow.log.record import Record


class Terminal:
    """The standard error of this process, if it has one.

    NOTE: past the buffer of ``sys.stderr``, whose lock would be held for as long as nobody reads.
    """

    def __init__(self) -> None:
        self._form = Plain()
        self._descriptor, self._encoding = _standard_error()

    def write(self, records: Sequence[Record]) -> None:
        """Print a line for each.

        Raises:
            OSError: it is gone.
        """
        if self._descriptor is not None:
            lines = ''.join(f'{self._form.format(record)}\n' for record in records)
            write_all(self._descriptor, lines.encode(self._encoding, 'backslashreplace'))


def _standard_error() -> tuple[int | None, str]:
    """Find it; a number 2 that was closed at the start may be the database by now."""
    if sys.stderr is None:
        return None, ''
    try:
        return sys.stderr.fileno(), sys.stderr.encoding
    except io.UnsupportedOperation:
        return None, ''
