"""Opening the database: what is damaged, newer or somebody else's is refused, and left as it was."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from textwrap import dedent

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from reviewflow.errors import StartError, StoreError
from reviewflow.store import database
from reviewflow.store.database import Database, prepare
from reviewflow.store.tables import metadata


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / 'reviewflow.db'


@pytest.fixture
def url(file: Path) -> str:
    return f'sqlite+aiosqlite:///{file}'


@pytest.fixture
async def opened(url: str) -> AsyncIterator[Database]:
    await prepare(url)
    opened = Database(url)
    yield opened
    await opened.close()


@contextmanager
def sqlite(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


def fill(file: Path, rows: int = 500) -> None:
    """Store enough that the file has many pages."""
    with sqlite(file) as connection:
        connection.execute('BEGIN')
        connection.executemany(
            "INSERT INTO repositories (forge, forge_id, name, pattern) VALUES ('github', ?, ?, 'acme/*')",
            [(number, f'acme/{number}-{"x" * 100}') for number in range(rows)],
        )
        connection.execute('COMMIT')


def put(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def damage(file: Path, *, keep: float = 1, overwrite_with: bytes = b'') -> None:
    """Cut a file off, or overwrite what is in its middle."""
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + len(overwrite_with)] = overwrite_with
    file.write_bytes(content[: int(len(content) * keep)])


def names(file: Path) -> list[str]:
    with sqlite(file) as connection:
        return [name for (name,) in connection.execute('SELECT name FROM repositories ORDER BY id')]


def content(folder: Path) -> dict[str, bytes]:
    """All files with what is in them; SQLite's own index of its journal means nothing."""
    return {file.name: file.read_bytes() for file in folder.glob('*.db*') if not file.name.endswith('-shm')}


async def refusal(url: str) -> str:
    with pytest.raises(StartError) as caught:
        await prepare(url)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


# A new one, and one of our own


async def test_a_new_database_has_all_tables(url: str, file: Path) -> None:
    await prepare(url)

    engine = create_engine(f'sqlite:///{file}')
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


async def test_a_second_start_changes_nothing(url: str, file: Path) -> None:
    await prepare(url)
    before = content(file.parent)

    await prepare(url)

    assert content(file.parent) == before


async def test_readers_do_not_wait_for_writers_and_keys_are_checked(opened: Database) -> None:
    async with opened.transaction() as connection:
        found = {
            pragma: (await connection.execute(text(f'PRAGMA {pragma}'))).scalar()
            for pragma in ('journal_mode', 'foreign_keys', 'busy_timeout')
        }

    assert found == {'journal_mode': 'wal', 'foreign_keys': 1, 'busy_timeout': 10_000}


# Transactions


INSERT = text("INSERT INTO repositories (forge, forge_id, name, pattern) VALUES ('demo', 1, 'a/b', 'a/*')")


async def test_a_transaction_is_kept_whole(opened: Database, file: Path) -> None:
    async with opened.transaction() as connection:
        await connection.execute(INSERT)

    assert names(file) == ['a/b']


async def test_a_transaction_that_fails_leaves_nothing(opened: Database, file: Path) -> None:
    async def insert_twice() -> None:
        async with opened.transaction() as connection:
            await connection.execute(INSERT)
            await connection.execute(INSERT)  # the same repository

    with pytest.raises(StoreError, match='IntegrityError'):
        await insert_twice()

    assert names(file) == []


async def test_a_locked_database_is_a_store_error(opened: Database, file: Path) -> None:
    async with opened.transaction() as connection:
        await connection.execute(text('PRAGMA busy_timeout=1'))  # of the one connection in the pool

    async def insert() -> None:
        async with opened.transaction() as connection:
            await connection.execute(INSERT)

    with sqlite(file) as other:
        other.execute('BEGIN IMMEDIATE')
        with pytest.raises(StoreError, match='the database refused: OperationalError'):
            await insert()
        other.execute('ROLLBACK')

    await insert()
    assert names(file) == ['a/b']


async def test_a_database_that_was_never_prepared_is_a_store_error(url: str) -> None:
    empty = Database(url)
    with pytest.raises(StoreError):
        async with empty.transaction() as connection:
            await connection.execute(INSERT)
    await empty.close()


# Damage


@pytest.mark.parametrize('kept', [0.1, 0.5, 0.9, 0.99])
async def test_half_a_file_is_refused_and_left_alone(url: str, file: Path, kept: float) -> None:
    await prepare(url)
    fill(file)
    damage(file, keep=kept)
    before = content(file.parent)

    message = await refusal(url)

    assert str(file) in message
    assert 'damaged' in message
    assert 'left as it is' in message
    assert content(file.parent) == before


