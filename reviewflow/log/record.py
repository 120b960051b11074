"""Records that the log makes itself: about lines that are missing, and about what cannot be written."""

import logging

Record = logging.LogRecord


def gap(count: int) -> Record:
    """Stand for lines that are missing."""
    lines = 'line' if count == 1 else 'lines'
    return _record(logging.WARNING, f'{count} {lines} before this one could not be written')


def trouble(error: Exception) -> Record:
    """Say why something cannot be written: the disk, or a mistake of ours."""
    if isinstance(error, OSError):
        return _record(logging.WARNING, f'the log cannot be written: {error.strerror}')
    return _record(logging.ERROR, 'a line of the log cannot be made', error)


def _record(level: int, text: str, error: Exception | None = None) -> Record:
    exc_info = None if error is None else (type(error), error, error.__traceback__)
    return logging.LogRecord('reviewflow.log', level, __file__, 0, text, None, exc_info)
