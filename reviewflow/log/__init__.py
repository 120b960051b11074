"""Where the log goes, and how it looks there."""

from reviewflow.log.log import Log

__all__ = ['Log']
