"""GitHub by GraphQL: what lies behind the first pages of a pull."""

from typing import Any

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import Repository
from sync.github.forge import GitHubForge
from tests.builders import Clock
from tests.github import FakeGitHub, fault, shape
from tests.integration.asking import read_pull
from tests.integration.graph.conftest import NAME

pytestmark = pytest.mark.usefixtures('npm')


def open_long_pull(github: FakeGitHub) -> int:
    """Open a pull of which every list has a second page."""
    github.now = clock = Clock()
    number = github.open_pull(NAME)
    for index in range(120):
        github.review(NAME, number, by=f'p{index}', state='COMMENTED')
        github.check(NAME, number, f'check {index}')
        github.open_thread(NAME, number, by='ben')
    clock.forward(minutes=1)
    return number


def lacking(name: str, *, says_why: bool) -> fault.Fault:
    """Answer null for a field of a pull, with an error or without."""

    def leave_out(answer: Any) -> None:
        answer['data']['nodes'][0][name] = None
        if says_why:
            answer['errors'] = [{'path': ['nodes', 0, name], 'message': 'Timed out.'}]

    return fault.altered(leave_out)


async def test_reviews_threads_and_checks_beyond_a_page_are_read_to_their_ends(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull(NAME)
    for index in range(230):
        github.review(NAME, number, by=f'p{index}', state='COMMENTED')
        github.check(NAME, number, f'check {index}')
    for index in range(120):
        thread = github.open_thread(NAME, number, by='ben')
        if index % 3:
            github.resolve_thread(NAME, number, thread)

    detail = (await read_pull(forge, api, number)).detail

    assert detail is not None
    assert len({review.id for review in detail.reviews}) == len(detail.reviews) >= 230
    assert len(detail.checks or ()) == 230
    assert (detail.threads, detail.open_threads) == (120, 40)


@pytest.mark.parametrize('says_why', [True, False])
@pytest.mark.parametrize('name', ['reviewThreads', 'statusCheckRollup'])
async def test_what_fails_on_a_later_page_is_unknown_and_not_its_end(
    forge: GitHubForge, github: FakeGitHub, api: Repository, name: str, says_why: bool
) -> None:
    number = open_long_pull(github)
    github.fail(lacking(name, says_why=says_why), on='Detail')

    detail = (await read_pull(forge, api, number)).detail

    assert detail is not None
    assert (detail.threads is None, detail.checks is None) == (
        name == 'reviewThreads',
        name == 'statusCheckRollup',
    )
    assert detail.is_early, 'it is read once more'
    again = (await read_pull(forge, api, number)).detail
    assert again is not None
    assert (again.threads, len(again.checks or ())) == (120, 120)
    assert not again.is_early


@pytest.mark.parametrize('says_why', [True, False])
async def test_reviews_that_fail_on_a_later_page_are_not_their_end(
    forge: GitHubForge, github: FakeGitHub, api: Repository, says_why: bool
) -> None:
    number = open_long_pull(github)
    github.fail(lacking('reviews', says_why=says_why), on='Detail')

    with pytest.raises(ForgeUnavailable, match='reviews'):
        await read_pull(forge, api, number)


async def test_what_comes_twice_counts_once(forge: GitHubForge, github: FakeGitHub, api: Repository) -> None:
    number = github.open_pull(NAME)
    github.edit(NAME, number, labels=[{'name': 'bug'}], assignees=[shape.user('ann')])
    github.request_review(NAME, number, 'cy', as_code_owner=True)
    github.request_team(NAME, number, 'core')
    github.review(NAME, number, by='ben')
    github.check(NAME, number)
    github.status(NAME, number)
    once = await read_pull(forge, api, number)

    def double(answer: Any) -> None:
        pull = answer['data']['node']['pullRequest']
        connections = [pull[name] for name in ('labels', 'assignees', 'reviewRequests', 'reviews')]
        for connection in (*connections, pull['statusCheckRollup']['contexts']):
            assert connection['nodes']
            connection['nodes'] *= 2

    github.fail(fault.altered(double), on='Numbered')

    assert await read_pull(forge, api, number) == once


async def test_what_fails_of_a_list_that_had_ended_is_no_matter(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull(NAME)
    github.review(NAME, number)
    for index in range(120):
        github.check(NAME, number, f'check {index}')
    github.fail(lacking('reviews', says_why=True), on='Detail')

    detail = (await read_pull(forge, api, number)).detail

    assert detail is not None
    assert (len(detail.reviews), len(detail.checks or ())) == (1, 120)
