"""Our own GitHub over GraphQL: who is let in, what is refused, how pages are cut."""

import logging
from collections.abc import AsyncIterator

import pytest

from tests.github import FakeGitHub
from tests.integration.fake_graphql import Asker

pytestmark = pytest.mark.usefixtures('npm')

TITLES = 'query Titles($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest { title } } }'
PAGE = """query ($first: Int, $last: Int, $after: String, $before: String) {
  repository(owner: "acme", name: "api") {
    pullRequests(first: $first, last: $last, after: $after, before: $before,
                 orderBy: {field: UPDATED_AT, direction: DESC}) {
      totalCount
      nodes { number }
      edges { cursor node { number } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}"""
NAME = 'query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { nameWithOwner } }'


@pytest.fixture
async def ask() -> AsyncIterator[Asker]:
    github = FakeGitHub()
    github.add_repository('acme/api')
    asker = Asker(github)
    yield asker
    await asker.http.aclose()


async def test_without_a_known_token_nothing_is_said(ask: Asker) -> None:
    for headers in ({'authorization': ''}, {'authorization': 'Bearer another'}):
        response = await ask.http.post('/graphql', json={'query': '{ viewer { login } }'}, headers=headers)
        assert response.status_code == 401
    assert (await ask.data('{ viewer { login isViewer } }')) == {'viewer': {'login': 'ann', 'isViewer': True}}


async def test_a_document_that_is_none_of_githubs_is_refused_with_200(ask: Asker) -> None:
    assert 'Syntax Error' in (await ask.errors('{ viewer {'))[0]['message']
    (error,) = await ask.errors('{ viewer { shoeSize } }')
    assert 'shoeSize' in error['message']
    assert 'data' not in await ask.ask('{ viewer { shoeSize } }')
    assert 'data' not in await ask.ask(TITLES, ids=None)
    assert (await ask.http.post('/graphql', content=b'{')).status_code == 400
    assert ask.github.graphql_used.total() == 0


