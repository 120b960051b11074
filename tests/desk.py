"""A place to connect from: a store and a code host that are made up."""

from pathlib import Path
from typing import Any

from reviewflow.accounts import Actor, Role
from reviewflow.connection import Connection, Seen, SeenRepository, TokenReport
from reviewflow.connector import Connector
from reviewflow.errors import ForgeError, StoreError
from reviewflow.settings import GitHub, Settings, load
from tests.builders import Clock

ANA = Actor(user_id=1, name='ana', role=Role.ADMIN)


class Shelf:
    """Keeps one connection in memory."""

    def __init__(self) -> None:
        self.kept: Connection | None = None
        self.is_broken = False

    async def load(self) -> Connection | None:
        return self.kept

    async def save(self, kept: Connection) -> None:
        self._check()
        self.kept = kept

    async def clear(self) -> None:
        self._check()
        self.kept = None

    def _check(self) -> None:
        if self.is_broken:
            raise StoreError('the database refused')


class Echo:
    """Says of everybody that they are whoever the token names."""

    def __init__(self) -> None:
        self.error: ForgeError | None = None
        """What comes instead of every answer."""
        self.seen = Seen(repositories=(SeenRepository(name='acme/api'),))
        self.asked: list[str] = []

    async def account(self, github: GitHub) -> TokenReport:
        self._ask(f'{github.api_url} who')
        login = github.token.get_secret_value() if github.token else None
        return TokenReport(host='', login=login, name='', scopes=None, expires_at=None, budget=None)

    async def repositories(self, github: GitHub) -> Seen:
        self._ask(f'{github.api_url} what')
        return self.seen

    async def repository(self, github: GitHub, name: str) -> SeenRepository:
        self._ask(name)
        return SeenRepository(name=name, is_private=github.token is not None)

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.error is not None:
            raise self.error


class Desk:
    """A connector, with what was switched to so far."""

    def __init__(self, **environ: str) -> None:
        named = {f'REVIEWFLOW_{name}': value for name, value in environ.items()}
        self.shelf = Shelf()
        self.github = Echo()
        self.switched: list[GitHub] = []
        settings = load({}, named, Path('no such file'))
        self.connector = Connector(settings, store=self.shelf, probe=self.github, clock=Clock())
        self.connector.switch = self.switch

    async def switch(self, settings: Settings) -> None:
        assert self.connector.settings == settings
        self.switched.append(settings.github)

    async def connect(self, *, actor: Actor = ANA, **entered: Any) -> None:
        await self.connector.connect(actor, self.connector.draft(**entered))
