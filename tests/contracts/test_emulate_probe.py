"""Whose a token is and what it sees, asked of a GitHub that we did not write."""

import pytest
from pydantic import SecretStr

from reviewflow.errors import RepositoryUnavailable
from reviewflow.settings import GitHub
from sync.github.account import GitHubProbe
from tests.contracts.emulate import Emulator


def of(emulator: Emulator, login: str) -> GitHub:
    return GitHub(api_url=emulator.url, token=SecretStr(emulator.token(login)))


async def test_a_token_says_whose_it_is_and_what_it_sees(emulator: Emulator) -> None:
    probe = GitHubProbe()

    report = await probe.account(of(emulator, 'ann'))
    seen = await probe.repositories(of(emulator, 'ann'))

    assert (report.login, report.name) == ('ann', 'Ann')
    assert report.budget is not None
    assert {each.name for each in seen.repositories} == {'ann/api', 'ann/web', 'ann/app'}
    assert not seen.has_more


async def test_names_are_looked_up(emulator: Emulator) -> None:
    probe = GitHubProbe()

    assert (await probe.repository(of(emulator, 'ben'), 'ann/api')).name == 'ann/api'
    assert (await probe.repository(of(emulator, 'ben'), 'ann/*')).name == 'ann/*'
    for name in ('ann/none', 'nobody/*'):
        with pytest.raises(RepositoryUnavailable):
            await probe.repository(of(emulator, 'ben'), name)
