"""The inbox when GitHub cannot be reached from the start."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Launch, reading
from tests.browser.server import Server
from tests.browser.visitors import Visitors
from tests.github import FakeGitHub
from tests.ports import free_port


@pytest.fixture(scope='module')
def server(github: FakeGitHub, launch: Launch) -> Server:
    return launch(**reading(github, f'http://127.0.0.1:{free_port()}'))


def test_the_server_starts_all_the_same_and_its_pages_say_what_is_wrong(visitors: Visitors) -> None:
    inbox = visitors.admin()

    expect(inbox.badge).to_contain_text('Sync failed')
    expect(inbox.list.get_by_role('heading', name='Nothing could be read yet')).to_be_visible()
    expect(inbox.list).to_contain_text('GitHub cannot be read: no connection')
    expect(inbox.tile('all').locator('b')).to_have_text('\N{EN DASH}')
    expect(inbox.channel('all').locator('.n')).to_have_text('')
    expect(inbox.list).not_to_contain_text('0 pull requests')
    assert 'Traceback' not in inbox.page.content()
