"""The token: which one, for which GitHub, and what it turns out to be."""

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from components.connect.address_field import AddressField
from components.connect.note import Note
from components.connect.token_field import TokenField
from components.connect.words import account_line, warnings
from reviewflow.accounts import Actor
from reviewflow.address import new_token_address, web_address
from reviewflow.connection import API_URL, TOKEN, Seen
from reviewflow.connector import Connector
from reviewflow.errors import ApprovalNeeded, BadCredentials, NotAccepted, NotGitHub, ReviewFlowError
from reviewflow.settings import GITHUB_API, GitHub
from reviewflow.words import refusal

HELP = (
    'A classic token with the scopes repo and read:org, or a fine-grained one with read access to'
    ' Pull requests, Commit statuses and Members; it is not told of check runs in private repositories.'
)
LOST = 'The stored token cannot be read any more: enter it again'


class State(Enum):
    """How far it is known."""

    NONE = auto()
    """There is no token: public repositories only."""
    UNCHECKED = auto()
    CHECKING = auto()
    GOOD = auto()
    UNSURE = auto()
    """It could not be asked now, which may pass."""
    BAD = auto()
    NOWHERE = auto()
    """What does not do is the address."""


PROBLEMS = {
    State.UNCHECKED: 'Check the token first',
    State.CHECKING: 'The token is being checked',
    State.BAD: 'The token does not work yet',
    State.NOWHERE: 'The address does not work yet',
}