async def test_what_our_own_github_was_not_taught_is_an_error_that_names_it(
    ask: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await ask.ask('{ viewer { login pronouns } }')

    assert answer['data'] == {'viewer': {'login': 'ann', 'pronouns': None}}
    assert 'User.pronouns' in answer['errors'][0]['message']
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    caplog.clear()


async def test_of_several_nodes_those_that_are_not_there_are_null(ask: Asker) -> None:
    number = ask.github.open_pull('acme/api', 'Fix it')
    id_ = ask.github.pull('acme/api', number).listed['node_id']
    ask.github.delete_pull('acme/api', ask.github.open_pull('acme/api'))
    gone = id_.replace('_', '_X')

    answer = await ask.ask(TITLES, ids=[gone, id_, 'rubbish'])

    assert answer['data'] == {'nodes': [None, {'title': 'Fix it'}, None]}
    assert [(error['type'], error['path']) for error in answer['errors']] == [
        ('NOT_FOUND', ['nodes', 0]),
        ('NOT_FOUND', ['nodes', 2]),
    ]


@pytest.mark.parametrize(
    ('scopes', 'refused'),
    [
        (None, []),
        ('admin:org', []),
        ('repo, read:org', []),
        ('repo, write:discussion', ['login']),
        ('repo', ['slug', 'login']),
        ('', ['slug', 'login']),
    ],
)
async def test_without_a_scope_for_each_field_all_of_a_document_is_refused(
    ask: Asker, scopes: str | None, refused: list[str]
) -> None:
    number = ask.github.open_pull('acme/api')
    id_ = ask.github.pull('acme/api', number).listed['node_id']
    ask.github.scopes = scopes
    document = """query ($id: ID!) { node(id: $id) { ...Asked } }
      fragment Asked on PullRequest {
        title
        author { login ... on Organization { login } }
        reviewRequests(first: 1) { nodes { requestedReviewer { __typename ... on Team { slug } } } }
      }"""

    answer = await ask.ask(document, id=id_)

    errors = answer.get('errors', [])
    assert {error['type'] for error in errors} <= {'INSUFFICIENT_SCOPES'}
    assert sorted(error['message'].split("'")[1] for error in errors) == sorted(refused)
    assert ('data' in answer) == (not refused)


async def test_an_older_schema_lacks_fields(ask: Asker) -> None:
    ask.github.graphql_lacks = {'Repository.visibility'}
    document = '{ repository(owner: "acme", name: "api") { name visibility } }'

    answer = await ask.ask(document)

    assert 'data' not in answer
    assert [error['extensions']['code'] for error in answer['errors']] == ['undefinedField']
    assert await ask.data(document.replace('visibility', '')) == {'repository': {'name': 'api'}}


async def test_more_than_a_hundred_ids_are_too_many(ask: Asker) -> None:
    (error,) = await ask.errors(TITLES, ids=['x'] * 101)
    assert error['type'] == 'ARGUMENT_LIMIT'


async def test_repositories_are_refused_as_over_rest(ask: Asker) -> None:
    github = ask.github
    for name in ('acme/gone', 'acme/closed', 'corp/sso'):
        github.add_repository(name)
    github.refuse('acme/gone', 404)
    github.refuse('acme/closed', 403)
    github.unapproved['corp'] = 'https://github.example/sso'
    refused = {
        name: (await ask.errors(NAME, owner=name.split('/')[0], name=name.split('/')[1]))[0]
        for name in ('acme/gone', 'acme/none', 'acme/closed', 'corp/sso')
    }
    assert {name: error['type'] for name, error in refused.items()} == {
        'acme/gone': 'NOT_FOUND',
        'acme/none': 'NOT_FOUND',
        'acme/closed': 'FORBIDDEN',
        'corp/sso': 'FORBIDDEN',
    }
    assert refused['corp/sso']['extensions'] == {'saml_failure': True}
    assert refused['acme/none']['path'] == ['repository']


async def test_a_repository_is_followed_to_its_new_name(ask: Asker) -> None:
    ask.github.rename('acme/api', 'acme/core')
    ask.github.transfer('acme/core', 'corp')

    for name in ('api', 'core'):
        found = await ask.data(NAME, owner='acme', name=name)
        assert found == {'repository': {'nameWithOwner': 'corp/core'}}


async def test_pages_need_a_size_of_at_most_a_hundred(ask: Asker) -> None:
    said = [await ask.errors(PAGE, **sizes) for sizes in ({}, {'first': 101}, {'first': 1, 'last': 1})]
    assert [errors[0]['type'] for errors in said] == [
        'MISSING_PAGINATION_BOUNDARIES',
        'EXCESSIVE_PAGINATION',
        'INVALID_PAGINATION_BOUNDARIES',
    ]
    assert (await ask.errors(PAGE, first=1, after='rubbish'))[0]['type'] == 'INVALID_CURSOR_ARGUMENTS'


@pytest.mark.parametrize('size', [1, 2, 3, 7, 8])
async def test_paging_forth_and_back_gives_each_once(ask: Asker, size: int) -> None:
    numbers = [ask.github.open_pull('acme/api') for _ in range(7)]
    ask.github.edit('acme/api', 3, title='Touched')
    expected = [3, *(number for number in reversed(numbers) if number != 3)]

    for sizes, cursor, more, end in (
        ({'first': size}, 'after', 'hasNextPage', 'endCursor'),
        ({'last': size}, 'before', 'hasPreviousPage', 'startCursor'),
    ):
        pages, info = [], {more: True, end: None}
        while info[more]:
            found = (await ask.data(PAGE, **sizes, **{cursor: info[end]}))['repository']['pullRequests']
            info = found['pageInfo']
            pages.append([node['number'] for node in found['nodes']])
            assert [edge['node'] for edge in found['edges']] == found['nodes']
            assert found['totalCount'] == 7
        if cursor == 'before':
            pages.reverse()
        assert [number for page in pages for number in page] == expected


async def test_a_cursor_stays_right_while_pulls_move(ask: Asker) -> None:
    for _ in range(6):
        ask.github.open_pull('acme/api')
    first = (await ask.data(PAGE, first=2))['repository']['pullRequests']
    assert [node['number'] for node in first['nodes']] == [6, 5]

    ask.github.edit('acme/api', 3, title='Jumps to the front')
    ask.github.edit('acme/api', 5, title='So does the one at the cursor')
    rest = await ask.data(PAGE, first=10, after=first['pageInfo']['endCursor'])

    assert [node['number'] for node in rest['repository']['pullRequests']['nodes']] == [4, 2, 1]


async def test_requests_are_remembered_with_operation_variables_and_cost(ask: Asker) -> None:
    await ask.ask(TITLES, ids=[])

    (asked,) = ask.github.requests
    assert (asked.method, asked.path, asked.operation) == ('POST', '/graphql', 'Titles')
    assert (asked.variables, asked.cost) == ({'ids': []}, 1)


async def test_an_enterprise_server_has_other_addresses() -> None:
    github = FakeGitHub(is_enterprise=True)
    github.add_repository('acme/api')
    github.rename('acme/api', 'acme/core')
    ask = Asker(github)

    graphql = await ask.http.post('/api/graphql', json={'query': '{ viewer { login } }'})
    rest = await ask.http.get('/api/v3/repos/acme/core')
    moved = await ask.http.get('/api/v3/repos/acme/api/pulls')

    assert graphql.json() == {'data': {'viewer': {'login': 'ann'}}}
    assert rest.json()['full_name'] == 'acme/core'
    assert moved.headers['location'].endswith(f'/api/v3/repositories/{rest.json()["id"]}/pulls')
    assert (await ask.send('{ viewer { login } }')).status_code == 404
    await ask.http.aclose()
