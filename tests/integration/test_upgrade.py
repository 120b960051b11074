"""Each upgrade keeps the data, and a copy of the file; what is newer than we are is refused."""

import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from reviewflow.store import database
from reviewflow.store.database import prepare
from tests.integration.sqlite_file import content, fill, names, refusal, sqlite, to_second_version


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / 'reviewflow.db'


@pytest.fixture
def url(file: Path) -> str:
    return f'sqlite+aiosqlite:///{file}'


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations of a later version of the program."""
    folder = tmp_path / 'later' / 'migrations'
    shutil.copytree(database.MIGRATIONS, folder, ignore=shutil.ignore_patterns('__pycache__'))
    return folder


def add_migration(folder: Path, *statements: str) -> None:
    body = '\n'.join(f'    op.execute({statement!r})' for statement in statements)
    newest = max(file.name[:4] for file in (folder / 'versions').glob('0*.py'))
    script = f"""
        from alembic import op

        revision = 'later'
        down_revision = '{newest}'


        def upgrade() -> None:
        """
    (folder / 'versions' / 'later.py').write_text(dedent(script).rstrip() + '\n' + body + '\n')


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

    copy = file.with_name(f'{file.name}.before-later')
    assert names(file) == names(copy) == before
    with sqlite(file) as connection:
        assert connection.execute('SELECT DISTINCT pattern FROM repositories').fetchall() == [('later',)]
        assert connection.execute('SELECT version_num FROM alembic_version').fetchall() == [('later',)]
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

    assert 'newer ReviewFlow (later)' in message
    assert content(file.parent) == before


async def test_what_the_first_version_stored_is_still_there(url: str, file: Path) -> None:
    """A file of its schema, with a repository that it had read."""
    await prepare(url)
    fill(file, 1)
    with sqlite(file) as connection:
        to_second_version(connection)
        connection.execute('ALTER TABLE sync_states DROP COLUMN read_back_to')
        connection.execute('ALTER TABLE pulls DROP COLUMN is_gone')
        connection.execute("UPDATE alembic_version SET version_num = '0001'")

    await prepare(url)

    (copy,) = file.parent.glob(f'{file.name}.before-*')
    assert names(copy) == names(file)


async def test_after_the_second_version_all_lists_are_read_anew(url: str, file: Path) -> None:
    """Else a pull that nobody touches would stay without its description."""
    await prepare(url)
    fill(file, 1)
    with sqlite(file) as connection:
        to_second_version(connection)
        connection.execute("INSERT INTO sync_states VALUES (1, '\"mark\"', '2026-01-02 03:04:05', NULL)")

    await prepare(url)

    with sqlite(file) as connection:
        assert connection.execute('SELECT * FROM sync_states').fetchall() == []
    assert len(names(file)) == 1
