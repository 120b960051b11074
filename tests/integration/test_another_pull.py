"""A host that answers with another pull than the one that was asked for."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.forge import Place
from reviewflow.models import PullRequest, Repository
from sync.github.forge import GitHubForge
from tests.github import FakeGitHub, fault
from tests.integration.asking import open_pulls, read_pull
from tests.integration.github_forge import make_forge

pytestmark = pytest.mark.usefixtures('npm')

NAME = 'acme/api'


@pytest.fixture
def github() -> FakeGitHub:
    github = FakeGitHub()
    github.add_repository(NAME)
    for title in ('One', 'Two', 'Three'):
        github.open_pull(NAME, title)
    return github


@pytest.fixture
def api(github: FakeGitHub) -> Repository:
    data = github.repo(NAME).data
    return Repository(id=data['id'], name=NAME, node_id=data['node_id'])


@pytest.fixture
async def forge(github: FakeGitHub) -> AsyncIterator[GitHubForge]:
    forge = make_forge(github, by_graph=True)
    yield forge
    await forge.aclose()


@pytest.fixture
async def places(forge: GitHubForge, api: Repository) -> list[Place]:
    listed = (await open_pulls(forge, api)).listed
    return [Place(repository=api, number=one.number, node_id=one.node_id) for one in listed]


def all_are_one(answer: Any) -> None:
    for node in answer['data']['nodes']:
        node['number'] = 1


def all_have_one_id(answer: Any) -> None:
    for node in answer['data']['nodes']:
        node['id'] = answer['data']['nodes'][0]['id']


def reverse(answer: Any) -> None:
    answer['data']['nodes'].reverse()


@pytest.mark.parametrize('alter', [all_are_one, all_have_one_id, reverse])
async def test_what_is_answered_with_another_pull_is_asked_for_by_its_number(
    alter: Any, forge: GitHubForge, github: FakeGitHub, places: list[Place]
) -> None:
    true = await forge.pulls(places)
    github.fail(fault.altered(alter), on='Detail')

    assert await forge.pulls(places) == true
    assert [pull.number for pull in true if isinstance(pull, PullRequest)] == [one.number for one in places]


async def test_another_pull_again_is_trouble_of_that_place(
    forge: GitHubForge, github: FakeGitHub, places: list[Place]
) -> None:
    github.fail(fault.altered(all_are_one), on='Detail')
    github.always(
        fault.altered(lambda answer: answer['data']['node']['pullRequest'].update(number=1)), on='Numbered'
    )

    found = await forge.pulls(places)

    for place, answer in zip(places, found, strict=True):
        assert isinstance(answer, PullRequest if place.number == 1 else ForgeUnavailable)


async def test_a_further_page_of_another_pull_is_not_added(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    for index in range(150):
        github.check(NAME, 2, f'check {index}')
    github.fail(fault.altered(all_are_one), on='Detail')

    with pytest.raises(ForgeUnavailable):
        await read_pull(forge, api, 2)


async def test_by_rest_another_pull_is_trouble_and_not_remembered(
    github: FakeGitHub, api: Repository
) -> None:
    forge = make_forge(github)
    github.fail(fault.altered(lambda pull: pull.update(number=1)), on='/pulls/2')

    with pytest.raises(ForgeUnavailable):
        await read_pull(forge, api, 2)

    assert (await read_pull(forge, api, 2)).number == 2
    await forge.aclose()
