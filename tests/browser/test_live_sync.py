"""What docs/live-sync.md promises, done as it stands there."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Launch
from tests.browser.inbox import Inbox
from tests.browser.server import Server
from tests.browser.visitors import OUTAGE, Visitors
from tests.integration import walk_through
from tests.integration.walk_through import DOCS, is_as_shown, prepare, steps_in

PAGE = 'live-sync.md'
SECTION = re.compile(r'^## \d\. (.*)\n((?:(?!## ).*\n)*)', re.MULTILINE)
SECTIONS = dict(SECTION.findall((DOCS / PAGE).read_text('utf-8')))
ELSEWHERE = {'In a window of its own', 'How fast, and for how many'}
"""Tested by test_desktop.py and test_benchmarks.py."""
PATIENCE_S = 20
REMEMBER_TOASTS = """
    window.toasts = [];
    new MutationObserver(() => {
        for (const toast of document.querySelectorAll('.rf-toast')) window.toasts.push(toast.textContent);
    }).observe(document, { childList: true, subtree: true });
"""
SHOWN = """() => [
    [...document.querySelectorAll('.rf-row[data-key]')].map((row) => row.dataset.key),
    [...document.querySelectorAll('.rf-tile b')].map((number) => number.innerText),
]"""


@pytest.fixture(scope='module')
def server(launch: Launch) -> Server:
    """It shows the pretend team, in a folder like an operator's."""
    server = launch()
    prepare(server.folder)
    return server


class Walk:
    """Two people with a window each, and somebody at a terminal."""

    def __init__(self, server: Server, visitors: Visitors) -> None:
        self._server = server
        self._console: list[str] = []
        self.first, self.second = self.both = self._look(visitors), self._look(visitors)

    def connect(self) -> None:
        for inbox in self.both:
            expect(inbox.badge).to_contain_text('Live')
            expect(inbox.page.locator('.rf-row.is-changed').first).to_be_visible()
        assert self._console.count('WebSocket connected - Live sync enabled') == 2

    def several_people(self) -> None:
        self._expect_the_same()
        self._type_commands('Several people')
        for inbox in self.both:
            inbox.expect_told('Stand-up in five minutes')

    def update(self) -> None:
        self.first.search.press_sequentially('is:open')
        expect(self.first.page).to_have_url(re.compile('q=is'))
        before = self.first.numbers['all']
        printed = self._type_commands('An update')
        number = printed.split()[0].partition('#')[2]
        for inbox in self.both:
            expect(inbox.rows.filter(has_text=f'#{number}')).to_be_visible()
        assert self.first.numbers['all'] > before
        self._expect_typed(self.first, 'is:open')
        assert self.first.has_stayed

    def manual_sync(self) -> None:
        self.second.page.keyboard.press('.')
        self.second.expect_told('Synced: ')
        self._type_commands('A manual sync')

    def disconnection(self) -> None:
        self.second.search.press_sequentially('is:open')
        expect(self.second.page).to_have_url(re.compile('q=is'))
        self._server.stop()
        for inbox in self.both:
            expect(inbox.bar).to_contain_text('Offline since')
            expect(inbox.tile('merged')).to_be_disabled()
            expect(inbox.rows.first).to_be_visible()
        self.second.search.press_sequentially(' a')
        self._server.start()
        for inbox in self.both:
            expect(inbox.badge).to_contain_text('Live')
            expect(inbox.bar).to_be_hidden()
        self._expect_typed(self.first, 'is:open')
        self._expect_typed(self.second, 'is:open a')

    def program(self) -> None:
        self._type_commands('For a program')

    def operator(self) -> None:
        self._type_commands('For an operator')

    def _look(self, visitors: Visitors) -> Inbox:
        page = visitors.stranger('/')
        page.add_init_script(REMEMBER_TOASTS)  # one that came while the page was still loading is gone by now
        page.on('console', lambda message: self._console.append(message.text))
        page.get_by_role('button', name='Look at the pretend team').click()
        page.wait_for_function("window.toasts?.some((each) => each.includes('Live sync enabled'))")
        return Inbox(page)

    def _type_commands(self, section: str) -> str:
        """Run what is to be typed there, and compare what it prints."""
        printed = ''
        for step in steps_in(SECTIONS[section], f'{PAGE}, {section}'):
            printed = walk_through.run(
                step,
                folder=self._server.folder,
                environ=self._server.environ,
                place=self._server.url.removeprefix('http://'),
            )
            assert is_as_shown(step.printed, printed), f'{step.place} shows\n{step.printed}\nbut\n{printed}'
        assert printed, f'nothing is to be typed in {section}'
        return printed

    def _expect_the_same(self) -> None:
        """Compare both windows at moments at which neither is ahead of the other."""
        until = time.monotonic() + PATIENCE_S
        while True:
            shown = [inbox.page.evaluate(SHOWN) for inbox in self.both]
            if shown[0] == shown[1]:
                return
            assert time.monotonic() < until, shown

    def _expect_typed(self, inbox: Inbox, words: str) -> None:
        """Look at the field as a person does: what it takes for a filter is drawn as a chip."""
        expect(inbox.search).to_be_focused()
        shown = [*inbox.chips.all_inner_texts(), inbox.search.input_value()]
        assert ' '.join(shown).split() == words.split()


def test_all_of_it_is_as_the_page_says(server: Server, visitors: Visitors) -> None:
    visitors.excuse(*OUTAGE)
    walk = Walk(server, visitors)
    sections = {
        'Connect': walk.connect,
        'Several people': walk.several_people,
        'An update': walk.update,
        'A manual sync': walk.manual_sync,
        'Disconnection': walk.disconnection,
        'For a program': walk.program,
        'For an operator': walk.operator,
    }
    assert set(SECTIONS) == {*sections, *ELSEWHERE}

    for do in sections.values():
        do()
