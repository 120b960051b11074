"""ReviewFlow in a process of its own, as its operator has it."""

import signal
from contextlib import suppress
from pathlib import Path

import httpx

from reviewflow.data_dir import DataDir
from tests.browser.server import Server

GOODBYE_WITHIN_S = 60


class Program(Server):
    """A server whose end is looked at."""

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def end(self, number: signal.Signals) -> int:
        """Send a signal; gives the exit status."""
        self.send(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end; gives the exit status."""
        assert self._process is not None
        status = self._process.wait(GOODBYE_WITHIN_S)
        self._process = None
        return status

    def api(self, method: str, path: str) -> httpx.Response:
        """Ask its REST interface as one of its own commands."""
        address = DataDir(self.data).address()
        assert address is not None
        headers = {'Authorization': f'Bearer {address.key}'}
        url = f'{address.url}/dashboard/api/{path}'
        return httpx.request(method, url, headers=headers, trust_env=False)

    @property
    def children(self) -> set[int]:
        """The processes that it started."""
        assert self._process is not None
        found = {int(folder.name): _state(folder) for folder in Path('/proc').glob('[0-9]*')}
        return {pid for pid, (_, parent) in found.items() if parent == self._process.pid}

    @property
    def data(self) -> Path:
        return self.folder / 'data'


def is_running(pid: int) -> bool:
    """Tell whether a process is there, and not only waiting to be buried."""
    return _state(Path(f'/proc/{pid}'))[0] not in {'', 'Z'}


def _state(folder: Path) -> tuple[str, int]:
    """Read the state and the parent of a process; nothing when it is gone."""
    with suppress(OSError):
        state, parent, *_ = (folder / 'stat').read_text().rpartition(')')[2].split()
        return state, int(parent)
    return '', 0
