"""What a person sees while the server, or the way to it, is away; and that it comes back by itself."""

import re

from playwright.sync_api import expect

from tests.browser.inbox import Inbox
from tests.browser.server import Server
from tests.browser.visitors import OUTAGE, Visitors
from tests.github import FakeGitHub

DEAD = """() => {
    const { socket } = window, { emit } = socket;
    window.unsent = [];
    socket.emit = (...what) => (window.unsent.push(JSON.stringify(what)), socket);
    socket.once('disconnect', () => (socket.emit = emit));
}"""
"""Sends nothing any more, and does not know yet."""
PAUSE_MAX_MS = 1_000
"""Between two tries to reach the server."""
SINCE = re.compile(r'Offline since \d{1,2}:\d{2}')


def test_a_page_that_was_offline_catches_up_by_itself(github: FakeGitHub, visitors: Visitors) -> None:
    number = github.open_pull('acme/api', 'Merged meanwhile')
    visitors.excuse(*OUTAGE)
    inbox = visitors.admin()
    witness = visitors.admin()
    inbox.expect_status('Merged meanwhile', 'Pending')
    inbox.search.press_sequentially('meanwhile')

    inbox.page.context.set_offline(True)
    expect(inbox.bar).to_contain_text(SINCE)
    expect(inbox.badge).to_contain_text('Offline')
    expect(inbox.tile('merged')).to_be_disabled()
    expect(inbox.channel('merged')).to_have_attribute('aria-disabled', 'true')
    github.merge('acme/api', number)
    github.open_pull('acme/api', 'Opened meanwhile')
    witness.expect_status('Merged meanwhile', 'Merged')
    expect(witness.row('Opened meanwhile')).to_be_visible()
    inbox.expect_status('Merged meanwhile', 'Pending')

    inbox.page.context.set_offline(False)
    expect(inbox.row('Opened meanwhile')).to_be_visible()
    inbox.expect_status('Merged meanwhile', 'Merged')
    inbox.expect_numbers(witness.numbers)
    expect(inbox.bar).to_be_hidden()
    expect(inbox.badge).to_contain_text('Live')
    expect(inbox.search).to_have_value('meanwhile')
    expect(inbox.search).to_be_focused()
    assert inbox.has_stayed
    assert inbox.page.evaluate('window.socket.io.reconnectionDelayMax()') <= PAUSE_MAX_MS


def test_what_was_sent_to_nobody_is_sent_again(github: FakeGitHub, visitors: Visitors) -> None:
    for name in ('apple', 'pear'):
        github.open_pull('acme/api', f'An {name} in the dark')
    visitors.excuse(*OUTAGE)
    inbox = visitors.admin()
    inbox.expect_live()
    expect(inbox.row('An apple in the dark')).to_be_visible()
    expect(inbox.row('An pear in the dark')).to_be_visible()
    inbox.page.evaluate(DEAD)

    inbox.search.press_sequentially('in the dark apple')
    inbox.page.wait_for_function("window.unsent.some((each) => each.includes('in the dark apple'))")
    inbox.page.evaluate('window.socket.io.engine.close()')  # now it is noticed

    expect(inbox.rows).to_have_count(1)
    expect(inbox.page).to_have_url(re.compile('q=in[+]the[+]dark[+]apple'))
    inbox.row('An apple in the dark').click()
    expect(inbox.drawer).to_contain_text('An apple in the dark')
    assert inbox.has_stayed


def test_a_page_is_live_again_after_the_server_was_killed_and_restarted(
    github: FakeGitHub, server: Server, visitors: Visitors
) -> None:
    number = github.open_pull('acme/api', 'Survives the crash', body='A long story.\n\n' * 80)
    visitors.excuse(*OUTAGE)
    inbox = visitors.admin()
    beside = visitors.admin(f'/dashboard/pulls/acme/api/{number}')
    inbox.expect_status('Survives the crash', 'Pending')
    expect(beside.drawer).to_contain_text('A long story.')
    beside.drawer.locator('.scroll').evaluate('pane => pane.scrollTo(0, 900)')
    inbox.search.press_sequentially('survives')
    expect(inbox.page).to_have_url(re.compile('q=survives'))

    server.kill()
    expect(inbox.bar).to_contain_text(SINCE)
    github.merge('acme/api', number)
    server.start()

    inbox.expect_status('Survives the crash', 'Merged')
    expect(beside.drawer).to_contain_text('Merged')
    expect(beside.drawer.locator('.scroll')).to_have_js_property('scrollTop', 900)
    expect(inbox.bar).to_be_hidden()
    expect(inbox.search).to_have_value('survives')
    github.edit('acme/api', number, title='Live again')
    expect(inbox.rows).to_have_count(0)
    inbox.search.fill('again')
    inbox.expect_status('Live again', 'Merged')


def test_place_and_unsent_words_are_kept_when_the_server_was_restarted(
    github: FakeGitHub, server: Server, visitors: Visitors
) -> None:
    visitors.excuse(*OUTAGE)
    reader, writer = visitors.admin(), visitors.admin()
    after = {'all': reader.numbers['all'] + 41}
    for number in range(40):
        github.open_pull('acme/api', f'One of many {number}')
    github.open_pull('acme/api', 'None of the others')
    for inbox in (reader, writer):
        inbox.expect_numbers(after)
        expect(inbox.row('None of the others')).to_be_visible()
    reader.pane.evaluate('pane => pane.scrollTo(0, 700)')

    server.kill()
    expect(writer.bar).to_contain_text(SINCE)
    writer.search.press_sequentially('of the others')
    server.start()

    expect(writer.rows).to_have_count(1)
    expect(writer.search).to_have_value('of the others')
    expect(writer.search).to_be_focused()
    expect(reader.bar).to_be_hidden()
    expect(reader.list).to_have_attribute('aria-busy', 'false')
    assert not reader.has_stayed
    expect(reader.pane).to_have_js_property('scrollTop', 700)


def test_a_page_that_never_gets_a_connection_says_so(visitors: Visitors) -> None:
    visitors.excuse(*OUTAGE)
    page = visitors.stranger('/livez')
    visitors.sign_in(page)
    page.route_web_socket(re.compile('socket.io'), lambda socket: socket.close())

    page.goto('/dashboard/')

    inbox = Inbox(page)
    expect(inbox.badge).to_contain_text('Offline')
    expect(inbox.bar).to_contain_text(SINCE)
    expect(inbox.tile('merged')).to_be_disabled()
    expect(page.get_by_role('button', name='Repository')).to_be_disabled()
