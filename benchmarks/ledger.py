"""What pages are expected to show, and when each of them did."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from benchmarks.live import State

TOTALS, TEXT = 'totals', 'text'


class Ledger:
    """Looks at content: a message that arrived counts for nothing by itself."""

    def __init__(self) -> None:
        self.expect(0)

    def expect(
        self,
        pages: int,
        *,
        rows: Iterable[tuple[str, int, str]] = (),
        totals: Mapping[str, int] | None = None,
        text: str = '',
    ) -> None:
        """Begin anew: rows as title, number and status, no title twice; totals as a whole; some text."""
        self._rows = {title: (number, status) for title, number, status in rows}
        self._totals, self._text = totals, text.encode()
        names = [*self._rows, *([TOTALS] if totals else []), *([TEXT] if text else [])]
        self._arrivals: dict[str, dict[int, tuple[int, int]]] = {name: {} for name in names}
        self._shown: dict[State, Sequence[str]] = {}
        self._missing = len(names) * pages
        self._complete = asyncio.Event()

    def see(self, page: int, state: State, at: int) -> None:
        """Look at what a page shows now."""
        if state not in self._shown:
            self._shown[state] = [
                *self._shown_rows(state),
                *([TOTALS] if state.totals == self._totals else []),
            ]
        for name in self._shown[state]:
            self._note(name, page, state.version, at)

    def see_text(self, page: int, content: bytes, at: int) -> None:
        """Look at something unparsed."""
        if self._text and self._text in content:
            self._note(TEXT, page, 0, at)

    async def arrivals(self, timeout_s: float) -> dict[str, Any]:
        """Wait until every page has everything.

        Gives the moments at which it had each part of it, those at which it had all of it, and how many pages
        got all parts of it in one message.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._complete.wait()
        parts = list(self._arrivals.values())
        whole = [page for page in parts[0] if all(page in part for part in parts)]
        return {
            'missing': self._missing,
            'parts': {name: [at for at, _ in part.values()] for name, part in self._arrivals.items()},
            'whole': [max(part[page][0] for part in parts) for page in whole],
            'in_one_message': sum(len({part[page][1] for part in parts}) == 1 for page in whole),
        }

    def _shown_rows(self, state: State) -> list[str]:
        return [
            row['title']
            for row in state.news
            if self._rows.get(row['title']) == (row['number'], row['status'])
        ]

    def _note(self, name: str, page: int, version: int, at: int) -> None:
        if page not in self._arrivals[name]:
            self._arrivals[name][page] = at, version
            self._missing -= 1
            if self._missing == 0:
                self._complete.set()
