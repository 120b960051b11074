"""A GitHub of somebody else's making, from npm."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.emulate import Emulator, running


@pytest.fixture
def emulator(npm: Path, tmp_path: Path) -> Iterator[Emulator]:  # noqa: ARG001 - it must be installed
    """A GitHub with ann's three repositories, where ben reviews and eve is a stranger."""
    repositories = ['ann/api', 'ann/web', 'ann/app']
    with running(tmp_path, people=['ann', 'ben', 'eve'], repositories=repositories) as emulator:
        for repository in repositories:
            emulator.invite(repository, 'ben')
        yield emulator
