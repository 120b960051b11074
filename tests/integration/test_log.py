"""Where the log goes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reviewflow.errors import StartError
from reviewflow.log import set_up_logging


@contextmanager
def alone() -> Iterator[None]:
    """Take pytest's own handlers away for a while: ours are only set where there are none."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers.clear()
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)


def test_our_news_go_to_the_file_and_what_needs_a_person_to_the_terminal_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with alone():
        set_up_logging(tmp_path)
        logging.getLogger('sync.lists').info('news')
        logging.getLogger('reviewflow.web').warning('trouble')
        logging.getLogger('httpx').info('GET https://api.github.com with everything')

    logged = (tmp_path / 'logs' / 'reviewflow.log').read_text()
    assert 'INFO sync.lists: news' in logged
    assert 'WARNING reviewflow.web: trouble' in logged
    assert 'httpx' not in logged
    assert [line.partition(' WARNING ')[2] for line in capsys.readouterr().err.splitlines()] == [
        'reviewflow.web: trouble'
    ]


def test_a_log_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / 'logs').write_text('no folder')

    with pytest.raises(StartError, match='logs cannot be used'):
        set_up_logging(tmp_path)
