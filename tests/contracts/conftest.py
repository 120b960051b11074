"""Contract tests need packages of npm; without them they are not run, and that is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.emulate import MODULES, Emulator, missing, running

NOT_RUN = pytest.StashKey[str]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    needing = [item for item in items if 'npm' in getattr(item, 'fixturenames', ())]
    if needing and (reason := missing()):
        config.stash[NOT_RUN] = reason
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if item not in needing]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if reason := config.stash.get(NOT_RUN, None):
        terminalreporter.write_line(f'NOT RUN: contracts: {reason}')


@pytest.fixture(scope='session')
def npm() -> Path:
    """The folder of the installed packages."""
    return MODULES


@pytest.fixture
def emulator(npm: Path, tmp_path: Path) -> Iterator[Emulator]:  # noqa: ARG001 - it must be installed
    """A GitHub with ann's three repositories, where ben reviews and eve is a stranger."""
    repositories = ['ann/api', 'ann/web', 'ann/app']
    with running(tmp_path, people=['ann', 'ben', 'eve'], repositories=repositories) as emulator:
        for repository in repositories:
            emulator.invite(repository, 'ben')
        yield emulator
