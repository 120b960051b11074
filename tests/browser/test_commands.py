"""What an operator types shows on every open page at once."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Launch
from tests.browser.inbox import Inbox
from tests.browser.server import NAME, PASSWORD, Server
from tests.browser.visitors import ENDING, PHONE, Visitors
from tests.github import FakeGitHub

HOSTILE = '<img src=x onerror=alert(1)><b>Deploy</b> at noon \N{RIGHT-TO-LEFT OVERRIDE}noon'


@pytest.fixture(scope='module')
def github() -> FakeGitHub:
    """Not asked: the server shows the pretend team."""
    return FakeGitHub()


@pytest.fixture(scope='module')
def server(launch: Launch) -> Server:
    return launch(ADMIN__USERNAME=NAME, ADMIN__PASSWORD=PASSWORD)


def said(page: Page, text: str) -> None:
    """Wait until a page shows what somebody said, as it was typed."""
    toast = page.locator('.rf-toast').filter(has_text='operator to everybody')
    expect(toast.locator('p').filter(has_text=text)).to_have_count(1)


def test_a_broadcast_shows_on_every_page_as_text(server: Server, visitors: Visitors) -> None:
    inbox, connect = visitors.admin(), visitors.signed_in('/dashboard/connect')
    expect(connect.locator('.rf-badge').first).to_contain_text('Demo')
    connect.wait_for_function("async () => (await import('reviewflow-live')).live.ready")

    done = server.command('broadcast', HOSTILE)

    assert (done.stdout, done.stderr) == ('2 pages told\n', '')
    for page in (inbox.page, connect):
        said(page, r'<img src=x onerror=alert(1)><b>Deploy</b> at noon \u202enoon')
        assert page.locator('.rf-toasts img, .rf-toasts p b').count() == 0
        assert page.locator('.rf-toasts').get_attribute('role') == 'status', 'screen readers say it'


def test_a_broadcast_outlasts_the_news(server: Server, visitors: Visitors) -> None:
    inbox, phone = visitors.admin(), visitors.admin(viewport=PHONE)
    inbox.expect_live()
    phone.expect_live()
    assert server.command('broadcast', 'Lunch is ready').returncode == 0
    said(inbox.page, 'Lunch is ready')

    created = json.loads(server.command('create-test-pr', '--json').stdout)
    expect(inbox.row(created['title'])).to_be_visible()

    said(inbox.page, 'Lunch is ready')
    assert inbox.toasts.count() <= 3
    expect(phone.row(created['title'])).to_be_visible()
    expect(phone.toasts.filter(visible=True)).to_have_text([re.compile('Lunch is ready')])  # room for one

    for text in ('It is soup', 'It is good'):
        assert server.command('broadcast', text).returncode == 0
    created = json.loads(server.command('create-test-pr', '--json').stdout)
    expect(inbox.row(created['title'])).to_be_visible()
    for text in ('Lunch is ready', 'It is soup', 'It is good'):
        said(inbox.page, text)


def test_a_test_pull_shows_on_every_page_at_once(server: Server, visitors: Visitors) -> None:
    pages = [visitors.admin(), visitors.admin()]

    created = json.loads(server.command('create-test-pr', '--json').stdout)

    assert created['pages'] >= 2
    for inbox in pages:
        expect(inbox.row(created['title']).filter(has_text=f'#{created["number"]}')).to_be_visible()
    drawer = Inbox(visitors.signed_in(created['page'])).drawer
    expect(drawer).to_contain_text(created['title'])


def test_whoever_is_disabled_is_out_within_a_second(server: Server, visitors: Visitors) -> None:
    password = server.command('users', 'add', 'Ben', '--generate').stdout.splitlines()[1].split()[1]
    page = visitors.stranger('/dashboard/login')
    page.get_by_label('User name').fill('ben')
    page.get_by_label('Password').fill(password)
    page.get_by_role('button', name='Sign in').click()
    inbox = Inbox(page)
    expect(inbox.badge).to_contain_text('Demo')

    visitors.excuse(ENDING)
    assert server.command('users', 'disable', 'ben').stdout == 'Ben is out, and stays out\n'

    page.wait_for_url(re.compile('/dashboard/login'), wait_until='commit')
