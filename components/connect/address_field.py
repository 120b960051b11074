"""The field for the address of GitHub's API, folded away where it is the usual one."""

from collections.abc import Callable

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from components.connect.note import Note
from reviewflow.settings import GITHUB_API

DOWN = '<svg class="i i-12" aria-hidden="true"><use href="#i-down"/></svg>'


class AddressField:
    """What is wrong with it is said in :attr:`note`."""

    def __init__(
        self, now: str, *, on_change: Callable[[ValueChangeEventArguments[str | None]], object]
    ) -> None:
        self._client = ui.context.client
        with ui.element('details').classes('rf-more') as self._more:
            ui.html(f'{DOWN}GitHub Enterprise', sanitize=False, tag='summary')
            ui.html('Address of the API', sanitize=False, tag='label').classes('rf-label').props('for=api')
            self._input = (
                ui.input(value=now, placeholder=GITHUB_API, on_change=on_change)
                .props('outlined dense debounce=400 for=api type=url maxlength=200')
                .props('aria-describedby="api-help api-says"')
                .mark('api-url')
            )
            ui.label('For Enterprise Server https://HOST/api/v3').classes('rf-help').props('id=api-help')
            self.note = Note('api-says')
        if now != GITHUB_API:
            self._more.props('open')

    @property
    def value(self) -> str | None:
        """What is entered."""
        address: str | None = self._input.value
        return address

    @value.setter
    def value(self, address: str) -> None:
        self._input.value = address

    def mark_bad(self, *, is_bad: bool) -> None:
        """Show that what is in the field does not do, also to those who folded it away."""
        self._input.classes(add='is-bad' if is_bad else '', remove='' if is_bad else 'is-bad')
        self._input.props['aria-invalid'] = str(is_bad).lower()
        self._input.update()
        if is_bad:
            self._client.run_javascript(f'getHtmlElement({self._more.id}).open = true')
