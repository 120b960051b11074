"""Connecting GitHub: a token, what it sees, and which of it is read from now on."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from components.connect import Choice, FirstRead, Note, RepositoryPart, Sheet, TokenPart, settled
from components.frame import Frame
from components.live_numbers import LiveNumbers
from reviewflow.accounts import Accounts, Action, Actor, may
from reviewflow.address import repository_at
from reviewflow.connection import DEMO, REPOSITORIES, TOKEN, Seen, SeenRepository
from reviewflow.connector import Connector
from reviewflow.errors import ReviewFlowError
from reviewflow.flow import ReviewFlow
from reviewflow.models import REPOSITORY, SyncState
from reviewflow.views import Views, ViewSpec
from reviewflow.web import paths
from reviewflow.web.broadcaster import Watch
from reviewflow.web.gate import actor_of
from reviewflow.words import refusal

NOTE = 'The token is encrypted, shown to nobody, and used for nothing but reading.'
TICKED = 'repositories'
"""What is ticked stands in the address, so that it survives whatever loads the page again."""
TICKED_MAX = 2000
READING = 'It is read in the background; the inbox fills by itself.'
READ = 'The inbox has all of it, and follows from now on.'
INSTEAD = ('Use the pretend team instead', paths.HOME)


def create(flow: ReviewFlow, views: Views, connector: Connector, accounts: Accounts) -> None:
    """Register the page."""

    @ui.page('/dashboard/connect')
    def connect(request: Request) -> None:
        Connect(request, flow, views, connector, accounts)


class Connect:
    """What one person sees of it."""

    def __init__(
        self, request: Request, flow: ReviewFlow, views: Views, connector: Connector, accounts: Accounts
    ) -> None:
        self._flow = flow
        self._connector = connector
        self._is_connecting = False
        self._actor = actor_of(request)
        self._ticked = _ticked(request, connector.settings.github.repositories)
        self._client = ui.context.client
        self._watch = Watch(self._client, views, ViewSpec(query=None))
        with Frame(
            self._watch, request=request, actor=self._actor, flow=flow, settings=connector.settings
        ) as frame:
            with frame.rail:
                LiveNumbers('channels', on_choose=_show_channel).bind(self._watch)
            if not may(self._actor, Action.CHANGE_TOKENS):
                _refuse(self._actor, accounts, flow.board.sync.error)
            elif variable := connector.fixed.get(DEMO):
                _explain(variable)
            else:
                self._build()
        ui.page_title('Connect GitHub · ReviewFlow')

    def _build(self) -> None:
        way_out = INSTEAD if self._connector.settings.is_demo else None
        self._sheet = Sheet(3 if self._connector.kept is None else 5, NOTE, way_out=way_out)
        with self._sheet:
            if self._connector.kept is None:
                ui.label('Step 3 of 4').classes('step rf-3')
            ui.html('Token and repositories', sanitize=False, tag='h1')
            ui.label(self._introduction).classes('rf-2')
            self._choice = Choice(self._ticked)
            self._repositories: RepositoryPart | None = None
            self._token = TokenPart(self._connector, self._actor, on_seen=self._see)
            if REPOSITORIES in self._connector.fixed:
                self._show_settled()
            else:
                self._repositories = RepositoryPart(
                    self._choice,
                    look_up=self._look_up,
                    explain=self._token.explain,
                    on_change=self._choose,
                )
            self._build_end()
        self._refresh()
        self._client.on_connect(self._token.check_if_there_is_one)

    def _build_end(self) -> None:
        self._note = Note('connect-says')
        with ui.element('div').classes('rf-end'):
            self._reason = ui.label().classes('rf-2 rf-grow').props('id=connect-reason')
            if self._connector.kept is not None:
                ui.button('Disconnect', color=None, on_click=self._disconnect).classes(
                    'rf-btn is-quiet is-lg'
                ).mark('disconnect')
            self._button = ui.button(color=None, on_click=self._connect).classes('rf-btn is-primary is-lg')
            self._button.props('aria-describedby=connect-reason').mark('connect')

    def _show_settled(self) -> None:
        with ui.element('div').classes('rf-part'):
            ui.html('Repositories', sanitize=False, tag='h2').classes('rf-label')
            settled('list of repositories', self._connector.fixed[REPOSITORIES])
            ui.label(', '.join(self._choice.names)).classes('rf-2')

    @property
    def _introduction(self) -> str:
        kept = self._connector.kept
        if kept is None:
            before = 'from the pretend team ' if self._connector.settings.is_demo else ''
            return f'Every open page changes {before}to your pull requests, without a reload.'
        return (
            f'Connected by {kept.set_by} on {kept.set_at:%-d %B %Y}. Change it here; it takes effect at once.'
        )

    def _see(self, seen: Seen | None) -> None:
        if self._repositories is not None:
            self._repositories.see(seen)
        self._refresh()

    async def _look_up(self, name: str) -> SeenRepository:
        github = self._token.draft()
        draft = self._token.draft(repository_at(name, github.api_url))
        return await self._connector.repository(self._actor, draft)

    def _choose(self) -> None:
        search = f'?{urlencode({TICKED: ",".join(self._choice.names)}, safe="/,*")}'
        if len(search) <= TICKED_MAX:
            ui.run_javascript(f'history.replaceState(history.state, "", {json.dumps(search)})')
        self._refresh()

    def _refresh(self) -> None:
        """Say on the button what it does, or beside it why it does not."""
        problem = self._problem
        self._button.text = f'Connect {self._choice.summary}' if self._choice.names else 'Connect'
        self._button.set_enabled(problem is None)
        self._reason.text = problem or ''

    @property
    def _problem(self) -> str | None:
        if self._is_connecting:
            return 'Connecting…'
        if {TOKEN, REPOSITORIES} <= set(self._connector.fixed):
            return 'All of it is set where the server runs'
        if self._token.problem is not None:
            return self._token.problem
        return None if self._choice.names else 'Choose at least one repository'

    async def _connect(self) -> None:
        """Switch to what is chosen; whatever the browser says, the server looks at it again."""
        self._note.clear()
        self._is_connecting = True
        self._refresh()
        try:
            await self._connector.connect(self._actor, self._token.draft(*self._choice.names))
        except ReviewFlowError as error:
            self._is_connecting = False
            if not self._client.is_deleted:
                self._note.say(refusal(error), 'is-closed')
                self._refresh()
            return
        if not self._client.is_deleted:
            self._show_first_read()

    async def _disconnect(self) -> None:
        self._note.clear()
        try:
            await self._connector.disconnect(self._actor)
        except ReviewFlowError as error:
            if not self._client.is_deleted:
                self._note.say(refusal(error), 'is-closed')
            return
        if not self._client.is_deleted:
            ui.navigate.to(paths.CONNECT)

    def _show_first_read(self) -> None:
        self._token.forget_token()
        self._sheet.clear()
        self._sheet.go_to(4)
        with self._sheet:
            ui.label('Step 4 of 4').classes('step rf-3')
            heading = ui.html('Connected', sanitize=False, tag='h1').props('tabindex=-1')
            self._says = ui.label(READING).classes('rf-2')
            with ui.element('div').classes('rf-part'):
                FirstRead(self._choice.summary, on_read=self._end_first_read).bind(self._watch)
            with ui.element('div').classes('rf-end'):
                ui.link('Choose others', paths.CONNECT).classes(replace='rf-btn is-lg')
                ui.link('Go to the inbox', paths.HOME).classes(replace='rf-btn is-primary is-lg')
        self._client.run_javascript(f'getHtmlElement({heading.id}).focus()')  # what had it is gone

    def _end_first_read(self) -> None:
        """Tick the last step, if it is so; what the browser saw may be of the code host before."""
        sync = self._flow.board.sync
        if sync.state is SyncState.LIVE and sync.progress is None and self._says.text != READ:
            self._says.text = READ
            self._sheet.go_to(5)


def _ticked(request: Request, connected: Sequence[str]) -> Sequence[str]:
    """Read what was ticked; what is connected where the address says nothing of it."""
    if (names := request.query_params.get(TICKED)) is None:
        return connected
    return [name for name in names[:TICKED_MAX].split(',') if REPOSITORY.fullmatch(name)]


def _show_channel(channel: str) -> None:
    ui.navigate.to(f'{paths.HOME}?channel={channel}')


def _refuse(actor: Actor, accounts: Accounts, error: str | None) -> None:
    """Say what is wrong, if anything is, and whom to ask; only who has an account hears names."""
    with ui.element('div').classes('rf-empty'):
        ui.html('Only an administrator connects GitHub', sanitize=False, tag='h1')
        if error is not None:
            ui.label(f'{error}.').classes('rf-2')
        if accounts.setup_code is not None:
            ui.label('There is none yet. The code that the server printed makes the first.').classes('rf-2')
            ui.link('Create the first account', paths.SETUP).classes(replace='rf-btn is-primary is-lg')
        elif actor.user_id is not None:
            names = ' or '.join(accounts.administrators)
            ui.label(f'Ask {names}.').classes('rf-2')
        else:
            ui.label('You look around without an account. Sign out, then sign in as one.').classes('rf-2')
        with ui.element('div').classes('do'):
            ui.link('Sync health', paths.HEALTH).classes(replace='rf-btn is-lg')
            ui.link('Go to the inbox', paths.HOME).classes(replace='rf-btn is-lg')


def _explain(variable: str) -> None:
    with ui.element('div').classes('rf-empty'):
        ui.html('The pretend team was asked for', sanitize=False, tag='h1')
        ui.label(
            f'{variable} is on where the server runs, and is never mixed with real pulls.'
            ' Unset it and start the server again to connect GitHub here.'
        ).classes('rf-2')
        ui.link('Go to the inbox', paths.HOME).classes(replace='rf-btn is-lg')
