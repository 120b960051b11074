"""A client, and the GitHub that it asks; time moves when told."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sync.github.client import GitHubClient
from tests.github import FakeGitHub
from tests.integration.github_client import TOKEN, Clock, make_client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    github = FakeGitHub(token=TOKEN, now=clock.truth)
    github.add_repository('acme/api')
    return github


@pytest.fixture
def options() -> dict[str, Any]:
    """What is otherwise than usual with the client."""
    return {}


@pytest.fixture
async def client(github: FakeGitHub, clock: Clock, options: dict[str, Any]) -> AsyncIterator[GitHubClient]:
    client = make_client(github, clock, **options)
    yield client
    await client.aclose()
