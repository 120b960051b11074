"""GitHub by GraphQL: what a token may not see of a pull is unknown, and never none."""

import logging
from dataclasses import replace
from typing import Any

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.forge import Place
from reviewflow.models import GHOST, CheckState, PullRequest, Repository
from reviewflow.policy import rollup
from sync.github.forge import GitHubForge
from sync.github.graph import ERRORS_MAX
from sync.github.graph_reader import ASKED_REFUSED
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.asking import open_pulls, read_pull
from tests.integration.graph.conftest import NAME

pytestmark = pytest.mark.usefixtures('npm')

LISTS = {
    'reviews': ('reviews',),
    'reviewThreads': ('reviewThreads',),
    'statusCheckRollup': ('statusCheckRollup', 'contexts'),
}
"""Field of a pull → the way to the list in it."""
OPTIONAL = ['reviewThreads', 'statusCheckRollup']
"""Fields without which a pull is read."""


def pull_of(answer: Any) -> Any:
    """Take the one pull out of an answer."""
    data = answer['data']
    return data['nodes'][0] if 'nodes' in data else data['node']['pullRequest']


def with_null(name: str, place: int = 0) -> fault.Fault:
    """Answer null, and no error, in this place of a list of a pull."""

    def leave_out(answer: Any) -> None:
        found = pull_of(answer)
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


@pytest.mark.parametrize('name', OPTIONAL)
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


@pytest.mark.parametrize('name', OPTIONAL)
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


@pytest.mark.parametrize('is_later_page', [False, True])
async def test_null_among_reviews_makes_the_pull_unreadable(
    forge: GitHubForge, github: FakeGitHub, api: Repository, is_later_page: bool
) -> None:
    number = github.open_pull(NAME)
    for index in range(101):
        github.review(NAME, number, by=f'p{index}')
    github.fail(with_null('reviews'), on='Detail' if is_later_page else 'Numbered')

    with pytest.raises(ForgeUnavailable, match='reviews'):
        await read_pull(forge, api, number)


def with_refused_parts(*fields: str) -> fault.Fault:
    """Answer null for these fields of the first review on a page, and say that they are forbidden."""

    def refuse(answer: Any) -> None:
        path: list[str | int] = ['nodes', 0] if 'nodes' in answer['data'] else ['node', 'pullRequest']
        pull_of(answer)['reviews']['nodes'][0] |= dict.fromkeys(fields)
        answer['errors'] = [
            {
                'type': 'FORBIDDEN',
                'path': [*path, 'reviews', 'nodes', 0, field],
                'extensions': {'saml_failure': True},
                'message': 'Resource protected by organization SAML enforcement.',
            }
            for field in fields
        ]

    return fault.altered(refuse)


@pytest.mark.parametrize('is_later_page', [False, True])
async def test_a_review_of_which_a_part_is_refused_is_known_but_for_that(
    forge: GitHubForge, github: FakeGitHub, api: Repository, is_later_page: bool
) -> None:
    github.now = clock = Clock()
    number = github.open_pull(NAME)
    for index in range(102):
        github.review(NAME, number, by=f'p{index}', state='CHANGES_REQUESTED')
    clock.forward(minutes=1)
    whole = (await read_pull(forge, api, number)).detail
    document = 'Detail' if is_later_page else 'Numbered'
    github.fail(with_refused_parts('author', 'commit'), on=document)

    detail = (await read_pull(forge, api, number)).detail

    assert whole is not None
    assert detail is not None
    lacking = next(review for review in detail.reviews if review.reviewer == GHOST)
    known = next(review for review in whole.reviews if review.id == lacking.id)
    assert lacking == replace(known, reviewer=GHOST, commit_sha=None)
    assert {review.id for review in detail.reviews} == {review.id for review in whole.reviews}
    assert not detail.is_early


async def test_whoever_is_asked_and_may_not_be_seen_is_left_out_and_that_is_logged_once(
    forge: GitHubForge, github: FakeGitHub, api: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    number = github.open_pull(NAME)
    github.request_review(NAME, number, 'cy')
    github.request_team(NAME, number, 'core', 'docs', as_code_owner=True)
    github.withheld['members'] = 403

    for _ in range(2):
        pull = await read_pull(forge, api, number)

    assert [person.login for person in pull.requested_reviewers] == ['cy']
    assert pull.requested_teams == ()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        ASKED_REFUSED
    ]
