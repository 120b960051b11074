"""What ``status`` finds without a server: all of it read, nothing of it touched."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reviewflow.accounts import Accounts, Change, Role
from reviewflow.accounts.role import OPERATOR
from reviewflow.settings import load
from reviewflow.store.accounts import AccountStore
from reviewflow.store.database import Database
from sync.bootstrap import sync_once
from tests.github import FakeGitHub, serve
from tests.integration.command_line import Program, Said
from tests.integration.people import PASSWORD, cheap

NAMES = 'acme/api,acme/web'


@pytest.fixture
def stored(program: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Three pulls of two repositories, and three people, of whom one is out."""
    github = FakeGitHub()
    for name in ('acme/api', 'acme/web', 'acme/other'):
        github.add_repository(name)
        github.open_pull(name)
    github.review('acme/web', 1)
    github.merge('acme/api', github.open_pull('acme/api'))
    program.data_dir.mkdir()
    with serve(github) as url:
        environ = {'REVIEWFLOW_GITHUB__API_URL': url, 'REVIEWFLOW_GITHUB__TOKEN': github.token}
        flags = {'--data-dir': str(program.data_dir), '--github.repositories': f'{NAMES},acme/other'}
        asyncio.run(sync_once(load(flags, environ)))
    asyncio.run(fill_accounts(f'sqlite+aiosqlite:///{program.data_dir}/reviewflow.db'))
    monkeypatch.setenv('REVIEWFLOW_GITHUB__REPOSITORIES', NAMES)
    return program


async def fill_accounts(url: str) -> None:
    database = Database(url)
    users = Accounts(AccountStore(database), passwords=cheap()).users
    for name, role in (('mei', Role.ADMIN), ('ben', Role.VIEWER), ('cy', Role.ADMIN)):
        await users.add(OPERATOR, name, role, PASSWORD)
    await users.change(OPERATOR, 'cy', Change(is_disabled=True))
    await database.close()


def content(program: Program) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in program.data_dir.glob('*.db*')}


def test_it_says_what_is_stored_and_touches_nothing(stored: Program, said: Said) -> None:
    before = content(stored)

    assert stored.run('status') == 3
    lines = said()[0]
    assert lines[0] == 'ReviewFlow 0.1.0, not running'
    assert '  repositories: acme/api, acme/web' in lines, 'those that are set now'
    assert '         pulls: 3: 1 pending, 1 approved, 0 changes requested, 0 closed, 1 merged' in lines
    assert '      accounts: 3, of them 1 administrator, 1 disabled' in lines
    assert any(line.startswith('    read up to: 20') for line in lines)
    assert content(stored) == before


def test_it_sees_what_a_crash_left_in_the_journal(stored: Program, said: Said) -> None:
    file = stored.data_dir / 'reviewflow.db'
    with closing(sqlite3.connect(file)) as connection:
        connection.execute('PRAGMA journal_mode=WAL')
        connection.execute("UPDATE users SET disabled_at = NULL WHERE name = 'cy'")
        connection.commit()
        crashed = stored.data_dir / 'crashed'
        crashed.mkdir()
        for name in ('reviewflow.db', 'reviewflow.db-wal'):
            shutil.copy(stored.data_dir / name, crashed)

    assert stored.run('status', '--data-dir', str(crashed)) == 3
    assert '      accounts: 3, of them 2 administrators' in said()[0]


def older(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE alembic_version SET version_num = '0003'")
    connection.execute('DROP TABLE connections')


def newer(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ('change', 'line'),
    [
        (older, 'an older ReviewFlow stored it; the next start brings it up to date'),
        (newer, 'a newer ReviewFlow stored it, which this one does not understand'),
    ],
)
def test_a_database_of_another_version_is_left_alone(
    stored: Program, said: Said, change: Callable[[sqlite3.Connection], None], line: str
) -> None:
    with closing(sqlite3.connect(stored.data_dir / 'reviewflow.db')) as connection, connection:
        change(connection)
    before = content(stored)

    assert stored.run('status') == 3
    assert said()[0][-1] == f'      database: {line}'
    assert content(stored) == before


def test_a_damaged_database_is_a_line(program: Program, said: Said) -> None:
    program.data_dir.mkdir()
    (program.data_dir / 'reviewflow.db').write_bytes(b'rubbish' * 1000)

    assert program.run('status') == 1
    (line,) = said()[1]
    assert 'is damaged (file is not a database) and was left as it is' in line


def test_of_the_pretend_team_its_own_is_told(program: Program, said: Said, tmp_path: Path) -> None:
    program.data_dir.mkdir()
    asyncio.run(sync_once(load({'--data-dir': str(program.data_dir)}, {}, tmp_path / 'none')))

    assert program.run('status') == 3
    assert any(line.startswith('  repositories: harborline/design-system, ') for line in said()[0])
