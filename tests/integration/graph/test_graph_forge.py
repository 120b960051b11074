"""GitHub by GraphQL: its documents are valid, and it says what REST says."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from graphql import parse, validate
from hypothesis import example, given
from hypothesis import strategies as st

from reviewflow.errors import ForgeUnavailable, PageLost, RateLimited, Reason, RepositoryUnavailable
from reviewflow.forge import Ask, Page
from reviewflow.models import PullRequest, Repository
from sync.github import documents
from sync.github.forge import GitHubForge
from sync.github.graph_reader import LINES
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.github.graphql.schema import schema
from tests.github.happening import HAPPENINGS, Happening, happen
from tests.integration.asking import ask, changed_pulls, open_pulls, read_pull
from tests.integration.github_forge import make_forge
from tests.integration.graph.conftest import NAME

pytestmark = pytest.mark.usefixtures('npm')

DOCUMENTS = {'changed': documents.CHANGED, 'heartbeat': documents.HEARTBEAT} | {
    f'{ask.__name__}{"" if may_read_org else " without teams"}': ask(may_read_org=may_read_org)
    for ask in (documents.detail, documents.numbered)
    for may_read_org in (True, False)
}
PEOPLE = ['ann', 'ben', 'cy', 'dependabot[bot]']
STEPS = st.lists(
    st.tuples(st.sampled_from(list(HAPPENINGS)), st.integers(1, 3), st.sampled_from(PEOPLE), st.booleans()),
    max_size=25,
)


@pytest.mark.parametrize('document', DOCUMENTS.values(), ids=DOCUMENTS)
def test_every_document_is_valid_by_githubs_own_schema(document: str) -> None:
    assert validate(schema(), parse(document)) == []


# The same as by REST


@given(STEPS)
@example([('assign', 1, 'dependabot[bot]', False)])
@example([('ask people', 1, 'ann', True)])
def test_both_readers_say_the_same_whatever_happened(steps: list[tuple[str, int, str, bool]]) -> None:
    clock = Clock()
    github = FakeGitHub(now=clock)
    github.add_repository(NAME)
    for author in ('ann', 'ben', 'dependabot[bot]'):
        github.open_pull(NAME, f'Of {author}', author=author)
    for what, number, login, flag in steps:
        clock.forward(seconds=1)
        happen(what, Happening(github=github, name=NAME, number=number, by=login, flag=flag))

    by_graph, by_rest = asyncio.run(read_both_ways(github))

    assert by_graph == by_rest


async def read_both_ways(github: FakeGitHub) -> tuple[object, object]:
    graph, rest = make_forge(github, by_graph=True), make_forge(github)
    try:
        return await everything(graph), await everything(rest)
    finally:
        await graph.aclose()
        await rest.aclose()


async def everything(forge: GitHubForge) -> object:
    (repository,) = await forge.repositories(NAME)
    pages = [await changed_pulls(forge, repository), await open_pulls(forge, repository)]
    listed = [page.listed for page in pages if page is not None]
    return listed, [as_rest_tells(await read_pull(forge, repository, one.number)) for one in listed[0]]


def as_rest_tells(pull: PullRequest) -> PullRequest:
    """Leave out what only GraphQL tells."""
    assert pull.detail is not None
    detail = replace(
        pull.detail,
        review_decision=None,
        is_queued=False,
        threads=None,
        open_threads=None,
        code_owners=None,
        pulse='',
    )
    return replace(pull, detail=detail)


async def test_it_tells_what_rest_does_not(forge: GitHubForge, github: FakeGitHub, api: Repository) -> None:
    github.require_reviews(NAME)
    number = github.open_pull(NAME)
    github.request_review(NAME, number, 'cy', as_code_owner=True)
    github.request_team(NAME, number, 'core', as_code_owner=True)
    github.request_team(NAME, number, 'core', 'docs')
    github.resolve_thread(NAME, number, github.open_thread(NAME, number, by='ben'))
    github.open_thread(NAME, number, by='cy')
    github.enqueue(NAME, number)

    detail = (await read_pull(forge, api, number)).detail

    assert detail is not None
    assert (detail.threads, detail.open_threads) == (2, 1)
    assert detail.review_decision == 'REVIEW_REQUIRED'
    assert detail.is_queued
    assert detail.pulse


# Lists


async def test_many_repositories_are_asked_for_with_one_request(
    forge: GitHubForge, github: FakeGitHub
) -> None:
    repositories = []
    for number in range(40):
        name = f'acme/r{number}'
        github.add_repository(name)
        github.open_pull(name, f'Of {name}')
        repositories += await forge.repositories(name)
    github.requests.clear()

    pages = await forge.lists([Ask(repository=repository) for repository in repositories])

    assert [len(page.listed) for page in pages if isinstance(page, Page)] == [1] * 40
    assert [request.cost for request in github.requests] == [1]


async def test_a_list_is_followed_to_its_end(forge: GitHubForge, github: FakeGitHub, api: Repository) -> None:
    github.open_pulls_in_bulk(NAME, 230)
    numbers, after, pages = [], None, 0
    while pages == 0 or after is not None:
        page = await ask(forge, Ask(repository=api, after=after))
        assert page is not None
        numbers += [listed.number for listed in page.listed]
        after, pages = page.next, pages + 1
        assert page.total == 230

    assert sorted(numbers) == list(range(1, 231))
    assert pages == 1 + (230 - LINES + 99) // 100


def without_lines(*places: int) -> fault.Fault:
    """Answer null in these places of a list, or for all of it, and say that it failed."""

    def leave_out(answer: Any) -> None:
        pulls = answer['data']['nodes'][0]['pullRequests']
        path = ['nodes', 0, 'pullRequests', 'nodes']
        for place in places:
            pulls['nodes'][place] = None
        if not places:
            pulls['nodes'] = None
        answer['errors'] = [{'path': [*path, place], 'message': 'Timed out.'} for place in places or ('',)]

    return fault.altered(leave_out)


async def test_a_list_with_lines_that_are_null_is_not_whole(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pulls_in_bulk(NAME, 30)
    whole = await changed_pulls(forge, api)
    github.fail(without_lines(1, 3), on='Changed')

    page = await changed_pulls(forge, api)

    assert whole is not None
    assert page is not None
    assert page.listed == tuple(line for place, line in enumerate(whole.listed) if place not in {1, 3})
    assert (page.next, page.total) == (whole.next, whole.total)
    assert (whole.is_whole, page.is_whole) == (True, False)
    assert page.mark != whole.mark, 'so it is read again once they are there'


async def test_a_list_that_is_null_is_no_empty_list(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.fail(without_lines(), on='Changed')

    with pytest.raises(ForgeUnavailable, match='acme/api: a part without an answer'):
        await changed_pulls(forge, api)


async def test_one_of_many_that_is_gone_or_forbidden_does_not_cost_the_others(
    forge: GitHubForge, github: FakeGitHub
) -> None:
    asks = []
    for name in ('acme/one', 'acme/two', 'acme/three'):
        github.add_repository(name)
        github.open_pull(name)
        asks += [Ask(repository=repository) for repository in await forge.repositories(name)]
    github.refuse('acme/one')
    github.refuse('acme/two', 403)

    gone, forbidden, page = await forge.lists(asks)

    assert isinstance(gone, RepositoryUnavailable)
    assert (gone.repository, gone.reason) == ('acme/one', Reason.MISSING)
    assert isinstance(forbidden, RepositoryUnavailable)
    assert forbidden.reason is Reason.FORBIDDEN
    assert isinstance(page, Page)


async def test_a_renamed_repository_comes_with_its_new_name(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    known = await changed_pulls(forge, api)
    github.rename(NAME, 'acme/backend')

    page = await changed_pulls(forge, api, known=known.mark if known else None)

    assert page is not None
    assert page.repository == replace(api, name='acme/backend')


async def test_a_place_in_a_list_that_is_lost_is_told(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pulls_in_bulk(NAME, 3)

    with pytest.raises(PageLost):
        await changed_pulls(forge, api, after='graph:bm90IGEgY3Vyc29y')


async def begun_by_rest(github: FakeGitHub, repository: Repository) -> Ask:
    """Ask for what follows the first page of a list."""
    github.open_pulls_in_bulk(repository.name, 130)
    rest = make_forge(github)
    page = await changed_pulls(rest, repository)
    await rest.aclose()
    assert page is not None
    return Ask(repository=repository, after=page.next)


async def test_a_place_in_a_list_of_rest_is_followed_by_rest(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    following = await ask(forge, await begun_by_rest(github, api))

    assert following is not None
    assert len(following.listed) == 30


async def test_a_place_in_a_list_of_rest_is_lost_while_rest_alone_has_to_wait(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    begun = await begun_by_rest(github, api)
    github.always(fault.primary_limit(github.now() + timedelta(minutes=55)), on='/repos')

    lost, page = await forge.lists([begun, Ask(repository=api)])

    assert isinstance(lost, PageLost)
    assert isinstance(page, Page)


@pytest.mark.parametrize('limit', [
    fault.secondary_limit(timedelta(minutes=1)), fault.status(503, headers={'retry-after': '60'}),
], ids=['asked too often', 'in trouble'])  # fmt: skip
async def test_a_place_in_a_list_of_rest_is_kept_while_nothing_may_be_asked(
    limit: fault.Fault, forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    begun = await begun_by_rest(github, api)
    github.fail(limit, on='/repos')

    with pytest.raises(RateLimited):
        await forge.lists([begun])
