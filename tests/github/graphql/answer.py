"""From the body of a request to the answer: parse, validate, weigh, execute."""

import functools
import json
import logging
from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    get_operation_ast,
    get_variable_values,
    parse,
    validate,
)

from tests.github.graphql.asking import Allowance, Asking, GitHub, Refused, Unknown
from tests.github.graphql.cost import MOST_NODES, cost
from tests.github.graphql.refusing import out_of_scope, unknown_fields
from tests.github.graphql.schema import kind_of, schema, unknown
from tests.github.shape import Json

Answered = tuple[int, Json, int]
"""HTTP status, body, points."""

log = logging.getLogger(__name__)


class GraphQL:
    """Answers documents from what our own GitHub holds."""

    def __init__(self, github: GitHub) -> None:
        self._github = github

    @staticmethod
    def asked(body: bytes) -> tuple[str | None, Mapping[str, Any] | None]:
        """Give the operation's name and variables; None where there are none, also for rubbish."""
        try:
            data = json.loads(body)
            document = _parsed(data['query'])
        except (GraphQLError, LookupError, TypeError, ValueError):
            return None, None
        operation = get_operation_ast(document, data.get('operationName'))
        name = operation.name.value if operation and operation.name else None
        return name, data.get('variables') or {}

    def answer(self, body: bytes, allowance: Allowance) -> Answered:
        """Answer a request of somebody who is known."""
        try:
            data = json.loads(body)
        except ValueError:
            return 400, {'message': 'Problems parsing JSON'}, 0
        if not isinstance(data, dict) or not isinstance(data.get('query'), str):
            return 400, {'message': 'A query attribute must be specified and must be a string.'}, 0
        if allowance.used >= allowance.limit:
            message = 'API rate limit exceeded for user ID 1.'
            return 200, {'errors': [{'type': 'RATE_LIMITED', 'message': message}]}, 0
        document, errors = _understood(data['query'])
        if document is None or errors:
            return 200, {'errors': [_shown(error) for error in errors]}, 0
        if refused := self._refused(data['query']):
            return 200, {'errors': refused}, 0
        return self._execute(document, data.get('variables') or {}, data.get('operationName'), allowance)

    def _refused(self, query: str) -> list[Json]:
        github = self._github
        return unknown_fields(query, github.graphql_lacks) or out_of_scope(query, github.scopes)

    def _execute(
        self, document: DocumentNode, variables: Json, name: str | None, allowance: Allowance
    ) -> Answered:
        operation = get_operation_ast(document, name)
        if operation is None:
            return 200, {'errors': [{'message': f'No operation named {json.dumps(name)}'}]}, 0
        coerced = get_variable_values(schema(), operation.variable_definitions or (), variables)
        if isinstance(coerced, list):
            return 200, {'errors': [_shown(error) for error in coerced]}, 0
        weight = cost(schema(), document, operation, coerced.coerced)
        if weight.nodes > MOST_NODES:
            message = (
                f'This query requests up to {weight.nodes:,} possible nodes '
                f'which exceeds the maximum limit of {MOST_NODES:,}.'
            )
            return 200, {'errors': [{'type': 'MAX_NODE_LIMIT_EXCEEDED', 'message': message}]}, 0
        result = execute_sync(
            schema(),
            document,
            context_value=Asking(self._github, allowance, weight.points, weight.nodes),
            variable_values=variables,
            operation_name=name,
            field_resolver=unknown,
            type_resolver=kind_of,
        )
        return 200, _body(result), weight.points


@functools.lru_cache(maxsize=64)
def _parsed(query: str) -> DocumentNode:
    return parse(query, no_location=True)


@functools.lru_cache(maxsize=512)
def _understood(query: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    try:
        document = parse(query)
    except GraphQLError as error:
        return None, [error]
    if not any(isinstance(node, OperationDefinitionNode) for node in document.definitions):
        return None, [GraphQLError('A query attribute must be specified and must be a string.')]
    return document, validate(schema(), document)


def _body(result: ExecutionResult) -> Json:
    body: Json = {'data': result.data}
    if result.errors:
        body['errors'] = [_shown(error) for error in result.errors]
    return body


def _shown(error: GraphQLError) -> Json:
    shown: Json = {'message': error.message}
    cause = error.original_error
    if isinstance(cause, Refused):
        shown = {'type': cause.type, **shown}
        if cause.extensions:
            shown['extensions'] = cause.extensions
    elif isinstance(cause, Unknown):
        shown = {'type': 'UNKNOWN_TO_OUR_OWN_GITHUB', **shown}
    elif error.path:
        log.error('our own GitHub stumbles at %s: %r', '.'.join(map(str, error.path)), cause or error)
    if error.path:
        shown['path'] = error.path
    if error.locations:
        shown['locations'] = [place._asdict() for place in error.locations]
    return shown
