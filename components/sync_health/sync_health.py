"""How everything is read, to the last repository; its script asks for it as long as somebody looks."""

from collections.abc import Awaitable, Callable

from components.live import LiveElement

Said = tuple[str, str]
"""A sentence, and the CSS class of its colour."""


class SyncHealth(LiveElement, component='sync_health.js', esm={'reviewflow-sync-health': 'script'}):
    """The whole page; ``may_reconcile`` and ``may_connect``: what this person is offered."""

    def __init__(
        self, *, may_reconcile: bool, may_connect: bool, on_reconcile: Callable[[], Awaitable[Said]]
    ) -> None:
        super().__init__()
        self._props['may-reconcile'] = may_reconcile
        self._props['may-connect'] = may_connect
        self._reconcile = on_reconcile
        self.on('reconcile', self._answer)

    async def _answer(self) -> None:
        """Compare everything, and say to this person how it went."""
        said = await self._reconcile()
        if not self.is_deleted:
            self.run_method('say', *said)
