"""What documents cost at our own GitHub, and what happens when the points are spent."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.fake_graphql import Asker

pytestmark = pytest.mark.usefixtures('npm')

RATE = 'rateLimit { cost limit remaining used nodeCount resetAt }'
GITHUBS_EXAMPLE = f"""query {{
  {RATE}
  viewer {{
    login
    repositories(first: 100) {{
      edges {{ node {{ id
        pullRequests(first: 50) {{ edges {{ node {{ id
          labels(first: 60) {{ edges {{ node {{ id name }} }} }}
        }} }} }}
      }} }}
    }}
  }}
}}"""
"""That of its page, about pulls instead of issues: 1 + 100 + 5,000 requests."""


@pytest.fixture
async def ask() -> AsyncIterator[Asker]:
    github = FakeGitHub()
    asker = Asker(github)
    yield asker
    await asker.http.aclose()


async def cost(ask: Asker, query: str, **variables: object) -> tuple[int, int]:
    rate = (await ask.ask(query, **variables))['data']['rateLimit']
    return rate['cost'], rate['nodeCount']


async def test_githubs_own_example_costs_what_its_page_says(ask: Asker) -> None:
    assert await cost(ask, GITHUBS_EXAMPLE) == (51, 100 + 100 * 50 + 100 * 50 * 60)


async def test_the_least_is_one_point(ask: Asker) -> None:
    assert await cost(ask, f'{{ {RATE} }}') == (1, 0)
    assert await cost(ask, f'{{ {RATE} viewer {{ repositories(first: 1) {{ totalCount }} }} }}') == (1, 1)


async def test_each_node_asked_for_by_id_multiplies(ask: Asker) -> None:
    query = f"""query ($ids: [ID!]!, $first: Int = 50) {{ {RATE} nodes(ids: $ids) {{
      ... on Repository {{ pullRequests(first: $first) {{ nodes {{ labels(last: 10) {{ totalCount }} }} }} }}
    }} }}"""

    assert await cost(ask, query, ids=['x'] * 100) == (51, 100 * 50 + 100 * 50 * 10)
    assert await cost(ask, query, ids=['x'] * 10, first=20) == (2, 10 * 20 + 10 * 20 * 10)


async def test_what_several_fragments_ask_for_counts_once(ask: Asker) -> None:
    once = f"""query ($ids: [ID!]!) {{ {RATE} nodes(ids: $ids) {{ ... on PullRequest {{ ...A ...B }} }} }}
      fragment A on PullRequest {{ labels(first: 10) {{ totalCount }} }}
      fragment B on PullRequest {{ labels(first: 10) {{ nodes {{ name }} }} }}"""
    other = once.replace('B on PullRequest { labels', 'B on PullRequest { more: labels')

    assert await cost(ask, once, ids=['x'] * 100) == (1, 1000)
    assert await cost(ask, other, ids=['x'] * 100) == (2, 2000)


async def test_what_is_left_out_costs_nothing(ask: Asker) -> None:
    query = f"""query ($ids: [ID!]!, $more: Boolean!) {{ {RATE} nodes(ids: $ids) {{ ... on PullRequest {{
      assignees(first: 10) {{ totalCount }}
      labels(first: 10) @include(if: $more) {{ totalCount }}
      comments(first: 10) @skip(if: $more) {{ totalCount }}
      reviews(first: 10) @include(if: $more) {{ totalCount }}
    }} }} }}"""

    assert await cost(ask, query, ids=['x'] * 100, more=True) == (3, 3000)
    assert await cost(ask, query, ids=['x'] * 100, more=False) == (2, 2000)


async def test_half_a_million_nodes_are_the_most(ask: Asker) -> None:
    query = GITHUBS_EXAMPLE.replace('first: 60', 'first: 100')

    (error,) = await ask.errors(query)

    assert error == {
        'type': 'MAX_NODE_LIMIT_EXCEEDED',
        'message': 'This query requests up to 505,100 possible nodes '
        'which exceeds the maximum limit of 500,000.',
    }


async def test_points_are_counted_apart_from_requests_until_the_hour_is_over() -> None:
    clock = Clock()
    github = FakeGitHub(now=clock)
    github.graphql_limit = 52
    ask = Asker(github)

    first = await ask.send(GITHUBS_EXAMPLE)
    second = await ask.send(f'{{ {RATE} }}')
    third = await ask.send(f'{{ {RATE} }}')

    rate = first.json()['data']['rateLimit']
    assert (rate['limit'], rate['cost'], rate['used'], rate['remaining']) == (52, 51, 51, 1)
    assert second.json()['data']['rateLimit']['remaining'] == 0
    assert third.status_code == 200
    assert third.json() == {
        'errors': [{'type': 'RATE_LIMITED', 'message': 'API rate limit exceeded for user ID 1.'}]
    }
    said = third.headers
    assert (said['x-ratelimit-resource'], said['x-ratelimit-remaining']) == ('graphql', '0')
    assert said['x-ratelimit-used'] == '52'
    resets_at = datetime.fromtimestamp(int(said['x-ratelimit-reset']), UTC)
    assert rate['resetAt'] == resets_at.strftime('%Y-%m-%dT%H:%M:%SZ')
    assert github.used == {}

    clock.forward(hours=1)
    assert (await ask.data(f'{{ {RATE} }}'))['rateLimit']['remaining'] == 51
    await ask.http.aclose()
