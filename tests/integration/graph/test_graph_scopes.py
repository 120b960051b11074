"""GitHub by GraphQL with classic tokens: what their scopes do not suffice for is left out, and no more."""

from collections.abc import AsyncIterator

import pytest

from reviewflow.models import Repository
from reviewflow.store.database import Database
from sync.github.forge import GitHubForge
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.asking import changed_pulls, read_pull
from tests.integration.github_forge import make_forge
from tests.integration.graph.conftest import NAME
from tests.integration.rig import Rig

pytestmark = pytest.mark.usefixtures('npm')

LACKING = ['repo', 'repo, read:discussion', 'public_repo, workflow']
SUFFICIENT = [None, 'repo, read:org', 'repo, write:org', 'admin:org, repo']
REFUSAL = {
    'type': 'INSUFFICIENT_SCOPES',
    'message': "Your token has not been granted the required scopes. The 'slug' field requires 'read:org'.",
}


@pytest.fixture
def number(github: FakeGitHub, api: Repository) -> int:
    """A pull for which people and a team are asked."""
    number = github.open_pull(api.name)
    github.request_review(api.name, number, 'cy', 'dora')
    github.request_team(api.name, number, 'core')
    github.review(api.name, number, by='ben')
    return number


@pytest.fixture
async def rest(github: FakeGitHub) -> AsyncIterator[GitHubForge]:
    forge = make_forge(github)
    yield forge
    await forge.aclose()


def asked(github: FakeGitHub) -> list[str]:
    """Name what was asked since the last time: documents, or paths of REST."""
    names = [request.operation or request.path for request in github.requests]
    github.requests.clear()
    return names


@pytest.mark.parametrize('scopes', SUFFICIENT)
async def test_with_scopes_that_suffice_and_without_any_teams_are_read(
    scopes: str | None, forge: GitHubForge, github: FakeGitHub, api: Repository, number: int
) -> None:
    github.scopes = scopes

    pull = await read_pull(forge, api, number)

    assert pull.requested_teams == ('core',)
    assert asked(github) == ['Numbered']


@pytest.mark.parametrize('scopes', LACKING)
async def test_without_read_org_pulls_are_read_but_for_their_teams(
    scopes: str, forge: GitHubForge, github: FakeGitHub, api: Repository, number: int
) -> None:
    github.scopes = scopes
    await changed_pulls(forge, api)

    pull = await read_pull(forge, api, number)

    assert [person.login for person in pull.requested_reviewers] == ['cy', 'dora']
    assert pull.requested_teams == ()
    assert pull.detail is not None
    assert [review.reviewer.login for review in pull.detail.reviews] == ['ben']
    assert asked(github) == ['Changed', 'Numbered'], 'the scopes came with the list'


@pytest.mark.parametrize('scopes', ['repo', ''])
async def test_a_refusal_teaches_it_where_nothing_else_said_it(
    scopes: str, forge: GitHubForge, github: FakeGitHub, api: Repository, number: int
) -> None:
    github.scopes = scopes

    for _ in range(2):
        assert (await read_pull(forge, api, number)).number == number

    assert asked(github) == ['Numbered'] * 3, 'it is refused once'
    assert forge.means == 'GraphQL'


async def test_teams_come_once_the_scope_is_granted(
    forge: GitHubForge, github: FakeGitHub, api: Repository, number: int
) -> None:
    github.scopes = 'repo'
    assert (await read_pull(forge, api, number)).requested_teams == ()
    github.scopes = 'read:org, repo'
    await changed_pulls(forge, api)

    assert (await read_pull(forge, api, number)).requested_teams == ('core',)


async def test_what_is_refused_even_so_is_read_by_rest(
    forge: GitHubForge, rest: GitHubForge, github: FakeGitHub, api: Repository, number: int
) -> None:
    github.always(fault.refused_document(REFUSAL), on='Numbered')

    pull = await read_pull(forge, api, number)

    assert pull == await read_pull(rest, api, number)
    assert forge.means == 'REST'


async def test_with_the_scope_repo_alone_lists_and_pulls_reach_the_board(
    clock: Clock, database: Database
) -> None:
    github = FakeGitHub(now=clock)
    github.scopes = 'repo'
    github.add_repository(NAME, is_private=True)
    for index in range(3):
        github.request_team(NAME, github.open_pull(NAME, f'Pull {index}'), 'core')
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        await rig.tick()
        await rig.settle()

        cards = rig.board.cards.values()
        assert {card.pull.title for card in cards} == {f'Pull {index}' for index in range(3)}
        assert all(card.pull.detail is not None for card in cards)
        assert not [path for path in asked(github) if '/pulls' in path], 'none of it by REST'
