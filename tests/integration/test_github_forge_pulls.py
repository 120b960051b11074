"""One pull from our own GitHub: its reviews and checks, and what they cost."""

from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from reviewflow.errors import ForgeUnavailable, RateLimited, RepositoryUnavailable
from reviewflow.models import GHOST, CheckState, Repository, ReviewState, Status
from reviewflow.policy import rollup, status
from sync.github.forge import GitHubForge
from tests.github import FakeGitHub, fault
from tests.integration.asking import changed_pulls, open_pulls, read_pull
from tests.integration.github_forge import make_forge


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


# One pull


async def test_a_pull_comes_with_reviews_and_checks(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    github.review('acme/api', number, by='ben', state='COMMENTED')
    github.review('acme/api', number, by='eve', state='APPROVED')
    github.check('acme/api', number, 'test', 'success')
    github.status('acme/api', number, 'build', 'pending')

    pull = await read_pull(forge, api, number)

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

    await read_pull(forge, api, 1)

    assert forge.spent == forge.cost_per_pull


async def test_an_unchanged_pull_costs_nothing_and_each_change_only_its_part(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    first = await read_pull(forge, api, number)
    spent = forge.spent

    assert await read_pull(forge, api, number) == first
    assert forge.spent == spent

    github.check('acme/api', number, conclusion='failure')
    changed = await read_pull(forge, api, number)
    assert changed.detail is not None
    assert rollup(changed.detail.checks) is CheckState.FAILING
    assert forge.spent == spent + 1


async def test_a_review_that_moves_nothing_else_is_seen(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    before = await read_pull(forge, api, number)

    github.review('acme/api', number, state='CHANGES_REQUESTED', touches=False)

    after = await read_pull(forge, api, number)
    assert after.updated_at == before.updated_at
    assert status(after) is Status.CHANGES_REQUESTED


async def test_what_begins_another_page_is_seen_although_the_full_one_before_it_is_the_same(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    for index in range(200):
        github.review('acme/api', number, by=f'user{index}', state='COMMENTED')
    for index in range(100):
        github.check('acme/api', number, f'check {index}')
        github.status('acme/api', number, f'status {index}')
    await read_pull(forge, api, number)

    github.review('acme/api', number, by='zoe', state='APPROVED', touches=False)
    github.check('acme/api', number, 'check 100')
    github.status('acme/api', number, 'status 100')

    pull = await read_pull(forge, api, number)
    assert status(pull) is Status.APPROVED
    assert pull.detail is not None
    assert (len(pull.detail.reviews), len(pull.detail.checks or ())) == (201, 202)


async def test_a_push_brings_the_checks_of_the_new_head(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull('acme/api')
    github.check('acme/api', number, conclusion='failure')
    await read_pull(forge, api, number)

    commit = github.push('acme/api', number)

    pull = await read_pull(forge, api, number)
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

    pull = await read_pull(forge, api, number)

    assert pull.detail is not None
    assert len(pull.detail.reviews) == 250
    assert pull.detail.checks is not None
    assert len(pull.detail.checks) == 240
    assert rollup(pull.detail.checks) is CheckState.FAILING


async def checks_without(
    withheld: set[str], code: int, forge: GitHubForge, github: FakeGitHub, api: Repository
) -> list[str] | None:
    github.withheld = dict.fromkeys(withheld, code)
    pull = await read_pull(forge, api, 1)
    assert pull.detail is not None
    checks = pull.detail.checks
    return None if checks is None else [check.name for check in checks]


@pytest.mark.parametrize('code', [404, 410, 422])
@pytest.mark.parametrize(('withheld', 'told'), [
    ({'status'}, ['test']), ({'check-runs'}, ['build']), ({'status', 'check-runs'}, None),
])  # fmt: skip
async def test_checks_that_a_server_does_not_know_are_left_out(
    code: int, withheld: set[str], told: list[str] | None, forge: GitHubForge, github: FakeGitHub,
    api: Repository,
) -> None:  # fmt: skip
    github.check('acme/api', github.open_pull('acme/api'))
    github.status('acme/api', 1)

    assert await checks_without(withheld, code, forge, github, api) == told


@pytest.mark.parametrize(('withheld', 'told'), [('status', 'test'), ('check-runs', 'build')])
async def test_checks_that_are_not_found_any_more_are_asked_for_once_more(
    withheld: str, told: str, forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.check('acme/api', github.open_pull('acme/api'))
    github.status('acme/api', 1)
    for _ in range(2):  # it may come to that again
        assert await checks_without(set(), 404, forge, github, api) == ['build', 'test']
        with pytest.raises(ForgeUnavailable, match='the checks of a pull cannot be found'):
            await checks_without({withheld}, 404, forge, github, api)

        for _ in range(2):
            assert await checks_without({withheld}, 404, forge, github, api) == [told]


async def test_no_checks_at_all_are_believed_after_two_more_tries(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    await read_pull(forge, api, 1)

    for _ in range(2):  # which of the two ends the first try is a matter of luck
        with suppress(ForgeUnavailable):
            await checks_without({'status', 'check-runs'}, 404, forge, github, api)

    assert await checks_without({'status', 'check-runs'}, 404, forge, github, api) is None


async def test_checks_of_a_pull_that_was_never_read_are_known_by_those_of_others(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    github.check('acme/api', github.open_pull('acme/api'))
    await read_pull(forge, api, 1)
    github.fail(fault.status(404), on='/check-runs')

    with pytest.raises(ForgeUnavailable, match='the checks of a pull cannot be found'):
        await read_pull(forge, api, 2)


@pytest.mark.parametrize('withheld', [{'status'}, {'check-runs'}, {'status', 'check-runs'}])
async def test_checks_that_may_not_be_read_are_unknown(
    withheld: set[str], forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.check('acme/api', github.open_pull('acme/api'))
    github.status('acme/api', 1)

    assert await checks_without(withheld, 403, forge, github, api) is None


async def test_one_failure_is_enough_whatever_may_not_be_read(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.check('acme/api', github.open_pull('acme/api'), conclusion='failure')

    assert await checks_without({'status'}, 403, forge, github, api) == ['test']


async def test_a_pull_of_another_repository_that_took_the_name_is_refused(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.repos.clear()
    github.add_repository('acme/api')
    github.open_pull('acme/api')

    for answer in (read_pull(forge, api, 1), open_pulls(forge, api), changed_pulls(forge, api)):
        with pytest.raises(RepositoryUnavailable, match='replaced'):
            await answer


async def test_a_pull_without_a_head_has_unknown_checks(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api', head=None, user=None)

    pull = await read_pull(forge, api, 1)

    assert pull.author is GHOST
    assert pull.detail is not None
    assert pull.detail.checks is None


@pytest.mark.parametrize('place', range(4))
async def test_trouble_in_any_part_of_a_pull_is_one_plain_error(
    place: int, forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    before = await read_pull(forge, api, 1)
    github.fail(*[fault.status(304)] * place, *[fault.html()] * 12)

    with pytest.raises(ForgeUnavailable):
        await read_pull(forge, api, 1)
    github.fail()

    assert await read_pull(forge, api, 1) == before


async def test_a_limit_amid_a_pull_is_a_limit(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    github.limit = 2

    with pytest.raises(RateLimited):
        await read_pull(forge, api, 1)


async def test_reviews_that_cannot_be_found_do_not_mean_that_the_pull_is_gone(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pull('acme/api')
    await read_pull(forge, api, 1)
    github.fail(fault.status(304), fault.status(404), fault.status(404), fault.status(404))

    with pytest.raises(ForgeUnavailable):
        await read_pull(forge, api, 1)
