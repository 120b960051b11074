"""GraphQL by the client, against a GitHub that says what it is told to. Time is ours."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reviewflow.errors import (
    BadCredentials,
    ForgeError,
    ForgeUnavailable,
    NoGraphQL,
    RateLimited,
    RepositoryUnavailable,
    TooMuchAsked,
)
from sync.github.client import GitHubClient
from sync.github.graph import GraphAnswer, GraphError
from sync.github.protocol import Resource
from tests.github import FakeGitHub, fault, serve
from tests.integration.github_client import NOON, TOKEN, Clock, make_client, read

DOCUMENT = 'query($ids: [ID!]!) { nodes(ids: $ids) { id } rateLimit { cost } }'
MISTAKES = ['undefinedField', 'cannotSpreadFragment', 'selectionMismatch', 'argumentNotAccepted']
"""Codes of what an older schema does not allow in a document."""
GOOD = {'data': {'nodes': [{'id': 'R_1'}], 'rateLimit': {'cost': 3}}}


class FakeGraphQL(FakeGitHub):
    """It answers each query with the next of its ``answers``, and then always well."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(token=TOKEN, now=clock.truth)
        self.answers: list[fault.Fault] = []
        self.asked: list[Any] = []
        self.app.router.routes.insert(0, Route('/graphql', self._graphql, methods=['POST']))

    async def _graphql(self, request: Request) -> Response:
        self.asked.append(await request.json())
        answer = self.answers.pop(0) if self.answers else say(GOOD)
        return await answer(request)


def say(data: object, **headers: str) -> fault.Fault:
    return fault.text(json.dumps(data), **headers)


def wrong(kind: str | None, message: str, **rest: object) -> fault.Fault:
    """Answer 200 with an error for all of it."""
    return say({'errors': [{'type': kind, 'message': message} | rest]})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def github(clock: Clock) -> FakeGraphQL:
    github = FakeGraphQL(clock)
    github.add_repository('acme/api')
    return github


@pytest.fixture
async def client(github: FakeGraphQL, clock: Clock) -> AsyncIterator[GitHubClient]:
    client = make_client(github, clock)
    yield client
    await client.aclose()


async def query(client: GitHubClient, *ids: str) -> GraphAnswer:
    return await client.query(DOCUMENT, {'ids': list(ids) or ['R_1']}, about='acme/api')


async def test_a_document_is_answered(client: GitHubClient, github: FakeGraphQL) -> None:
    answer = await query(client)

    assert answer == GraphAnswer(data=GOOD['data'], cost=3)
    assert github.asked == [{'query': DOCUMENT, 'variables': {'ids': ['R_1']}}]
    assert client.governor.allowances[Resource.GRAPHQL].spent == 3
    assert client.allowance.spent == 0


async def test_what_is_wrong_with_a_part_is_handed_on(client: GitHubClient, github: FakeGraphQL) -> None:
    message = 'Could not resolve to a node\nwith the \ud800 global id of \x1b[31mR_2'
    github.answers = [say({
        'data': {'nodes': [None]},
        'errors': [
            {'type': 'NOT_FOUND', 'path': ['nodes', 0, True, None], 'message': message},
            {'type': 7, 'path': 'x', 'message': None},
            'rubbish',
        ],
    })]  # fmt: skip

    answer = await query(client)

    assert answer.data == {'nodes': [None]}
    assert answer.cost is None
    assert answer.errors == (
        GraphError(
            type='NOT_FOUND',
            path=('nodes', 0),
            message='Could not resolve to a node with the \ufffd global id of  [31mR_2',
        ),
        GraphError(type='', path=(), message=''),
    )


async def test_a_lone_surrogate_is_sent_and_not_stumbled_over(
    client: GitHubClient, github: FakeGraphQL
) -> None:
    await client.query(DOCUMENT, {'after': '\ud800'}, about='acme/api')

    assert github.asked[0]['variables'] == {'after': '\ud800'}


# What concerns everything


@pytest.mark.parametrize(('answer', 'kind'), [
    (fault.status(401), BadCredentials),
    (fault.status(403, message='Forbidden'), RepositoryUnavailable),
    (fault.status(404), NoGraphQL),
    (fault.status(406), NoGraphQL),
    *((wrong(None, "Field 'x' doesn't exist", extensions={'code': code}), NoGraphQL) for code in MISTAKES),
    (wrong('INTERNAL', 'Sorry', extensions={'code': 'undefinedField'}), ForgeUnavailable),
    (wrong(None, 'Sorry', extensions={'code': 'INTERNAL_SERVER_ERROR'}), ForgeUnavailable),
    (wrong('RESOURCE_LIMITS_EXCEEDED', 'Resource limits for this query exceeded.'), TooMuchAsked),
    (say(GOOD | {'errors': [{'type': 'RESOURCE_LIMITS_EXCEEDED', 'path': ['nodes']}]}), TooMuchAsked),
    (say(GOOD | {'errors': [{'type': 'FORBIDDEN', 'path': ['nodes', 0]}] * 1001}), TooMuchAsked),
    (wrong('FORBIDDEN', 'Resource not accessible'), ForgeUnavailable),
    (fault.status(400), ForgeUnavailable),
    (fault.status(422), ForgeUnavailable),
    (fault.redirect('http://evil.example/graphql', 307), ForgeUnavailable),
    (say({'data': None}), ForgeUnavailable),
    (say({'data': []}), ForgeUnavailable),
    (say([]), ForgeUnavailable),
], ids=[
    'revoked', 'forbidden', 'not found', 'not acceptable', *MISTAKES, 'typed', 'code of a gateway', 'too big',
    'too big in part', 'too many errors', 'forbidden whole', 'bad', 'unprocessable', 'redirect', 'null',
    'a list of data', 'a list',
])  # fmt: skip
async def test_what_concerns_everything_is_raised_after_one_request(
    answer: fault.Fault, kind: type[ForgeError], client: GitHubClient, github: FakeGraphQL
) -> None:
    github.answers = [answer]

    with pytest.raises(kind):
        await query(client)

    assert len(github.asked) == 1
    client.governor.forgive()
    assert (await query(client)).data == GOOD['data']


