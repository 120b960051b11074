"""Connections: pages of a list, with opaque cursors.

Source: https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api
"""

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.github.graphql.asking import Info, Refused

MOST = 100
PREFIX = 'cursor:v2:'


@dataclass(frozen=True, slots=True)
class Page:
    nodes: Sequence[Any]
    keys: Sequence[int]
    """One a node, rising all through the list."""
    total: int
    has_before: bool
    has_after: bool
    whole: Sequence[Any]
    """All that the page was cut from."""


@dataclass(frozen=True, slots=True)
class Edge:
    node: Any
    key: int


def page(
    info: Info,
    items: Sequence[Any],
    *,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
    keys: Sequence[int] | None = None,
) -> Page:
    """Cut a page out of a list; a cursor is a place among ``keys``, else it counts.

    Raises:
        Refused: neither or both ends are said, it is too much, or a cursor is none of ours.
    """
    size = _size(info.field_name, first, last)
    keys = range(len(items)) if keys is None else keys
    start = bisect_right(keys, _key(after)) if after else 0
    end = bisect_left(keys, _key(before)) if before else len(items)
    if first is not None:
        end = max(start, min(end, start + size))
    else:
        start = min(max(start, end - size), end)
    return Page(items[start:end], keys[start:end], len(items), start > 0, end < len(items), items)


def resolvers(type_name: str) -> dict[str, Callable[..., Any]]:
    """Give the fields that all connections and all edges have."""
    if type_name.endswith('Connection'):
        return {
            'nodes': lambda page, _: page.nodes,
            'edges': lambda page, _: list(map(Edge, page.nodes, page.keys)),
            'totalCount': lambda page, _: page.total,
            'pageInfo': lambda page, _: page,
        }
    if type_name.endswith('Edge'):
        return {'node': lambda edge, _: edge.node, 'cursor': lambda edge, _: cursor(edge.key)}
    if type_name == 'PageInfo':
        return {
            'hasNextPage': lambda page, _: page.has_after,
            'hasPreviousPage': lambda page, _: page.has_before,
            'startCursor': lambda page, _: cursor(page.keys[0]) if page.keys else None,
            'endCursor': lambda page, _: cursor(page.keys[-1]) if page.keys else None,
        }
    return {}


def cursor(key: int) -> str:
    return base64.b64encode(f'{PREFIX}{key}'.encode()).decode()


def _size(name: str, first: int | None, last: int | None) -> int:
    said = [(which, size) for which, size in (('first', first), ('last', last)) if size is not None]
    if not said:
        raise Refused(
            'MISSING_PAGINATION_BOUNDARIES',
            f'You must provide a `first` or `last` value to properly paginate the `{name}` connection.',
        )
    if len(said) > 1:
        raise Refused(
            'INVALID_PAGINATION_BOUNDARIES',
            f'Passing both `first` and `last` to paginate the `{name}` connection is not supported.',
        )
    which, size = said[0]
    if size < 0:
        raise Refused(
            'INVALID_PAGINATION_BOUNDARIES', f'`{which}` on the `{name}` connection cannot be less than zero.'
        )
    if size > MOST:
        raise Refused(
            'EXCESSIVE_PAGINATION',
            f'Requesting {size} records on the `{name}` connection exceeds '
            f'the `{which}` limit of {MOST} records.',
        )
    return size


def _key(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix(PREFIX))
    except (binascii.Error, ValueError) as error:
        message = f'`{cursor}` does not appear to be a valid cursor.'
        raise Refused('INVALID_CURSOR_ARGUMENTS', message) from error
