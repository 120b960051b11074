"""One process asks, another answers: a line of JSON each, over standard input and output."""

import asyncio
import json
import os
import resource
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parent.parent
LINE_MAX = 256 * 2**20
REPLY = '> '
"""What the answers begin with: a server prints other lines too."""
FOREIGN = ('PYTEST_', 'NICEGUI_', 'REVIEWFLOW_')

Command = Callable[..., Awaitable[Any]]


class Child:
    """A process that answers."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, module: str, *arguments: str) -> Self:
        """Run a module, in an environment without anything that is meant for others."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                *('-m', module, *arguments),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=LINE_MAX,
                cwd=ROOT,
                env=environment,
            )
        )

    async def ask(self, command: str, **parameters: Any) -> Any:
        """Have something done, and give what came of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({'command': command, **parameters}).encode() + b'\n')
        while line := (await self._process.stdout.readline()).decode():
            if line.startswith(REPLY):
                return json.loads(line.removeprefix(REPLY))
        raise RuntimeError(f'{command}: the process ended with status {await self._process.wait()}')

    async def stop(self) -> None:
        """Tell it to end, and wait until it has."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        await self._process.wait()


async def answer(commands: Mapping[str, Command]) -> None:
    """Answer until whoever asks is gone."""
    reader = asyncio.StreamReader(limit=LINE_MAX)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        request = json.loads(line)
        result = await commands[request.pop('command')](**request)
        print(REPLY + json.dumps(result), flush=True)


async def cpu_seconds() -> float:
    """Give the processor time that this process used so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def allow_many_sockets() -> None:
    """Open as many files as the system lets us: each page is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
