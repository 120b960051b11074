"""An element that its script draws from the state of the page's live view."""

from typing import Self

from nicegui.element import Element

from reviewflow.views import ViewSpec
from reviewflow.web.broadcaster import Watch


class LiveElement(Element, esm={'reviewflow-live': 'script'}):
    """What changes for everybody reaches it by the shared script; its props are what one person chose."""

    def bind(self, watch: Watch) -> Self:
        """Show what the page watches, now and after every change of that."""
        watch.on_show(self.show)
        return self

    def show(self, spec: ViewSpec) -> None:
        """Take over what the page watches now."""
