"""Sends what changed to everybody who watches it, and tells a page that came back which version there is."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress

from nicegui import Client

from reviewflow.views import LiveView, Patch, Views, ViewSpec
from reviewflow.web.framework import rooms

log = logging.getLogger(__name__)

PAUSE_S = 0.05
"""Rest after a round: whatever changes meanwhile travels together, so a burst becomes one message."""
RETRY_S = 1.0
"""How often those who could not take a frame are told that they are behind."""


class Broadcaster:
    """One round after another, as long as something changes."""

    def __init__(self, views: Views) -> None:
        self.sent_at = time.monotonic()
        """When something was last sent."""
        self.frames = 0
        """Frames that were handed to sockets so far."""
        self.bytes = 0
        self.late = 0
        """Frames that a socket could not take."""
        self.pushed: Callable[[float], object] = lambda _: None
        """Called after a round with the seconds from the first change to the last socket."""
        self._views = views
        self._changed_at = self.sent_at
        self._changed = asyncio.Event()
        self._behind: dict[str, set[str]] = defaultdict(set)  # room → sockets that missed a patch
        views.changed = self._note

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S if self.is_somebody_behind else None):
                    await self._changed.wait()
            self._changed.clear()
            changed_at, sent_at = self._changed_at, self.sent_at
            for view in self._views:
                try:
                    await self._tell(view)
                except Exception:  # one broken view must not silence the others
                    log.exception('could not send a view')
                await asyncio.sleep(0)  # let clicks and pings through
            if self.sent_at != sent_at:
                self.pushed(self.sent_at - changed_at)
            for room in [room for room in self._behind if self._views[room] is None]:
                del self._behind[room]
            await asyncio.sleep(PAUSE_S)

    @property
    def is_somebody_behind(self) -> bool:
        """Whether a socket has to be told again that there is something to fetch."""
        return bool(self._behind)

    async def _tell(self, view: LiveView) -> None:
        room = view.spec.id
        behind = self._behind.pop(room, set())
        if (patch := view.patch()) is not None:
            behind |= await self._send(patch, rooms.members(room))
            self.sent_at = time.monotonic()
        elif behind:
            behind = await self._send(hello(view), behind & rooms.members(room))
        if behind:
            self._behind[room] = behind

    async def _send(self, patch: Patch, sids: set[str]) -> set[str]:
        delivery = await rooms.broadcast(patch, sids)
        self.frames += delivery.frames
        self.bytes += delivery.frames * delivery.size
        self.late += len(delivery.late)
        return delivery.late

    def _note(self) -> None:
        if not self._changed.is_set():
            self._changed_at = time.monotonic()
            self._changed.set()


class Watch:
    """What one page watches from its first handshake on: a list, and maybe one pull beside it."""

    def __init__(
        self, client: Client, views: Views, spec: ViewSpec, pull: tuple[str, int] | None = None
    ) -> None:
        self.client = client
        self.view = views.watch(spec)
        self._views = views
        self._beside = self._watched(pull)
        self._is_over = False
        self._shown: list[Callable[[ViewSpec], None]] = []
        client.on_connect(self._connected)
        client.on_delete(self._deleted)

    def on_show(self, shown: Callable[[ViewSpec], None]) -> None:
        """Call ``shown`` with the list that is watched, now and after every change of that."""
        self._shown.append(shown)
        shown(self.view.spec)

    async def show(self, spec: ViewSpec) -> None:
        """Watch another list, unless the page is gone."""
        if spec == self.view.spec or self._is_over:
            return
        previous, self.view = self.view, self._views.watch(spec)
        self._views.leave(previous)
        for shown in self._shown:
            shown(spec)
        await self._join(self.view, leave=previous)

    async def open(self, pull: tuple[str, int] | None) -> None:
        """Watch another pull beside the list, or none."""
        if self._is_over:
            return
        previous, self._beside = self._beside, self._watched(pull)
        if previous is not None:
            self._views.leave(previous)
        await self._join(self._beside, leave=previous)

    def _watched(self, pull: tuple[str, int] | None) -> LiveView | None:
        return None if pull is None else self._views.watch(ViewSpec(query=None, pull=pull))

    async def _connected(self) -> None:
        """Join at the first handshake and at every reconnect: a new socket is in no room."""
        await self._join(self.view)
        await self._join(self._beside)

    def _deleted(self) -> None:
        self._is_over = True
        for view in filter(None, (self.view, self._beside)):
            self._views.leave(view)

    async def _join(self, view: LiveView | None, leave: LiveView | None = None) -> None:
        rooms_of = [None if each is None else each.spec.id for each in (leave, view)]
        await rooms.move(self.client, leave=rooms_of[0], enter=rooms_of[1])
        if view is not None and view in {self.view, self._beside}:  # else it changed while we were moving
            await rooms.say(self.client, hello(view))


def hello(view: LiveView) -> Patch:
    """Say which version there is, and what time it is here: ages are counted in the browser."""
    slot = 'list' if view.spec.pull is None else 'pull'
    return view.hello() | {'hello': True, 'slot': slot, 'now': time.time()}
