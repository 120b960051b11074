"""A server with a window of its own, on a screen that nobody sees."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx
from playwright.sync_api import ConsoleMessage, Page, Playwright

from tests.integration.program import Program
from tests.ports import free_port

AS_ROOT = {'QTWEBENGINE_DISABLE_SANDBOX': '1'}
PATIENCE_S = 20


class Window(Program):
    """A server in a window; what it opens elsewhere is noted in a file."""

    def __init__(self, folder: Path, display: str, **settings: str) -> None:
        self.heard: list[str] = []
        """What its pages complain about."""
        self._port = free_port()
        self._opened = folder / 'opened.txt'
        browser = folder / 'browser.sh'
        browser.write_text(f'#!/bin/sh\necho "$@" >> {self._opened}\n')
        browser.chmod(0o700)
        environ = {
            'DISPLAY': display,
            'BROWSER': str(browser),
            'QTWEBENGINE_REMOTE_DEBUGGING': str(self._port),
            **AS_ROOT,
        }
        super().__init__(folder, settings, flags=['--native'], environ=environ)

    @property
    def opened(self) -> list[str]:
        """Where the system's browser was sent."""
        return self._opened.read_text().splitlines() if self._opened.exists() else []

    @property
    def elsewhere(self) -> str:
        """Another server, the one by which its page is taken hold of."""
        return f'http://127.0.0.1:{self._port}'

    def look(self, playwright: Playwright) -> Page:
        """Take hold of the page that is in the window."""
        until(lambda: _answers(f'{self.elsewhere}/json'))
        (context,) = playwright.chromium.connect_over_cdp(self.elsewhere, no_defaults=True).contexts
        (page,) = context.pages
        page.set_default_timeout(1000 * PATIENCE_S)
        page.on('console', self._hear)
        page.on('pageerror', lambda error: self.heard.append(str(error)))
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {'error', 'warning'}:
            self.heard.append(message.text)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what happens in other processes."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, 'it did not happen'
        time.sleep(0.02)  # noqa: TID251


def _answers(address: str) -> bool:
    try:
        return bool(httpx.get(address, trust_env=False).json())
    except httpx.TransportError:
        return False
