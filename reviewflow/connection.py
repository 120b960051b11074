"""What ReviewFlow is connected to: what is kept of it, what a token turns out to be, who decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr

from reviewflow.forge import Budget
from reviewflow.settings import GitHub, Settings, all_settings

READ_ORG = frozenset({'read:org', 'write:org', 'admin:org'})
"""Scopes of a classic token, each of which lets it read of organisations and their teams."""
TOKEN, API_URL, REPOSITORIES, DEMO = 'token', 'api_url', 'repositories', 'demo'


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What was chosen on the page, and is kept."""

    api_url: str
    token: SecretStr | None
    token_since: datetime | None
    """When this token was entered; set although there is none: it cannot be read any more."""
    repositories: tuple[str, ...]
    set_by: str
    set_at: datetime

    @property
    def is_token_lost(self) -> bool:
        """Whether a token was entered that cannot be read any more."""
        return self.token is None and self.token_since is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenReport:
    """Whose token it is, and what it may do, as the code host says."""

    host: str
    login: str | None
    """None: it belongs to no person (an installed app)."""
    name: str
    scopes: tuple[str, ...] | None
    """None: it has no scopes, but permissions that cannot be asked for (fine-grained, app)."""
    expires_at: datetime | None
    budget: Budget | None

    @property
    def sees_public_only(self) -> bool:
        """Whether private repositories are surely out of its reach."""
        return self.scopes is not None and 'repo' not in self.scopes

    @property
    def sees_no_teams(self) -> bool:
        """Whether it is surely not told which teams are asked for a review."""
        return bool(self.scopes) and READ_ORG.isdisjoint(self.scopes or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRepository:
    """A repository that a token sees, or with the name ``owner/*`` all of an owner's."""

    name: str
    is_private: bool = False
    is_archived: bool = False
    is_of_organisation: bool = False
    pushed_at: datetime | None = None

    @property
    def owner(self) -> str:
        """Whose it is."""
        return self.name.partition('/')[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The repositories that a token sees, the last pushed to first."""

    repositories: tuple[SeenRepository, ...] = ()
    has_more: bool = False
    """Whether the list was cut off: others can be named."""
    hidden_organisations: int = 0
    """How many left theirs out, until the token is approved for single sign-on."""


class Probe(Protocol):
    """Whoever can ask a code host on somebody's behalf. Every method may raise ``ForgeError``."""

    async def account(self, github: GitHub) -> TokenReport:
        """Tell whose token it is."""
        ...

    async def repositories(self, github: GitHub) -> Seen:
        """List what the token sees."""
        ...

    async def repository(self, github: GitHub, name: str) -> SeenRepository:
        """Look a repository, or with ``owner/*`` an owner, up by name."""
        ...


def fixed(settings: Settings) -> Mapping[str, str]:
    """List what was set where the server runs, and is not to be changed: name → the variable that says so.

    A token is only for the address that it was given with, and so is an address of GraphQL.
    """
    variables = {setting.path: setting.variable for setting in all_settings()}
    given = settings.github.model_fields_set
    found = {name: variables['github', name] for name in (TOKEN, API_URL, REPOSITORIES) if name in given}
    if TOKEN in found:
        found.setdefault(API_URL, found[TOKEN])
    if settings.github.graphql_url is not None:
        found.setdefault(API_URL, variables['github', 'graphql_url'])
    if settings.demo:
        found[DEMO] = variables[DEMO,]
    return found


def merged(settings: Settings, kept: Connection | None) -> Settings:
    """Fill up what was set where the server runs with what was chosen on the page."""
    if kept is None or settings.demo:
        return settings
    known = fixed(settings)
    api_url = settings.github.api_url if API_URL in known else kept.api_url
    chosen = {
        API_URL: api_url,
        TOKEN: kept.token if api_url == kept.api_url else None,
        REPOSITORIES: kept.repositories,
    }
    github = {name: value for name, value in chosen.items() if name not in known}
    return settings.model_copy(update={'github': settings.github.model_copy(update=github)})
