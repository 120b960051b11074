"""An element that its script draws from the state of the page's live view."""

from typing import Any, Self

from nicegui.element import Element

from reviewflow.views import ViewSpec
from reviewflow.web.broadcaster import Watch


class LiveElement(Element, esm={'reviewflow-live': 'script'}):
    """What changes for everybody reaches it by the shared script; its props are what one person chose."""

    def bind(self, watch: Watch) -> Self:
        """Show what the page watches, now and after every change of that."""
        watch.on_show(self.show)
        return self

    def tell(self, **props: Any) -> None:
        """Set props; the browser hears of it only when one is new."""
        if any(self._props.get(name, ...) != value for name, value in props.items()):
            self._props |= props
            self.update()

    def give(self, **given: Any) -> None:
        """Hand something to the script anew, also when it is what was given before."""
        turn = self._props.get('given', {}).get('turn', 0) + 1
        self.tell(given=given | {'turn': turn})

    def show(self, spec: ViewSpec) -> None:
        """Take over what the page watches now."""
