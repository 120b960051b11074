"""The pages in a window of their own: a real one, on a screen that nobody sees."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import ConsoleMessage, Page, Playwright, expect

from reviewflow.desktop.desktop import WORKER
from tests.browser.inbox import Inbox
from tests.browser.screen import Screen, turned_on
from tests.browser.server import MAIN, free_port
from tests.github import FakeGitHub, serve
from tests.integration.program import Program, is_running

TOKEN = 'canary-window-token'
AS_ROOT = {'QTWEBENGINE_DISABLE_SANDBOX': '1'}
PATIENCE_S = 20
HEAD = 980, 78
"""Where on the screen the window shows nothing but its head."""


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

    def look(self, playwright: Playwright) -> Page:
        """Take hold of the page that is in the window."""
        address = f'http://127.0.0.1:{self._port}'
        until(lambda: _answers(f'{address}/json'))
        (context,) = playwright.chromium.connect_over_cdp(address, no_defaults=True).contexts
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


@pytest.fixture(scope='module')
def desk() -> Iterator[Screen]:
    with turned_on() as desk:
        yield desk


@pytest.fixture(scope='module')
def github() -> FakeGitHub:
    github = FakeGitHub(token=TOKEN)
    github.add_repository('acme/api')
    github.open_pull('acme/api', 'Already there')
    return github


@pytest.fixture(scope='module')
def window(github: FakeGitHub, desk: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    """The first start, in an empty folder; the last of the tests that use it closes it."""
    with serve(github) as url:
        folder = tmp_path_factory.mktemp('window')
        window = Window(folder, desk.name, GITHUB__API_URL=url, SYNC__INTERVAL_S='1')
        window.start()
        yield window
        window.kill()


@pytest.fixture(scope='module')
def page(window: Window, playwright: Playwright, desk: Screen) -> Page:
    page = window.look(playwright)
    desk.click(*HEAD)  # so that it has the keyboard, and no row the pointer
    return page


def test_it_shows_the_inbox_to_whoever_started_it(window: Window, page: Page, desk: Screen) -> None:
    inbox = Inbox(page)
    expect(inbox.badge).to_contain_text('Demo')
    expect(inbox.rows.first).to_be_visible()
    expect(page.get_by_role('button', name='Account of operator')).to_be_visible()

    assert page.evaluate('[innerWidth, innerHeight]') == [1280, 860]
    assert 'All pull requests · ReviewFlow' in next(each for each in desk.titles() if '(' in each)
    assert f'ReviewFlow is at {window.url}/dashboard/' in window.printed


def test_nobody_else_on_the_machine_gets_in(window: Window) -> None:
    with httpx.Client(base_url=window.url, trust_env=False) as other:
        assert other.get('/dashboard/').headers['location'].startswith('/dashboard/login')
        assert other.get('/dashboard/window').status_code == 404
        assert other.get('/dashboard/api/stats').status_code == 401
    log = (window.data / 'logs/reviewflow.log').read_text()
    assert 'key=' not in window.printed + log


def test_connecting_github_does_not_send_it_out(page: Page) -> None:
    page.get_by_role('link', name='Demo').click()
    page.get_by_label('Token', exact=True).fill(TOKEN)
    page.get_by_label('Token', exact=True).press('Enter')
    page.get_by_label('api of acme').check()
    page.get_by_role('button', name='Connect 1 repository').click()
    page.get_by_role('link', name='Go to the inbox').click()

    expect(Inbox(page).row('Already there')).to_be_visible()


def test_it_follows_what_happens_without_a_reload(github: FakeGitHub, page: Page) -> None:
    inbox = Inbox(page)
    page.mouse.move(900, 24)

    github.open_pull('acme/api', 'Came while it was open', body='See [the plan](https://plans.example/1).')

    expect(inbox.row('Came while it was open')).to_be_visible()
    inbox.expect_numbers({'all': 2, 'pending': 2})
    assert inbox.has_stayed


def test_its_keys_are_those_of_a_browser(page: Page, desk: Screen, window: Window) -> None:
    inbox = Inbox(page)
    inbox.row('Already there').get_by_role('link').click()
    expect(inbox.drawer).to_contain_text('Already there')
    desk.press('Alt_L', 'Left')
    expect(page).to_have_url(f'{window.url}/dashboard/')

    desk.press('slash')
    for key in ('c', 'a', 'm', 'x', 'BackSpace', 'e'):
        desk.press(key)
    expect(inbox.search).to_have_value('came')
    expect(inbox.rows).to_have_count(1)
    desk.press('Control_L', 'equal')
    page.wait_for_function('innerWidth < 1280')
    desk.press('Control_L', '0')
    page.wait_for_function('innerWidth === 1280')


def test_links_to_elsewhere_open_in_the_browser_and_ours_in_the_window(window: Window, page: Page) -> None:
    inbox = Inbox(page)
    inbox.row('Came while it was open').get_by_role('link').click(modifiers=['Control'])
    expect(inbox.drawer).to_contain_text('Came while it was open')
    github = inbox.drawer.get_by_role('link', name='GitHub')
    address = str(github.get_attribute('href'))

    github.click()
    until(lambda: window.opened == [address])
    inbox.drawer.get_by_role('link', name='the plan').click()

    until(lambda: window.opened == [address, 'https://plans.example/1'])
    expect(page).to_have_url(f'{window.url}/dashboard/pulls/acme/api/2')


def test_closing_it_ends_everything(window: Window, page: Page, desk: Screen) -> None:
    page.get_by_role('button', name='Account of operator').click()
    page.get_by_role('button', name='Dark').click()
    expect(page.locator('body')).to_have_class('desktop no-touch body--dark')
    processes = window.children

    desk.close(next(each for each in desk.titles() if '#2' in each))

    assert window.wait() == 0
    assert len(processes) == 2, 'the window, and what renders descriptions'
    assert [pid for pid in processes if is_running(pid)] == []
    assert not (window.data / 'server.json').exists()
    assert window.complaints == window.heard == []


def test_what_was_chosen_is_there_again_and_a_signal_takes_it_away(
    window: Window, playwright: Playwright, desk: Screen
) -> None:
    window.start()
    page = window.look(playwright)
    expect(Inbox(page).row('Already there')).to_be_visible()
    assert 'body--dark' in str(page.locator('body').get_attribute('class'))
    processes = window.children

    assert window.end(signal.SIGTERM) == 0

    assert [pid for pid in processes if is_running(pid)] == []
    assert not any('ReviewFlow' in title for title in desk.titles())
    assert window.complaints == []


def test_a_window_that_cannot_be_shown_is_one_line_and_a_status(desk: Screen, tmp_path: Path) -> None:
    done = Window(tmp_path, f'{desk.name}9').command('--native')

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f'reviewflow: no window: qt.qpa.xcb: could not connect to display {desk.name}9;')


def test_it_does_not_outlive_a_server_that_was_killed(desk: Screen, tmp_path: Path) -> None:
    environ = {**Window(tmp_path, desk.name)._environ}
    with subprocess.Popen(WORKER, stdin=subprocess.PIPE, cwd=MAIN.parent, env=environ) as worker:
        assert worker.stdin is not None
        order = {'url': 'about:blank', 'folder': str(tmp_path / 'kept')}
        worker.stdin.write(json.dumps(order).encode() + b'\n')
        worker.stdin.flush()
        until(lambda: 'ReviewFlow' in desk.titles())

        worker.stdin.close()

        assert worker.wait(PATIENCE_S) == 0
    assert 'ReviewFlow' not in desk.titles()
