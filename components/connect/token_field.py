"""A field for a token: what is typed goes to the server, and never comes back."""

import re
from collections.abc import Callable
from typing import Any

from nicegui import ui

from reviewflow.connector import TOKEN_MAX

PATIENCE_MS = 400
COMPLETE = re.compile(r'gh[a-z]_[A-Za-z0-9]{36,255}|github_pat_\w{60,255}|[0-9a-f]{40}', re.ASCII)
"""How GitHub's own tokens look; others are checked when they are pasted, or when the field is left."""

SEND = f"""(event) => {{
    const field = event.target, isSure = event.type !== "input" || event.inputType === "insertFromPaste";
    clearTimeout(field.waiting);
    const send = () => emit(field.value, isSure);
    isSure ? send() : (field.waiting = setTimeout(send, {PATIENCE_MS}));
}}"""


class TokenField:
    """No element of NiceGUI's own: those keep what is typed in their props, which go back to the browser."""

    def __init__(self, *, on_token: Callable[[str, bool], Any]) -> None:
        """Call ``on_token`` with what is typed, and whether that looks complete."""
        self._on_token = on_token
        with ui.element('div').classes('rf-field') as self._box:
            ui.html('<svg class="i rf-3" aria-hidden="true"><use href="#i-key"/></svg>', sanitize=False)
            self._input = ui.element('input').props(
                f'id=token type=password maxlength={TOKEN_MAX} autocomplete=off autocapitalize=none'
                ' spellcheck=false aria-describedby="token-help token-says"'
            )
        for event in ('input', 'change', 'keydown.enter'):
            self._input.on(event, lambda event: self._typed(event.args), js_handler=SEND)
        self._input.mark('token')

    def mark_bad(self, *, is_bad: bool) -> None:
        """Show that what is in the field does not do."""
        self._box.classes(add='is-bad' if is_bad else '', remove='' if is_bad else 'is-bad')
        self._input.props['aria-invalid'] = str(is_bad).lower()
        self._input.update()

    def _typed(self, args: object) -> Any:
        """Take what the browser sent, which may be anything."""
        match args:
            case [str(token), bool(is_sure)]:
                token = token.strip()
                return self._on_token(token, is_sure or bool(COMPLETE.fullmatch(token)))
        return None
