"""A GitHub of our own and a poller that reads it."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from reviewflow.data_dir import DataDir
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.command_line import Program, Said
from tests.integration.rig import Rig
from tests.integration.serving import Pretended, pretended


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    """With one repository, and nothing in it."""
    github = FakeGitHub(now=clock)
    github.add_repository('acme/api')
    return github


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    """It reads ``acme/api``."""
    async with Rig.running(github, clock, database) as rig:
        yield rig


@pytest.fixture
async def wide(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    """Two settings, three repositories in a GitHub that is :func:`tests.integration.rig.filled`."""
    async with Rig.running(github, clock, database, 'acme/*', 'other/tool') as rig:
        yield rig


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """In an empty folder, with an environment that says nothing else."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith('REVIEWFLOW_')]:
        monkeypatch.delenv(name)
    monkeypatch.setenv('REVIEWFLOW_DATA_DIR', str(tmp_path / 'data'))
    return Program(tmp_path / 'data')


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Give the lines printed since the last time, ordinary ones and complaints."""

    def read() -> tuple[list[str], list[str]]:
        printed = capsys.readouterr()
        return printed.out.splitlines(), printed.err.splitlines()

    return read


@pytest.fixture
def running(program: Program) -> Iterator[Pretended]:
    """A server that is pretended, in the folder of the ``program``."""
    with pretended(DataDir(program.data_dir)) as running:
        yield running
