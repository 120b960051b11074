"""The card of the set-up: its steps on the left, what is to be done on the right."""

from typing import Self

from nicegui import ui

STEPS = (
    ('One-time code', 'printed by the server'),
    ('Administrator', 'the first account'),
    ('GitHub', 'token and repositories'),
    ('First read', 'about a minute'),
)
DONE = '<svg class="i i-12" aria-hidden="true"><use href="#i-check"/></svg>'


class Sheet:
    """Use it as a context: what is built inside stands on the right."""

    def __init__(self, step: int, note: str, *, way_out: tuple[str, str] | None = None) -> None:
        """Begin at this step; ``way_out`` is a link (text, address) below, until the next."""
        with ui.element('div').classes('rf-center is-inside'):
            with (
                ui.element('div').classes('rf-box rf-setup is-wide'),
                ui.element('div').classes('sheet'),
            ):
                with ui.element('aside'):
                    ui.label('Set-up').classes('name')
                    self._steps = ui.element('ol')
                    ui.label(note).classes('rf-3 note')
                self._body = ui.element('div').classes('body')
            self._foot = ui.element('footer')
            if way_out is not None:
                with self._foot:
                    ui.link(way_out[0], way_out[1]).classes(replace='rf-link')
        self.go_to(step)

    def go_to(self, step: int) -> None:
        """Mark the steps before as done, and this one as the one to do; 5: all are done."""
        self._steps.clear()
        with self._steps:
            for number, (title, hint) in enumerate(STEPS, start=1):
                state = 'is-done' if number < step else 'is-now' if number == step else ''
                with ui.element('li').classes(state) as item:
                    ui.html(DONE if number < step else str(number), sanitize=False, tag='span')
                    ui.html(title, sanitize=False, tag='b')
                    ui.html(hint, sanitize=False, tag='small')
                if number == step:
                    item.props['aria-current'] = 'step'

    def clear(self) -> None:
        """Take away what stands on the right, and below."""
        self._body.clear()
        self._foot.clear()

    def __enter__(self) -> Self:
        self._body.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._body.__exit__(*_)
