"""Following a list of the code host from page to page."""

from datetime import datetime

from reviewflow.errors import ForgeUnavailable
from reviewflow.forge import Page

PAGES_MAX = 1000


class Trail:
    """Where a list goes on, as far as it is wanted; it notices when it is led in circles."""

    def __init__(self, *, back_to: datetime | None = None) -> None:
        self.after: str | None = None
        """The page to ask for; see :class:`reviewflow.forge.Page`."""
        self._back_to = back_to
        self._seen = set[str]()

    def goes_on(self, page: Page) -> bool:
        """Take a step; tell whether there is more, and more is wanted.

        Raises:
            ForgeUnavailable: the list has no end.
        """
        back_to = self._back_to
        if back_to is not None and any(pull.updated_at < back_to for pull in page.pulls):
            return False
        if page.next in self._seen or len(self._seen) >= PAGES_MAX:
            raise ForgeUnavailable('a list without end')
        if page.next is None:
            return False
        self._seen.add(page.next)
        self.after = page.next
        return True
