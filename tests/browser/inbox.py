"""The inbox, as somebody sees it."""

from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

CHANNELS = ('all', 'pending', 'approved', 'changes_requested', 'closed', 'merged')


class Inbox:
    """An open inbox that shows what the server holds."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.search = page.get_by_label('Search', exact=True)
        self.rows = page.locator('.rf-row[data-key]')
        self.list = page.locator('.rf-list')
        self.pane = page.locator('.rf-scroll')
        """What scrolls."""
        self.chips = page.locator('.rf-op')
        self.drawer = page.locator('.rf-preview')
        self.toasts = page.locator('.rf-toast')
        self.icon = page.locator('link[rel~=icon]')
        self.badge = page.locator('.rf-head .rf-badge')
        self.foot = page.locator('.rf-foot')
        self.bar = page.locator('.rf-bar')
        expect(self.list).to_have_attribute('aria-busy', 'false')
        page.evaluate('window.hasStayed = true')

    @property
    def has_stayed(self) -> bool:
        """Whether this is still the document that was opened: nothing loaded it again."""
        return bool(self.page.evaluate('window.hasStayed === true'))

    def row(self, title: str) -> Locator:
        """Find a row by its whole title."""
        return self.rows.filter(has=self.page.get_by_title(title, exact=True))

    def tile(self, channel: str) -> Locator:
        """Find the tile of a channel."""
        return self.page.locator(f'.rf-tile[data-channel={channel}]')

    def channel(self, channel: str) -> Locator:
        """Find the link of a channel."""
        return self.page.locator(f'.rf-nav a[data-channel={channel}]')

    @property
    def numbers(self) -> dict[str, int]:
        """Channel → what its tile says now."""
        return {
            channel: int(self.tile(channel).locator('b').inner_text().replace(',', ''))
            for channel in CHANNELS
        }

    def expect_numbers(self, numbers: Mapping[str, int]) -> None:
        """Wait until tiles and channels say so."""
        for channel, number in numbers.items():
            expect(self.tile(channel).locator('b')).to_have_text(f'{number:,}')
            expect(self.channel(channel).locator('.n')).to_have_text(f'{number:,}')

    def expect_live(self) -> None:
        """Wait until the server has greeted this page: what happens from now on is news to it."""
        self.page.wait_for_function("async () => (await import('reviewflow-live')).live.ready")

    def expect_told(self, title: str, text: str = '') -> None:
        """Wait for a toast."""
        expect(self.toasts.filter(has_text=title).filter(has_text=text)).to_have_count(1)

    def forget_toasts(self) -> None:
        """Close all that are there."""
        self.page.evaluate("document.querySelectorAll('.rf-toast > button').forEach((each) => each.click())")
        expect(self.toasts).to_have_count(0)

    def expect_status(self, title: str, word: str) -> None:
        """Wait until a row says so."""
        expect(self.row(title).locator('.word')).to_have_text(word)
