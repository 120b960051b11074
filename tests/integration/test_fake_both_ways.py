"""Whatever happens at our own GitHub, REST and GraphQL say the same of it."""

import asyncio
from itertools import filterfalse
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.github import FakeGitHub, node_id, shape
from tests.github.happening import HAPPENINGS, Happening, happen
from tests.integration.fake_graphql import Asker
from tests.integration.fake_rest import nodes, single

pytestmark = pytest.mark.usefixtures('npm')

PEOPLE = ['ann', 'ben', 'cy', 'dependabot[bot]']
NAME = 'acme/api'
DOCUMENT = """query ($ids: [ID!]!) { nodes(ids: $ids) {
  ... on Repository { databaseId nameWithOwner isArchived isPrivate pullRequests(first: 100) { totalCount } }
  ... on PullRequest {
    id databaseId fullDatabaseId number title body url state isDraft
    merged mergedAt closedAt createdAt updatedAt
    baseRefName headRefName headRefOid additions deletions changedFiles totalCommentsCount mergeable locked
    authorAssociation
    author { ...who }
    labels(first: 100) { nodes { id name color } }
    assignees(first: 100) { nodes { ...who } }
    milestone { title number state }
    reviewRequests(first: 100) { nodes { requestedReviewer { ...who ... on Team { id slug name } } } }
    reviews(first: 100) {
      nodes { id fullDatabaseId state submittedAt authorAssociation commit { oid } author { ...who } }
    }
    comments(first: 100) { nodes { id databaseId body author { ...who } } }
    reviewThreads(first: 100) { nodes { comments(first: 100) { nodes { id databaseId path } } } }
    statusCheckRollup { contexts(first: 100) { nodes {
      ... on CheckRun { databaseId name status conclusion startedAt completedAt detailsUrl
        checkSuite { databaseId app { slug } } }
      ... on StatusContext { id context description targetUrl createdAt worst: state }
    } } }
  }
} }
fragment who on Actor { login avatarUrl ... on User { id databaseId } ... on Bot { id databaseId } }"""
STEPS = st.lists(
    st.tuples(st.sampled_from(list(HAPPENINGS)), st.integers(0, 2), st.sampled_from(PEOPLE), st.booleans()),
    max_size=25,
)


@given(STEPS)
def test_rest_and_graphql_agree(steps: list[tuple[str, int, str, bool]]) -> None:
    github = FakeGitHub()
    github.organisations.add('acme')
    github.add_repository(NAME)
    for author in ('ann', 'ben', 'dependabot[bot]'):
        github.open_pull(NAME, f'Of {author}', author=author)
    for what, index, login, flag in steps:
        happening = Happening(github=github, name=NAME, number=index + 1, by=login, flag=flag)
        happen(what, happening)

    over_rest, over_graphql = asyncio.run(both(github))

    assert over_graphql == over_rest


async def both(github: FakeGitHub) -> tuple[list[Any], list[Any]]:
    """Read everything over REST, as GraphQL would say it, and over GraphQL."""
    ask = Asker(github)
    repository = await ask.rest(f'/repos/{NAME}')
    pulls = [
        await single(ask, NAME, item['number']) for item in await ask.rest(f'/repos/{NAME}/pulls?state=all')
    ]
    ids = [repository['node_id'], *(pull['id'] for pull in pulls)]
    over_graphql = (await ask.data(DOCUMENT, ids=ids))['nodes']
    await ask.http.aclose()
    for pull in over_graphql[1:]:
        pull['reviewRequests'] = nodes(list(filterfalse(_is_of_bot, pull['reviewRequests']['nodes'])))
    over_rest = {
        'databaseId': repository['id'],
        'nameWithOwner': repository['full_name'],
        'isArchived': repository['archived'],
        'isPrivate': repository['private'],
        'pullRequests': {'totalCount': len(pulls)},
    }
    return [over_rest, *pulls], over_graphql


def _is_of_bot(request: dict[str, Any]) -> bool:
    """Tell what REST never lists."""
    return bool(node_id.read(request['requestedReviewer']['id'])[0] == shape.PREFIXES['Bot'])
