"""One pull request beside the list: all that is known of it, live while it is open."""

from collections.abc import Callable

from components.live import LiveElement
from reviewflow.text import line

NUMBER_MAX = 10**9
NAME_MAX = 201

Pull = tuple[str, int]
"""Repository and number."""


class PullDrawer(LiveElement, component='pull_drawer.js'):
    """Its script opens and closes it, and says so; only the way in by an address is the page's."""

    def __init__(self, *, on_open: Callable[[Pull | None], object]) -> None:
        super().__init__()
        self.place(None)
        self.on('open', lambda event: on_open(_pull(event.args)))

    def place(self, pull: Pull | None) -> None:
        """Open what an address names, or close."""
        self.give(pull=None if pull is None else {'repository': pull[0], 'number': pull[1]})


def _pull(value: object) -> Pull | None:
    """Read which pull the browser opened; it may send anything."""
    match value:
        case [str(repository), int(number)] if len(repository) < NAME_MAX and 0 < number < NUMBER_MAX:
            return line(repository, at_most=NAME_MAX), int(number)
        case _:
            return None
