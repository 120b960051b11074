"""What GraphQL answers: nearly always HTTP 200, so what is wrong has to be found inside.

Sources:
    https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    https://docs.github.com/en/graphql/guides/managing-enterprise-accounts (404 where it is switched off)
    https://github.com/rmosolgo/graphql-ruby (lib/graphql/static_validation/rules: their codes)
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewflow.errors import (
    ForgeError,
    ForgeUnavailable,
    NoGraphQL,
    PageLost,
    Reason,
    RepositoryUnavailable,
    TooMuchAsked,
)
from reviewflow.forge import Budget
from reviewflow.text import NAME_MAX, line
from sync.github import protocol, secret, value, wire
from sync.github.governor import Receipt
from sync.github.protocol import Resource
from sync.github.trouble import Overloaded
from sync.github.wire import Reply

MESSAGE_MAX = 200
ERRORS_MAX = 1000
PATH_MAX = 50
BODY_MAX = 4 * wire.MEBIBYTE
"""Of an answer: fifty pulls that each describe themselves in 64 KiB are 3.2; of more, half is asked for."""
COST_MAX = 100
"""Points: the dearest of our documents has 300 connections, which are three."""

NOT_THERE = {404, 405, 406, 410, 501}
REASONS = {'NOT_FOUND': Reason.MISSING, 'FORBIDDEN': Reason.FORBIDDEN}
LOST = {'INVALID_CURSOR_ARGUMENTS'}
RATE_TYPES = {'RATE_LIMIT', 'RATE_LIMITED'}
SCOPE_TYPES = {'INSUFFICIENT_SCOPES'}
SIZE_TYPES = {'RESOURCE_LIMITS_EXCEEDED', 'MAX_NODE_LIMIT_EXCEEDED'}
MISTAKE = re.compile(r'[a-z][A-Za-z]{1,100}')
"""The code of what is wrong with a document by itself: ``undefinedField``, ``cannotSpreadFragment``, …"""
_OVERLOADED = 'something went wrong while executing your query'
_LIMIT_PHRASES = ('rate limit', 'abuse detection')


class OutOfScope(NoGraphQL):
    """A classic token lacks a scope for one field, so GitHub refused all of the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphError:
    """What could not be answered of a document, while the rest could."""

    type: str
    """``NOT_FOUND``, ``FORBIDDEN``, …; "" where GitHub names none."""
    path: tuple[str | int, ...]
    """Names and places in ``data``, from the outside in."""
    message: str
    """One clean line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphAnswer:
    """What a document was answered with."""

    data: Any
    """A dict; what is null in it is unknown, never gone."""
    errors: tuple[GraphError, ...] = ()
    cost: int | None = None
    """Points, if the document asks for ``rateLimit { cost }``."""
    date: datetime | None = None
    """When that was so, by the server's clock."""
    scopes: tuple[str, ...] | None = None
    """What a classic token may do; None or empty for other tokens."""

    def failed(self, *path: str | int) -> set[str]:
        """Name what could not be answered of the object at this path."""
        names = (error.path[len(path)] for error in self.errors if len(error.path) > len(path))
        starts = (error.path[: len(path)] for error in self.errors if len(error.path) > len(path))
        return {str(name) for name, start in zip(names, starts, strict=True) if start == path}

    def reason(self, about: str, *path: str | int) -> ForgeError:
        """Say why there is nothing at this path: null alone is unknown, never gone."""
        error = next((error for error in self.errors if error.path[: len(path)] == path), None)
        if error is None:
            return ForgeUnavailable(f'{about}: a part without an answer')
        if error.type in LOST:
            return PageLost(about)
        if error.type in REASONS:
            return RepositoryUnavailable(about, REASONS[error.type])
        return ForgeUnavailable(f'{about}: {error.message}')


def document(text: str, variables: Mapping[str, object]) -> bytes:
    """Make the body of a request; a lone surrogate in it is escaped."""
    return json.dumps({'query': text, 'variables': dict(variables)}).encode('ascii')


def is_limit(reply: Reply) -> bool:
    """Tell whether the answer is that we ask too often."""
    if reply.status != 200:
        return protocol.is_limit(reply.status, reply.headers, reply.body.start())
    data = _json(reply)
    if isinstance(value.dig(data, 'data'), dict):
        return any(error.type in RATE_TYPES for error in _errors(data))
    said = [line(value.dig(data, 'message')), *(error.message for error in _errors(data) if not error.type)]
    return any(error.type in RATE_TYPES for error in _errors(data)) or any(
        phrase in message.lower() for message in said for phrase in _LIMIT_PHRASES
    )


