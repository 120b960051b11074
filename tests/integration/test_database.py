"""Opening the database: what is damaged, newer or somebody else's is refused, and left as it was."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from reviewflow.errors import StoreError
from reviewflow.store.database import Database, prepare
from reviewflow.store.tables import metadata
from tests.integration.sqlite_file import content, copied, damage, fill, names, put, refusal, sqlite


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
