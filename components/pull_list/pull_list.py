"""The list of pull requests, drawn by its script from what its page watches."""

from collections.abc import Callable

from nicegui.events import GenericEventArguments

from components.live import LiveElement
from reviewflow.views import PAGE_SIZE, ViewSpec

PAGE_MAX = 10_000
ADDRESS_MAX = 2048


class PullList(LiveElement, component='pull_list.js', esm={'reviewflow-list': 'script'}):
    """Fifty rows a page; it says where the person wants to go, and the page decides."""

    def __init__(
        self,
        *,
        on_page: Callable[[int], object],
        on_clear: Callable[[], object],
        on_travel: Callable[[str], object],
        is_configured: bool = True,
    ) -> None:
        super().__init__()
        self._props['size'] = PAGE_SIZE
        self._props['configured'] = is_configured
        self.on('page', lambda event: on_page(_page(event)))
        self.on('clear', lambda _: on_clear())
        self.on('travel', lambda event: on_travel(_address(event)))

    def show(self, spec: ViewSpec) -> None:
        """Say which page of how many it is."""
        self.tell(page=spec.page, filtered=spec.is_filtered)
        if spec.query is not None:
            self.tell(channel=spec.query.channel, group=spec.query.group, searched=bool(spec.query.text))


def _page(event: GenericEventArguments) -> int:
    """Read the number of a page from the browser, which may send anything."""
    return max(1, min(event.args, PAGE_MAX)) if isinstance(event.args, int) else 1


def _address(event: GenericEventArguments) -> str:
    """Read where the browser went, which may be anything."""
    return event.args[:ADDRESS_MAX] if isinstance(event.args, str) else ''
