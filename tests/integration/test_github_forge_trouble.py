"""The forge against our own GitHub: what must be harmless."""

from collections.abc import AsyncIterator

import pytest

from reviewflow.errors import BadCredentials, ForgeUnavailable, RepositoryUnavailable
from reviewflow.models import Repository
from sync.github.forge import GitHubForge
from tests.github import FakeGitHub, fault
from tests.integration.asking import changed_pulls, open_pulls, read_pull
from tests.integration.github_forge import make_forge, read_all

BOMB = '\u202e<b>"\'\x00\x1b\ud83d\n' + 'x' * 65_536


@pytest.fixture
def github() -> FakeGitHub:
    return FakeGitHub()


@pytest.fixture
def api(github: FakeGitHub) -> Repository:
    return Repository(id=github.add_repository('acme/api'), name='acme/api')


@pytest.fixture
async def forge(github: FakeGitHub) -> AsyncIterator[GitHubForge]:
    forge = make_forge(github)
    yield forge
    await forge.aclose()


# What must be harmless


@pytest.mark.parametrize('code', [404, 403, 451])
async def test_a_repository_that_is_refused_is_unavailable_until_it_is_back(
    code: int, forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    github.refuse('acme/api', code)
    for read in (
        changed_pulls(forge, api),
        open_pulls(forge, api),
        read_pull(forge, api, 1),
        forge.repositories(api.name),
    ):
        with pytest.raises(RepositoryUnavailable):
            await read

    github.refuse('acme/api', None)

    assert len(await read_all(forge, api)) == 1


async def test_a_revoked_token_is_bad_credentials_everywhere(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.is_revoked = True

    for read in (changed_pulls(forge, api), read_pull(forge, api, 1), forge.repositories('acme/*')):
        with pytest.raises(BadCredentials):
            await read


async def test_a_public_repository_is_read_without_a_token(github: FakeGitHub, api: Repository) -> None:
    github.open_pull('acme/api')
    forge = make_forge(github, has_token=False)

    assert len(await read_all(forge, api)) == 1

    assert forge.budget is not None
    assert forge.budget.limit == 60
    await forge.aclose()


@pytest.mark.parametrize('rubbish', [
    fault.html(), fault.half_json(), fault.text('{}'), fault.text('null'), fault.text('"pulls"'),
], ids=['html', 'half json', 'object', 'null', 'text'])  # fmt: skip
async def test_a_list_of_rubbish_is_refused_whole(
    rubbish: fault.Fault, forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.fail(*[rubbish] * 4)

    with pytest.raises(ForgeUnavailable):
        await changed_pulls(forge, api)


STRANGE: dict[str, dict[str, object]] = {
    'title': {'title': BOMB},
    'login': {'user': {'id': 1, 'login': BOMB}},
    'no author': {'user': None},
    'no head': {'head': None},
    'no head repository': {'head': {'ref': BOMB, 'sha': BOMB, 'repo': None}},
    'no base': {'base': None},
    'label': {'labels': [{'name': BOMB, 'color': BOMB}]},
    'no labels': {'labels': None},
    'nobody': {'assignees': [None], 'requested_reviewers': None},
    'team': {'requested_teams': [{'slug': BOMB}]},
    'draft': {'draft': None},
    'link': {'html_url': 'javascript:alert(1)'},
    'year': {'created_at': '9999-12-31T23:59:59-23:00'},
}


@pytest.mark.parametrize('fields', list(STRANGE.values()), ids=list(STRANGE))
async def test_strange_pulls_are_read_in_list_and_alone(
    fields: dict[str, object], forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api', 'the other')
    github.open_pull('acme/api')
    github.edit('acme/api', 2, **fields)

    listed = await read_all(forge, api)
    alone = await read_pull(forge, api, 2)

    assert {pull.number for pull in listed} == {1, 2}
    assert alone.number == 2
    assert repr(listed).encode('utf-8')


async def test_a_pull_with_numbers_out_of_range_costs_only_itself(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    for _ in range(3):
        github.open_pull('acme/api')
    github.edit('acme/api', 1, number=2**31)
    github.edit('acme/api', 2, id=10**30)

    assert [pull.number for pull in await read_all(forge, api)] == [3]
