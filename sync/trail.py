"""Following a list of the code host from page to page."""

from datetime import UTC, datetime
from typing import Self

from reviewflow.errors import ForgeUnavailable
from reviewflow.forge import Page
from reviewflow.models import Unread

PAGES_MAX = 1000
FOR_EVER = datetime.min.replace(tzinfo=UTC)


class Trail:
    """Where a list goes on, as far as it is wanted; it notices when it is led in circles."""

    def __init__(self, *, back_to: datetime | None = None) -> None:
        self.after: str | None = None
        """The page to ask for; see :class:`reviewflow.forge.Page`."""
        self._back_to = back_to
        self._seen = set[str]()
        self._reached: datetime | None = None
        self._total: int | None = None

    @classmethod
    def of(cls, unread: Unread) -> Self:
        """Go on where that was left."""
        trail = cls(back_to=unread.back_to)
        trail.after = unread.after or None
        trail._reached, trail._total = unread.reached, unread.total
        return trail

    @property
    def unread(self) -> Unread:
        """What is still to be read."""
        return Unread(
            after=self.after or '',
            back_to=self._back_to or FOR_EVER,
            reached=self._reached,
            total=self._total,
        )

    def goes_on(self, page: Page) -> bool:
        """Take a step; tell whether there is more, and more is wanted.

        Raises:
            ForgeUnavailable: the list has no end.
        """
        back_to = self._back_to
        if back_to is not None and any(listed.updated_at < back_to for listed in page.listed):
            return False
        if page.next in self._seen or len(self._seen) >= PAGES_MAX:
            raise ForgeUnavailable('a list without end')
        if page.next is None:
            return False
        self._reached = min((listed.updated_at for listed in page.listed), default=self._reached)
        self._total = page.total or self._total
        self._seen.add(page.next)
        self.after = page.next
        return True
