"""How a record looks: a line for people on the terminal, an object of JSON in the file.

What strangers wrote stays in its place: no line breaks, nothing that a terminal obeys or UTF-8 cannot hold.
"""

import logging
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from reviewflow.text import line, lines, shown

LENGTH_MAX = 4096
NAMES = {'levelname': 'level', 'name': 'logger', 'exc_info': 'exception', 'stack_info': 'stack'}
NOT_OURS = ['color_message']
"""What Uvicorn adds: its message once more, with colours."""


class Plain(logging.Formatter):
    """For people."""

    def __init__(self) -> None:
        super().__init__('%(asctime)s %(levelname)s %(name)s: %(message)s')

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's name
        """Make one line of it."""
        record.message = _line(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Keep its lines, but nothing that a terminal obeys."""
        return _lines(super().formatException(ei))


class Json(JsonFormatter):
    """For programs: ``time`` in UTC, ``level``, ``logger``, ``message``, and what ``extra`` gave."""

    def __init__(self) -> None:
        super().__init__(
            ['levelname', 'name', 'message'],
            rename_fields=NAMES,
            reserved_attrs=[*RESERVED_ATTRS, *NOT_OURS],
            timestamp='time',
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Clean the texts, and put the time first."""
        cleaned = {name: _clean(name, value) for name, value in log_data.items()}
        return {'time': cleaned.pop('time'), **cleaned}


def _clean(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    return _lines(value) if name in {'exception', 'stack'} else _line(value)


def _line(value: str) -> str:
    return shown(line(value, at_most=LENGTH_MAX))


def _lines(value: str) -> str:
    return shown(lines(value))
