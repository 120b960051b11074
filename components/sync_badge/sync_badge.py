"""How the sync goes: in the header, at the foot, and as a bar while the page is offline."""

from typing import Literal

from components.live import LiveElement
from reviewflow.views import ViewSpec


class SyncBadge(LiveElement, component='sync_badge.js'):
    """Part of every page's frame: it also starts the shared script."""

    def __init__(self, place: Literal['head', 'foot', 'bar'], *, may_connect: bool = False) -> None:
        """Lead from the bar to where it is mended if this person ``may_connect``, else to what is wrong."""
        super().__init__()
        self._props['place'] = place
        self._props['may-connect'] = may_connect

    def show(self, spec: ViewSpec) -> None:
        """Name the view, so that its first snapshot is fetched before the socket is open."""
        self._props.setdefault('view', spec.id)
