"""The pages in a window of their own: a real one, on a screen that nobody sees."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Playwright, expect

from reviewflow.desktop.desktop import WORKER
from tests.browser.inbox import Inbox
from tests.browser.screen import Screen, turned_on
from tests.browser.server import MAIN
from tests.browser.window import PATIENCE_S, Window, until
from tests.github import FakeGitHub, serve
from tests.integration.program import is_running

TOKEN = 'canary-window-token'
HEAD = 980, 78
"""Where on the screen the window shows nothing but its head."""
FOLLOW = "address => Object.assign(document.createElement('a'), {href: address}).click()"
OPEN = "address => { open(address, '', 'noopener') }"  # with an opener Playwright waits for a page
ASK = {
    'microphone': 'navigator.mediaDevices.getUserMedia({audio: true})',
    'camera': 'navigator.mediaDevices.getUserMedia({video: true})',
    'screen': 'navigator.mediaDevices.getDisplayMedia({video: true})',
    'place': 'new Promise((take, fail) => navigator.geolocation.getCurrentPosition(take, fail))',
    'notes': "Notification.requestPermission().then(each => { if (each !== 'granted') throw each })",
}
"""What no page gets → how it asks."""


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
    expect(Inbox(page).rows.first).to_be_visible()
    desk.click(*HEAD)  # so that it has the keyboard, and no row the pointer
    return page


def test_it_shows_the_inbox_to_whoever_started_it(window: Window, page: Page, desk: Screen) -> None:
    inbox = Inbox(page)
    expect(inbox.badge).to_contain_text('Demo')
    expect(inbox.rows.first).to_be_visible()
    expect(page.get_by_role('button', name='Account of operator')).to_be_visible()

    assert page.evaluate('[innerWidth, innerHeight]') == [1280, 860]
    until(lambda: any('All pull requests · ReviewFlow' in each for each in desk.titles() if '(' in each))
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


def test_nothing_leads_it_elsewhere(window: Window, page: Page) -> None:
    place, former = page.url, window.opened
    other = f'{window.elsewhere}/json/version'

    page.evaluate('address => { location.href = address }', f'{other}?by=script')
    until(lambda: window.opened == [*former, f'{other}?by=script'])
    page.evaluate(FOLLOW, f'{other}?by=link')
    until(lambda: window.opened == [*former, f'{other}?by=script', f'{other}?by=link'])
    for address in ('data:text/html,hello', 'about:blank', 'tel:1'):
        page.evaluate(OPEN, address)
    page.evaluate(FOLLOW, 'tel:2')

    page.evaluate(OPEN, f'{other}?last')
    until(lambda: window.opened[-1] == f'{other}?last')
    assert len(window.opened) == len(former) + 3
    assert page.context.pages == [page]
    expect(page).to_have_url(place)
    assert page.evaluate('[typeof pywebview, typeof QWebChannel, typeof qt]') == ['undefined'] * 3


def test_its_session_is_nowhere_on_disk(window: Window, page: Page) -> None:
    cookies = page.context.new_cdp_session(page).send('Network.getCookies')['cookies']
    (token,) = (each['value'] for each in cookies if each['name'] == 'rf_session')
    written = [path.read_bytes() for path in window.folder.rglob('*') if path.is_file()]

    assert len(written) > 3
    assert not any(token.encode() in each for each in written)


def test_closing_it_ends_everything(window: Window, page: Page, desk: Screen) -> None:
    page.get_by_role('button', name='Account of operator').click()
    expect(page.get_by_role('button', name='Sign out')).to_have_count(0)
    page.get_by_role('button', name='Dark').click()
    expect(page.locator('body')).to_have_class('desktop no-touch body--dark')
    processes = window.children

    desk.close(next(each for each in desk.titles() if '#2' in each))

    assert window.wait() == 0
    assert [path.name for path in (window.data / 'window').iterdir()] == ['cookies']
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


def test_no_page_gets_more_than_to_be_read_and_none_outlives_a_server_that_was_killed(
    desk: Screen, tmp_path: Path, playwright: Playwright
) -> None:
    window = Window(tmp_path, desk.name)
    environ = {**window._environ, 'QTWEBENGINE_CHROMIUM_FLAGS': '--use-fake-device-for-media-stream'}
    with (
        serve(FakeGitHub()) as url,
        subprocess.Popen(WORKER, stdin=subprocess.PIPE, cwd=MAIN.parent, env=environ) as worker,
    ):
        assert worker.stdin is not None
        order = {'url': f'{url}/dashboard/', 'folder': str(tmp_path / 'kept')}
        worker.stdin.write(json.dumps(order).encode() + b'\n')
        worker.stdin.flush()
        page = window.look(playwright)
        page.wait_for_url(order['url'])

        for name, question in ASK.items():
            answer = page.evaluate(f"{question}.then(() => 'granted', () => 'refused')")
            assert (name, answer) == (name, 'refused')
        worker.stdin.close()

        assert worker.wait(PATIENCE_S) == 0
    assert not any('dashboard' in title or 'ReviewFlow' in title for title in desk.titles())
