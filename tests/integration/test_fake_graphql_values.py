"""What our own GitHub says over GraphQL and nowhere else, or otherwise than over REST."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.github import FakeGitHub
from tests.github.shape import user
from tests.integration.fake_graphql import Asker

pytestmark = pytest.mark.usefixtures('npm')

NAME = 'acme/api'
PULL = """query ($id: ID!) { node(id: $id) { ... on PullRequest { %s } } }"""


@pytest.fixture
async def ask() -> AsyncIterator[Asker]:
    github = FakeGitHub()
    github.organisations.add('acme')
    github.add_repository(NAME)
    github.open_pull(NAME)
    asker = Asker(github)
    yield asker
    await asker.http.aclose()


async def of_pull(ask: Asker, fields: str) -> dict[str, Any]:
    """Ask for fields of the first pull."""
    id_ = ask.github.pull(NAME, 1).listed['node_id']
    found: dict[str, Any] = (await ask.data(PULL % fields, id=id_))['node']
    return found


def nodes(connection: dict[str, Any]) -> list[Any]:
    return list(connection['nodes'])


async def test_people_bots_teams_and_mannequins_are_asked_some_as_code_owners(ask: Asker) -> None:
    ask.github.request_review(NAME, 1, 'ben', 'renovate[bot]', as_code_owner=True)
    ask.github.request_team(NAME, 1, 'core-api')
    pull = ask.github.pull(NAME, 1).listed
    pull['requested_reviewers'].append(user('old-ben', 'Mannequin'))

    found = await of_pull(
        ask,
        """reviewRequests(first: 9) { totalCount nodes { asCodeOwner requestedReviewer {
             __typename ... on Actor { login } ... on Team { slug combinedSlug name } } } }""",
    )

    assert [
        (request['asCodeOwner'], *request['requestedReviewer'].values())
        for request in nodes(found['reviewRequests'])
    ] == [
        (True, 'User', 'ben'),
        (True, 'Bot', 'renovate'),
        (False, 'Mannequin', 'old-ben'),
        (False, 'Team', 'core-api', 'acme/core-api', 'Core Api'),
    ]


async def test_reviews_are_filtered_and_paged_back(ask: Asker) -> None:
    for number in range(5):
        ask.github.review(NAME, 1, by=f'p{number}', state='COMMENTED' if number % 2 else 'APPROVED')
    page = 'reviews(%s) { totalCount nodes { author { login } } pageInfo { hasPreviousPage startCursor } }'

    last = (await of_pull(ask, page % 'last: 2'))['reviews']
    start = last['pageInfo']['startCursor']
    earlier = (await of_pull(ask, page % f'last: 9, before: "{start}"'))['reviews']
    approved = (await of_pull(ask, page % 'first: 9, states: [APPROVED]'))['reviews']

    assert [[review['author']['login'] for review in nodes(each)] for each in (last, earlier, approved)] == [
        ['p3', 'p4'],
        ['p0', 'p1', 'p2'],
        ['p0', 'p2', 'p4'],
    ]
    assert (last['pageInfo']['hasPreviousPage'], earlier['pageInfo']['hasPreviousPage']) == (True, False)
    assert approved['totalCount'] == 3


async def test_the_latest_reviews_leave_out_whoever_is_asked_again(ask: Asker) -> None:
    for by, state in (('ben', 'APPROVED'), ('cy', 'CHANGES_REQUESTED'), ('cy', 'COMMENTED')):
        ask.github.review(NAME, 1, by=by, state=state)
    ask.github.review(NAME, 1, by='eve', association='NONE')
    ask.github.request_review(NAME, 1, 'ben')

    found = await of_pull(
        ask,
        """latestReviews(first: 9) { nodes { state } }
           latestOpinionatedReviews(first: 9, writersOnly: true) { nodes { state } }""",
    )

    assert [review['state'] for review in nodes(found['latestReviews'])] == ['COMMENTED', 'APPROVED']
    assert [review['state'] for review in nodes(found['latestOpinionatedReviews'])] == [
        'APPROVED',
        'CHANGES_REQUESTED',
    ]


async def test_checks_are_rolled_up_and_counted(ask: Asker) -> None:
    rollup = """statusCheckRollup { state contexts(first: 1) {
      totalCount checkRunCount statusContextCount nodes { __typename }
      checkRunCountsByState { state count } statusContextCountsByState { state count } } }"""
    assert (await of_pull(ask, rollup))['statusCheckRollup'] is None

    ask.github.check(NAME, 1, 'test', None, status='queued')
    ask.github.check(NAME, 1, 'lint', 'failure')
    ask.github.status(NAME, 1, state='error')
    failing = (await of_pull(ask, rollup))['statusCheckRollup']
    ask.github.check(NAME, 1, 'lint', 'success')
    erring = (await of_pull(ask, rollup))['statusCheckRollup']
    ask.github.status(NAME, 1, state='success')
    pending = (await of_pull(ask, rollup))['statusCheckRollup']
    ask.github.check(NAME, 1, 'test', 'skipped')
    passing = (await of_pull(ask, rollup))['statusCheckRollup']
    ask.github.push(NAME, 1)

    assert failing == {
        'state': 'FAILURE',
        'contexts': {
            'totalCount': 3,
            'checkRunCount': 2,
            'statusContextCount': 1,
            'nodes': [{'__typename': 'CheckRun'}],
            'checkRunCountsByState': [{'state': 'QUEUED', 'count': 1}, {'state': 'FAILURE', 'count': 1}],
            'statusContextCountsByState': [{'state': 'ERROR', 'count': 1}],
        },
    }
    assert [found['state'] for found in (erring, pending, passing)] == ['ERROR', 'PENDING', 'SUCCESS']
    assert (await of_pull(ask, rollup))['statusCheckRollup'] is None


async def test_checks_that_the_token_may_not_see_are_forbidden_and_the_rest_is_told(ask: Asker) -> None:
    ask.github.withheld['check-runs'] = 403
    ask.github.check(NAME, 1)
    ask.github.status(NAME, 1)
    id_ = ask.github.pull(NAME, 1).listed['node_id']
    fields = 'title statusCheckRollup { state contexts(first: 9) { totalCount nodes { __typename } } }'

    answer = await ask.ask(PULL % fields, id=id_)

    contexts = {'totalCount': 2, 'nodes': [None, {'__typename': 'StatusContext'}]}
    assert answer['data'] == {
        'node': {'title': 'A pull', 'statusCheckRollup': {'state': 'SUCCESS', 'contexts': contexts}}
    }
    assert [(error['type'], error['path']) for error in answer['errors']] == [
        ('FORBIDDEN', ['node', 'statusCheckRollup', 'contexts', 'nodes', 0])
    ]


async def test_threads_decision_and_merge_queue_are_told(ask: Asker) -> None:
    github = ask.github
    fields = """reviewDecision isInMergeQueue mergeQueueEntry { position state } mergeStateStatus mergeable
      reviewThreads(first: 9) { totalCount nodes { isResolved resolvedBy { login } } }"""
    before = await of_pull(ask, fields)
    github.require_reviews(NAME)
    github.resolve_thread(NAME, 1, github.open_thread(NAME, 1))
    github.open_thread(NAME, 1)
    github.enqueue(NAME, github.open_pull(NAME))
    github.enqueue(NAME, 1)
    github.set_mergeable(NAME, 1, mergeable=False)
    after = await of_pull(ask, fields)

    assert (before['reviewDecision'], before['mergeQueueEntry']) == (None, None)
    assert (before['mergeStateStatus'], before['mergeable']) == ('CLEAN', 'MERGEABLE')
    assert after == {
        'reviewDecision': 'REVIEW_REQUIRED',
        'isInMergeQueue': True,
        'mergeQueueEntry': {'position': 2, 'state': 'QUEUED'},
        'mergeStateStatus': 'DIRTY',
        'mergeable': 'CONFLICTING',
        'reviewThreads': {
            'totalCount': 2,
            'nodes': [
                {'isResolved': True, 'resolvedBy': {'login': 'ann'}},
                {'isResolved': False, 'resolvedBy': None},
            ],
        },
    }


async def test_owners_have_their_repositories_archived_ones_apart(ask: Asker) -> None:
    for name in ('acme/old', 'ann/own'):
        ask.github.add_repository(name)
    ask.github.archive('acme/old')
    query = """query ($archived: Boolean) {
      organization(login: "acme") { repositories(first: 9, isArchived: $archived) { nodes { name } } }
      user(login: "ann") { repositories(first: 9) { nodes { name } } }
      repositoryOwner(login: "acme") { __typename login } }"""

    every, active = await ask.data(query), await ask.data(query, archived=False)

    assert [found['name'] for found in nodes(every['organization']['repositories'])] == ['api', 'old']
    assert [found['name'] for found in nodes(active['organization']['repositories'])] == ['api']
    assert [found['name'] for found in nodes(every['user']['repositories'])] == ['own']
    assert every['repositoryOwner'] == {'__typename': 'Organization', 'login': 'acme'}
    (error,) = await ask.errors('{ user(login: "acme") { login } }')
    assert error['type'] == 'NOT_FOUND'


async def test_whatever_has_an_id_is_found_by_it(ask: Asker) -> None:
    github = ask.github
    github.edit(NAME, 1, labels=[{'name': 'bug'}], assignees=[user('x[bot]'), user('ben')])
    github.edit(NAME, 1, milestone=github.add_milestone(NAME, 'One'))
    github.request_team(NAME, 1, 'core')
    github.open_thread(NAME, 1)
    github.comment(NAME, 1)
    github.check(NAME, 1)
    github.status(NAME, 1)
    what = '__typename id'
    found = await of_pull(
        ask,
        f"""{what} repository {{ {what} owner {{ {what} }} }} milestone {{ {what} }}
        labels(first: 1) {{ nodes {{ {what} }} }} assignees(first: 1) {{ nodes {{ {what} }} }}
        reviewRequests(first: 1) {{ nodes {{ requestedReviewer {{ ... on Team {{ {what} }} }} }} }}
        reviews(first: 1) {{ nodes {{ {what} commit {{ {what} }} }} }}
        comments(first: 1) {{ nodes {{ {what} }} }}
        reviewThreads(first: 1) {{ nodes {{ {what} comments(first: 1) {{ nodes {{ {what} }} }} }} }}
        statusCheckRollup {{ contexts(first: 2) {{ nodes {{ ... on Node {{ {what} }}
          ... on CheckRun {{ checkSuite {{ {what} app {{ {what} }} }} }} }} }} }}""",
    )

    known = {id_: kind for kind, id_ in identified(found)}
    again = await ask.data('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', ids=list(known))

    assert {node['id']: node['__typename'] for node in again['nodes']} == known
    assert len(known) == len(set(known.values())) == 16


def identified(data: Any) -> Iterator[tuple[str, str]]:
    """Give type and id of all that have both."""
    if isinstance(data, list):
        for item in data:
            yield from identified(item)
    elif isinstance(data, dict):
        if 'id' in data:
            yield data['__typename'], data['id']
        for value in data.values():
            yield from identified(value)
