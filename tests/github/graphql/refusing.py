"""What GitHub refuses of a document before it answers any of it, for a single field.

Sources:
    https://github.com/cli/cli/issues/812
    https://github.com/mntnr/name-your-contributors/issues/72
"""

import functools
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, TypeInfo, TypeInfoVisitor, Visitor, get_location, get_named_type, parse, visit

from tests.github.graphql.schema import schema
from tests.github.shape import Json

NEEDS = {'Organization': ('read:org',), 'Team': ('read:org', 'read:discussion')}
"""Type → the scopes of which a classic token needs one for its fields."""
INCLUDED = {
    'admin:org': ('write:org', 'read:org'),
    'write:org': ('read:org',),
    'write:discussion': ('read:discussion',),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One that a document asks for."""

    type: str
    """The name of the type that has it."""
    name: str
    place: Json
    """Line and column."""


def unknown_fields(query: str, lacking: Collection[str]) -> list[Json]:
    """Give the errors for fields, as ``Type.field``, that an older schema lacks."""
    return [
        {
            'path': ['query', field.name],
            'extensions': {'code': 'undefinedField', 'typeName': field.type, 'fieldName': field.name},
            'locations': [field.place],
            'message': f"Field '{field.name}' doesn't exist on type '{field.type}'",
        }
        for field in _fields(query)
        if f'{field.type}.{field.name}' in lacking
    ]


def out_of_scope(query: str, listed: str | None) -> list[Json]:
    """Give the errors for fields that these scopes do not suffice for; None: a token that has no scopes."""
    if listed is None:
        return []
    granted = [scope.strip() for scope in listed.split(',')]
    may = {*granted, *(each for scope in granted for each in INCLUDED.get(scope, ()))}
    return [
        {
            'type': 'INSUFFICIENT_SCOPES',
            'locations': [field.place],
            'message': (
                'Your token has not been granted the required scopes to execute this query. '
                f"The '{field.name}' field requires one of the following scopes: {list(NEEDS[field.type])}, "
                f'but your token has only been granted the: {granted} scopes. '
                "Please modify your token's scopes at: https://github.com/settings/tokens."
            ),
        }
        for field in _fields(query)
        if field.type in NEEDS and may.isdisjoint(NEEDS[field.type])
    ]


@functools.lru_cache(maxsize=512)
def _fields(query: str) -> tuple[Field, ...]:
    types = TypeInfo(schema())
    found: list[Field] = []

    class Gather(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent = types.get_parent_type()
            if parent is not None and node.loc is not None and not node.name.value.startswith('__'):
                place = get_location(node.loc.source, node.loc.start)
                found.append(Field(get_named_type(parent).name, node.name.value, place._asdict()))

    visit(parse(query), TypeInfoVisitor(types, Gather()))
    return tuple(found)
