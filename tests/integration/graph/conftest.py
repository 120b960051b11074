"""What reads by GraphQL, and a GitHub with a repository."""

from collections.abc import AsyncIterator

import pytest

from reviewflow.models import Repository
from sync.github.forge import GitHubForge
from tests.github import FakeGitHub
from tests.integration.github_forge import make_forge

NAME = 'acme/api'


@pytest.fixture
def github() -> FakeGitHub:
    return FakeGitHub()


@pytest.fixture
def api(github: FakeGitHub) -> Repository:
    id_ = github.add_repository(NAME)
    return Repository(id=id_, name=NAME, node_id=github.repo(NAME).data['node_id'])


@pytest.fixture
async def forge(github: FakeGitHub) -> AsyncIterator[GitHubForge]:
    forge = make_forge(github, by_graph=True)
    yield forge
    await forge.aclose()
