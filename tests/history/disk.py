"""SQLite without threads, and with a plug that can be pulled before any statement."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import pytest

T = TypeVar('T')
AGAIN_AFTER_S = 0.05
BUSY = 'PRAGMA busy_timeout='


class Fuse:
    """Counts what a process asks of the world, and ends it there."""

    def __init__(self) -> None:
        self.is_dead = False
        self.blown = asyncio.Event()
        self._left: int | None = None
        self._gate = asyncio.Event()

    def light(self, operations: int) -> None:
        """Let so many requests and statements through, and no more."""
        self._left = operations

    def mend(self) -> None:
        """Let everything through again; what hangs goes on."""
        self._left = None
        self._let_go()

    def kill(self) -> None:
        """End it: whatever it still asks is refused."""
        self.is_dead = True
        self._let_go()

    async def through(self) -> bool:
        """Wait until it may go on; tell whether it may."""
        if self._left == 0 and not self.is_dead:
            self.blown.set()
            await self._gate.wait()
        elif self._left is not None:
            self._left -= 1
        return not self.is_dead

    def _let_go(self) -> None:
        self._gate.set()
        self._gate = asyncio.Event()


class Disk:
    """A file, and the connections to it of the process that lives now."""

    def __init__(self, file: Path) -> None:
        self.url = f'sqlite+aiosqlite:///{file}'
        self.fuse = Fuse()
        self._connections: list[Unthreaded] = []
        self._file = file
        self._holder: sqlite3.Connection | None = None

    def mount(self) -> None:
        """Begin a new process."""
        self.fuse = Fuse()
        self._connections = []
        Unthreaded.disk = self

    def unplug(self) -> None:
        """Kill the process: what is not committed never was."""
        self.fuse.kill()
        for connection in self._connections:
            connection.drop()

    def hold(self) -> None:
        """Let somebody else hold the file."""
        if self._holder is None:
            self._holder = sqlite3.connect(self._file, isolation_level=None, timeout=0)
            self._holder.execute('BEGIN IMMEDIATE')

    def release(self) -> None:
        """Let it go."""
        if self._holder is not None:
            self._holder.close()
            self._holder = None

    @property
    def is_held(self) -> bool:
        """Whether somebody else holds it."""
        return self._holder is not None

    def take(self, connection: 'Unthreaded') -> None:
        """Note a connection of the process."""
        self._connections.append(connection)


class Unthreaded(aiosqlite.Connection):
    """One that does at once what the other does in a thread: others have their turn before and after."""

    disk: Disk

    def __await__(self) -> Any:
        return self._open().__await__()

    async def _open(self) -> 'Unthreaded':
        self._fuse = self.disk.fuse
        self._busy_s = 0.0
        self._connection = self._connector()
        self._connection.execute(f'{BUSY}0')
        self.disk.take(self)
        return self

    @property
    def _conn(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.OperationalError('the process is dead')
        return self._connection

    async def _execute(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T | None:
        await asyncio.sleep(0)
        if not await self._fuse.through():
            if getattr(fn, '__name__', '') in {'rollback', 'close'}:
                return None
            raise sqlite3.OperationalError('the process is dead')
        if args and isinstance(args[0], str) and args[0].startswith(BUSY):
            self._busy_s = int(args[0].removeprefix(BUSY)) / 1000
            return None
        result = await self._patiently(partial(fn, *args, **kwargs))
        await asyncio.sleep(0)
        return result

    async def _patiently(self, do: Callable[[], T]) -> T:
        """Wait for a file that somebody holds as SQLite does, but let others go on."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._busy_s
        while True:
            try:
                return do()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != 'SQLITE_BUSY' or loop.time() >= until_s:
                    raise
            await asyncio.sleep(AGAIN_AFTER_S)

    async def close(self) -> None:
        self.drop()

    def stop(self) -> None:
        self.drop()

    def drop(self) -> None:
        """Close it as it is; a cursor that is still somewhere would keep what it holds locked."""
        if self._connection is not None:
            self._connection.rollback()
            self._connection.close()
            self._connection = None


@contextmanager
def unthreaded() -> Iterator[None]:
    """Use it wherever SQLAlchemy opens SQLite."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr('aiosqlite.core.Connection', Unthreaded)  # which its connect() makes
        yield