def receipt(reply: Reply, local: datetime) -> Receipt:
    """Say what an answer tells of limits, in its headers or itself."""
    told = value.dig(_json(reply), 'data', 'rateLimit')
    budget = protocol.budget(reply.headers, local, Resource.GRAPHQL) or _budget(told, reply, local)
    spent = _cost(told) or 1
    return wire.receipt(reply, local, spent=spent, budget=budget, is_limit=is_limit(reply))


def read(reply: Reply, about: str) -> GraphAnswer:
    """Take an answer that is no limit; what concerns only parts of it is handed on.

    Raises:
        OutOfScope: less of it may be answered.
        NoGraphQL: there is none at this address, or another one than our documents are made for.
        TooMuchAsked: half of it may be answered.
        ForgeError: anything else that concerns all of it.
    """
    if reply.status != 200:
        raise _failure(reply, about)
    body = reply.body.json()
    data, errors = value.dig(body, 'data'), _errors(body)
    for error in errors:
        _raise_if_of_all(error)
    if not isinstance(data, dict):
        raise _nothing(body, errors)
    if len(errors) == ERRORS_MAX:  # what is null may have failed, and its error be among those left out
        raise TooMuchAsked('that was too much at once: more errors than are looked at')
    cost = _cost(value.dig(data, 'rateLimit'))
    return GraphAnswer(
        data=data,
        errors=errors,
        cost=cost,
        date=protocol.date(reply.headers),
        scopes=protocol.scopes(reply.headers),
    )


def _raise_if_of_all(error: GraphError) -> None:
    """Raise what concerns all of an answer, whatever data comes with it."""
    if error.type in SIZE_TYPES:
        raise TooMuchAsked(f'that was too much at once: {error.message}')
    if error.type in SCOPE_TYPES:
        raise OutOfScope(f'the token lacks a scope: {error.message}')
    if _OVERLOADED in error.message.lower():
        raise Overloaded('it gave up on a query')


def _json(reply: Reply) -> Any:
    try:
        return reply.body.json() if reply.status == 200 else None
    except ForgeUnavailable:
        return None


def _budget(told: Any, reply: Reply, local: datetime) -> Budget | None:
    """Read ``rateLimit { limit remaining resetAt }``, where the headers say nothing."""
    limit, remaining = value.count(value.dig(told, 'limit')), value.count(value.dig(told, 'remaining'))
    resets_at = value.time(value.dig(told, 'resetAt'))
    if not limit or remaining is None or resets_at is None:
        return None
    resets_in = resets_at - protocol.server_time(reply.headers, local)
    return protocol.window(limit, remaining, resets_in.total_seconds())


def _cost(told: Any) -> int | None:
    cost = value.count(value.dig(told, 'cost'))
    return None if cost is None else min(cost, COST_MAX)


def _failure(reply: Reply, about: str) -> ForgeError:
    if reply.status in NOT_THERE:
        return NoGraphQL(f'it answered HTTP {reply.status}')
    if reply.status in {401, 403}:
        return protocol.failure(reply.status, about, reply.headers)
    return ForgeUnavailable(f'it answered HTTP {reply.status}')


def _nothing(body: Any, errors: tuple[GraphError, ...]) -> ForgeError:
    """Make the error for an answer without data."""
    said = errors[0].message if errors else secret.said(value.dig(body, 'message'), at_most=MESSAGE_MAX)
    if any(map(_is_mistake, _raw_errors(body))):
        return NoGraphQL(f'it does not know all that is asked for: {said}')
    return ForgeUnavailable(f'a query without data: {said}' if said else 'a query without data')


def _is_mistake(error: Any) -> bool:
    """Tell whether the schema there is another one than our documents are made for: they are valid by ours.

    What goes wrong later, or for whoever asks, has a type, or no such code.
    """
    code = value.dig(error, 'extensions', 'code')
    return not error.get('type') and value.matching(MISTAKE, code) is not None


def _raw_errors(body: Any) -> list[dict[str, Any]]:
    listed = value.dig(body, 'errors')
    return value.items(listed[:ERRORS_MAX]) if isinstance(listed, list) else []


def _errors(body: Any) -> tuple[GraphError, ...]:
    return tuple(
        GraphError(
            type=line(error.get('type'), at_most=NAME_MAX),
            path=_path(error.get('path')),
            message=secret.said(error.get('message'), at_most=MESSAGE_MAX),
        )
        for error in _raw_errors(body)
    )


def _path(listed: Any) -> tuple[str | int, ...]:
    steps = listed[:PATH_MAX] if isinstance(listed, list) else []
    return tuple(
        step if isinstance(step, int) else line(step, at_most=NAME_MAX)
        for step in steps
        if type(step) in {int, str}  # JSON's true is neither
    )
