"""Work without a server, on the store itself."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from reviewflow.data_dir import DataDir
from reviewflow.settings import Settings


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the data directory, so that nobody else works in it meanwhile.

    Raises:
        StartError: somebody else does, or it cannot be used.
    """
    logging.basicConfig(level=logging.ERROR, format='%(message)s')
    data_dir = DataDir(settings.data_dir)
    data_dir.claim()
    try:
        yield
    finally:
        data_dir.release()
