"""What bytes from outside are taken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.picture import SIZE_MAX, picture

KINDS = {
    'image/png': b'\x89PNG\r\n\x1a\n',
    'image/jpeg': b'\xff\xd8\xff\xe0',
    'image/gif': b'GIF89a',
    'image/webp': b'RIFF\x10\x00\x00\x00WEBPVP8 ',
}


@pytest.mark.parametrize('kind', KINDS)
def test_a_picture_is_known_by_how_it_begins(kind: str) -> None:
    found = picture(KINDS[kind] + b'and the rest')

    assert found is not None
    assert (found.media_type, found.content) == (kind, KINDS[kind] + b'and the rest')


@pytest.mark.parametrize(
    'content',
    [
        b'',
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<?xml version="1.0"?><svg/>',
        b'<!doctype html><script>alert(1)</script>',
        b' \x89PNG\r\n\x1a\n',
        b'\x89PNG',
        b'RIFF\x10\x00\x00\x00WAVEfmt ',
        b'BM6',
        b'%PDF-1.7',
    ],
)
def test_anything_else_is_none(content: bytes) -> None:
    assert picture(content) is None


def test_a_large_one_is_none() -> None:
    start = KINDS['image/png']

    assert picture(start.ljust(SIZE_MAX)) is not None
    assert picture(start.ljust(SIZE_MAX + 1)) is None


@given(st.binary(max_size=64) | st.sampled_from([*KINDS.values()]))
def test_whatever_comes_is_passed_on_as_it_is_or_not_at_all(content: bytes) -> None:
    found = picture(content)

    assert found is None or (found.content == content and found.media_type in KINDS)


def test_the_tag_changes_with_the_content() -> None:
    one, same, other = (picture(KINDS['image/gif'] + end) for end in (b'1', b'1', b'2'))

    assert one is not None
    assert same is not None
    assert other is not None
    assert one.etag == same.etag != other.etag
