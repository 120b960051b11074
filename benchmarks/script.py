"""Which pull changes next, and what pages show then."""

from collections.abc import Iterable
from typing import Any

from reviewflow.models import Status

Change = dict[str, Any]


class Script:
    """Changes the last row of the first page each time, which so becomes its first."""

    def __init__(
        self, pulls: Iterable[tuple[int, Status]], totals: dict[str, int], *, page: int = 50
    ) -> None:
        self.totals = totals
        self._statuses = {number: Status(status) for number, status in pulls}
        self._order = list(self._statuses)
        self._page = page
        self._count = 0

    def title(self) -> Change:
        """Give a pull another title."""
        return self._change(self._page - 1)

    def merge(self) -> Change:
        """Merge a pull."""
        return self._change(self._page - 1, is_merged=True)

    def burst(self, count: int) -> list[Change]:
        """Merge many open pulls, wherever they are."""
        places = [place for place, number in enumerate(self._order) if self._is_open(number)][:count]
        return [self._change(place, is_merged=True) for place in places]

    def row(self, change: Change) -> tuple[str, int, Status]:
        """Say what of a change a list shows."""
        return change['title'], change['number'], self._statuses[change['number']]

    def expectation(self, changes: Iterable[Change], *, with_totals: bool) -> dict[str, Any]:
        """Say what of these changes the first page shows in the end."""
        visible = set(self._order[: self._page])
        rows = [self.row(change) for change in changes if change['number'] in visible]
        return {'rows': rows, 'totals': self.totals if with_totals else None}

    def _is_open(self, number: int) -> bool:
        return self._statuses[number] not in {Status.MERGED, Status.CLOSED}

    def _change(self, place: int, *, is_merged: bool = False) -> Change:
        number = self._order.pop(place)
        self._order.insert(0, number)
        self._count += 1
        if is_merged:
            self.totals[self._statuses[number]] -= 1
            self.totals[Status.MERGED] += 1
            self._statuses[number] = Status.MERGED
        return {
            'number': number,
            'title': f'Change {self._count} of this run: retry when the connection is lost',
            'is_merged': is_merged,
        }
