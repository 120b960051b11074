"""People with browsers."""

import re
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, ViewportSize

from tests.browser.inbox import Inbox
from tests.browser.server import NAME, PASSWORD, Server

DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
ENDING = 'WebSocket is already in CLOSING or CLOSED state'
"""What a browser says when a page was about to send just as its connection was closed."""
OUTAGE = (r'net::ERR_', r'WebSocket connection to .* failed', ENDING)
"""What a browser itself says about a server that it cannot reach."""


class Visitors:
    """Opens pages, each in a browser of its own, and hears what they complain about."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser = browser
        self._server = server
        self._contexts: list[BrowserContext] = []
        self._heard: list[str] = []
        self._excused: list[str] = []

    def stranger(self, path: str, **options: Any) -> Page:
        """Open a page as somebody who is not signed in; ``options`` are those of a browser context."""
        page = self._page(options)
        page.goto(path)
        return page

    def admin(self, path: str = '/dashboard/', **options: Any) -> Inbox:
        """Open the inbox as the administrator; all of them share a session, which must not be ended."""
        return Inbox(self.signed_in(path, **options))

    def signed_in(self, path: str, **options: Any) -> Page:
        """Open any page as the administrator."""
        page = self._page(options)
        self.sign_in(page)
        page.goto(path)
        return page

    def sign_in(self, page: Page) -> None:
        """Give a page the administrator's session."""
        page.context.add_cookies(
            [{'name': 'rf_session', 'value': self._server.session, 'url': self._server.url}]
        )

    def excuse(self, *patterns: str) -> None:
        """Let these complaints pass: the test provokes them."""
        self._excused += patterns

    @property
    def complaints(self) -> list[str]:
        """What was heard and not excused."""
        return [text for text in self._heard if not any(re.search(each, text) for each in self._excused)]

    def leave(self) -> None:
        """Close everything."""
        for context in self._contexts:
            context.close()

    def _page(self, options: dict[str, Any]) -> Page:
        context = self._browser.new_context(**{'viewport': DESKTOP, 'base_url': self._server.url, **options})
        self._contexts.append(context)
        context.on('console', self._hear_console)
        context.on('weberror', lambda error: self._heard.append(str(error.error)))
        context.on('dialog', self._hear_dialog)
        return context.new_page()

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type in {'error', 'warning'}:
            self._heard.append(f'{message.text} [{message.location["url"]}]')

    def _hear_dialog(self, dialog: Dialog) -> None:
        self._heard.append(f'a dialog opened: {dialog.message}')
        dialog.dismiss()


def sign_in(page: Page, password: str = PASSWORD) -> None:
    """Fill the form that is shown, and send it."""
    page.get_by_label('User name').fill(NAME)
    page.get_by_label('Password').fill(password)
    page.get_by_role('button', name='Sign in').click()