@pytest.mark.parametrize(
    'rubbish',
    [b'SQLite format 3\x00', b'SQLite format 3\x00' + bytes(4080), b'\xff' * 5000, b'not a database'],
)
async def test_rubbish_is_refused_and_left_alone(url: str, file: Path, rubbish: bytes) -> None:
    put(file, rubbish)

    assert 'damaged' in await refusal(url)
    assert content(file.parent) == {file.name: rubbish}


async def test_pages_overwritten_in_the_middle_are_refused(url: str, file: Path) -> None:
    await prepare(url)
    fill(file)
    damage(file, overwrite_with=bytes(8192))
    before = content(file.parent)

    assert 'damaged' in await refusal(url)
    assert content(file.parent) == before


async def test_a_damaged_file_is_refused_naming_the_last_copy(url: str, file: Path) -> None:
    copy = file.with_name(f'{file.name}.before-0002')
    put(copy, b'an older state')
    put(file, b'rubbish' * 100)

    assert f'the last copy is {copy}' in await refusal(url)


async def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    assert 'cannot be opened' in await refusal(f'sqlite+aiosqlite:///{tmp_path}')


async def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert 'cannot be opened' in await refusal(f'sqlite+aiosqlite:///{tmp_path}/missing/x.db')


async def test_a_database_that_somebody_else_holds_is_not_called_damaged(url: str, file: Path) -> None:
    await prepare(url)
    with sqlite(file) as other:
        other.execute('PRAGMA locking_mode=EXCLUSIVE')
        other.execute('BEGIN EXCLUSIVE')
        message = await refusal(url)

    assert 'cannot be opened' in message
    assert 'locked' in message


async def test_what_a_crash_left_in_the_journal_is_not_lost(opened: Database, file: Path) -> None:
    async with opened.transaction() as connection:
        await connection.execute(INSERT)
    crashed = copied(file, file.parent / 'crashed')

    await prepare(f'sqlite+aiosqlite:///{crashed}')

    assert names(crashed) == ['a/b']


def copied(file: Path, folder: Path) -> Path:
    """Copy a database that is in use, as a power cut would leave it."""
    folder.mkdir()
    for part in file.parent.glob('*.db*'):
        shutil.copy(part, folder)
    assert (folder / f'{file.name}-wal').stat().st_size > 0
    return folder / file.name


# Versions


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations of a later version of the program."""
    folder = tmp_path / 'later' / 'migrations'
    shutil.copytree(database.MIGRATIONS, folder, ignore=shutil.ignore_patterns('__pycache__'))
    return folder


def add_migration(folder: Path, *statements: str) -> None:
    body = '\n'.join(f'    op.execute({statement!r})' for statement in statements)
    script = """
        from alembic import op

        revision = '0002'
        down_revision = '0001'


        def upgrade() -> None:
        """
    (folder / 'versions' / '0002_later.py').write_text(dedent(script).rstrip() + '\n' + body + '\n')


@pytest.fixture
def next_version(later: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_migration(later, 'CREATE TABLE later (id INTEGER)', "UPDATE repositories SET pattern = 'later'")
    monkeypatch.setattr(database, 'MIGRATIONS', later)


async def test_an_upgrade_keeps_the_data_and_a_copy_of_the_file(
    url: str, file: Path, request: pytest.FixtureRequest
) -> None:
    await prepare(url)
    fill(file, 3)
    before = names(file)

    request.getfixturevalue('next_version')
    await prepare(url)

    copy = file.with_name(f'{file.name}.before-0002')
    assert names(file) == names(copy) == before
    with sqlite(file) as connection:
        assert connection.execute('SELECT DISTINCT pattern FROM repositories').fetchall() == [('later',)]
        assert connection.execute('SELECT version_num FROM alembic_version').fetchall() == [('0002',)]
    with sqlite(copy) as connection:
        assert connection.execute('SELECT DISTINCT pattern FROM repositories').fetchall() == [('acme/*',)]


async def test_an_upgrade_that_fails_leaves_everything_as_it_was(
    url: str, file: Path, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await prepare(url)
    fill(file, 3)
    add_migration(later, 'CREATE TABLE later (id INTEGER)', 'UPDATE nowhere SET name = 1')
    with monkeypatch.context() as patch:
        patch.setattr(database, 'MIGRATIONS', later)
        assert 'no such table: nowhere' in await refusal(url)

    with sqlite(file) as connection:
        assert connection.execute("SELECT * FROM sqlite_master WHERE name = 'later'").fetchall() == []
    await prepare(url)
    assert len(names(file)) == 3


async def test_a_newer_database_is_refused_and_left_alone(
    url: str, file: Path, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_migration(later, 'CREATE TABLE later (id INTEGER)')
    with monkeypatch.context() as patch:
        patch.setattr(database, 'MIGRATIONS', later)
        await prepare(url)
    before = content(file.parent)

    message = await refusal(url)

    assert 'newer ReviewFlow (0002)' in message
    assert content(file.parent) == before
