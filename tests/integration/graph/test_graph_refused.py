"""GitHub by GraphQL: what a token may not see of a pull is unknown, and never none."""

from typing import Any

import pytest

from reviewflow.forge import Place
from reviewflow.models import CheckState, PullRequest, Repository
from reviewflow.policy import rollup
from sync.github.forge import GitHubForge
from sync.github.graph import ERRORS_MAX
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.asking import open_pulls, read_pull
from tests.integration.graph.conftest import NAME

pytestmark = pytest.mark.usefixtures('npm')

LISTS = {'reviewThreads': ('reviewThreads',), 'statusCheckRollup': ('statusCheckRollup', 'contexts')}
"""Field of a pull → the way to the list in it."""


def with_null(name: str, place: int = 0) -> fault.Fault:
    """Answer null, and no error, in this place of a list of a pull."""

    def leave_out(answer: Any) -> None:
        data = answer['data']
        found = data['nodes'][0] if 'nodes' in data else data['node']['pullRequest']
        for step in LISTS[name]:
            found = found[step]
        found['nodes'][place] = None

    return fault.altered(leave_out)


async def test_checks_that_are_refused_one_by_one_are_unknown_of_every_pull(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    for _ in range(40):
        number = github.open_pull(NAME)
        for index in range(30):
            github.check(NAME, number, f'check {index}', 'failure')
    github.withheld['check-runs'] = 403
    listed = (await open_pulls(forge, api)).listed

    pulls = await forge.pulls(
        [Place(repository=api, number=one.number, node_id=one.node_id) for one in listed]
    )

    assert ERRORS_MAX < 40 * 30
    assert [pull.detail and pull.detail.checks for pull in pulls if isinstance(pull, PullRequest)] == [
        None
    ] * 40


async def test_a_status_that_failed_is_known_although_check_runs_are_refused(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull(NAME)
    github.check(NAME, number)
    github.status(NAME, number, state='failure')
    github.withheld['check-runs'] = 403

    detail = (await read_pull(forge, api, number)).detail

    assert detail is not None
    assert rollup(detail.checks) is CheckState.FAILING


@pytest.mark.parametrize('name', LISTS)
async def test_null_in_a_list_makes_it_unknown_although_no_error_says_so(
    forge: GitHubForge, github: FakeGitHub, api: Repository, name: str
) -> None:
    number = github.open_pull(NAME)
    github.check(NAME, number)
    github.check(NAME, number, 'lint')
    github.open_thread(NAME, number)
    github.fail(with_null(name), on='Numbered')

    detail = (await read_pull(forge, api, number)).detail

    assert detail is not None
    assert (detail.threads is None, detail.checks is None) == (
        name == 'reviewThreads',
        name == 'statusCheckRollup',
    )


@pytest.mark.parametrize('name', LISTS)
async def test_null_on_a_later_page_makes_it_unknown_and_is_not_read_again_for_ever(
    forge: GitHubForge, github: FakeGitHub, api: Repository, name: str
) -> None:
    github.now = clock = Clock()
    number = github.open_pull(NAME)
    for index in range(120):
        github.check(NAME, number, f'check {index}')
        github.open_thread(NAME, number)
    clock.forward(minutes=1)
    github.fail(with_null(name, 7), on='Detail')

    detail = (await read_pull(forge, api, number)).detail

    assert detail is not None
    assert (detail.threads is None, detail.checks is None) == (
        name == 'reviewThreads',
        name == 'statusCheckRollup',
    )
    assert not detail.is_early
