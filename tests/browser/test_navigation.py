"""Finding one's way: channels, search, pages; all of it is in the address."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import Visitors
from tests.github import FakeGitHub


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    for number in range(1, 58):
        github.open_pull('acme/api', f'Pull {number}', updated_at=f'2020-01-01T00:{number:02}:00Z')
    for title in ('Apple', 'Pear', 'Plum'):
        github.merge('acme/api', github.open_pull('acme/api', title))
    return github


def test_a_tile_filters_and_again_clears(visitors: Visitors) -> None:
    inbox = visitors.admin()

    inbox.tile('merged').click()
    expect(inbox.rows).to_have_count(3)
    expect(inbox.tile('merged')).to_have_attribute('aria-pressed', 'true')
    expect(inbox.channel('merged')).to_have_attribute('aria-current', 'page')
    expect(inbox.page).to_have_title('(3) Merged · ReviewFlow')

    inbox.tile('merged').click()
    expect(inbox.rows).to_have_count(50)
    assert inbox.has_stayed


def test_back_and_forward_follow_channels_pages_and_words(visitors: Visitors) -> None:
    inbox = visitors.admin()
    inbox.channel('pending').click()
    expect(inbox.list).to_contain_text(re.compile('1.50 of 57'))
    inbox.page.get_by_role('button', name='Next').click()
    expect(inbox.list).to_contain_text(re.compile('51.57 of 57'))
    expect(inbox.rows).to_have_count(7)
    inbox.search.fill('pull 56')
    expect(inbox.rows).to_have_count(1)

    inbox.page.go_back()
    expect(inbox.page).to_have_url(re.compile(r'\?channel=pending$'))
    expect(inbox.rows).to_have_count(50)
    expect(inbox.search).to_have_value('')
    inbox.page.go_back()
    expect(inbox.page.get_by_role('heading', name='All pull requests')).to_be_visible()
    inbox.page.go_forward()
    inbox.page.go_forward()

    expect(inbox.rows).to_have_count(1)
    expect(inbox.search).to_have_value('pull 56')
    assert inbox.has_stayed


def test_an_address_brings_somebody_else_to_the_same_place(visitors: Visitors) -> None:
    inbox = visitors.admin()
    inbox.channel('merged').click()
    inbox.search.fill('pear')
    expect(inbox.rows).to_have_count(1)

    other = visitors.admin(inbox.page.url)

    expect(other.rows).to_have_count(1)
    expect(other.rows).to_contain_text('Pear')
    expect(other.search).to_have_value('pear')


def test_where_nothing_matches_one_click_shows_everything(visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/?channel=closed&q=nowhere')
    expect(inbox.list.get_by_role('heading', name='Nothing matches')).to_be_visible()

    inbox.page.get_by_role('button', name='Show all').click()

    expect(inbox.rows).to_have_count(50)
    expect(inbox.search).to_have_value('')
    expect(inbox.page).to_have_url(re.compile('/dashboard/$'))


def test_the_clear_button_of_the_search_shows_everything_in_the_channel(visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/?channel=merged&q=pear')
    expect(inbox.rows).to_have_count(1)

    inbox.page.get_by_role('button', name='Clear').click()

    expect(inbox.rows).to_have_count(3)
    expect(inbox.page).to_have_url(re.compile(r'\?channel=merged$'))


def test_a_page_behind_the_last_leads_to_the_last(visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/?channel=pending&page=99')
    expect(inbox.list.get_by_role('heading', name='This page is empty now')).to_be_visible()

    inbox.page.get_by_role('button', name='Show the last').click()

    expect(inbox.list).to_contain_text(re.compile('51.57 of 57'))
    expect(inbox.page).to_have_url(re.compile(r'channel=pending&page=2$'))


def test_the_keys_lead_from_page_to_page_and_back(visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/?channel=pending')
    inbox.rows.last.get_by_role('link').focus()

    inbox.page.keyboard.press('j')
    expect(inbox.list).to_contain_text(re.compile('51.57 of 57'))
    expect(inbox.rows.first).to_have_class(re.compile('is-cursor'))
    inbox.page.keyboard.press('k')

    expect(inbox.list).to_contain_text(re.compile('1.50 of 57'))
    expect(inbox.rows.last).to_have_class(re.compile('is-cursor'))


def test_another_channel_is_live_after_the_keys_were_used(github: FakeGitHub, visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/?channel=merged')
    expect(inbox.rows).to_have_count(3)
    inbox.page.keyboard.type('jogp')
    expect(inbox.list).to_contain_text(re.compile('1.50 of 57'))

    number = github.open_pull('acme/api', 'Fig')

    expect(inbox.rows.first).to_contain_text('Fig')
    github.close('acme/api', number)
    expect(inbox.list).to_contain_text(re.compile('1.50 of 57'))


def test_choosing_what_is_shown_already_is_no_step_to_go_back_over(visitors: Visitors) -> None:
    inbox = visitors.admin()
    inbox.channel('merged').click()
    expect(inbox.rows).to_have_count(3)
    inbox.channel('merged').click()
    inbox.tile('pending').click()
    expect(inbox.rows).to_have_count(50)

    inbox.page.go_back()
    expect(inbox.rows).to_have_count(3)
    inbox.page.go_back()

    expect(inbox.page.get_by_role('heading', name='All pull requests')).to_be_visible()
