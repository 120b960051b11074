"""ReviewFlow in a process of its own, as its operator has it."""

import signal
from pathlib import Path

from tests.browser.server import Server

GOODBYE_WITHIN_S = 10


class Program(Server):
    """A server whose end is looked at."""

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def end(self, number: signal.Signals) -> int:
        """Send a signal; gives the exit status."""
        self.send(number)
        assert self._process is not None
        status = self._process.wait(GOODBYE_WITHIN_S)
        self._process = None
        return status

    @property
    def data(self) -> Path:
        return self.folder / 'data'
