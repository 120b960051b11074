"""A small real pull, created on a GitHub that we did not write."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from reviewflow.errors import Reason, RepositoryUnavailable
from reviewflow.settings import GitHub
from sync.github.forge import GitHubForge
from tests.contracts.emulate import Emulator
from tests.integration.asking import open_pulls, read_pull


@pytest.fixture
async def forge(emulator: Emulator) -> AsyncIterator[GitHubForge]:
    forge = GitHubForge(GitHub(api_url=emulator.url, token=SecretStr(emulator.token('ann'))))
    yield forge
    await forge.aclose()


async def test_a_test_pull_is_created_and_read_back(emulator: Emulator, forge: GitHubForge) -> None:
    pull = await forge.create_test_pull('ann/api')

    assert (pull.repository, pull.is_open, pull.author.login) == ('ann/api', True, 'ann')
    (api,) = await forge.repositories('ann/api')
    assert pull.number in {each.number for each in (await open_pulls(forge, api)).pulls}
    read = await read_pull(forge, api, pull.number)
    assert (read.title, read.head, read.base) == (pull.title, pull.head, 'main')
    assert emulator.has_file('ann/api', f'{pull.head}.md', branch=pull.head)
    assert not emulator.has_file('ann/api', f'{pull.head}.md', branch='main')


async def test_a_repository_that_is_not_there_is_unavailable(forge: GitHubForge) -> None:
    with pytest.raises(RepositoryUnavailable) as caught:
        await forge.create_test_pull('ann/none')
    assert caught.value.reason is Reason.MISSING
