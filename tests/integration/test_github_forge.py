"""The forge against our own GitHub: lists and repositories, and what they cost."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from reviewflow.errors import ApprovalNeeded, ForgeUnavailable, Reason, RepositoryUnavailable
from reviewflow.forge import Forge
from reviewflow.models import Repository, Status
from reviewflow.policy import status
from reviewflow.settings import GitHub
from sync.github.forge import GitHubForge
from tests.github import FakeGitHub, fault, serve
from tests.integration.asking import changed_pulls, open_pulls, read_pull
from tests.integration.github_forge import make_forge, read_all


@pytest.fixture
def github() -> FakeGitHub:
    return FakeGitHub()


@pytest.fixture
def api(github: FakeGitHub) -> Repository:
    id_ = github.add_repository('acme/api')
    return Repository(id=id_, name='acme/api', node_id=github.repo('acme/api').data['node_id'])


@pytest.fixture
async def forge(github: FakeGitHub) -> AsyncIterator[GitHubForge]:
    forge = make_forge(github)
    yield forge
    await forge.aclose()


@pytest.mark.parametrize(
    ('url', 'key'),
    [
        ('https://api.github.com', 'github:api.github.com'),
        ('https://GIT.example.com/api/v3/', 'github:git.example.com/api/v3'),
        ('http://localhost:4000', 'github:localhost:4000'),
    ],
)
async def test_the_key_names_the_host(url: str, key: str) -> None:
    forge: Forge = GitHubForge(GitHub.model_validate({'api_url': url}))

    assert forge.key == key
    await forge.aclose()


# Lists


async def test_a_list_comes_most_recently_updated_first_and_without_detail(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    for title in ('one', 'two', 'three'):
        github.open_pull('acme/api', title)
    github.close('acme/api', 1)
    github.merge('acme/api', 2)

    page = await changed_pulls(forge, api)

    assert page is not None
    assert [pull.title for pull in page.pulls] == ['two', 'one', 'three']
    assert [status(pull) for pull in page.pulls] == [Status.MERGED, Status.CLOSED, Status.PENDING]
    assert {pull.detail for pull in page.pulls} == {None}
    assert page.repository == api
    assert page.next is None


async def test_an_unchanged_list_is_none_and_costs_nothing(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    page = await changed_pulls(forge, api)
    assert page is not None
    spent = forge.spent

    assert await changed_pulls(forge, api, known=page.mark) is None
    assert forge.spent == spent

    github.open_pull('acme/api')
    assert await changed_pulls(forge, api, known=page.mark) is not None


async def test_a_list_is_read_again_until_its_mark_is_handed_back(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')

    assert await changed_pulls(forge, api) == await changed_pulls(forge, api)


async def test_a_server_without_etags_gives_no_mark(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.has_etags = False

    page = await changed_pulls(forge, api)

    assert page is not None
    assert page.mark is None


async def test_long_lists_come_in_pages_and_only_the_first_has_a_mark(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    numbers = [github.open_pull('acme/api') for _ in range(250)]

    first = await changed_pulls(forge, api)
    assert first is not None
    second = await changed_pulls(forge, api, after=first.next, known=first.mark)

    assert second is not None
    assert (len(first.pulls), len(second.pulls)) == (100, 100)
    assert first.mark is not None
    assert second.mark is None
    assert [pull.number for pull in await read_all(forge, api)] == numbers[::-1]


async def test_open_pulls_leave_out_the_others(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    for _ in range(103):
        github.open_pull('acme/api')
    github.close('acme/api', 50)
    github.merge('acme/api', 60)

    first = await open_pulls(forge, api)
    second = await open_pulls(forge, api, after=first.next)

    numbers = {pull.number for pull in (*first.pulls, *second.pulls)}
    assert numbers == set(range(1, 104)) - {50, 60}
    assert second.next is None


async def test_an_empty_repository_has_no_pulls(forge: GitHubForge, api: Repository) -> None:
    page = await changed_pulls(forge, api)

    assert page is not None
    assert page.pulls == ()
    assert page.repository == api


async def test_a_rename_shows_with_the_next_list(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    github.rename('acme/api', 'umbrella/core')

    page = await changed_pulls(forge, api)

    assert page is not None
    assert page.repository == replace(api, name='umbrella/core')
    assert [pull.repository for pull in page.pulls] == ['umbrella/core']
    assert (await read_pull(forge, api, 1)).repository == 'umbrella/core'


async def test_a_next_page_on_another_host_is_not_asked_for(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.fail(fault.text('[]', link='<http://evil.example/page2>; rel="next"'))
    page = await changed_pulls(forge, api)
    assert page is not None

    with pytest.raises(ForgeUnavailable):
        await changed_pulls(forge, api, after=page.next)

    assert len(github.requests) == 1


async def test_a_list_without_end_is_given_up(forge: GitHubForge, github: FakeGitHub) -> None:
    github.fail(*[fault.text('[]', link='</users/acme/repos>; rel="next"')] * 1000)

    with pytest.raises(ForgeUnavailable, match='end'):
        await forge.repositories('acme/*')


# Repositories


async def test_a_name_is_resolved_also_by_its_former_name(forge: GitHubForge, github: FakeGitHub) -> None:
    id_ = github.add_repository('acme/api')
    github.rename('acme/api', 'acme/core')

    for name in ('acme/core', 'acme/api'):
        (found,) = await forge.repositories(name)
        assert (found.id, found.name) == (id_, 'acme/core')


async def test_an_archived_repository_counts_only_when_named(forge: GitHubForge, github: FakeGitHub) -> None:
    github.add_repository('acme/old', is_archived=True)

    assert await forge.repositories('acme/*') == []
    assert [found.name for found in await forge.repositories('acme/old')] == ['acme/old']


async def test_all_repositories_of_a_person_are_found(forge: GitHubForge, github: FakeGitHub) -> None:
    for index in range(130):
        github.add_repository(f'ann/repo{index}')
    github.add_repository('ben/other')

    found = await forge.repositories('ann/*')

    assert {one.name for one in found} == {f'ann/repo{index}' for index in range(130)}


async def test_the_101st_repository_is_found(forge: GitHubForge, github: FakeGitHub) -> None:
    github.organisations.add('acme')
    for index in range(100):
        github.add_repository(f'acme/repo{index}')
    assert len(await forge.repositories('acme/*')) == 100

    github.add_repository('acme/secret', is_private=True)

    assert len(await forge.repositories('acme/*')) == 101


async def test_an_organisations_private_repositories_are_found_with_a_token(
    forge: GitHubForge, github: FakeGitHub
) -> None:
    github.organisations.add('acme')
    github.add_repository('acme/public')
    github.add_repository('acme/secret', is_private=True)
    stranger = make_forge(github, has_token=False)

    assert [one.name for one in await forge.repositories('acme/*')] == ['acme/public', 'acme/secret']
    assert [one.name for one in await stranger.repositories('acme/*')] == ['acme/public']
    await stranger.aclose()


async def test_it_works_over_a_real_connection(github: FakeGitHub, api: Repository) -> None:
    number = github.open_pull('acme/api', 'Über <alles>')
    github.review('acme/api', number)
    with serve(github) as url:
        forge = GitHubForge(GitHub(api_url=url, token=SecretStr(github.token)), by_graph=False)

        page = await changed_pulls(forge, api)
        pull = await read_pull(forge, api, number)
        assert page is not None
        unchanged = await changed_pulls(forge, api, known=page.mark)

        await forge.aclose()
    assert [pull.title for pull in page.pulls] == ['Über <alles>']
    assert status(pull) is Status.APPROVED
    assert unchanged is None


async def test_a_persons_own_private_repositories_are_found_with_their_token(
    forge: GitHubForge, github: FakeGitHub
) -> None:
    for name, is_private in (('ann/notes', False), ('ann/diary', True), ('ben/diary', True)):
        github.add_repository(name, is_private=is_private)

    assert [one.name for one in await forge.repositories('ann/*')] == ['ann/notes', 'ann/diary']
    assert await forge.repositories('ben/*') == []
    github.login = ''  # the token of an app
    assert [one.name for one in await forge.repositories('ann/*')] == ['ann/notes']


async def test_an_organisation_that_wants_single_sign_on_is_told_and_not_read_in_part(
    forge: GitHubForge, github: FakeGitHub
) -> None:
    github.organisations.add('harbor')
    github.add_repository('harbor/ledger')
    github.fail(
        None, fault.status(403, headers={'x-github-sso': 'required; url=https://github.com/orgs/harbor/sso'})
    )

    with pytest.raises(ApprovalNeeded):
        await forge.repositories('harbor/*')


NO_CLASSIC = (
    '`harbor` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a '
    'personal access token with fine-grained permissions.'
)


async def test_an_organisation_whose_rules_the_token_breaks_is_not_read_in_part(
    forge: GitHubForge, github: FakeGitHub
) -> None:
    github.organisations.add('harbor')
    github.add_repository('harbor/public')
    github.add_repository('harbor/ledger', is_private=True)
    github.rules['harbor'] = NO_CLASSIC

    for pattern in ('harbor/*', 'harbor/ledger'):
        with pytest.raises(RepositoryUnavailable) as refused:
            await forge.repositories(pattern)

        assert refused.value.reason is Reason.FORBIDDEN
        assert refused.value.said == NO_CLASSIC.rstrip('.')
