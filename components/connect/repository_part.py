"""The repositories: those that the token sees, to be ticked, and others by name."""

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from components.connect.choice import Choice
from components.connect.note import Note
from components.connect.repository_list import RepositoryList
from reviewflow import text
from reviewflow.connection import Seen, SeenRepository
from reviewflow.connector import NAME_MAX
from reviewflow.errors import ReviewFlowError

NOTHING_YET = 'They are listed here once there is a token. Public ones can be added by name without one.'
NONE_SEEN = 'No repository is seen yet. Public ones can be added by name.'
NO_MATCH = 'None has these words in its name.'
GLASS = '<svg class="i" aria-hidden="true"><use href="#i-search"/></svg>'

Explain = Callable[[ReviewFlowError, Note], object]
LookUp = Callable[[str], Awaitable[SeenRepository]]


class RepositoryPart:
    """What is ticked is kept in :attr:`choice`."""

    def __init__(
        self, choice: Choice, *, look_up: LookUp, explain: Explain, on_change: Callable[[], object]
    ) -> None:
        """Ask ``look_up`` for one that was named; call ``on_change`` when something was ticked."""
        self.choice = choice
        self._look_up = look_up
        self._explain = explain
        self._on_change = on_change
        self._client = ui.context.client
        with ui.element('div').classes('rf-part'):
            ui.html('Repositories', sanitize=False, tag='h2').classes('rf-label')
            self._filter = (
                ui.input(placeholder='Filter by name', on_change=self._look_for)
                .props(
                    f'outlined dense clearable debounce=150 maxlength={NAME_MAX} aria-label="Filter by name"'
                )
                .props('clear-icon="svguse:#i-x|0 0 16 16"')
                .mark('filter')
            )
            with self._filter.add_slot('prepend'):
                ui.html(GLASS, sanitize=False, tag='span').classes('rf-3')
            self._list = RepositoryList(choice, empty=NOTHING_YET, on_tick=on_change)
            self._build_adding()

    def see(self, seen: Seen | None) -> None:
        """Show what the token sees; None: it is being found out."""
        if seen is not None:
            self.choice.see(seen.repositories)
            self._list.say(NONE_SEEN if not seen.repositories else NO_MATCH)
        self._list.refresh(is_loading=seen is None)

    def _build_adding(self) -> None:
        ui.html('Add one by name', sanitize=False, tag='label').classes('rf-label').props('for=repository')
        with ui.element('div').classes('rf-pair'):
            self._name = (
                ui.input(placeholder='owner/name, or owner/* for all of an owner')
                .props(
                    f'outlined dense for=repository maxlength={NAME_MAX} autocapitalize=none spellcheck=false'
                )
                .props('aria-describedby=repository-says')
                .classes('rf-grow')
                .on('keydown.enter', self._add)
                .mark('name')
            )
            ui.button('Add', color=None, on_click=self._add).classes('rf-btn is-lg').mark('add')
        self._note = Note('repository-says')

    def _look_for(self, event: ValueChangeEventArguments[str | None]) -> None:
        self.choice.look_for(text.line(event.value, at_most=NAME_MAX))
        self._list.refresh()

    async def _add(self) -> None:
        """Look it up first: a name that nobody has would only fail later."""
        self._note.clear()
        if not (name := text.line(self._name.value, at_most=NAME_MAX)):
            return
        self._note.say(f'Looking for {text.shown(name)}…', 'is-info')
        try:
            found = await self._look_up(name)
        except ReviewFlowError as error:
            if not self._client.is_deleted:
                self._explain(error, self._note)
            return
        if self._client.is_deleted:
            return
        self._note.clear()
        self._note.say(f'{found.name} is added', 'is-open')
        self._name.value = ''
        self.choice.add(found)
        self._list.refresh()
        self._on_change()
