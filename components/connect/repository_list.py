"""Repositories to tick, by owner; drawn by its script, since hundreds of elements would cost memory."""

from collections.abc import Callable

from nicegui.element import Element

from components.connect.choice import Choice
from reviewflow.connector import NAME_MAX


class RepositoryList(Element, component='repository_list.js'):
    """Shows what a :class:`Choice` says is to be seen."""

    def __init__(self, choice: Choice, *, empty: str, on_tick: Callable[[], object]) -> None:
        super().__init__()
        self._choice = choice
        self._on_tick = on_tick
        self._props['empty'] = empty
        self.on('tick', lambda event: self._tick(event.args))
        self.on('more', self._more)
        self.refresh()

    def refresh(self, *, is_loading: bool = False) -> None:
        """Draw it anew."""
        self._props['groups'], self._props['more'] = self._choice.groups()
        self._props['loading'] = is_loading
        self.update()

    def say(self, empty: str) -> None:
        """Say why there is nothing."""
        self._props['empty'] = empty
        self.update()

    def _tick(self, args: object) -> None:
        """Take what the browser sent, which may be anything; a wrong name is refused when it is used."""
        match args:
            case [str(name), bool(ticked)] if len(name) <= NAME_MAX:
                self._choice.tick(name, ticked=ticked)
                self.refresh()
                self._on_tick()

    def _more(self) -> None:
        self._choice.show_more()
        self.refresh()
