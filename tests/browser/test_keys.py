"""The keys: each does what the list of them says, and none while somebody types."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.inbox import Inbox
from tests.browser.visitors import Visitors
from tests.github import FakeGitHub

TITLES = ('Cherry', 'Pear', 'Apple')


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    for day, title in enumerate(reversed(TITLES), start=1):
        github.open_pull('acme/api', title, updated_at=f'2024-01-0{day}T00:00:00Z')
    github.merge('acme/api', github.open_pull('acme/api', 'Plum'))
    return github


@pytest.fixture
def inbox(visitors: Visitors) -> Inbox:
    inbox = visitors.admin('/dashboard/?channel=pending')
    inbox.page.context.grant_permissions(['clipboard-read', 'clipboard-write'])
    expect(inbox.rows).to_have_count(3)
    return inbox


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def expect_cursor(inbox: Inbox, title: str) -> None:
    expect(inbox.page.locator('.rf-row.is-cursor')).to_have_count(1)
    expect(inbox.page.locator('.rf-row.is-cursor')).to_contain_text(title)
    expect(inbox.row(title).get_by_role('link')).to_be_focused()


def test_j_and_k_move_the_cursor_and_stop_at_both_ends(inbox: Inbox) -> None:
    press(inbox.page, 'j')
    expect_cursor(inbox, 'Cherry')
    press(inbox.page, 'j', 'j', 'j', 'j')
    expect_cursor(inbox, 'Apple')
    press(inbox.page, 'k', 'k', 'k', 'k')
    expect_cursor(inbox, 'Cherry')


@pytest.mark.parametrize('key', ['Enter', 'o', '\\'])
def test_a_pull_is_opened_and_closed_with(inbox: Inbox, key: str) -> None:
    press(inbox.page, 'j', 'j', key)

    expect(inbox.drawer.get_by_role('heading', level=2)).to_have_text('Pear')
    expect(inbox.page).to_have_url(re.compile(r'/dashboard/pulls/acme/api/\d+\?channel=pending$'))

    press(inbox.page, '\\' if key == '\\' else 'u')
    expect(inbox.drawer).to_be_hidden()
    expect(inbox.page).to_have_url(re.compile(r'/dashboard/\?channel=pending$'))
    expect_cursor(inbox, 'Pear')


def test_j_and_k_lead_from_one_open_pull_to_the_next(inbox: Inbox) -> None:
    press(inbox.page, 'j', 'o', 'j', 'j')

    expect(inbox.drawer.get_by_role('heading', level=2)).to_have_text('Apple')
    expect(inbox.drawer).to_contain_text('3 of 3')
    press(inbox.page, 'k')
    expect(inbox.drawer.get_by_role('heading', level=2)).to_have_text('Pear')


def test_escape_closes_then_leaves_the_cursor(inbox: Inbox) -> None:
    press(inbox.page, 'j', 'o')
    expect(inbox.drawer).to_be_visible()

    press(inbox.page, 'Escape')
    expect(inbox.drawer).to_be_hidden()
    press(inbox.page, 'Escape')

    expect(inbox.page.locator('.is-cursor')).to_have_count(0)


def test_capital_o_opens_it_on_the_code_host(inbox: Inbox) -> None:
    inbox.page.evaluate('window.open = (url) => { window.wanted = url; }')  # nothing outside is asked for

    press(inbox.page, 'j', 'O')

    inbox.page.wait_for_function("window.wanted?.endsWith('/pull/3')")


def test_x_selects_and_y_copies_numbers_and_addresses(inbox: Inbox) -> None:
    page = inbox.page
    press(page, 'j', 'y')
    expect(page.locator('.rf-toast', has_text='Copied #3')).to_be_visible()
    assert page.evaluate('navigator.clipboard.readText()') == '#3'

    press(page, 'x', 'j', 'j', 'x')
    expect(inbox.list).to_contain_text('2 selected')
    press(page, 'Y')
    expect(page.locator('.rf-toast', has_text='Copied 2 lines')).to_be_visible()
    lines = page.evaluate('navigator.clipboard.readText()').splitlines()
    assert [line.rsplit('/', 1)[1] for line in lines] == ['3', '1']

    press(page, 'x')
    expect(inbox.list).to_contain_text('1 selected')


def test_slash_goes_to_the_search_and_enter_from_there_to_the_list(inbox: Inbox) -> None:
    press(inbox.page, '/')
    expect(inbox.search).to_be_focused()

    inbox.page.keyboard.type('pear')
    expect(inbox.rows).to_have_count(1)
    press(inbox.page, 'Enter')

    expect_cursor(inbox, 'Pear')


def test_no_key_works_while_somebody_types(inbox: Inbox) -> None:
    inbox.search.focus()

    inbox.page.keyboard.type('jo?x.')

    expect(inbox.search).to_have_value('jo?x.')
    expect(inbox.drawer).to_be_hidden()
    expect(inbox.page.get_by_role('dialog')).to_have_count(0)


@pytest.mark.parametrize(
    ('keys', 'title'),
    [
        ('gi', 'All pull requests'),
        ('gp', 'Pending'),
        ('gv', 'Approved'),
        ('gr', 'Changes requested'),
        ('gc', 'Closed'),
        ('gm', 'Merged'),
        (']', 'Approved'),
        ('[', 'All pull requests'),
    ],
)
def test_a_channel_is_chosen_with(inbox: Inbox, keys: str, title: str) -> None:
    inbox.page.keyboard.type(keys)

    expect(inbox.page.get_by_role('heading', level=1)).to_have_text(title)


def test_a_key_after_an_unknown_sequence_works_alone(inbox: Inbox) -> None:
    press(inbox.page, 'g', 'q', 'j')

    expect_cursor(inbox, 'Cherry')


def test_a_dot_syncs_and_says_how_it_went(inbox: Inbox) -> None:
    press(inbox.page, '.')

    expect(inbox.page.locator('.rf-toast', has_text='Synced')).to_be_visible()


def test_the_list_of_keys_has_them_all_and_one_switch_turns_them_off(inbox: Inbox) -> None:
    page = inbox.page
    press(page, '?')
    dialog = page.get_by_role('dialog', name='Keys')
    expect(dialog).to_be_visible()
    known = page.evaluate("async () => (await import('reviewflow-live/keys.js')).KEYS.map(([keys]) => keys)")
    shown = [' '.join(row.locator('kbd').all_inner_texts()) for row in dialog.locator('dl > div').all()]
    assert known == [key for key in shown if key != 'Ctrl K']

    dialog.get_by_label('Single keys').uncheck()
    press(page, 'Escape')
    expect(dialog).to_be_hidden()
    press(page, 'j')
    expect(page.locator('.is-cursor')).to_have_count(0)

    page.reload()
    expect(inbox.rows).to_have_count(3)
    press(page, 'j', 'Control+k')
    expect(page.get_by_role('dialog', name='Search or jump to')).to_be_visible()
    expect(page.locator('.is-cursor')).to_have_count(0)


def test_keys_are_dead_behind_a_dialog(inbox: Inbox) -> None:
    press(inbox.page, '?', 'j')

    expect(inbox.page.get_by_role('dialog', name='Keys')).to_be_visible()
    expect(inbox.page.locator('.is-cursor')).to_have_count(0)


def test_every_key_is_documented(inbox: Inbox) -> None:
    guide = (Path(__file__).parents[2] / 'docs' / 'using.md').read_text('utf-8')

    known = inbox.page.evaluate(
        "async () => (await import('reviewflow-live/keys.js')).KEYS.map(([keys]) => keys)"
    )
    assert [key for key in known if f'`{key}`' not in guide] == []


def test_a_ticked_row_leaves_the_keys_alive(inbox: Inbox) -> None:
    inbox.row('Pear').get_by_role('checkbox').check()
    press(inbox.page, 'y')

    expect(inbox.page.locator('.rf-toast', has_text='Copied #2')).to_be_visible()


def test_escape_closes_the_account_menu_and_nothing_behind_it(inbox: Inbox) -> None:
    press(inbox.page, 'j', 'o')
    inbox.page.get_by_label('Account of').click()
    expect(inbox.page.get_by_role('dialog', name='Account')).to_be_visible()

    press(inbox.page, 'Escape')

    expect(inbox.page.get_by_role('dialog', name='Account')).to_be_hidden()
    expect(inbox.drawer).to_be_visible()


def test_where_a_page_may_not_copy_it_says_so(inbox: Inbox) -> None:
    inbox.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")

    press(inbox.page, 'j', 'y')

    expect(inbox.page.locator('.rf-toast', has_text='does not let this page copy')).to_be_visible()


def test_a_sequence_that_was_given_up_does_not_spoil_the_next(inbox: Inbox) -> None:
    inbox.page.clock.install()
    inbox.page.clock.pause_at(datetime.now() + timedelta(seconds=5))  # noqa: DTZ005  # as Playwright takes it
    press(inbox.page, 'g')
    inbox.page.clock.fast_forward(1000)
    press(inbox.page, 'Shift', 'g')
    inbox.page.clock.fast_forward(1000)
    press(inbox.page, 'm')

    expect(inbox.page.get_by_role('heading', level=1)).to_have_text('Merged')
