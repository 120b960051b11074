"""One process at a time, and a note for the others on where it is."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewflow.data_dir import Address, DataDir
from reviewflow.errors import StartError

ADDRESS = Address(url='http://127.0.0.1:8000', key='a-secret-key')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / 'deep' / 'data'


@pytest.fixture
def mine(path: Path) -> Iterator[DataDir]:
    """Held by the server."""
    data_dir = DataDir(path)
    data_dir.claim()
    yield data_dir
    data_dir.release()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refusal(path: Path) -> str:
    with pytest.raises(StartError) as caught:
        DataDir(path).claim()
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert str(path) in message
    return message


def test_it_is_created_for_nobody_else(mine: DataDir) -> None:
    assert mode(mine.path) == 0o700


def test_a_second_process_is_refused_until_the_first_is_gone(mine: DataDir) -> None:
    assert 'another ReviewFlow works in' in refusal(mine.path)

    mine.release()
    second = DataDir(mine.path)
    second.claim()
    second.release()


def test_whether_it_is_claimed_can_be_asked(path: Path, tmp_path: Path) -> None:
    data_dir = DataDir(path)
    assert not data_dir.is_claimed()
    assert list(tmp_path.iterdir()) == [], 'asking creates nothing'

    data_dir.claim()
    assert DataDir(path).is_claimed()

    data_dir.release()
    assert not data_dir.is_claimed()


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'file').write_text('mine')

    assert 'cannot be used' in refusal(tmp_path / 'file')
    assert 'cannot be used' in refusal(tmp_path / 'file' / 'data')
    assert (tmp_path / 'file').read_text() == 'mine'


def test_a_lock_that_cannot_be_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / 'lock').mkdir()

    assert 'cannot be used' in refusal(tmp_path)
    with pytest.raises(StartError, match='cannot be used'):
        DataDir(tmp_path).is_claimed()


# server.json


def test_others_find_the_server(mine: DataDir) -> None:
    assert DataDir(mine.path).address() is None, 'nothing is published yet'

    mine.publish(ADDRESS)
    assert DataDir(mine.path).address() == ADDRESS

    mine.withdraw()
    assert DataDir(mine.path).address() is None


def test_only_this_user_may_read_it(mine: DataDir) -> None:
    before = os.umask(0)
    try:
        mine.publish(ADDRESS)
    finally:
        os.umask(before)

    assert mode(mine.path / 'server.json') == 0o600
    assert sorted(file.name for file in mine.path.iterdir()) == ['lock', 'server.json']


def test_publishing_replaces_what_was_there(mine: DataDir) -> None:
    (mine.path / 'server.json').write_text('of yesterday')
    (mine.path / 'server.json.new').write_text('half-')

    mine.publish(ADDRESS)

    assert DataDir(mine.path).address() == ADDRESS


def test_what_a_crash_left_behind_is_no_server(mine: DataDir) -> None:
    mine.publish(ADDRESS)
    mine.release()

    assert DataDir(mine.path).address() is None


def test_a_stale_address_is_gone_as_soon_as_somebody_else_works_here(mine: DataDir) -> None:
    mine.publish(ADDRESS)
    mine.release()

    mine.claim()

    assert DataDir(mine.path).address() is None


@pytest.mark.parametrize(
    'rubbish', ['', '{', '[]', '{"url": "x"}', '"text"', '{"url": 1, "key": 2, "more": 3}']
)
def test_an_address_that_makes_no_sense_is_none(mine: DataDir, rubbish: str) -> None:
    (mine.path / 'server.json').write_text(rubbish)

    assert DataDir(mine.path).address() is None


def test_withdrawing_twice_is_fine(mine: DataDir) -> None:
    mine.withdraw()
    mine.withdraw()


def test_the_key_is_not_printed() -> None:
    assert ADDRESS.key not in repr(ADDRESS)
