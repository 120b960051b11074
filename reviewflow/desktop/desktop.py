"""The window, as the server sees it: a process that shows an address until somebody closes it."""

import asyncio
import json
import logging
import os
import re
import signal
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from reviewflow import child
from reviewflow.errors import NoWindow
from reviewflow.text import line
from reviewflow.web.machine import has_display

log = logging.getLogger(__name__)

WORKER = (sys.executable, '-m', 'reviewflow.desktop.worker')
GOODBYE_S = 1.5
"""How long the window may take to put away what it keeps."""
NO_SANDBOX = 'QTWEBENGINE_DISABLE_SANDBOX'
_LAST_WORDS = 8000
_WHERE = re.compile(r'\[[^]]*\] ')  # in the source of Chromium


def check() -> None:
    """Find out whether a window can be had, before anything is started for it.

    Raises:
        NoWindow: what draws it is not installed, or there is no display.
    """
    needed = ['webview', 'qtpy', 'PySide6'] if sys.platform == 'linux' else ['webview']
    if not all(map(find_spec, needed)):
        pip = '.venv/bin/pip' if find_spec('pip') else 'uv pip'  # whichever made .venv
        raise NoWindow(f"what it needs is not installed: {pip} install -e '.[native]'")
    if not has_display():
        raise NoWindow('there is no display here: neither DISPLAY nor WAYLAND_DISPLAY is set')
    if sys.platform == 'linux' and os.geteuid() == 0 and not _is_without_sandbox():
        raise NoWindow(f'the sandbox of Chromium does not start as root: set {NO_SANDBOX}=1')


def _is_without_sandbox() -> bool:
    return NO_SANDBOX in os.environ or '--no-sandbox' in os.environ.get('QTWEBENGINE_CHROMIUM_FLAGS', '')


class Desktop:
    """One window, to be closed in the end; ``folder`` keeps what a browser would, such as the theme.

    The process is started when the pages are ready: a start that fails shows no window.
    """

    def __init__(self, folder: Path, *, worker: Sequence[str] = WORKER) -> None:
        self._folder = folder
        self._worker = worker
        self._process: Process | None = None
        self._is_closed = False

    async def show(self, url: str, *, shown: Callable[[], object]) -> None:
        """Show it, and return once somebody closed it, or :meth:`close` did; ``shown`` is called between.

        Raises:
            NoWindow: it could not be shown, or ended without anybody closing it.
        """
        if self._is_closed:
            return None
        with _unnamed_file() as complaints:  # no pipe, which a browser that it opens would hold
            process = self._process = await self._start(complaints)
            if self._is_closed:  # while it was being started
                return await self.close()
            await _send(process, {'url': url, 'folder': str(self._folder.absolute())})
            output = cast('StreamReader', process.stdout)
            if await _says_that_it_was_closed(output, shown) or self._is_closed:
                return None
            status = await process.wait()
            raise NoWindow(_reason(_last_of(complaints), status))

    async def close(self) -> None:
        """Take it away."""
        self._is_closed = True
        if (process := self._process) is None:
            return
        cast('StreamWriter', process.stdin).close()
        try:
            async with asyncio.timeout(GOODBYE_S):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _start(self, complaints: IO[bytes]) -> Process:
        try:
            return await child.start(self._worker, stderr=complaints)
        except OSError as error:
            raise NoWindow(f'its process cannot be started: {error.strerror}') from None


def _unnamed_file() -> IO[bytes]:
    try:
        return TemporaryFile()
    except OSError as error:
        raise NoWindow(f'what it complains about cannot be kept: {error.strerror}') from None


async def _send(process: Process, order: dict[str, str]) -> None:
    """Say what to show; not on the command line, which everybody on this machine can read."""
    writer = cast('StreamWriter', process.stdin)
    with suppress(OSError):  # it is gone already, and says why elsewhere
        writer.write(json.dumps(order).encode() + b'\n')
        await writer.drain()


async def _says_that_it_was_closed(output: StreamReader, shown: Callable[[], object]) -> bool:
    """Listen until it was closed, or is gone; Qt may yet crash while it leaves, which hurts nobody."""
    async for each in output:
        if each == b'shown\n':
            shown()
        if each == b'closed\n':
            return True
    return False


def _last_of(complaints: IO[bytes]) -> list[str]:
    """Give the last lines, for the log too."""
    complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - _LAST_WORDS))
    lines = [line(each) for each in complaints.read().decode('utf-8', 'replace').splitlines()]
    for each in lines:
        log.info('the window: %s', each)
    return [each for each in lines if each]


def _reason(lines: Sequence[str], status: int) -> str:
    """Say why it ended: Qt names its trouble first, Python last, and a crash nothing."""
    if trouble := next((each for each in lines if each.startswith('qt.qpa.')), None):
        return trouble
    if status < 0:
        return f'it was ended by {signal.Signals(-status).name}'
    return _WHERE.sub('', lines[-1]).rstrip('.') if lines and status else 'it ended by itself'
