"""A live page knows its manners: it changes by itself, and never under the hands of whoever uses it."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.inbox import Inbox
from tests.browser.visitors import PHONE, Visitors
from tests.github import FakeGitHub

CHANGES = 20


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    for number in range(1, 61):
        github.open_pull('acme/api', f'Pull {number}', updated_at=f'2020-01-01T00:{number - 1:02}:00Z')
    return github


TOUCH = """row => {
    const touch = () => row.dispatchEvent(new Event('touchstart', {bubbles: true}));
    touch();
    return setInterval(touch, 500);
}"""
"""A finger that moves on a row, until its timer is cleared."""


def change_much(github: FakeGitHub) -> None:
    """Twenty changes: new pulls, merges, edits of what stands in the middle and of what stands last."""
    for each in range(CHANGES // 4):
        github.open_pull('acme/api', f'New {each}')
        github.edit('acme/api', 30 + each, title=f'Edited {each}')
        github.review('acme/api', 40 + each, by='cho', state='APPROVED', association='MEMBER')
        github.merge('acme/api', 50 + each)


def test_twenty_changes_disturb_nobody_and_miss_nobody(github: FakeGitHub, visitors: Visitors) -> None:
    writer, walker, asked, scrolled = (visitors.admin() for _ in range(4))
    writer.search.press_sequentially('author:ann pul')
    for _ in range(3):
        walker.page.keyboard.press('j')
    cursor = walker.page.locator('.is-cursor')
    expect(cursor).to_have_count(1)
    key, place = cursor.get_attribute('data-key'), cursor.bounding_box()
    asked.page.keyboard.press('?')
    scrolled.pane.evaluate('pane => pane.scrollTo(0, 900)')
    read = scrolled.row('Pull 47').bounding_box()
    before = walker.numbers

    change_much(github)
    made = {'all': CHANGES // 4, 'merged': CHANGES // 4}
    after = before | {name: before[name] + more for name, more in made.items()}
    for inbox in (writer, walker, scrolled):
        for channel, number in after.items():
            if channel in made:
                expect(inbox.tile(channel).locator('b')).to_have_text(str(number))
    expect(walker.page.get_by_role('button', name=re.compile(r'5 new · show'))).to_be_visible()
    writer.page.keyboard.type('l')

    expect(writer.search).to_have_value('pull')
    expect(writer.search).to_be_focused()
    expect(writer.page.locator('.rf-op')).to_have_text('author:ann')
    assert (cursor.get_attribute('data-key'), cursor.bounding_box()) == (key, place)
    expect(cursor.get_by_role('link')).to_be_focused()
    expect(asked.page.get_by_role('dialog', name='Keys')).to_be_visible()
    assert scrolled.row('Pull 47').bounding_box() == read

    walker.page.keyboard.press('Escape')
    expect(walker.page.locator('.rf-new')).to_be_hidden()
    assert shown(walker) == shown(visitors.admin())
    assert all(inbox.has_stayed for inbox in (writer, walker, asked, scrolled))


def shown(inbox: Inbox) -> list[str]:
    """What stands in the list, the first row first."""
    return [' '.join(row.split()) for row in inbox.rows.locator('.title').all_inner_texts()]


def test_new_pulls_and_changes_of_status_are_announced(github: FakeGitHub, visitors: Visitors) -> None:
    number = github.open_pull('acme/api', 'Announce me later')
    inbox = visitors.admin()
    inbox.expect_live()
    expect(inbox.row('Announce me later')).to_be_visible()
    inbox.channel('closed').click()

    github.edit('acme/api', number, title='Announce me now')
    github.merge('acme/api', number)
    inbox.expect_told('New update available', f'api #{number} · Announce me now · Merged')

    new = github.open_pull('acme/api', 'Fresh from the press')
    inbox.expect_told('New update available', f'api #{new} · Fresh from the press')
    inbox.toasts.filter(has_text='Fresh from the press').get_by_role('button', name='Open').click()
    expect(inbox.drawer.get_by_role('heading', level=2)).to_have_text('Fresh from the press')


def test_a_mere_edit_or_a_click_of_ones_own_is_not_announced(github: FakeGitHub, visitors: Visitors) -> None:
    number = github.open_pull('acme/api', 'Only words')
    inbox = visitors.admin()
    expect(inbox.row('Only words')).to_be_visible()
    inbox.forget_toasts()

    inbox.channel('pending').click()
    github.edit('acme/api', number, title='Other words')
    expect(inbox.row('Other words')).to_be_visible()

    expect(inbox.toasts).to_have_count(0)


def test_many_changes_are_announced_as_one(github: FakeGitHub, visitors: Visitors) -> None:
    inbox = visitors.admin()
    inbox.expect_live()
    before = inbox.numbers['all']
    with github.at_once:
        for each in range(6):
            github.open_pull('acme/api', f'One of many {each}')
    expect(inbox.tile('all').locator('b')).to_have_text(str(before + 6))

    inbox.expect_told('6 updates')
    expect(inbox.toasts.filter(has_text='New update available')).to_have_count(0)


def test_a_toast_stays_under_the_pointer_and_can_be_closed(github: FakeGitHub, visitors: Visitors) -> None:
    inbox = visitors.admin()
    inbox.expect_live()
    inbox.page.clock.install()
    inbox.page.clock.pause_at(datetime.now() + timedelta(seconds=5))  # noqa: DTZ005  # as Playwright takes it
    inbox.forget_toasts()
    number = github.open_pull('acme/api', 'Hold on')
    inbox.expect_told('New update available', f'api #{number} · Hold on')
    toast = inbox.toasts.filter(has_text='Hold on')

    toast.hover()
    inbox.page.clock.fast_forward(60_000)
    expect(toast).to_be_visible()
    toast.get_by_role('button', name='Close').click()

    expect(toast).to_be_hidden()


def test_tab_and_icon_count_what_is_shown(github: FakeGitHub, visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/?q=wolpertinger')
    expect(inbox.page).to_have_title('All pull requests · ReviewFlow')
    plain = inbox.icon.get_attribute('href') or ''

    github.open_pull('acme/api', 'The wolpertinger')
    expect(inbox.page).to_have_title('(1) All pull requests · ReviewFlow')
    expect(inbox.icon).to_have_attribute('href', re.compile('^data:image/png'))
    expect(inbox.icon).not_to_have_attribute('href', plain)


def test_the_browser_is_told_that_sync_is_live(visitors: Visitors) -> None:
    page = visitors.stranger('/dashboard/login')
    with page.expect_console_message(lambda message: message.type == 'info') as heard:
        visitors.sign_in(page)
        page.goto('/dashboard/')
    assert heard.value.text == 'WebSocket connected - Live sync enabled'


def test_a_change_fades_and_leaves_a_mark_until_it_is_seen(github: FakeGitHub, visitors: Visitors) -> None:
    number = github.open_pull('acme/api', 'Fades')
    inbox = visitors.admin()
    row = inbox.row('Fades')
    expect(row).to_be_visible()

    github.edit('acme/api', number, title='Fades now')
    row = inbox.row('Fades now')
    expect(row).to_have_class(re.compile('is-changed'))
    assert row.evaluate('row => getComputedStyle(row).animationDuration') == '1.2s'
    row.hover()

    expect(row).not_to_have_class(re.compile('is-changed'))


def test_on_the_phone_one_toast_is_enough(github: FakeGitHub, visitors: Visitors) -> None:
    inbox = visitors.admin(viewport=PHONE, has_touch=True, is_mobile=True)
    inbox.expect_live()
    number = github.open_pull('acme/api', 'Small')

    inbox.expect_told('New update available', f'api #{number} · Small')

    expect(inbox.toasts.filter(visible=True)).to_have_count(1)


def test_what_the_pointer_opened_and_closed_does_not_hold_the_list(
    github: FakeGitHub, visitors: Visitors
) -> None:
    github.open_pull('acme/api', 'Looked at')
    inbox = visitors.admin()
    inbox.row('Looked at').click()
    inbox.drawer.get_by_role('button', name='Close').click()
    inbox.page.mouse.move(700, 20)

    github.open_pull('acme/api', 'After the look')

    expect(inbox.rows.first).to_contain_text('After the look')


def test_a_list_rests_under_a_finger(github: FakeGitHub, visitors: Visitors) -> None:
    github.open_pull('acme/api', 'About to be touched')
    inbox = visitors.admin(viewport=PHONE, has_touch=True, is_mobile=True)
    expect(inbox.rows.first).to_contain_text('About to be touched')
    touching = inbox.rows.first.evaluate(TOUCH)

    github.open_pull('acme/api', 'Would push it away')

    expect(inbox.page.get_by_role('button', name='1 new · show')).to_be_visible()
    expect(inbox.rows.first).to_contain_text('About to be touched')
    inbox.page.evaluate(f'clearInterval({touching})')
    expect(inbox.rows.first).to_contain_text('Would push it away')  # once the finger rests


def test_the_open_pull_is_not_announced_and_its_title_is_in_the_tab(
    github: FakeGitHub, visitors: Visitors
) -> None:
    number = github.open_pull('acme/api', 'In front of me')
    inbox = visitors.admin(f'/dashboard/pulls/acme/api/{number}')
    expect(inbox.page).to_have_title(re.compile(rf'\(\d+\) #{number} In front of me · api · ReviewFlow'))
    inbox.forget_toasts()

    github.merge('acme/api', number)
    expect(inbox.drawer.locator('.rf-pill')).to_have_text('Merged')

    expect(inbox.toasts).to_have_count(0)


def test_back_leads_to_the_place_in_the_list(visitors: Visitors) -> None:
    inbox = visitors.admin()
    inbox.pane.evaluate('pane => pane.scrollTo(0, 700)')
    inbox.page.wait_for_function('history.state?.top === 700')
    inbox.page.keyboard.type('gm')
    expect(inbox.page.get_by_role('heading', level=1)).to_have_text('Merged')
    inbox.page.wait_for_function("document.querySelector('.rf-scroll').scrollTop === 0")

    inbox.page.go_back()

    inbox.page.wait_for_function("document.querySelector('.rf-scroll').scrollTop === 700")


def test_the_space_bar_reads_on_in_the_open_pull(github: FakeGitHub, visitors: Visitors) -> None:
    number = github.open_pull('acme/api', 'Long', body='\n\n'.join(f'Paragraph {n}' for n in range(90)))
    inbox = visitors.admin(f'/dashboard/pulls/acme/api/{number}')
    expect(inbox.drawer).to_contain_text('Paragraph 80')
    inbox.page.keyboard.press('j')

    inbox.page.keyboard.press('k')
    expect(inbox.drawer).to_contain_text('Paragraph 80')
    inbox.page.keyboard.press('Space')

    inbox.page.wait_for_function("document.querySelector('.rf-preview .scroll').scrollTop > 300")
    assert inbox.pane.evaluate('pane => pane.scrollTop') == 0
