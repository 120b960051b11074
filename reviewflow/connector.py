"""The use cases of connecting to a code host: look at a token, choose repositories, switch to them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from pydantic import ValidationError

from reviewflow.accounts import Action, Actor, authorize
from reviewflow.connection import (
    API_URL,
    DEMO,
    REPOSITORIES,
    TOKEN,
    Connection,
    Probe,
    Seen,
    SeenRepository,
    TokenReport,
    fixed,
    merged,
)
from reviewflow.errors import NotAccepted, Settled
from reviewflow.settings import GitHub, Settings
from reviewflow.sources import problem_of
from reviewflow.words import counted

log = logging.getLogger(__name__)

TOKEN_MAX = 1000
REPOSITORIES_MAX = 500
NAME_MAX = 200

Switch = Callable[[Settings], Awaitable[None]]


class Connections(Protocol):
    """Where the choice is kept; every method may raise ``StoreError``."""

    async def load(self) -> Connection | None:
        """Read it."""
        ...

    async def save(self, kept: Connection) -> None:
        """Keep this one instead."""
        ...

    async def clear(self) -> None:
        """Forget it."""
        ...


class Connector:
    """Knows what is set where the server runs and what was chosen on the page, and changes the latter."""

    def __init__(
        self, settings: Settings, *, store: Connections, probe: Probe, clock: Callable[[], datetime]
    ) -> None:
        self.fixed: Mapping[str, str] = fixed(settings)
        """What the page cannot change: name → the variable that decides it."""
        self.kept: Connection | None = None
        """What was chosen on the page."""
        self.switch: Switch | None = None
        """Reads what these settings say from now on; set by whoever wires the two."""
        self._settings = settings
        self._store = store
        self._probe = probe
        self._clock = clock
        self._turn = asyncio.Lock()

    @property
    def settings(self) -> Settings:
        """What holds now, the choice of the page included."""
        return merged(self._settings, self.kept)

    @property
    def is_token_lost(self) -> bool:
        """Whether a token was entered on the page that is needed, and cannot be read any more."""
        return self.kept is not None and self.kept.is_token_lost and TOKEN not in self.fixed

    async def load(self) -> Settings:
        """Remember what was chosen before the restart; gives what holds now."""
        self.kept = await self._store.load()
        return self.settings

    def draft(self, *, api_url: object = None, token: object = None, repositories: object = ()) -> GitHub:
        """Read what a browser sent, which may be anything; what it leaves open, and may not say, is as it is.

        The token that is kept goes to no other address than the one it was entered for.

        Raises:
            NotAccepted: it cannot be used.
        """
        now = self.settings.github
        entered = {API_URL: api_url or now.api_url, TOKEN: token or None, REPOSITORIES: repositories}
        values: dict[str, Any] = {name: value for name, value in entered.items() if name not in self.fixed}
        values |= {name: getattr(now, name) for name in self.fixed if name != DEMO}
        _check_size(entered)
        try:
            draft = GitHub(**values)
        except ValidationError as error:
            field, problem = problem_of(error)
            raise NotAccepted(field, problem) from None
        if draft.token is None and draft.api_url == now.api_url:
            draft = draft.model_copy(update={TOKEN: now.token})
        return draft

    async def account(self, actor: Actor, draft: GitHub) -> TokenReport:
        """Tell whose token it is."""
        authorize(actor, Action.CHANGE_TOKENS)
        return await self._probe.account(draft)

    async def visible(self, actor: Actor, draft: GitHub) -> Seen:
        """List the repositories that the token sees."""
        authorize(actor, Action.CHANGE_TOKENS)
        return await self._probe.repositories(draft)

    async def repository(self, actor: Actor, draft: GitHub) -> SeenRepository:
        """Look up the one that the draft names."""
        authorize(actor, Action.CHANGE_TOKENS)
        (name,) = draft.repositories
        return await self._probe.repository(draft, name)

    async def connect(self, actor: Actor, draft: GitHub) -> None:
        """Keep this choice, and read it from now on instead of whatever is read.

        It is stored before anything else happens: after a crash the next start does the rest.

        Raises:
            NotAllowed, NotAccepted, Settled: nothing was changed.
            StoreError: nothing was changed, or what is stored could not be shown yet.
        """
        authorize(actor, Action.CHANGE_TOKENS)
        if DEMO in self.fixed:
            raise Settled(self.fixed[DEMO])
        if not draft.repositories:
            raise NotAccepted(REPOSITORIES, 'choose at least one repository')
        async with self._turn:
            kept = self._choice(actor, draft)
            await self._store.save(kept)
            self.kept = kept
            what = counted(len(draft.repositories), 'name')
            log.info('%s connected %s of %s', actor.name, what, draft.api_url, extra={'person': actor.name})
            await self._switch()

    async def disconnect(self, actor: Actor) -> None:
        """Forget what was chosen on the page, the token too, and read what is set where the server runs."""
        authorize(actor, Action.CHANGE_TOKENS)
        async with self._turn:
            await self._store.clear()
            self.kept = None
            log.info('%s disconnected', actor.name, extra={'person': actor.name})
            await self._switch()

    async def _switch(self) -> None:
        if self.switch is not None:
            await self.switch(self.settings)

    def _choice(self, actor: Actor, draft: GitHub) -> Connection:
        """Take over what the page decides; what the environment does is not ours to keep."""
        token = None if TOKEN in self.fixed else draft.token
        before = () if self.kept is None else self.kept.repositories
        now = self._clock()
        is_new = self.kept is None or token != self.kept.token
        since = now if is_new or self.kept is None else self.kept.token_since
        return Connection(
            api_url=draft.api_url,
            token=token,
            token_since=None if token is None else since,
            repositories=before if REPOSITORIES in self.fixed else draft.repositories,
            set_by=actor.name,
            set_at=now,
        )


def _check_size(entered: Mapping[str, object]) -> None:
    """Refuse what nobody enters; the shapes are looked at later."""
    token, names = entered[TOKEN], entered[REPOSITORIES]
    if isinstance(token, str) and len(token) > TOKEN_MAX:
        raise NotAccepted(TOKEN, 'is longer than any token; was something else copied?')
    if isinstance(names, list | tuple):
        if len(names) > REPOSITORIES_MAX:
            raise NotAccepted(REPOSITORIES, f'at most {REPOSITORIES_MAX}; take owner/* for all of an owner')
        if any(isinstance(name, str) and len(name) > NAME_MAX for name in names):
            raise NotAccepted(REPOSITORIES, 'no name is that long')
    elif isinstance(names, str) and len(names) > NAME_MAX:
        raise NotAccepted(REPOSITORIES, 'no name is that long')
