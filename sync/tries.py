"""How often pages of lists were asked for that could not be taken over whole."""

from collections import Counter

from reviewflow.forge import Ask

TRIES = 20
"""So often a page is asked for again because of pulls that cannot be read."""
TRIES_FOR_LINES = 3
"""And because of lines that are not to be had: all that is behind it waits."""


class Tries:
    """Of one repository; what comes of a page says nothing of another."""

    def __init__(self) -> None:
        self._tries = Counter[tuple[bool, str | None]]()  # by list, and where in it the page begins

    def end(self, ask: Ask) -> None:
        """Note that the page was taken over whole."""
        self._tries.pop(_place(ask), None)

    def fail(self, ask: Ask, enough: int) -> bool:
        """Note that it was not; tell whether that is more often than ``enough``."""
        place = _place(ask)
        self._tries[place] += 1
        is_enough = self._tries[place] > enough
        if is_enough:
            del self._tries[place]
        return is_enough


def _place(ask: Ask) -> tuple[bool, str | None]:
    return ask.is_for_open, ask.after
