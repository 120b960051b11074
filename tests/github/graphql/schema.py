"""GitHub's own schema, with our resolvers."""

import functools
import logging
from collections.abc import Callable
from typing import Any, NoReturn

from graphql import (
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
)

from tests import npm
from tests.github.graphql import connection
from tests.github.graphql.asking import Info, Thing, Unknown
from tests.github.graphql.resolve_check import CHECKS
from tests.github.graphql.resolve_parts import PARTS
from tests.github.graphql.resolve_pull import PULL
from tests.github.graphql.resolve_repository import REPOSITORIES
from tests.github.graphql.resolve_root import ROOT
from tests.github.holding import Repo

SDL = '@octokit/graphql-schema/schema.graphql'
RESOLVERS: dict[str, dict[str, Callable[..., Any]]] = REPOSITORIES | PULL | PARTS | CHECKS | ROOT
"""Type → field → its resolver."""

log = logging.getLogger(__name__)


@functools.cache
def schema() -> GraphQLSchema:
    """Build it once; it takes half a second."""
    sdl = npm.file(SDL).read_text('utf-8')
    made = build_schema(sdl, assume_valid=True, assume_valid_sdl=True, no_location=True)
    number = GraphQLScalarType('BigNumber')  # GitHub's database ids exceed 32 bits and are sent all the same
    for name, type_ in made.type_map.items():
        if not isinstance(type_, GraphQLObjectType):
            continue
        for field, resolve in connection.resolvers(name).items():
            if field in type_.fields:
                type_.fields[field].resolve = resolve
        for field, resolve in RESOLVERS.get(name, {}).items():
            type_.fields[field].resolve = resolve
        if 'databaseId' in type_.fields:
            field_def = type_.fields['databaseId']
            is_sure = isinstance(field_def.type, GraphQLNonNull)
            field_def.type = GraphQLNonNull(number) if is_sure else number
    return made


def kind_of(value: Any, *_: Any) -> str:
    """Say which type a value of an interface or a union has."""
    if isinstance(value, Thing):
        return value.kind
    return 'Repository' if isinstance(value, Repo) else 'PullRequest'


def unknown(_: Any, info: Info, **__: Any) -> NoReturn:
    """Refuse a field that nobody taught us; the error in the log fails the test."""
    message = f'our own GitHub does not know {info.parent_type.name}.{info.field_name}'
    log.error(message)
    raise Unknown(message)
