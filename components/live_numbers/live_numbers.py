"""The totals, as tiles and as counts of the channels; drawn by their script."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Literal

from components.live import LiveElement
from reviewflow.policy import ALL, CHANNELS
from reviewflow.views import ViewSpec

KEYS = [channel.key for channel in CHANNELS]  # no set: browsers send anything, also what has no hash
RAIL = [asdict(channel) for channel in CHANNELS]  # made once: every page shows the same
TILES = [RAIL[0] | {'title': 'Total', 'short': 'Total'}, *RAIL[1:]]


class LiveNumbers(LiveElement, component='live_numbers.js'):
    """One number per channel; a click chooses it."""

    def __init__(self, kind: Literal['tiles', 'channels'], *, on_choose: Callable[[str], object]) -> None:
        super().__init__()
        self._props['kind'] = kind
        self._props['channels'] = TILES if kind == 'tiles' else RAIL
        self.on('choose', lambda event: on_choose(event.args if event.args in KEYS else ALL))

    def show(self, spec: ViewSpec) -> None:
        """Mark the channel that the page watches."""
        self.tell(chosen=None if spec.query is None else spec.query.channel)
        if self._props['kind'] == 'channels':  # their links keep the words
            self.tell(words='' if spec.query is None else spec.query.text)
