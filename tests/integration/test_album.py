"""Pictures on disk."""

import os
import time
from pathlib import Path

import pytest

from reviewflow.album import Album
from reviewflow.picture import SIZE_MAX, Picture, picture
from tests.github.pictures import PNG

NAMES = [f'{number:040x}' for number in range(9)]


def png(size: int = len(PNG)) -> Picture:
    made = picture(PNG.ljust(size))
    assert made is not None
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / 'avatars'


def test_a_picture_survives_a_restart(folder: Path) -> None:
    Album(folder).keep(NAMES[0], png())

    found = Album(folder).find(NAMES[0])

    assert found is not None
    assert found.picture == png()
    assert found.age_s < 60
    assert Album(folder).find(NAMES[1]) is None


def test_only_the_operator_can_read_them(folder: Path) -> None:
    Album(folder).keep(NAMES[0], png())

    assert oct((folder / NAMES[0]).stat().st_mode & 0o777) == '0o600'
    assert oct(folder.stat().st_mode & 0o777) == '0o700'


def test_its_age_is_told(folder: Path) -> None:
    Album(folder).keep(NAMES[0], png())
    os.utime(folder / NAMES[0], (0, time.time() - 90_000))

    found = Album(folder).find(NAMES[0])

    assert found is not None
    assert 90_000 <= found.age_s < 91_000


def test_the_oldest_goes_when_there_are_too_many(folder: Path) -> None:
    for age, name in enumerate(NAMES[:3]):
        Album(folder).keep(name, png())
        os.utime(folder / name, (0, age))
    album = Album(folder, files_max=3)

    album.keep(NAMES[3], png())
    album.keep(NAMES[1], png())
    album.keep(NAMES[4], png())

    assert sorted(path.name for path in folder.iterdir()) == [NAMES[1], NAMES[3], NAMES[4]]


def test_the_oldest_goes_when_they_are_too_large(folder: Path) -> None:
    album = Album(folder, bytes_max=2500)

    for name in NAMES:
        album.keep(name, png(1000))

    assert sorted(path.name for path in folder.iterdir()) == NAMES[-2:]


@pytest.mark.parametrize('content', [b'', b'<svg/>', PNG.ljust(SIZE_MAX + 1)], ids=['empty', 'svg', 'huge'])
def test_a_file_that_is_no_picture_is_as_good_as_missing(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / NAMES[0]).write_bytes(content)

    assert Album(folder).find(NAMES[0]) is None


def test_a_drawing_of_our_own_is_not_kept(folder: Path) -> None:
    Album(folder).keep(NAMES[0], Picture(content=b'<svg/>', media_type='image/svg+xml'))

    assert not folder.exists()


def test_what_a_crash_left_is_removed_and_what_is_not_ours_stays(folder: Path) -> None:
    folder.mkdir()
    (folder / f'{NAMES[1]}.new').write_bytes(PNG[:9])
    (folder / 'notes.txt').write_text('mine')

    Album(folder, files_max=1).keep(NAMES[0], png())

    assert sorted(path.name for path in folder.iterdir()) == [NAMES[0], 'notes.txt']


def test_a_place_that_cannot_be_written_costs_only_the_memory(folder: Path) -> None:
    folder.write_text('no folder')
    album = Album(folder)

    album.keep(NAMES[0], png())

    assert album.find(NAMES[0]) is None
