"""One pull request beside the list: all that is known of it, live while it is open."""

from collections.abc import Callable

from components.live import LiveElement

KEY_MAX = 2**53


class PullDrawer(LiveElement, component='pull_drawer.js'):
    """Its script opens and closes it, and says so; only the way in by an address is the page's."""

    def __init__(self, *, on_open: Callable[[int | None], object]) -> None:
        super().__init__()
        self.on('open', lambda event: on_open(_key(event.args)))

    def place(self, key: int | None, repository: str = '', number: int = 0) -> None:
        """Open the pull at an address, or close; without ``key`` but with a number there is no such pull."""
        self._props['given'] = {'key': key, 'repository': repository, 'number': number} if number else {}
        self.update()


def _key(value: object) -> int | None:
    """Read the key of a pull from the browser, which may send anything."""
    return value if type(value) is int and 0 < value < KEY_MAX else None
