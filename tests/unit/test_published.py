"""What ReviewFlow asks for is held against what GitHub publishes."""

import json

import pytest

from tests.github.cut_openapi import PATHS
from tests.github.published import DESCRIPTION, problems

SHA = '0' * 40


def asked(method: str, path: str, body: object = None, **query: str) -> list[str]:
    return problems(method, path, list(query.items()), b'' if body is None else json.dumps(body).encode())


@pytest.mark.parametrize(('method', 'path', 'body', 'query'), [
    ('GET', '/repos/acme/api', None, {}),
    ('GET', '/repos/acme/api/pulls', None, {'state': 'all', 'per_page': '100', 'page': '2'}),
    ('GET', '/repos/acme/api/branches/feature/x', None, {}),
    ('GET', f'/repos/acme/api/commits/{SHA}/status', None, {'per_page': '100'}),
    ('POST', '/repos/acme/api/git/refs', {'ref': 'refs/heads/x', 'sha': SHA}, {}),
    ('DELETE', '/repos/acme/api/git/refs/heads/x', None, {}),
])  # fmt: skip
def test_what_is_published_is_fine(method: str, path: str, body: object, query: dict[str, str]) -> None:
    assert asked(method, path, body, **query) == []


@pytest.mark.parametrize(('method', 'path', 'body', 'query', 'problem'), [
    ('GET', '/repos/acme', None, {}, 'no such path'),
    ('GET', '/repos/acme/api/pull', None, {}, 'no such path'),
    ('PUT', '/repos/acme/api/pulls', {}, {}, 'no such method there'),
    ('GET', '/repos/acme/api/pulls/one', None, {}, "pull_number: 'one' is not of type 'integer'"),
    ('GET', '/repos/acme/api/pulls', None, {'status': 'all'}, 'status is no parameter'),
    ('GET', '/repos/acme/api/pulls', None, {'state': 'merged'}, "state: 'merged' is not one of"),
    ('GET', '/repos/acme/api/pulls', None, {'per_page': '101'}, 'per_page: 101 is greater than'),
    ('GET', '/repos/acme/api/pulls', None, {'page': 'two'}, "page: 'two' is not of type 'integer'"),
    ('GET', '/repos/acme/api', {'x': 1}, {}, 'a body where none belongs'),
    ('POST', '/repos/acme/api/git/refs', None, {}, 'the body is missing'),
    ('POST', '/repos/acme/api/git/refs', {'ref': 'refs/heads/x'}, {}, "body: 'sha' is a required property"),
    ('POST', '/repos/acme/api/git/refs', {'ref': 1, 'sha': SHA}, {}, "body: 1 is not of type 'string'"),
    (
        'POST', '/repos/acme/api/git/refs', {'ref': 'refs/heads/x', 'sha': SHA, 'force': True}, {},
        'body: force is none of its fields',
    ),
])  # fmt: skip
def test_anything_else_is_named(
    method: str, path: str, body: object, query: dict[str, str], problem: str
) -> None:
    (found,) = asked(method, path, body, **query)

    assert found.startswith(problem)


def test_the_description_is_what_the_script_cuts() -> None:
    cut = json.loads(DESCRIPTION.read_text('utf-8'))

    assert cut['from'].startswith('@octokit/openapi ')
    assert {path: ' '.join(sorted(methods)) for path, methods in cut['paths'].items()} == {
        path: ' '.join(sorted(methods.split())) for path, methods in PATHS.items()
    }
