"""The forge against our own GitHub: what is read, what it costs, and what must be harmless."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from reviewflow.errors import BadCredentials, ForgeUnavailable, RateLimited, RepositoryUnavailable
from reviewflow.forge import Forge
from reviewflow.models import GHOST, CheckState, PullRequest, Repository, ReviewState, Status
from reviewflow.policy import rollup, status
from reviewflow.settings import GitHub
from sync.github.rest import GitHubForge
from tests.github import FakeGitHub, fault, serve

BOMB = '\u202e<b>"\'\x00\x1b\ud83d\n' + 'x' * 65_536


@pytest.fixture
def github() -> FakeGitHub:
    return FakeGitHub()


@pytest.fixture
def api(github: FakeGitHub) -> Repository:
    return Repository(id=github.add_repository('acme/api'), name='acme/api')


def make_forge(github: FakeGitHub, *, has_token: bool = True) -> GitHubForge:
    settings = GitHub(api_url=github.url, token=SecretStr(github.token) if has_token else None)
    return GitHubForge(settings, transport=github.transport)


@pytest.fixture
async def forge(github: FakeGitHub) -> AsyncIterator[GitHubForge]:
    forge = make_forge(github)
    yield forge
    await forge.aclose()


async def read_all(forge: Forge, repository: Repository) -> list[PullRequest]:
    pulls: list[PullRequest] = []
    after = None
    while page := await forge.changed_pulls(repository, after=after):
        pulls += page.pulls
        after = page.next
        if after is None:
            break
    return pulls


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

    page = await forge.changed_pulls(api)

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
    page = await forge.changed_pulls(api)
    assert page is not None
    spent = forge.spent

    assert await forge.changed_pulls(api, known=page.mark) is None
    assert forge.spent == spent

    github.open_pull('acme/api')
    assert await forge.changed_pulls(api, known=page.mark) is not None


async def test_a_list_is_read_again_until_its_mark_is_handed_back(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')

    assert await forge.changed_pulls(api) == await forge.changed_pulls(api)


async def test_a_server_without_etags_gives_no_mark(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.has_etags = False

    page = await forge.changed_pulls(api)

    assert page is not None
    assert page.mark is None


async def test_long_lists_come_in_pages_and_only_the_first_has_a_mark(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    numbers = [github.open_pull('acme/api') for _ in range(250)]

    first = await forge.changed_pulls(api)
    assert first is not None
    second = await forge.changed_pulls(api, after=first.next, known=first.mark)

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

    first = await forge.open_pulls(api)
    second = await forge.open_pulls(api, after=first.next)

    numbers = {pull.number for pull in (*first.pulls, *second.pulls)}
    assert numbers == set(range(1, 104)) - {50, 60}
    assert second.next is None


async def test_an_empty_repository_has_no_pulls(forge: GitHubForge, api: Repository) -> None:
    page = await forge.changed_pulls(api)

    assert page is not None
    assert page.pulls == ()
    assert page.repository == api


async def test_a_rename_shows_with_the_next_list(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    github.rename('acme/api', 'umbrella/core')

    page = await forge.changed_pulls(api)

    assert page is not None
    assert page.repository == Repository(id=api.id, name='umbrella/core')
    assert [pull.repository for pull in page.pulls] == ['umbrella/core']
    assert (await forge.pull(api, 1)).repository == 'umbrella/core'


async def test_a_next_page_on_another_host_is_not_asked_for(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.fail(fault.text('[]', link='<http://evil.example/page2>; rel="next"'))
    page = await forge.changed_pulls(api)
    assert page is not None

    with pytest.raises(ForgeUnavailable):
        await forge.changed_pulls(api, after=page.next)

    assert len(github.requests) == 1


async def test_a_list_without_end_is_given_up(forge: GitHubForge, github: FakeGitHub) -> None:
    github.fail(*[fault.text('[]', link='</users/acme/repos>; rel="next"')] * 1000)

    with pytest.raises(ForgeUnavailable, match='end'):
        await forge.repositories('acme/*')


# One pull


async def test_a_pull_comes_with_reviews_and_checks(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    github.review('acme/api', number, by='ben', state='COMMENTED')
    github.review('acme/api', number, by='eve', state='APPROVED')
    github.check('acme/api', number, 'test', 'success')
    github.status('acme/api', number, 'build', 'pending')

    pull = await forge.pull(api, number)

    assert pull.detail is not None
    assert [(review.reviewer.login, review.state) for review in pull.detail.reviews] == [
        ('ben', ReviewState.COMMENTED),
        ('eve', ReviewState.APPROVED),
    ]
    assert pull.detail.checks is not None
    assert [(check.app, check.name, check.state) for check in pull.detail.checks] == [
        ('', 'build', CheckState.PENDING),
        ('ci', 'test', CheckState.PASSING),
    ]
    assert (pull.detail.additions, pull.detail.deletions, pull.detail.mergeable) == (10, 2, True)
    assert pull.detail.head_sha == pull.head_sha
    assert status(pull) is Status.APPROVED


async def test_reading_a_pull_costs_what_the_forge_says(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')

    await forge.pull(api, 1)

    assert forge.spent == forge.requests_per_detail


async def test_an_unchanged_pull_costs_nothing_and_each_change_only_its_part(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    first = await forge.pull(api, number)
    spent = forge.spent

    assert await forge.pull(api, number) == first
    assert forge.spent == spent

    github.check('acme/api', number, conclusion='failure')
    changed = await forge.pull(api, number)
    assert changed.detail is not None
    assert rollup(changed.detail.checks) is CheckState.FAILING
    assert forge.spent == spent + 1


async def test_a_review_that_moves_nothing_else_is_seen(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    before = await forge.pull(api, number)

    github.review('acme/api', number, state='CHANGES_REQUESTED', touches=False)

    after = await forge.pull(api, number)
    assert after.updated_at == before.updated_at
    assert status(after) is Status.CHANGES_REQUESTED


async def test_a_push_brings_the_checks_of_the_new_head(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    github.check('acme/api', number, conclusion='failure')
    await forge.pull(api, number)

    commit = github.push('acme/api', number)

    pull = await forge.pull(api, number)
    assert pull.head_sha == commit
    assert pull.detail is not None
    assert pull.detail.checks == ()


async def test_long_lists_of_reviews_and_checks_are_read_to_the_end(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    for index in range(250):
        github.review('acme/api', number, by=f'user{index}', state='COMMENTED')
    for index in range(120):
        github.check('acme/api', number, f'check {index}')
        github.status('acme/api', number, f'status {index}')
    github.check('acme/api', number, 'check 0', 'failure')

    pull = await forge.pull(api, number)

    assert pull.detail is not None
    assert len(pull.detail.reviews) == 250
    assert pull.detail.checks is not None
    assert len(pull.detail.checks) == 240
    assert rollup(pull.detail.checks) is CheckState.FAILING


@pytest.mark.parametrize('code', [403, 404, 410, 422])
async def test_checks_that_may_not_be_seen_are_unknown(
    code: int, forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    github.check('acme/api', number)
    github.status('acme/api', number)

    seen = []
    for withheld in ({'status'}, {'check-runs'}, {'status', 'check-runs'}):
        github.withheld = dict.fromkeys(withheld, code)
        pull = await forge.pull(api, number)
        assert pull.detail is not None
        checks = pull.detail.checks
        seen.append(None if checks is None else [check.name for check in checks])

    assert seen == [['test'], ['build'], None]


async def test_a_pull_without_a_head_has_unknown_checks(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api', head=None, user=None)

    pull = await forge.pull(api, 1)

    assert pull.author is GHOST
    assert pull.detail is not None
    assert pull.detail.checks is None


@pytest.mark.parametrize('place', range(4))
async def test_trouble_in_any_part_of_a_pull_is_one_plain_error(
    place: int, forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    before = await forge.pull(api, 1)
    github.fail(*[fault.status(304)] * place, fault.html())

    with pytest.raises(ForgeUnavailable):
        await forge.pull(api, 1)

    assert await forge.pull(api, 1) == before


async def test_a_limit_amid_a_pull_is_a_limit(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    github.limit = 2

    with pytest.raises(RateLimited):
        await forge.pull(api, 1)


async def test_a_repository_that_vanishes_amid_a_pull_is_missing(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    await forge.pull(api, 1)
    github.fail(fault.status(304), fault.status(404), fault.status(404), fault.status(404))

    with pytest.raises(RepositoryUnavailable) as missing:
        await forge.pull(api, 1)

    assert missing.value.repository == 'acme/api'


# Repositories


async def test_a_name_is_resolved_also_by_its_former_name(forge: GitHubForge, github: FakeGitHub) -> None:
    id_ = github.add_repository('acme/api')
    github.rename('acme/api', 'acme/core')

    assert await forge.repositories('acme/core') == [Repository(id=id_, name='acme/core')]
    assert await forge.repositories('acme/api') == [Repository(id=id_, name='acme/core')]


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


# What must be harmless


@pytest.mark.parametrize('code', [404, 403, 451])
async def test_a_repository_that_is_refused_is_unavailable_until_it_is_back(
    code: int, forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    github.refuse('acme/api', code)
    for read in (
        forge.changed_pulls(api),
        forge.open_pulls(api),
        forge.pull(api, 1),
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

    for read in (forge.changed_pulls(api), forge.pull(api, 1), forge.repositories('acme/*')):
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
    github.fail(rubbish)

    with pytest.raises(ForgeUnavailable):
        await forge.changed_pulls(api)


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
    alone = await forge.pull(api, 2)

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


async def test_it_works_over_a_real_connection(github: FakeGitHub, api: Repository) -> None:
    number = github.open_pull('acme/api', 'Über <alles>')
    github.review('acme/api', number)
    with serve(github) as url:
        forge = GitHubForge(GitHub(api_url=url, token=SecretStr(github.token)))

        page = await forge.changed_pulls(api)
        pull = await forge.pull(api, number)
        assert page is not None
        unchanged = await forge.changed_pulls(api, known=page.mark)

        await forge.aclose()
    assert [pull.title for pull in page.pulls] == ['Über <alles>']
    assert status(pull) is Status.APPROVED
    assert unchanged is None