class TokenPart:
    """Checks while one types; a later check makes an earlier one void."""

    def __init__(
        self, connector: Connector, actor: Actor, *, on_seen: Callable[[Seen | None], object]
    ) -> None:
        """Call ``on_seen`` with what the token sees, with None while that is being found out."""
        self.state = State.NONE
        self._connector = connector
        self._actor = actor
        self._on_seen = on_seen
        self._client = ui.context.client
        self._offered = ''
        self._token = ''
        self._checks = 0
        self._field: TokenField | None = None
        self._address: AddressField | None = None
        self._links: list[tuple[ui.link, bool]] = []
        self._build()

    @property
    def problem(self) -> str | None:
        """Say why nothing can be connected with it."""
        return PROBLEMS.get(self.state)

    def draft(self, *repositories: str) -> GitHub:
        """Read what is entered.

        Raises:
            NotAccepted: it cannot be used.
        """
        address = self._address.value if self._address is not None else None
        return self._connector.draft(api_url=address, token=self._token, repositories=repositories)

    def forget_token(self) -> None:
        """Keep no copy of what was typed."""
        self._token = ''

    def explain(self, error: ReviewFlowError, note: Note) -> None:
        """Say nothing but what is wrong, and link to where it is mended."""
        note.clear()
        note.say(refusal(error), 'is-closed', link=approval_link(error, self._api_url))

    async def check_if_there_is_one(self) -> None:
        """Check what is set already, once: a page that comes back knows it."""
        if self._checks == 0 and self._connector.settings.github.token is not None:
            await self.check()

    async def check(self) -> None:
        """Find out whose token it is, and what it sees."""
        self._checks += 1
        mine = self._checks
        self._forget(State.CHECKING)
        try:
            draft = self.draft()
            if draft.token is None:
                self._say_none()
                return
            self._note.say('Asking GitHub…', 'is-info')
            report = await self._connector.account(self._actor, draft)
            if self._is_void(mine):
                return
            self._note.clear()
            self._note.say(account_line(report), 'is-open')
            seen = await self._connector.visible(self._actor, draft)
            if self._is_void(mine):
                return
            for warning in warnings(report, seen):
                self._note.say(warning, 'is-pending')
            self.state = State.GOOD
            self._on_seen(seen)
        except ReviewFlowError as error:
            if not self._is_void(mine):
                self._fail(error)

    def _build(self) -> None:
        with ui.element('div').classes('rf-part'):
            if TOKEN in self._connector.fixed:
                ui.label('Token').classes('rf-label')
                settled('token', self._connector.fixed[TOKEN])
            else:
                self._build_field()
            self._note = Note('token-says')
            if self._connector.is_token_lost:
                self._note.say(LOST, 'is-closed')
            if API_URL not in self._connector.fixed:
                now = self._connector.settings.github.api_url
                self._address = AddressField(now, on_change=self._readdress)
            elif TOKEN not in self._connector.fixed:
                settled('address', self._connector.fixed[API_URL])
        self._point_links()

    def _build_field(self) -> None:
        ui.html('Token', sanitize=False, tag='label').classes('rf-label').props('for=token')
        with ui.element('div').classes('rf-pair'):
            self._field = TokenField(on_token=self._typed)
            ui.button('Check', color=None, on_click=self.check).classes('rf-btn is-lg').mark('check')
        with ui.element('p').classes('rf-help').props('id=token-help'):
            ui.label(self._kept_words or HELP).classes('rf-inline')
            for text, is_classic in (('New fine-grained token', False), ('New classic token', True)):
                link = ui.link(text, new_tab=True).classes(replace='rf-link').props('rel=noreferrer')
                self._links.append((link, is_classic))

    @property
    def _kept_words(self) -> str:
        kept = self._connector.kept
        if kept is None or kept.token is None or kept.token_since is None:
            return ''
        return f'One is set, since {kept.token_since:%-d %B %Y}. Leave the field empty to keep it. '

    async def _typed(self, token: str, is_complete: bool) -> None:
        if token != self._token:
            self._token = token
            self._checks += 1
            self._forget(State.UNCHECKED)
        if is_complete and self.state is State.UNCHECKED:
            await self.check()

    async def _readdress(self, _: ValueChangeEventArguments[str | None]) -> None:
        """Let nobody hear a token that was typed: half an address is somebody else's."""
        self._point_links()
        if not self._token or (self._address is not None and self._address.value == self._offered):
            await self.check()
            return
        self._checks += 1
        self._forget(State.UNCHECKED)

    def _forget(self, state: State) -> None:
        self.state = state
        self._note.clear()
        if self._field is not None:
            self._field.mark_bad(is_bad=False)
        if self._address is not None:
            self._address.note.clear()
            self._address.mark_bad(is_bad=False)
        self._on_seen(None)

    def _say_none(self) -> None:
        self.state = State.NONE
        if self._connector.is_token_lost:
            self._note.say(LOST, 'is-closed')
        self._on_seen(Seen())

    def _fail(self, error: ReviewFlowError) -> None:
        self._note.clear()
        if self._address is not None and _is_about_address(error):
            self._blame(self._address, error)
        else:
            is_bad = isinstance(error, BadCredentials | NotGitHub | NotAccepted)
            self.state = State.BAD if is_bad else State.UNSURE
            self.explain(error, self._note)
            if self._field is not None:
                self._field.mark_bad(is_bad=is_bad)
        self._on_seen(Seen())

    def _blame(self, field: AddressField, error: ReviewFlowError) -> None:
        """Say it beside the address, and let a click do what the sentence proposes."""

        def use(address: str) -> None:
            self._offered = field.value = address

        self.state = State.NOWHERE
        self.explain(error, field.note)
        field.mark_bad(is_bad=True)
        if isinstance(error, NotGitHub) and error.better:
            field.note.offer(f'Use {error.better}', partial(use, error.better))

    def _is_void(self, mine: int) -> bool:
        return mine != self._checks or self._client.is_deleted

    @property
    def _api_url(self) -> str:
        try:
            return self.draft().api_url
        except NotAccepted:
            return GITHUB_API

    def _point_links(self) -> None:
        for link, is_classic in self._links:
            link.props['href'] = new_token_address(self._api_url, classic=is_classic)
            link.update()


def _is_about_address(error: ReviewFlowError) -> bool:
    return isinstance(error, NotGitHub) or (isinstance(error, NotAccepted) and error.field == API_URL)


def settled(what: str, variable: str) -> Any:
    """Say that the environment decides something."""
    with ui.element('p').classes('rf-settled'):
        ui.html('<svg class="i i-14" aria-hidden="true"><use href="#i-lock"/></svg>', sanitize=False)
        ui.label(f'The {what} is set where the server runs, by {variable}.').classes('rf-inline')


def approval_link(error: ReviewFlowError, api_url: str) -> tuple[str, str] | None:
    """Link to where a token is approved, if that is a page of this very GitHub."""
    if not isinstance(error, ApprovalNeeded) or error.url is None:
        return None
    if urlsplit(error.url).netloc != urlsplit(web_address(api_url)).netloc:
        return None
    return 'Approve it', error.url
