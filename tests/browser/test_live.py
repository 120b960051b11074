"""What happens on GitHub shows on every open page by itself, and disturbs nobody."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitors import OUTAGE, Visitors
from tests.github import FakeGitHub


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    for number in range(40):
        github.open_pull('acme/api', f'Pull {number}', updated_at=f'2020-01-01T00:{number:02}:00Z')
    return github


def test_a_merge_moves_row_tile_and_count_in_two_browsers_while_one_types_and_one_has_scrolled(
    github: FakeGitHub, visitors: Visitors
) -> None:
    number = github.open_pull('acme/api', 'Pay in euro')
    writer, reader = visitors.admin(), visitors.admin()
    for inbox in (writer, reader):
        inbox.expect_status('Pay in euro', 'Pending')
    before = reader.numbers
    writer.search.press_sequentially('Pa eu')
    writer.search.press('Home')
    for _ in range(2):
        writer.search.press('ArrowRight')
    reader.pane.evaluate('pane => pane.scrollTo(0, 300)')

    github.merge('acme/api', number)
    for inbox in (writer, reader):
        inbox.expect_status('Pay in euro', 'Merged')
        inbox.expect_numbers(before | {'pending': before['pending'] - 1, 'merged': before['merged'] + 1})
    writer.page.keyboard.type('y')

    expect(writer.search).to_be_focused()
    expect(writer.search).to_have_value('Pay eu')
    assert writer.search.evaluate('field => field.selectionStart') == 3
    assert reader.pane.evaluate('pane => pane.scrollTop') == 300
    assert writer.has_stayed
    assert reader.has_stayed


def test_a_row_changes_in_place(github: FakeGitHub, visitors: Visitors) -> None:
    number = github.open_pull('acme/api', 'Before the edit')
    inbox = visitors.admin()
    row = inbox.row('Before the edit')
    row.evaluate('row => row.dataset.probe = "kept"')

    github.edit('acme/api', number, title='After the edit')
    expect(inbox.row('After the edit')).to_have_attribute('data-probe', 'kept')
    github.close('acme/api', number)
    inbox.expect_status('After the edit', 'Closed')

    expect(inbox.row('After the edit')).to_have_attribute('data-probe', 'kept')
    assert inbox.has_stayed


def test_what_is_read_stays_in_place_when_rows_move_above_it(github: FakeGitHub, visitors: Visitors) -> None:
    inbox = visitors.admin()
    inbox.pane.evaluate('pane => pane.scrollTo(0, 800)')
    looked_at = inbox.row('Pull 25')
    before = looked_at.bounding_box()

    github.edit('acme/api', 1, title='From the end to the top')
    expect(inbox.rows.first).to_contain_text('From the end to the top')
    github.open_pull('acme/api', 'From nowhere to the top')
    expect(inbox.rows.first).to_contain_text('From nowhere to the top')

    assert looked_at.bounding_box() == before


def test_nothing_moves_under_the_pointer(github: FakeGitHub, visitors: Visitors) -> None:
    github.open_pull('acme/api', 'Being read')
    inbox = visitors.admin()
    expect(inbox.rows.first).to_contain_text('Being read')
    inbox.row('Being read').hover()
    before = inbox.numbers

    github.open_pull('acme/api', 'Has to wait')
    held = inbox.page.get_by_role('button', name='1 new · show')
    expect(held).to_be_visible()

    expect(inbox.rows.first).to_contain_text('Being read')
    inbox.expect_numbers(before | {'all': before['all'] + 1, 'pending': before['pending'] + 1})
    held.click()
    expect(inbox.rows.first).to_contain_text('Has to wait')


def test_a_pointer_that_rested_on_the_skeleton_does_not_hold_back_any_rows(
    github: FakeGitHub, visitors: Visitors
) -> None:
    github.open_pull('acme/api', 'Among the first')
    page = visitors.admin().page

    def rest_the_pointer(route: Route) -> None:
        """Older engines, such as that of the desktop window, do not tell that it left what was taken away."""
        page.locator('.rf-list[aria-busy=true]').dispatch_event('pointerenter', {'pointerType': 'mouse'})
        route.continue_()

    page.route('**/dashboard/api/live/*', rest_the_pointer)
    page.reload()

    expect(page.locator('.rf-row[data-key]').first).to_contain_text('Among the first')
    github.open_pull('acme/api', 'After the pointer left')
    expect(page.locator('.rf-row[data-key]').first).to_contain_text('After the pointer left')


def test_a_row_that_would_move_under_the_pointer_is_told_of(github: FakeGitHub, visitors: Visitors) -> None:
    github.open_pull('acme/api', 'On top for now')
    inbox = visitors.admin()
    expect(inbox.rows.first).to_contain_text('On top for now')
    inbox.row('On top for now').hover()

    github.edit('acme/api', 20, title='Moves up when it may')
    held = inbox.page.get_by_role('button', name='1 moved up · show')
    expect(held).to_be_visible()

    expect(inbox.rows.first).to_contain_text('On top for now')
    held.click()
    expect(inbox.rows.first).to_contain_text('Moves up when it may')
    expect(held).to_be_hidden()


def test_nothing_moves_under_the_focus(github: FakeGitHub, visitors: Visitors) -> None:
    github.open_pull('acme/api', 'Focused')
    inbox = visitors.admin()
    expect(inbox.rows.first).to_contain_text('Focused')
    inbox.row('Focused').get_by_role('link').focus()

    github.open_pull('acme/api', 'Waits for the focus')
    held = inbox.page.get_by_role('button', name='1 new · show')
    expect(held).to_be_visible()
    expect(inbox.rows.first).to_contain_text('Focused')

    inbox.search.focus()
    expect(inbox.rows.first).to_contain_text('Waits for the focus')
    expect(held).to_be_hidden()


def test_a_page_whose_socket_was_quicker_than_its_snapshot_fetches_it_once(visitors: Visitors) -> None:
    inbox = visitors.admin()
    fetched: list[str] = []

    def wait_for_the_socket(route: Route) -> None:
        fetched.append(route.request.url)
        inbox.page.wait_for_function('window.did_handshake')
        inbox.page.wait_for_timeout(300)  # what may go wrong here comes in this time
        route.continue_()

    inbox.page.route('**/dashboard/api/live/*', wait_for_the_socket)
    inbox.page.reload()
    expect(inbox.list).to_have_attribute('aria-busy', 'false')

    assert len(fetched) == 1


def test_a_browser_that_says_it_is_offline_while_the_server_is_there_is_live_again_at_once(
    github: FakeGitHub, visitors: Visitors
) -> None:
    inbox = visitors.admin()
    visitors.excuse(*OUTAGE)

    inbox.page.evaluate("window.dispatchEvent(new Event('offline'))")

    expect(inbox.badge).to_contain_text('Live')
    github.open_pull('acme/api', 'After it said so')
    expect(inbox.row('After it said so')).to_be_visible()
    expect(inbox.bar).to_be_hidden()
    assert inbox.has_stayed
