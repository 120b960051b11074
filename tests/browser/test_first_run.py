"""The first minutes: nothing is set, a pretend team is shown, the printed code makes the first account."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Launch
from tests.browser.inbox import Inbox
from tests.browser.server import NAME, PASSWORD, Server
from tests.browser.visitors import Visitors


@pytest.fixture(scope='module')
def server(launch: Launch) -> Server:
    return launch()


def test_one_click_shows_the_pretend_team_alive_and_says_that_it_is_one(visitors: Visitors) -> None:
    page = visitors.stranger('/')

    page.get_by_role('button', name='Look at the pretend team').click()

    inbox = Inbox(page)
    expect(inbox.badge).to_contain_text('Demo')
    expect(inbox.badge).to_contain_text('Live')
    expect(page.locator('.rf-row.is-changed').first).to_be_visible()


def test_the_code_that_the_server_printed_makes_the_first_administrator(
    server: Server, visitors: Visitors
) -> None:
    printed = re.search(r'at /dashboard/setup with the code (\S+)', server.printed)
    assert printed
    visitors.excuse('status of 422')
    page = visitors.stranger('/dashboard/login')
    page.get_by_role('link', name='Create the first').click()
    page.get_by_label('User name').fill(NAME)
    page.get_by_label('Password').fill(PASSWORD)

    page.get_by_label('One-time code').fill('ABCD-EFGH-IJKL-MNOP')
    page.get_by_role('button', name='Create').click()
    expect(page.get_by_role('alert')).to_contain_text('That is not the code')
    page.get_by_label('One-time code').fill(printed[1])
    page.get_by_label('Password').fill(PASSWORD)
    page.get_by_role('button', name='Create').click()

    expect(page.get_by_role('heading', name='Token and repositories')).to_be_visible()
    page.get_by_label(f'Account of {NAME}').click()
    expect(page.get_by_text('Admin', exact=True)).to_be_visible()
    response = page.request.get('/dashboard/setup')
    assert response.status == 404
