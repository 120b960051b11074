"""How the first read of what was connected goes, in live numbers."""

from collections.abc import Callable

from components.live import LiveElement


class FirstRead(LiveElement, component='first_read.js'):
    """Counts what is found."""

    def __init__(self, what: str, *, on_read: Callable[[], object]) -> None:
        """Call ``on_read`` when the browser says that all is read, which may be said of what was before."""
        super().__init__()
        self._props['what'] = what
        self.on('read', on_read, args=[])
