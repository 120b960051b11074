"""Where the log goes: a rotated file in the data directory, and warnings to the terminal."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from reviewflow.errors import StartError

FORMAT = '%(asctime)s %(levelname)s %(name)s: %(message)s'
FILE_SIZE = 5_000_000
FILES = 5


def set_up_logging(data_dir: Path) -> None:
    """Send our own news to the file, and what needs a person to the terminal too.

    Raises:
        StartError: the file cannot be written.
    """
    folder = data_dir / 'logs'
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = RotatingFileHandler(folder / 'reviewflow.log', maxBytes=FILE_SIZE, backupCount=FILES)
    except OSError as error:
        raise StartError(f'{folder} cannot be used: {error.strerror}') from None
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.WARNING, format=FORMAT, handlers=[file, terminal])
    # NOTE: httpx logs every request at INFO, with its address; the root level keeps that out
    for name in ('reviewflow', 'sync', 'pages', 'components'):
        logging.getLogger(name).setLevel(logging.INFO)
