"""Hold what ReviewFlow asks by REST against GitHub's published description, of which ``openapi.json`` is cut.

What is not in it is an error in the log, for which the test fails.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft7Validator
from starlette.requests import Request

log = logging.getLogger(__name__)

DESCRIPTION = Path(__file__).parent / 'openapi.json'
UNDOCUMENTED = re.compile(r'/repositories/\d+(/.*)?')
"""Where GitHub sends those who ask for a renamed repository, and where its ``Link`` headers lead."""
OURS = 'ReviewFlow/'
"""Who is checked; a test that asks by itself may ask for anything."""


def check(request: Request, body: bytes) -> None:
    """Log what is wrong with a request."""
    path = re.sub('^/api/v3', '', request.url.path)
    if not request.headers.get('user-agent', '').startswith(OURS) or UNDOCUMENTED.fullmatch(path):
        return
    query = request.query_params.multi_items()
    for problem in problems(request.method, path, query, body):
        log.error('not as published: %s %s: %s', request.method, path, problem)


def problems(method: str, path: str, query: list[tuple[str, str]], body: bytes) -> list[str]:
    """Say all that is wrong with it."""
    found = next(filter(None, (_match(template, path) for template in _paths())), None)
    if found is None:
        return ['no such path']
    template, values = found
    operation = _paths()[template].get(method.lower())
    if operation is None:
        return ['no such method there']
    places = {each['name']: each['schema'] for each in operation['parameters'] if each['in'] == 'path'}
    asked = {each['name']: each['schema'] for each in operation['parameters'] if each['in'] == 'query'}
    return [
        *_wrong_values(places, list(values.items())),
        *_wrong_values(asked, query),
        *_wrong_body(operation, body),
    ]


@cache
def _paths() -> Mapping[str, Any]:
    paths: Mapping[str, Any] = json.loads(DESCRIPTION.read_text('utf-8'))['paths']
    return paths


def _match(template: str, path: str) -> tuple[str, Mapping[str, str]] | None:
    """Find the names of a template in a path."""
    slashed = {
        each['name']
        for operation in _paths()[template].values()
        for each in operation['parameters']
        if each.get('hasSlashes')
    }
    pattern = re.sub(
        r'\\\{(\w+)\\\}',
        lambda match: f'(?P<{match[1]}>{".+" if match[1] in slashed else "[^/]+"})',
        re.escape(template),
    )
    match = re.fullmatch(pattern, path)
    return None if match is None else (template, match.groupdict())


def _wrong_values(schemas: Mapping[str, Any], values: list[tuple[str, str]]) -> Iterator[str]:
    for name, value in values:
        if name not in schemas:
            yield f'{name} is no parameter'
            continue
        for error in Draft7Validator(schemas[name]).iter_errors(_typed(unquote(value), schemas[name])):
            yield f'{name}: {error.message}'


def _typed(value: str, schema: Any) -> object:
    """Take a text for what it should be, if it can be."""
    if schema.get('type') == 'integer' and re.fullmatch(r'-?\d+', value):
        return int(value)
    return {'true': True, 'false': False}.get(value, value) if schema.get('type') == 'boolean' else value


def _wrong_body(operation: Mapping[str, Any], body: bytes) -> Iterator[str]:
    schema = operation.get('body')
    if not body:
        if operation.get('isBodyRequired'):
            yield 'the body is missing'
        return
    if schema is None:
        yield 'a body where none belongs'
        return
    data = json.loads(body)
    for error in Draft7Validator(schema).iter_errors(data):
        yield f'body: {error.message}'
    for name in set(data) - set(schema.get('properties', data)):  # GitHub ignores it, and so would we
        yield f'body: {name} is none of its fields'
