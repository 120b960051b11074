"""A line that says how something went: announced when it changes, with an icon and a word."""

from collections.abc import Callable

from nicegui import ui

LOOKS = {'is-open': 'check-circle', 'is-closed': 'alert', 'is-pending': 'alert', 'is-info': 'running'}


class Note:
    """Empty until something is said."""

    def __init__(self, id_: str) -> None:
        self._place = ui.element('div').props(f'id={id_} aria-live=polite').classes('rf-notes')

    def clear(self) -> None:
        """Say nothing any more."""
        self._place.clear()

    def offer(self, text: str, on_click: Callable[[], object]) -> None:
        """Offer a way out below what was said."""
        with self._place:
            ui.button(text, color=None, on_click=on_click).classes('rf-btn')

    def say(self, text: str, look: str, *, link: tuple[str, str] | None = None) -> None:
        """Say this too, with a link (text, address) behind it."""
        icon = f'<svg class="i i-14" aria-hidden="true"><use href="#i-{LOOKS[look]}"/></svg>'
        with self._place, ui.element('p').classes(f'rf-note {look}') as line:
            ui.html(icon, sanitize=False, tag='span').classes('rf-state')
            with ui.element('span'):
                ui.label(text).classes('rf-inline')
                if link is not None:
                    ui.link(link[0], link[1], new_tab=True).classes(replace='rf-link').props('rel=noreferrer')
        if look == 'is-closed':
            line.props('role=alert')
