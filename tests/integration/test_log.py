"""Where the log goes, how it looks, and what happens when it cannot go there."""

import errno
import json
import logging
import os
import stat
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from reviewflow.errors import StartError
from reviewflow.log import Log
from reviewflow.log.file import LogFile
from reviewflow.log.writer import Writer

OURS = logging.getLogger('reviewflow.web')
HOSTILE = 'a\nb\r\x1b[31mred\x9b2J \u2028 \ud800 \x00 "quoted" \N{SNOWMAN}'


@contextmanager
def logging_to(folder: Path, *, level: str = 'info') -> Iterator[Log]:
    """Take pytest's own handlers away for a while: ours are only set where there are none."""
    root = logging.getLogger()
    before, was = root.handlers[:], root.level
    root.handlers.clear()
    log = Log(folder, level=level)
    log._terminal._patience_s = log._file._patience_s = 30
    try:
        yield log
    finally:
        log.flush()
        root.handlers[:] = before
        root.setLevel(was)


def written(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(each) for each in (folder / 'logs' / 'reviewflow.log').read_text().splitlines()]


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord('reviewflow', logging.INFO, __file__, 1, text, None, None)


def test_our_news_go_to_the_file_and_what_needs_a_person_to_the_terminal_too(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
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
    assert [line.partition(' WARNING ')[2] for line in capfd.readouterr().err.splitlines()] == [
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
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
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
    shown = capfd.readouterr().err
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
        log.flush()
        OURS.info('one more')

    assert [each['message'] for each in written(tmp_path)] == [*map(str, range(1000)), 'one more']


def test_a_mistake_of_whoever_logs_is_logged_and_nothing_else_is_lost(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with logging_to(tmp_path):
        OURS.info('%d pulls', 'many')
        OURS.info('the next')

    mistake, after = written(tmp_path)
    assert 'TypeError: %d format' in mistake['exception']
    assert after['message'] == 'the next'
    assert 'TypeError: %d format' in capfd.readouterr().err


class Disk:
    """Hangs until it is released; fails while it is told to."""

    def __init__(self) -> None:
        self.arrived, self.released = threading.Event(), threading.Event()
        self.error: Exception | None = None
        self.lines: list[str] = []

    def write(self, records: Sequence[logging.LogRecord]) -> None:
        self.arrived.set()
        self.released.wait()
        if self.error is not None:
            raise self.error
        self.lines += [each.getMessage() for each in records]


def test_a_disk_that_hangs_stops_nobody_and_what_it_cost_is_told_once() -> None:
    disk = Disk()
    writer = Writer(disk, waiting_max=10, patience_s=10)
    writer.tell(record('the first'))
    assert disk.arrived.wait(10)
    for number in range(25):
        writer.tell(record(f'{number}'))

    disk.released.set()
    writer.wait()
    writer.tell(record('the next'))
    writer.wait()

    lost = '15 lines before this one could not be written'
    assert disk.lines == ['the first', *map(str, range(10)), lost, 'the next']


def test_an_end_waits_for_a_disk_that_hangs_once_and_not_for_ever() -> None:
    disk = Disk()
    writer = Writer(disk, patience_s=0.05)
    writer.tell(record('the first'))

    begun_at_s = time.monotonic()
    for _ in range(100):
        writer.wait()

    assert 0.05 <= time.monotonic() - begun_at_s < 100 * 0.05
    disk.released.set()


def test_why_lines_cannot_be_written_is_said_once() -> None:
    disk, said = Disk(), list[str]()
    disk.released.set()
    writer = Writer(disk, patience_s=10, complain=lambda each: said.append(each.getMessage()))
    disk.error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    for number in range(3):
        writer.tell(record(f'lost {number}'))
    writer.wait()
    disk.error = None
    writer.tell(record('after'))
    writer.wait()

    assert said == ['the log cannot be written: No space left on device']
    assert disk.lines == ['3 lines before this one could not be written', 'after']


def test_a_log_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / 'logs').write_text('no folder')

    with pytest.raises(StartError, match='logs cannot be used'):
        Log(tmp_path)


# The file


def messages(file: Path) -> list[str]:
    return [json.loads(each)['message'] for each in file.read_text().splitlines()]


def test_files_are_rotated_and_nobody_elses(tmp_path: Path) -> None:
    file = LogFile(tmp_path / 'reviewflow.log', size=300, files=2)
    for number in range(20):
        file.write([record(f'line {number}')])

    files = sorted(tmp_path.iterdir())
    assert [each.name for each in files] == ['reviewflow.log', 'reviewflow.log.1', 'reviewflow.log.2']
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    assert all(each.stat().st_size < 300 for each in files)
    kept = [line for each in reversed(files) for line in messages(each)]
    assert kept == [f'line {number}' for number in range(20 - len(kept), 20)]


def test_half_a_line_that_a_power_cut_left_is_dropped(tmp_path: Path) -> None:
    log = tmp_path / 'reviewflow.log'
    log.write_text('{"message": "whole"}\n{"mess')

    LogFile(log).write([record('new')])

    assert messages(log) == ['whole', 'new']


def test_lines_that_do_not_fit_on_the_disk_leave_nothing_of_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / 'reviewflow.log'
    file = LogFile(log)
    file.write([record('before')])
    write, room = os.write, [150]

    def write_what_fits(descriptor: int, content: memoryview) -> int:
        if not room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, content[: room.pop()])

    with monkeypatch.context() as full:
        full.setattr(os, 'write', write_what_fits)
        with pytest.raises(OSError, match='No space left'):
            file.write([record('lost'), record('lost as well')])
    file.write([record('after')])

    assert messages(log) == ['before', 'after']


def test_a_full_disk_is_said_on_the_terminal_and_the_gap_is_marked(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / 'logs' / 'reviewflow.log'
    file.parent.mkdir()
    file.symlink_to('/dev/full')
    with logging_to(tmp_path) as log:
        for number in range(5):
            OURS.info('lost %d', number)
        log.flush()
        file.unlink()
        OURS.info('after')

    (line,) = capfd.readouterr().err.splitlines()
    assert line.endswith('WARNING reviewflow.log: the log cannot be written: No space left on device')
    assert messages(file) == ['5 lines before this one could not be written', 'after']
