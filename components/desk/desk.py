"""What floats over every page: toasts, the palette, the keys; its script also listens to the keyboard."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict

from components.live import LiveElement
from reviewflow.policy import CHANNELS

Said = tuple[str, str]
"""A sentence, and the CSS class of its colour."""
CHANNEL_LIST = [asdict(channel) for channel in CHANNELS]


class Desk(LiveElement, component='desk.js', esm={'reviewflow-desk': 'script'}):
    """One a page, in its frame."""

    def __init__(self, *, on_sync: Callable[[], Awaitable[Said]]) -> None:
        super().__init__()
        self._props['channels'] = CHANNEL_LIST
        self._sync = on_sync
        self.on('sync', self._answer)

    async def _answer(self) -> None:
        """Sync, and say to this person alone how it went."""
        self.run_method('say', *await self._sync())
