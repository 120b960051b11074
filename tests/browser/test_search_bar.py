"""The search as somebody types it: filters become chips, what could come next is offered."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.inbox import Inbox
from tests.browser.visitors import Visitors
from tests.github import FakeGitHub
from tests.github.shape import Json


def label(name: str) -> Json:
    return {'name': name, 'color': 'ff0000'}


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    github.add_repository('acme/web')
    for number in range(1, 4):
        github.open_pull('acme/api', f'Lamp {number}', updated_at=f'2024-01-0{number}T00:00:00Z')
    github.open_pull('acme/web', 'Door', author='hannes', labels=[label('good first issue'), label('bug')])
    github.merge('acme/web', github.open_pull('acme/web', 'Window', author='hannes'))
    return github


@pytest.fixture
def inbox(visitors: Visitors) -> Inbox:
    inbox = visitors.admin()
    expect(inbox.rows).to_have_count(5)
    return inbox


def test_a_finished_filter_becomes_a_chip_and_words_stay(inbox: Inbox) -> None:
    inbox.search.press_sequentially('lamp author:ann 2')

    expect(inbox.chips).to_have_text(['author:ann'])
    expect(inbox.search).to_have_value('lamp 2')
    expect(inbox.rows).to_have_count(1)
    expect(inbox.page).to_have_url(re.compile(r'\?q=author%3Aann\+lamp\+2$'))


def test_a_filter_that_is_still_typed_filters_already(inbox: Inbox) -> None:
    inbox.search.press_sequentially('is:mer')

    expect(inbox.rows).to_have_count(1)
    expect(inbox.chips).to_have_count(0)


def test_chips_are_removed_by_their_cross_or_taken_back_to_be_edited(inbox: Inbox) -> None:
    inbox.search.press_sequentially('is:open author:ann ')
    expect(inbox.rows).to_have_count(3)

    inbox.page.get_by_role('button', name='Remove author:ann').click()
    expect(inbox.rows).to_have_count(4)
    expect(inbox.search).to_be_focused()
    inbox.search.press('Backspace')
    expect(inbox.search).to_have_value('is:open')
    inbox.search.press('Backspace')
    expect(inbox.search).to_have_value('is:ope')


def test_operators_and_values_are_offered_and_taken_with_the_keys(inbox: Inbox) -> None:
    offered = inbox.page.get_by_role('listbox').get_by_role('option')
    inbox.search.press_sequentially('auth')
    expect(offered).to_have_text([re.compile('author:')])
    inbox.search.press('ArrowDown')
    inbox.search.press('Enter')
    expect(inbox.search).to_have_value('author:')
    expect(offered).to_have_text([re.compile('ann.*3'), re.compile('hannes.*2')])

    inbox.search.press('ArrowDown')
    inbox.search.press('ArrowDown')
    expect(offered.nth(1)).to_have_attribute('aria-selected', 'true')
    inbox.search.press('Tab')

    expect(inbox.chips).to_have_text(['author:hannes'])
    expect(inbox.rows).to_have_count(2)


def test_a_value_with_spaces_is_offered_in_quotes_and_taken_with_the_pointer(inbox: Inbox) -> None:
    inbox.search.press_sequentially('label:good')
    inbox.page.get_by_role('option', name='good first issue').click()

    expect(inbox.chips).to_have_text(['label:"good first issue"'])
    expect(inbox.rows).to_have_count(1)


def test_an_empty_search_offers_operators_and_escape_closes_the_offer(inbox: Inbox) -> None:
    inbox.search.click()
    expect(inbox.page.get_by_role('option').first).to_contain_text('repo:')

    inbox.search.press('Escape')
    expect(inbox.page.get_by_role('listbox', name='Suggestions')).to_be_hidden()
    expect(inbox.search).to_be_focused()
    inbox.search.press('Escape')
    expect(inbox.search).not_to_be_focused()


def test_what_makes_no_sense_is_said_in_words(inbox: Inbox) -> None:
    inbox.search.press_sequentially('draft:perhaps autor:ann ')

    expect(inbox.page.get_by_role('alert')).to_have_text(
        ['draft: takes true or false, not perhaps', 'autor: is no filter; did you mean author:?']
    )
    expect(inbox.page.locator('.rf-op.is-bad')).to_have_text('draft:perhaps')


def test_a_menu_ticks_values_and_says_how_many_pulls_have_them(inbox: Inbox) -> None:
    author = inbox.page.locator('[data-facet=author]')
    author.click()
    menu = inbox.page.get_by_role('group', name='Author')
    expect(menu.get_by_role('listitem')).to_have_text([re.compile(r'ann\s*3'), re.compile(r'hannes\s*2')])
    menu.get_by_label('Find').fill('han')
    menu.get_by_label('hannes').check()

    expect(inbox.rows).to_have_count(2)
    expect(inbox.chips).to_have_text(['author:hannes'])
    expect(author).to_contain_text('1')
    menu.get_by_label('hannes').uncheck()
    expect(inbox.rows).to_have_count(5)
    inbox.page.keyboard.press('Escape')
    expect(menu).to_be_hidden()


def test_a_click_on_an_open_menu_s_button_closes_it(inbox: Inbox) -> None:
    label = inbox.page.locator('[data-facet=label]')
    label.click()
    expect(inbox.page.get_by_role('group', name='Label')).to_be_visible()

    label.click()

    expect(inbox.page.get_by_role('group', name='Label')).to_be_hidden()


def test_one_menu_leads_to_the_next(inbox: Inbox) -> None:
    inbox.page.locator('[data-facet=label]').click()
    expect(inbox.page.get_by_role('group', name='Label')).to_contain_text('bug')
    inbox.page.locator('[data-facet=author]').click()
    menu = inbox.page.get_by_role('group', name='Author')
    menu.get_by_label('Find').fill('han')

    expect(menu.get_by_role('listitem')).to_have_text([re.compile('hannes')])
    inbox.page.locator('[data-facet=author]').click()
    expect(menu).to_be_hidden()


def test_a_tick_beside_an_open_quote_is_a_filter(inbox: Inbox) -> None:
    inbox.search.fill('"lam')
    inbox.page.locator('[data-facet=author]').click()
    inbox.page.get_by_role('group', name='Author').get_by_role('checkbox').first.check()

    expect(inbox.chips).to_have_text(['author:ann'])
    expect(inbox.rows).to_have_count(3)


def test_sorting_writes_the_search_and_is_kept_in_the_address(inbox: Inbox) -> None:
    inbox.page.get_by_label('Sort', exact=True).select_option('Least recently updated')

    expect(inbox.rows.first).to_contain_text('Lamp 1')
    expect(inbox.chips).to_have_text(['sort:updated-asc'])
    inbox.page.reload()
    expect(inbox.page.get_by_label('Sort', exact=True)).to_have_value('updated-asc')
    expect(inbox.rows.first).to_contain_text('Lamp 1')

    inbox.page.get_by_label('Sort', exact=True).select_option('Last updated')
    expect(inbox.chips).to_have_count(0)


@pytest.mark.parametrize(
    ('group', 'headings'),
    [('Repository', ['acme/api 3', 'acme/web 2']), ('Status', ['Pending 4', 'Merged 1'])],
)
def test_a_list_is_grouped_with_counts(inbox: Inbox, group: str, headings: list[str]) -> None:
    inbox.page.get_by_label('Group', exact=True).select_option(group)

    expect(inbox.list.get_by_role('heading', level=3)).to_have_text(headings)
    expect(inbox.page).to_have_url(re.compile(f'group={group.lower()}$'))
    inbox.page.go_back()
    expect(inbox.list.get_by_role('heading', level=3)).to_have_count(0)


def test_a_channel_opened_in_a_new_tab_keeps_the_words(inbox: Inbox, visitors: Visitors) -> None:
    inbox.search.fill('window')
    expect(inbox.rows).to_have_count(1)

    expect(inbox.channel('merged')).to_have_attribute('href', re.compile('q=window'))
    address = inbox.channel('merged').get_attribute('href')

    other = visitors.admin(address or '')
    expect(other.rows).to_have_count(1)
    expect(other.search).to_have_value('window')


def test_the_number_of_matches_is_announced(inbox: Inbox) -> None:
    inbox.search.fill('lamp')

    expect(inbox.page.get_by_role('status').filter(has_text='3 pull requests')).to_have_count(1)
