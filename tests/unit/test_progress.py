"""Progress is for whoever watches a terminal, and leaves nothing behind."""

import io
import threading

from reviewflow.commands.progress import CLEAR, Progress


class Terminal(io.StringIO):
    """Somebody watches."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Semaphore(0)

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written.release()
        return super().write(text)


def test_a_terminal_sees_what_is_done_and_for_how_long() -> None:
    terminal, seconds = Terminal(), iter(range(0, 100, 7))

    with Progress('Reading', terminal, clock=lambda: next(seconds)):
        for _ in range(2):
            assert terminal.written.acquire(timeout=10)

    shown = terminal.getvalue().split(CLEAR)
    assert shown[1:3] == ['Reading … 7 s', 'Reading … 14 s']
    assert shown[-1] == '', 'the line is free for what comes'
    assert '\n' not in terminal.getvalue()


def test_nobody_else_sees_anything() -> None:
    pipe = io.StringIO()

    with Progress('Reading', pipe):
        pass

    assert not pipe.getvalue()
