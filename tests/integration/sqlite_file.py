"""A SQLite file, looked at and damaged from outside."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from reviewflow.errors import StartError
from reviewflow.store.database import prepare


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


LATER_COLUMNS = {
    'repositories': 'node_id',
    'sync_states': 'unread',
    'pulls': 'description_digest milestone node_id is_doubtful owes_at threads open_threads code_owners'
    ' pulse',
}


def to_second_version(connection: sqlite3.Connection) -> None:
    """Take back what later versions of the schema brought."""
    connection.execute('DROP TABLE connections')
    connection.execute('DROP TABLE deliveries')
    connection.execute('DROP TABLE descriptions')
    for table, columns in LATER_COLUMNS.items():
        for column in columns.split():
            connection.execute(f'ALTER TABLE {table} DROP COLUMN {column}')
    connection.execute("UPDATE alembic_version SET version_num = '0002'")


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


def copied(file: Path, folder: Path) -> Path:
    """Copy a database that is in use, as a power cut would leave it."""
    folder.mkdir()
    for part in file.parent.glob('*.db*'):
        shutil.copy(part, folder)
    assert (folder / f'{file.name}-wal').stat().st_size > 0
    return folder / file.name