async def test_without_a_token_there_is_none(github: FakeGraphQL, clock: Clock) -> None:
    client = make_client(github, clock, token=None)

    with pytest.raises(NoGraphQL, match='token'):
        await query(client)

    assert github.asked == []
    await client.aclose()


# Trouble


GAVE_UP = 'Something went wrong while executing your query. This may be the result of a timeout.'


@pytest.mark.parametrize('trouble', [
    fault.status(500), fault.status(503), fault.html(), fault.half_json(),
], ids=['500', '503', 'html', 'half json'])  # fmt: skip
async def test_a_short_trouble_is_sat_out(
    trouble: fault.Fault, client: GitHubClient, github: FakeGraphQL, clock: Clock
) -> None:
    github.answers = [trouble] * 3
    assert (await query(client)).data == GOOD['data']
    assert clock.slept == [0.5, 1, 2]

    github.answers = [trouble] * 4
    with pytest.raises(ForgeUnavailable) as raised:
        await query(client)
    assert not isinstance(raised.value, TooMuchAsked)


@pytest.mark.parametrize('trouble', [
    fault.status(502), fault.status(504), fault.gzip_bomb(5),
    wrong(None, GAVE_UP), say({'data': None, 'errors': [{'message': GAVE_UP}]}),
], ids=['502', '504', 'bomb', 'gave up', 'gave up with null'])  # fmt: skip
async def test_what_may_be_too_much_is_asked_once_where_half_can_be_asked_for_and_else_twice(
    trouble: fault.Fault, client: GitHubClient, github: FakeGraphQL
) -> None:
    for ids, tries in ((['R_1', 'R_2'], 1), (['R_1'], 2)):
        github.answers, github.asked = [trouble] * 4, []
        with pytest.raises(TooMuchAsked):
            await query(client, *ids)
        assert len(github.asked) == tries

    github.answers = [trouble]
    assert (await query(client)).data == GOOD['data']


async def test_what_takes_too_long_may_be_too_much(github: FakeGraphQL, clock: Clock) -> None:
    github.answers = [fault.hang()]
    with serve(github) as url:
        client = make_client(github, clock, url=url, call_timeout=timedelta(milliseconds=200))

        with pytest.raises(TooMuchAsked, match='too long'):
            await query(client)

        await client.aclose()


# Limits


def used_up(clock: Clock) -> fault.Fault:
    reset = int((clock.truth() + timedelta(minutes=1)).timestamp())
    return say(
        {'errors': [{'type': 'RATE_LIMITED', 'message': 'API rate limit exceeded for user ID 1.'}]},
        x_ratelimit_limit='5000', x_ratelimit_remaining='0', x_ratelimit_reset=str(reset),
        x_ratelimit_resource='graphql', date=f'{clock.truth():%a, %d %b %Y %H:%M:%S} GMT',
    )  # fmt: skip


LIMITS: dict[str, Callable[[Clock], fault.Fault]] = {
    'used up': used_up,
    'seconds': lambda _: fault.secondary_limit(timedelta(seconds=60)),
    '429': lambda _: fault.secondary_limit(timedelta(seconds=60), code=429),
    'unsaid': lambda _: fault.secondary_limit(),
    '200, in an error': lambda _: wrong(None, 'You have exceeded a secondary rate limit.'),
    '200, in a message': lambda _: say({'message': 'You have exceeded a secondary rate limit.'}),
    '200, with seconds': lambda _: say(
        {'data': None, 'errors': [{'type': 'RATE_LIMIT', 'message': ''}]}, retry_after='60'
    ),
}


@pytest.mark.parametrize('limit', LIMITS)
@pytest.mark.parametrize('error_h', [-1, 0, 5])
async def test_no_query_is_sent_before_the_limit_is_over(
    limit: str, error_h: int, client: GitHubClient, github: FakeGraphQL, clock: Clock
) -> None:
    clock.error = timedelta(hours=error_h)
    github.answers = [LIMITS[limit](clock)]
    with pytest.raises(RateLimited) as refused:
        await query(client)

    clock.seconds += 59
    with pytest.raises(RateLimited):
        await query(client)
    asked_meanwhile = len(github.asked)
    clock.seconds += 1

    assert (await query(client)).data == GOOD['data']
    assert asked_meanwhile == 1
    assert refused.value.resets_at == NOON + clock.error + timedelta(minutes=1)


async def test_a_repository_called_like_a_limit_is_none(client: GitHubClient, github: FakeGraphQL) -> None:
    message = "Could not resolve to a Repository with the name 'acme/rate limit'."
    github.answers = [say({'data': {'nodes': []}, 'errors': [{'type': 'NOT_FOUND', 'message': message}]})]

    assert (await query(client)).errors[0].type == 'NOT_FOUND'


async def test_what_rest_may_still_do_is_another_account(
    client: GitHubClient, github: FakeGraphQL, clock: Clock
) -> None:
    github.answers = [used_up(clock)]
    with pytest.raises(RateLimited):
        await query(client)

    assert await read(client) == 'acme/api'
    budget = client.governor.allowances[Resource.GRAPHQL].budget
    assert budget is not None
    assert (budget.limit, budget.remaining, budget.resets_in) == (5000, 0, timedelta(minutes=1))
