"""Where the log goes, how it looks, and what happens when it cannot go there."""

import json
import logging
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from reviewflow.errors import StartError
from reviewflow.log import Log
from reviewflow.log.file import LogFile
from reviewflow.log.form import Json

OURS = logging.getLogger('reviewflow.web')
HOSTILE = 'a\nb\r\x1b[31mred\x9b2J \u2028 \ud800 \x00 "quoted" \N{SNOWMAN}'


@contextmanager
def logging_to(folder: Path, *, level: str = 'info') -> Iterator[Log]:
    """Take pytest's own handlers away for a while: ours are only set where there are none."""
    root = logging.getLogger()
    before, was = root.handlers[:], root.level
    root.handlers.clear()
    log = Log(folder, level=level)
    try:
        yield log
    finally:
        log.close()
        for handler in root.handlers:
            handler.close()
        root.handlers[:] = before
        root.setLevel(was)


def written(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(each) for each in (folder / 'logs' / 'reviewflow.log').read_text().splitlines()]


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord('reviewflow', logging.INFO, __file__, 1, text, None, None)


def test_our_news_go_to_the_file_and_what_needs_a_person_to_the_terminal_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to(tmp_path) as log:
        logging.getLogger('sync.lists').info('news of %s', 'acme/api', extra={'repository': 'acme/api'})
        OURS.warning('trouble')
        OURS.debug('a detail')
        logging.getLogger('httpx').info('GET https://api.github.com with everything')

    news, trouble = written(tmp_path)
    assert news.pop('time').endswith('+00:00')
    assert news == {
        'level': 'INFO',
        'logger': 'sync.lists',
        'message': 'news of acme/api',
        'repository': 'acme/api',
    }
    assert trouble['message'] == 'trouble'
    assert next(iter(trouble)) == 'time'
    assert [line.partition(' WARNING ')[2] for line in capsys.readouterr().err.splitlines()] == [
        'reviewflow.web: trouble'
    ]
    assert log.counts == {'INFO': 1, 'WARNING': 1}


@pytest.mark.parametrize(
    ('level', 'said'), [('debug', ['DEBUG', 'INFO', 'WARNING']), ('warning', ['WARNING'])]
)
def test_how_much_is_logged_can_be_chosen(tmp_path: Path, level: str, said: list[str]) -> None:
    with logging_to(tmp_path, level=level):
        OURS.debug('a detail')
        OURS.info('news')
        OURS.warning('trouble')
        logging.getLogger('httpx').debug('of somebody else')

    assert [each['level'] for each in written(tmp_path)] == said


def test_whatever_somebody_sends_stays_one_harmless_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to(tmp_path):
        OURS.warning('%s', HOSTILE, extra={'title': HOSTILE})
        OURS.error('it failed', exc_info=ValueError(HOSTILE))

    raw = (tmp_path / 'logs' / 'reviewflow.log').read_bytes()
    plain, failed = written(tmp_path)
    assert raw.isascii()
    assert len(raw.splitlines()) == 2
    assert plain['message'] == plain['title']
    assert plain['message'].isprintable()
    assert '\N{SNOWMAN}' in plain['message']
    assert failed['exception'].startswith('ValueError: a')
    assert '\n' in failed['exception']
    shown = capsys.readouterr().err
    assert shown.splitlines()[0].endswith(plain['message'])
    assert not {'\x1b', '\x9b', '\x00'} & set(shown)


def test_what_it_says_is_as_it_was_when_it_was_said(tmp_path: Path) -> None:
    names = ['ana']
    with logging_to(tmp_path):
        OURS.info('%s came in', names)
        names.clear()

    assert written(tmp_path)[0]['message'] == "['ana'] came in"


def test_nothing_is_lost_at_the_end_and_what_comes_later_is_written_too(tmp_path: Path) -> None:
    with logging_to(tmp_path) as log:
        for number in range(1000):
            OURS.info('%d', number)
        log.close()
        OURS.info('one more')

    assert [each['message'] for each in written(tmp_path)] == [*map(str, range(1000)), 'one more']


def test_a_disk_that_hangs_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs, arrived = threading.Event(), threading.Event()
    emit = LogFile.emit

    def hang(file: LogFile, record: logging.LogRecord) -> None:
        arrived.set()
        hangs.wait()
        emit(file, record)

    monkeypatch.setattr(LogFile, 'emit', hang)
    monkeypatch.setattr('reviewflow.log.log.WAITING_MAX', 10)
    monkeypatch.setattr('reviewflow.log.log.PATIENCE_S', 0.01)
    with logging_to(tmp_path) as log:
        OURS.info('the first')
        assert arrived.wait(10)
        for number in range(20):
            OURS.info('%d', number)
        log.close()
        hangs.set()
        writer = log._writer._thread
        if writer is not None:
            writer.join(10)

    messages = [each['message'] for each in written(tmp_path)]
    assert messages == ['the first', *map(str, range(10))], 'the rest is lost, and nobody waited'


def test_a_log_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / 'logs').write_text('no folder')

    with pytest.raises(StartError, match='logs cannot be used'):
        Log(tmp_path)


# The file


def log_file(folder: Path, *, size: int = 10_000) -> LogFile:
    file = LogFile(folder / 'reviewflow.log', size=size, files=2)
    file.setFormatter(Json())
    return file


def test_files_are_rotated_and_nobody_elses(tmp_path: Path) -> None:
    file = log_file(tmp_path, size=300)
    for number in range(20):
        file.handle(record(f'line {number}'))
    file.close()

    files = sorted(tmp_path.iterdir())
    assert [each.name for each in files] == ['reviewflow.log', 'reviewflow.log.1', 'reviewflow.log.2']
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    assert all(each.stat().st_size < 300 for each in files)


def test_half_a_line_that_a_power_cut_left_is_dropped(tmp_path: Path) -> None:
    (tmp_path / 'reviewflow.log').write_text('{"message": "whole"}\n{"mess')

    file = log_file(tmp_path)
    file.handle(record('new'))
    file.close()

    lines = (tmp_path / 'reviewflow.log').read_text().splitlines()
    assert [json.loads(each)['message'] for each in lines] == ['whole', 'new']


def test_a_full_disk_is_said_once_and_the_gap_is_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full = Path('/dev/full')
    assert full.exists()
    file = log_file(tmp_path)
    file.handle(record('before'))
    file.close()
    log, file.baseFilename = file.baseFilename, str(full)
    for number in range(5):
        file.handle(record(f'lost {number}'))
    file.baseFilename = log
    file.handle(record('after'))
    file.close()

    assert capsys.readouterr().err.splitlines() == [
        'reviewflow: the log cannot be written: No space left on device'
    ]
    lines = (tmp_path / 'reviewflow.log').read_text().splitlines()
    assert [json.loads(each)['message'] for each in lines] == [
        'before',
        'after',
        '5 lines before this one could not be written',
    ]
