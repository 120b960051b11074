"""A real ReviewFlow in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from subprocess import STDOUT, CompletedProcess, Popen, TimeoutExpired

import httpx

from tests.ports import free_port

MAIN = Path(__file__).parents[2] / 'main.py'
FOREIGN = ('PYTEST_', 'NICEGUI_', 'REVIEWFLOW_')
READY_WITHIN_S = 30
NAME, PASSWORD = 'ana', 'a sentence is easiest'


class Server:
    """Keeps its port and its folder over a restart; ``settings`` are named without ``REVIEWFLOW_``."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        main: Path = MAIN,
        *,
        flags: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
        stderr: int = STDOUT,
    ) -> None:
        port = free_port()
        self.url = f'http://127.0.0.1:{port}'
        self._command = [sys.executable, str(main), *flags]
        self.folder = folder
        self._output = folder / 'output.txt'
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        settings = {'PORT': str(port), 'DATA_DIR': str(folder / 'data'), **settings}
        ours = {f'REVIEWFLOW_{name}': value for name, value in settings.items()}
        self._environ = inherited | ours | dict(environ or {})
        self._stderr = stderr
        self._process: Popen[bytes] | None = None

    def launch(self) -> None:
        """Start it."""
        with self._output.open('ab') as output:
            self._process = Popen(
                self._command,
                cwd=self.folder,
                env=self._environ,
                stdout=output,
                stderr=self._stderr,
            )

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.launch()
        assert self._process is not None
        for _ in range(10 * READY_WITHIN_S):
            try:
                self._process.wait(0.1)
            except TimeoutExpired:
                if self._is_ready():
                    return
            else:
                break
        raise RuntimeError(f'the server did not start:\n{self.printed}')

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator would, who expects status 0."""
        assert self._end(signal.SIGTERM) in {0, None}, self.printed

    def command(self, *words: str) -> CompletedProcess[str]:
        """Run a command against it, as an operator would."""
        return subprocess.run(
            [sys.executable, MAIN, *words],
            cwd=self.folder,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def environ(self) -> Mapping[str, str]:
        """What it was started with."""
        return self._environ

    @cached_property
    def session(self) -> str:
        """A session of the administrator of the settings; it survives a restart."""
        form = {'username': NAME, 'password': PASSWORD}
        return httpx.post(f'{self.url}/dashboard/login', data=form, trust_env=False, timeout=60).cookies[
            'rf_session'
        ]

    @property
    def printed(self) -> str:
        """All that it wrote to the terminal."""
        return self._output.read_text('utf-8')

    @property
    def complaints(self) -> list[str]:
        """What an operator would have to look into."""
        logged = [file.read_text('utf-8') for file in self.folder.glob('data/logs/*')]
        words = ('Traceback', ' ERROR ', ' CRITICAL ', '"ERROR"', '"CRITICAL"')
        lines = '\n'.join([self.printed, *logged]).splitlines()
        return [line for line in lines if any(word in line for word in words)]

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f'{self.url}/readyz', trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def _end(self, number: signal.Signals) -> int | None:
        """Give its exit status; None when it did not run."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.send_signal(number)
        return process.wait(60)
