"""Ctrl K: to a channel, a pull or a command without the mouse."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.inbox import Inbox
from tests.browser.visitors import Visitors
from tests.github import FakeGitHub


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    for number in range(1, 13):
        github.open_pull('acme/api', f'Pull of day {number}', updated_at=f'2024-01-{number:02}T00:00:00Z')
    return github


@pytest.fixture
def inbox(visitors: Visitors) -> Inbox:
    visitors.excuse('net::ERR_FAILED')  # of the test that cuts the palette off
    inbox = visitors.admin()
    inbox.page.keyboard.press('Control+k')
    return inbox


@pytest.fixture
def palette(inbox: Inbox) -> Locator:
    palette = inbox.page.get_by_role('dialog', name='Search or jump to')
    expect(palette.get_by_role('combobox')).to_be_focused()
    return palette


def test_it_leads_to_a_channel(inbox: Inbox, palette: Locator) -> None:
    inbox.page.keyboard.type('merg')
    expect(palette.get_by_role('option', selected=True)).to_contain_text('Merged')
    inbox.page.keyboard.press('Enter')

    expect(palette).to_be_hidden()
    expect(inbox.page.get_by_role('heading', level=1)).to_have_text('Merged')
    assert inbox.has_stayed


@pytest.mark.parametrize('typed', ['12', '#12', 'day 12'])
def test_it_leads_to_a_pull_by_number_or_words(inbox: Inbox, palette: Locator, typed: str) -> None:
    inbox.page.keyboard.type(typed)
    expect(palette.get_by_role('option').first).to_contain_text('Pull of day 12')
    inbox.page.keyboard.press('Enter')

    expect(inbox.drawer.get_by_role('heading', level=2)).to_have_text('Pull of day 12')
    expect(inbox.page).to_have_url(re.compile('/dashboard/pulls/acme/api/12$'))


def test_it_runs_a_command(inbox: Inbox, palette: Locator) -> None:
    inbox.page.keyboard.type('density')
    palette.get_by_role('option', name='Change the density').click()

    expect(inbox.page.locator('body')).to_have_attribute('data-density', 'compact')


def test_arrows_go_round_and_escape_closes(inbox: Inbox, palette: Locator) -> None:
    chosen = palette.get_by_role('option', selected=True)
    expect(chosen).to_contain_text('All')
    inbox.page.keyboard.press('ArrowUp')
    expect(chosen).to_contain_text('Connect GitHub')
    inbox.page.keyboard.press('ArrowDown')
    expect(chosen).to_contain_text('All')

    inbox.page.keyboard.press('Escape')
    expect(palette).to_be_hidden()


def test_enter_before_the_answer_opens_nothing_of_a_former_question(inbox: Inbox, palette: Locator) -> None:
    inbox.page.keyboard.type('day 12')
    expect(palette.get_by_role('option').first).to_contain_text('Pull of day 12')
    inbox.page.route('**/dashboard/api/pulls?*', lambda route: route.abort())
    inbox.page.get_by_role('combobox', name='Search or jump to').fill('day 1')

    inbox.page.keyboard.press('Enter')

    expect(inbox.drawer).to_be_hidden()


def test_what_is_called_like_nothing_is_said_to_be_nothing(inbox: Inbox, palette: Locator) -> None:
    inbox.page.keyboard.type('zzz')

    expect(palette).to_contain_text('Nothing is called that')


def test_the_field_in_the_head_opens_it_too(inbox: Inbox, palette: Locator) -> None:
    inbox.page.keyboard.press('Escape')

    inbox.page.get_by_role('button', name='Search or jump to').click()

    expect(palette).to_be_visible()
