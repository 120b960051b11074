"""The bytes of an answer."""

import gc
from collections.abc import Iterator

import pytest

from sync.github.body import Body
from sync.github.trouble import Garbled, TooBig

MANY = b'[' + b'[],' * 100_000 + b'[]]'


@pytest.fixture
def looks() -> Iterator[list[int]]:
    """The generations that Python looked through."""
    looks: list[int] = []

    def look(phase: str, info: dict[str, int]) -> None:
        if phase == 'start':
            looks.append(info['generation'])

    gc.callbacks.append(look)
    yield looks
    gc.callbacks.remove(look)


def body(content: bytes, at_most: int = 10**7) -> Body:
    found = Body('', at_most)
    found.feed(content)
    return found


def test_no_garbage_is_looked_for_while_many_objects_are_made(looks: list[int]) -> None:
    full = body(MANY)
    gc.collect()
    looks.clear()

    found = full.json()
    seen = list(looks)

    assert len(found) == 100_001
    assert len(seen) <= 1, 'of young objects, once they are all there'
    assert gc.isenabled()


def test_garbage_is_looked_for_again_after_an_answer_that_is_none() -> None:
    with pytest.raises(Garbled):
        body(b'[').json()

    assert gc.isenabled()


def test_what_is_too_big_is_not_kept() -> None:
    full = Body('', 10)

    with pytest.raises(TooBig):
        full.feed(b'x' * 11)

    assert full.start() == b''
