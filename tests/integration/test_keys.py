"""Secrets at rest: locked up, and lost without their key."""

import logging
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from reviewflow.connection import Connection
from reviewflow.errors import StoreError
from reviewflow.keys import Keys
from reviewflow.store.connections import ConnectionStore
from reviewflow.store.database import Database
from tests.builders import NOW

SECRET = 'canary-7d1f'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / 'keys'


def connection(token: str | None = SECRET) -> Connection:
    return Connection(
        api_url='https://api.github.com',
        token=None if token is None else SecretStr(token),
        token_since=None if token is None else NOW,
        repositories=('acme/api', 'harbor/*'),
        set_by='ann',
        set_at=NOW,
    )


# The file


def test_the_first_secret_makes_a_file_that_only_its_owner_reads(file: Path) -> None:
    locked = Keys(file).encrypt(SECRET)

    assert SECRET not in locked
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Keys(file).decrypt(locked) == SECRET


def test_no_two_lockings_are_alike_and_the_file_stays(file: Path) -> None:
    keys = Keys(file)
    first, before = keys.encrypt(SECRET), file.read_text()

    assert keys.encrypt(SECRET) != first
    assert file.read_text() == before


def test_a_key_put_on_top_locks_from_now_on_and_the_former_still_opens(file: Path) -> None:
    old = Keys(file).encrypt(SECRET)
    new_key = Fernet.generate_key().decode()
    file.write_text(f'{new_key}\n{file.read_text()}')

    new = Keys(file).encrypt(SECRET)

    assert Keys(file).decrypt(old) == SECRET
    file.write_text(new_key)
    assert Keys(file).decrypt(old) is None
    assert Keys(file).decrypt(new) == SECRET


@pytest.mark.parametrize('content', [b'', b'no key\n', b'\xff\xfe', Fernet.generate_key()[:20]])
def test_a_file_that_holds_no_keys_opens_nothing_and_is_set_aside(file: Path, content: bytes) -> None:
    locked = Keys(file).encrypt(SECRET)
    file.write_bytes(content)

    assert Keys(file).decrypt(locked) is None
    assert Keys(file).decrypt(Keys(file).encrypt(SECRET)) == SECRET
    assert file.with_name('keys.unusable').read_bytes() == content
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match='the file keys cannot be used'):
        Keys(tmp_path / 'nowhere' / 'keys').encrypt(SECRET)


@pytest.mark.parametrize('locked', ['', 'x', '\ud800', SECRET])
def test_what_was_never_locked_opens_nothing(file: Path, locked: str) -> None:
    Keys(file).encrypt(SECRET)

    assert Keys(file).decrypt(locked) is None


# The row


def holding(text: str, folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if text.encode() in each.read_bytes())


def lose(file: Path) -> None:
    file.unlink()


async def test_a_connection_comes_back_as_it_was(database: Database, file: Path) -> None:
    store = ConnectionStore(database, Keys(file))
    assert await store.load() is None

    for kept in (connection(), connection(None), connection('another')):
        await store.save(kept)
        assert await ConnectionStore(database, Keys(file)).load() == kept

    await store.clear()
    assert await store.load() is None


async def test_the_token_is_nowhere_in_the_folder(database: Database, file: Path, tmp_path: Path) -> None:
    await ConnectionStore(database, Keys(file)).save(connection())
    await database.close()

    assert holding(SECRET, tmp_path) == []


async def test_without_its_key_the_token_counts_as_none_and_that_is_said_once(
    database: Database, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = ConnectionStore(database, Keys(file))
    await store.save(connection())
    lose(file)

    with caplog.at_level(logging.INFO):
        kept = await store.load()

    assert kept is not None
    assert (kept.token, kept.is_token_lost) == (None, True)
    assert kept.repositories == ('acme/api', 'harbor/*')
    assert [record.getMessage() for record in caplog.records if record.name.startswith('reviewflow')] == [
        'the stored token cannot be read any more: its key is gone; enter it again'
    ]


async def test_without_a_token_no_key_is_made(database: Database, file: Path, tmp_path: Path) -> None:
    await ConnectionStore(database, Keys(file)).save(connection(None))
    await database.close()

    assert holding('', tmp_path) == ['reviewflow.db']
