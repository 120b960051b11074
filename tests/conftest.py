"""What all tests share."""

import asyncio
import logging
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import event, text

from reviewflow.store.database import Database, prepare
from tests import lacking
from tests.builders import Clock, Ticks
from tests.npm import MODULES

EXAMPLES = 60
pytest.register_assert_rewrite('tests.history.check')  # it asserts, and is no test

settings.register_profile('default', max_examples=EXAMPLES, deadline=None, derandomize=True)
settings.register_profile('prove', max_examples=40 * EXAMPLES, deadline=None)
settings.load_profile(os.environ.get('HYPOTHESIS_PROFILE', 'default'))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lacking.leave_out(config, items)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for sentence in lacking.sentences(config):
        terminalreporter.write_line(sentence)


@pytest.fixture(scope='session')
def npm() -> Path:
    """The folder of the packages from npm: ``usefixtures('npm')`` where our own GitHub speaks GraphQL."""
    return MODULES


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture(scope='session')
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which nothing is, to be copied."""
    file = tmp_path_factory.mktemp('empty') / 'reviewflow.db'
    asyncio.run(prepare(f'sqlite+aiosqlite:///{file}'))
    return file


@pytest.fixture
async def database(empty_database: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of its own."""
    database = Database(f'sqlite+aiosqlite:///{shutil.copy(empty_database, tmp_path)}')
    yield database
    await database.close()


@pytest.fixture
def locked(database: Database, tmp_path: Path) -> Callable[[], AbstractAsyncContextManager[None]]:
    """Call it for a time in which somebody else holds the database; we are told not to wait."""

    @asynccontextmanager
    async def hold() -> AsyncIterator[None]:
        for durable in (False, True):
            async with database.transaction(durable=durable) as connection:
                await connection.execute(text('PRAGMA busy_timeout=1'))  # each pool has this one connection
        with closing(sqlite3.connect(tmp_path / 'reviewflow.db', isolation_level=None)) as other:
            other.execute('BEGIN IMMEDIATE')
            yield

    return hold


@pytest.fixture
def writes(database: Database) -> list[str]:
    """Every statement so far that wrote something into the database."""
    statements: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.startswith(('SELECT', 'PRAGMA')):
            statements.append(statement)

    for engine in (database._engine, database._durable):
        event.listen(engine.sync_engine, 'before_cursor_execute', note)
    return statements


@pytest.fixture(autouse=True)
def nothing_goes_wrong(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that made us log an error; one that is about an error clears the log after looking."""
    yield
    errors = [record for record in caplog.get_records('call') if record.levelno >= logging.ERROR]
    assert [f'{record.name}: {record.getMessage()}' for record in errors] == []
