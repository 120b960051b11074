"""What strangers send is held within bounds that leave room for others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from starlette.types import Message

from reviewflow.web.room import NoRoom, Room, TooSlow

KB = 1024
SMALL_MAX, BODY_MAX, HELD_MAX = 10 * KB, 100 * KB, 1000 * KB


def room(step_s: float = 5) -> Room:
    return Room(body_max=BODY_MAX, held_max=HELD_MAX, small_max=SMALL_MAX, within_s=5, step_s=step_s)


class Body:
    """It comes as fast as it is taken; one that is not whole then stands still."""

    def __init__(self, size: int, *, is_whole: bool = True) -> None:
        self._size = size
        self._is_whole = is_whole
        self._is_sent = False

    async def __call__(self) -> Message:
        if self._is_sent:
            await asyncio.Event().wait()
        self._is_sent = True
        return {'type': 'http.request', 'body': b'a' * self._size, 'more_body': not self._is_whole}


@pytest.fixture
async def held() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def take(held: AsyncExitStack, room: Room, size: int, peer: str) -> int:
    """Hold as many bodies as there is room for; gives how many."""
    count = 0
    while True:
        try:
            await held.enter_async_context(room.body(Body(size), len, peer=peer))
        except NoRoom:
            return count
        count += 1


async def test_when_big_ones_have_taken_all_they_may_there_is_room_for_small_ones(
    held: AsyncExitStack,
) -> None:
    ours = room()
    assert sum([await take(held, ours, BODY_MAX, f'peer {number}') for number in range(5)]) == 8
    assert await take(held, ours, SMALL_MAX, 'github') >= 20


async def test_no_peer_takes_all(held: AsyncExitStack) -> None:
    ours = room()
    assert await take(held, ours, BODY_MAX, 'one') == 4
    assert await take(held, ours, SMALL_MAX, 'one') == 40
    assert await take(held, ours, SMALL_MAX, 'github') == 20


async def test_all_of_it_is_given_back() -> None:
    ours = room()
    for _ in range(2):
        async with AsyncExitStack() as short:
            assert await take(short, ours, BODY_MAX, 'one') == 4
    assert ours._left == HELD_MAX
    assert not ours._peers


async def test_a_big_one_that_stands_still_makes_room_soon() -> None:
    ours = room(step_s=0.05)
    with pytest.raises(TooSlow):
        async with asyncio.timeout(1), ours.body(Body(BODY_MAX - 1, is_whole=False), len):
            pass
    assert ours._left == HELD_MAX


async def test_a_small_one_may_take_its_time() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3), room(step_s=0.05).body(Body(SMALL_MAX, is_whole=False), len):
            pass
