"""What the resolvers of several types share."""

from collections.abc import Callable
from typing import Any

from tests.github.graphql.asking import Thing
from tests.github.holding import Pull, Repo
from tests.github.shape import WEB, Json

Resolver = Callable[..., Any]
Resolvers = dict[str, dict[str, Resolver]]
"""Type → field → its resolver."""


def data(key: str) -> Resolver:
    """Read a thing's field."""
    return lambda thing, _: thing.data.get(key)


def upper(key: str) -> Resolver:
    """Read a thing's field, as GraphQL's enumerations are written."""
    return lambda thing, _: (thing.data.get(key) or '').upper() or None


def listed(key: str) -> Resolver:
    """Read what lists say of a pull."""
    return lambda pull, _: pull.listed[key]


def single(key: str) -> Resolver:
    """Read what a single pull says."""
    return lambda pull, _: pull.single[key]


def in_order(items: list[Json], order: Json | None, keys: dict[str, str]) -> list[Json]:
    """Sort by what was asked for: its name in ``orderBy`` → the key; they stand as they were created."""
    order = order or {'field': 'CREATED_AT', 'direction': 'ASC'}
    if order['field'] != 'CREATED_AT':
        items = sorted(items, key=lambda item: item[keys[order['field']]])
    return items[::-1] if order['direction'] == 'DESC' else items


def path(url: str) -> str:
    return url.removeprefix(WEB)


def someone(user: Json | None) -> Thing | None:
    """Whoever it is; None for a ghost."""
    if not user:
        return None
    return Thing(user.get('type', 'User'), user)


def commit(repo: Repo, sha: str, pull: Pull | None = None) -> Thing:
    return Thing('Commit', {'sha': sha}, repo, pull)
