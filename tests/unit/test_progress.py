"""Progress is for whoever watches a terminal, and leaves nothing behind."""

import io
import threading

from reviewflow import models
from reviewflow.commands.progress import CLEAR, Progress


class Pipe(io.StringIO):
    """Nobody watches."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Semaphore(0)

    def write(self, text: str) -> int:
        written = super().write(text)
        self.written.release()
        return written


class Terminal(Pipe):
    """Somebody watches."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_what_is_done_and_for_how_long() -> None:
    terminal, seconds = Terminal(), iter(range(0, 100, 7))

    with Progress('Reading', terminal, clock=lambda: next(seconds)):
        for _ in range(2):
            assert terminal.written.acquire(timeout=10)

    shown = terminal.getvalue().split(CLEAR)
    assert shown[1:3] == ['Reading … 7 s', 'Reading … 14 s']
    assert shown[-1] == '', 'the line is free for what comes'
    assert '\n' not in terminal.getvalue()


def test_a_first_read_is_a_bar() -> None:
    terminal, first_read = Terminal(), models.Progress(repositories=12, pulls=4200, share=0.43)

    with Progress('Reading', terminal, clock=lambda: 0, look=lambda: first_read):
        assert terminal.written.acquire(timeout=10)

    said = terminal.getvalue().split(CLEAR)[1]
    assert said == '[########------------] Reading 12 repositories: 4,200 pulls so far, 43% … 0 s'


def test_where_nobody_watches_a_first_read_is_a_line_now_and_then() -> None:
    log, first_read = Pipe(), models.Progress(repositories=1, pulls=1, share=0.5)

    with Progress('Reading', log, look=lambda: first_read, plain_every_s=0.001):
        assert log.written.acquire(timeout=10)

    assert log.getvalue().splitlines()[0] == 'Reading 1 repository: 1 pull so far, 50%'
    assert CLEAR not in log.getvalue()


def test_nobody_else_sees_anything() -> None:
    pipe = io.StringIO()

    with Progress('Reading', pipe):
        pass

    assert not pipe.getvalue()
