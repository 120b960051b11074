"""The totals, as tiles and as counts of the channels; drawn by their script."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Literal

from components.live import LiveElement
from reviewflow.policy import ALL, CHANNELS
from reviewflow.views import ViewSpec

KEYS = {channel.key for channel in CHANNELS}


class LiveNumbers(LiveElement, component='live_numbers.js'):
    """One number per channel; a click chooses it."""

    def __init__(self, kind: Literal['tiles', 'channels'], *, on_choose: Callable[[str], object]) -> None:
        super().__init__()
        self._props['kind'] = kind
        self._props['channels'] = [asdict(channel) for channel in CHANNELS]
        if kind == 'tiles':
            self._props['channels'][0]['title'] = self._props['channels'][0]['short'] = 'Total'
        self.on('choose', lambda event: on_choose(event.args if event.args in KEYS else ALL))

    def show(self, spec: ViewSpec) -> None:
        """Mark the channel that the page watches."""
        self._props['chosen'] = None if spec.query is None else spec.query.channel
        self.update()
