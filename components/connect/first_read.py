"""How the first read of what was connected goes, in live numbers."""

from components.live import LiveElement


class FirstRead(LiveElement, component='first_read.js'):
    """Counts what is found."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._props['what'] = what
