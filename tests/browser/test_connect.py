"""From the pretend team to the pulls of a GitHub, by a token that is pasted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Launch
from tests.browser.inbox import Inbox
from tests.browser.server import NAME, PASSWORD, Server
from tests.browser.visitors import ENDING, OUTAGE, PHONE, Visitors
from tests.github import FakeGitHub, serve

TOKEN = 'canary-e41d-token'
LIST = '.rf-repos'


@pytest.fixture(scope='module')
def github() -> FakeGitHub:
    github = FakeGitHub(token=TOKEN)
    github.scopes = 'repo'
    for name in ('acme/api', 'acme/web', *(f'zoo/animal-{number}' for number in range(150))):
        github.add_repository(name, is_private=name.startswith('acme'))
    for number in range(3):
        github.open_pull('acme/api', f'Real {number}')
    return github


@pytest.fixture(scope='module')
def url(github: FakeGitHub) -> Iterator[str]:
    with serve(github) as url:
        yield url


@pytest.fixture(scope='module')
def server(launch: Launch) -> Server:
    """It shows the pretend team."""
    return launch(ADMIN__USERNAME=NAME, ADMIN__PASSWORD=PASSWORD, SYNC__INTERVAL_S='1')


def test_a_pasted_token_brings_real_pulls_to_every_open_page(
    server: Server, url: str, visitors: Visitors
) -> None:
    onlooker = visitors.stranger('/')
    onlooker.get_by_role('button', name='Look at the pretend team').click()
    expect(Inbox(onlooker).badge).to_contain_text('Demo')
    other = visitors.admin()
    expect(other.rows.first).to_be_visible()
    pretended = int(other.tile('all').locator('b').inner_text())
    page = visitors.signed_in('/dashboard/', permissions=['clipboard-read', 'clipboard-write'])
    frames = received(page)
    page.get_by_role('link', name='Demo').click()

    page.get_by_text('GitHub Enterprise').click()
    page.get_by_label('Address of the API').fill(url)
    paste(page, TOKEN)
    expect(page.get_by_text('Signed in as ann · scopes repo')).to_be_visible()
    page.locator(LIST).get_by_label('api of acme').check()
    visitors.excuse(ENDING)
    page.get_by_role('button', name='Connect 1 repository').click()

    expect(page.get_by_role('heading', name='Connected')).to_be_focused()
    other.expect_numbers({'all': 3, 'pending': 3})
    expect(other.rows).to_have_count(3)
    expect(other.badge).not_to_contain_text('Demo')
    assert other.has_stayed
    assert pretended > 3
    expect(onlooker).to_have_url(f'{server.url}/dashboard/login?next=/dashboard/')
    expect(onlooker.get_by_role('button', name='Look at the pretend team')).to_be_hidden()
    expect(page.locator('.rf-count')).to_have_text('3')
    expect(page.get_by_text('The inbox has all of it')).to_be_visible()
    expect(page.locator('.rf-setup ol > .is-done')).to_have_count(4)
    page.get_by_role('link', name='Go to the inbox').click()
    expect(Inbox(page).row('Real 0')).to_be_visible()
    assert all(TOKEN not in frame for frame in frames)
    assert files_with(TOKEN, server.folder) == []


def test_a_power_cut_loses_nothing_of_it(github: FakeGitHub, server: Server, visitors: Visitors) -> None:
    visitors.excuse(*OUTAGE)
    inbox = visitors.admin()
    expect(inbox.rows).to_have_count(3)

    server.kill()
    github.open_pull('acme/api', 'Opened meanwhile')
    server.start()

    expect(inbox.row('Opened meanwhile')).to_be_visible()
    inbox.expect_numbers({'all': 4})


def test_other_repositories_are_chosen_without_the_token(
    github: FakeGitHub, server: Server, visitors: Visitors
) -> None:
    github.open_pull('acme/web', 'Another repository')
    inbox = visitors.admin()
    page = visitors.signed_in('/dashboard/connect')
    expect(page.get_by_text('Leave the field empty to keep it')).to_be_visible()
    expect(page.get_by_text('Signed in as ann')).to_be_visible()
    assert page.locator(f'{LIST} input[type=checkbox]').count() <= 52, 'elements cost memory'

    page.get_by_label('Filter by name').fill('web')
    expect(page.locator(LIST).get_by_label('animal').first).to_be_hidden()
    page.locator(LIST).get_by_label('web of acme').check()
    page.get_by_label('Filter by name').fill('')
    page.locator(LIST).get_by_label('api of acme').uncheck()
    page.get_by_role('button', name='Connect 1 repository').click()

    expect(inbox.row('Another repository')).to_be_visible()
    inbox.expect_numbers({'all': 1})
    assert inbox.has_stayed
    assert server.complaints == []


def test_what_was_entered_is_kept_when_the_server_was_restarted(
    server: Server, url: str, visitors: Visitors
) -> None:
    visitors.excuse(*OUTAGE)
    page = visitors.signed_in('/dashboard/connect')
    page.locator(LIST).get_by_label('api of acme').check()
    expect(page).to_have_url(re.compile('repositories=acme/web,acme/api'))
    page.get_by_label('Filter by name').fill('acme')
    page.get_by_label('Add one by name').fill('zoo/animal-')
    page.get_by_label('Address of the API').fill(f'{url}/')
    page.get_by_label('Token', exact=True).fill('canary-half-typed')
    page.get_by_label('Add one by name').focus()

    server.kill()
    expect(page.locator('.rf-bar')).to_contain_text('Offline since')
    page.keyboard.type('7')
    server.start()

    expect(page.get_by_label('Token', exact=True)).to_have_value('')
    expect(page.get_by_label('Add one by name')).to_have_value('zoo/animal-7')
    expect(page.get_by_label('Add one by name')).to_be_focused()
    expect(page.get_by_label('Address of the API')).to_have_value(f'{url}/')
    expect(page.get_by_label('Filter by name')).to_have_value('acme')
    expect(page.locator(LIST).get_by_label('web of acme')).to_be_checked()
    expect(page.locator(LIST).get_by_label('api of acme')).to_be_checked()
    expect(page.locator(LIST).get_by_label('animal').first).to_be_hidden()
    page.keyboard.press('Enter')
    expect(page.get_by_text('zoo/animal-7 is added')).to_be_visible()
    expect(page.get_by_role('button', name='Connect 3 repositories')).to_be_enabled()


def test_a_wrong_token_is_said_beside_its_field(url: str, visitors: Visitors) -> None:
    page = visitors.signed_in('/dashboard/connect', viewport=PHONE, has_touch=True, is_mobile=True)
    token = page.get_by_label('Token', exact=True)
    expect(page.get_by_label('Address of the API')).to_have_value(url)

    token.fill('wrong')
    token.press('Enter')

    expect(page.get_by_role('alert')).to_contain_text('GitHub refused the token')
    expect(token).to_have_attribute('aria-invalid', 'true')
    expect(page.get_by_role('button', name='Connect 1 repository')).to_be_disabled()
    expect(page.get_by_text('The token does not work yet')).to_be_visible()
    assert page.get_by_role('main').evaluate('main => main.scrollWidth <= main.clientWidth')


def test_disconnecting_brings_the_pretend_team_back(visitors: Visitors) -> None:
    inbox = visitors.admin()
    page = visitors.signed_in('/dashboard/connect')
    page.get_by_role('button', name='Disconnect').click()

    expect(inbox.badge).to_contain_text('Demo')
    expect(inbox.row('Another repository')).to_be_hidden()
    expect(page.get_by_text('Step 3 of 4')).to_be_visible()
    assert inbox.has_stayed


def paste(page: Page, token: str) -> None:
    """Take it from the clipboard, as people do."""
    page.evaluate('text => navigator.clipboard.writeText(text)', token)
    page.get_by_label('Token', exact=True).click()
    page.keyboard.press('Control+V')


def received(page: Page) -> list[str]:
    """Collect all that the server sends to a page from now on."""
    frames: list[str] = []
    page.on('websocket', lambda socket: socket.on('framereceived', lambda frame: frames.append(str(frame))))
    return frames


def files_with(text: str, folder: Path) -> list[str]:
    files = [file for file in folder.rglob('*') if file.is_file()]
    return [file.name for file in files if text.encode() in file.read_bytes()]
