"""What resolvers are given: who asks for what, and what they may see of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from graphql import GraphQLResolveInfo

from tests.github.holding import Pull, Repo
from tests.github.shape import Json


class Refused(Exception):
    """A part of the answer that GitHub refuses: it is null, and an error says why."""

    def __init__(self, type_: str, message: str, extensions: Json | None = None) -> None:
        super().__init__(message)
        self.type = type_
        self.extensions = extensions


class Unknown(Exception):
    """Something valid that our own GitHub does not know."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What whoever asks may spend until when."""

    limit: int
    used: int
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class Thing:
    """A value of a GraphQL type other than repositories and pulls, which are what they are."""

    kind: str
    """The name of its GraphQL type."""
    data: Json
    repo: Repo | None = None
    pull: Pull | None = None


class GitHub(Protocol):
    """What resolvers need of our own GitHub."""

    repos: list[Repo]
    organisations: set[str]
    moved: dict[str, int]
    login: str
    unapproved: dict[str, str]
    rules: dict[str, str]
    withheld: dict[str, int]
    scopes: str | None
    graphql_lacks: set[str]

    def owner(self, login: str) -> Json: ...


@dataclass(slots=True)
class Asking:
    """One document on its way."""

    github: GitHub
    allowance: Allowance
    cost: int
    node_count: int
    _by_id: dict[int, Repo] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_id = {repo.data['id']: repo for repo in list(self.github.repos)}

    def repo_by_id(self, id_: Any) -> Repo | None:
        """Find a repository that may be seen; None when there is none."""
        found = self._by_id.get(id_)
        return found and self.seen(found)

    def repo_by_name(self, name: str, *, follows: bool = True) -> Repo:
        """Find a repository by its name, also by a former one.

        Raises:
            Refused: there is none, or it may not be seen.
        """
        found = next((repo for repo in self._by_id.values() if repo.data['full_name'] == name), None)
        if found is None and follows:
            found = self._by_id.get(self.github.moved.get(name, 0))
        if found is None:
            raise not_there('Repository', f"name '{name}'")
        return self.seen(found)

    def seen(self, repo: Repo) -> Repo:
        """Give it back if it may be seen.

        Raises:
            Refused: it may not.
        """
        if repo.data['owner']['login'] in self.github.unapproved:
            raise Refused(
                'FORBIDDEN',
                'Resource protected by organization SAML enforcement. '
                'You must grant your Personal Access token access to this organization.',
                {'saml_failure': True},
            )
        if repo.data['private'] and (rule := self.github.rules.get(repo.data['owner']['login'])) is not None:
            raise Refused('FORBIDDEN', rule)
        if repo.refusal == 404:
            raise not_there('Repository', f"name '{repo.data['full_name']}'")
        if repo.refusal is not None:
            raise no_access()
        return repo


Info = GraphQLResolveInfo[Asking]


def no_access() -> Refused:
    """Make the refusal of something that this token may not see."""
    return Refused('FORBIDDEN', 'Resource not accessible by personal access token')


def not_there(kind: str, what: str) -> Refused:
    """Make the refusal of something that is not there."""
    return Refused('NOT_FOUND', f'Could not resolve to a {kind} with the {what}.')
