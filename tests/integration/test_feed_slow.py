"""Who does not read delays nobody, is let go, and leaves nothing behind: on the loop of the real server."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
import uvloop
from websockets.exceptions import ConnectionClosed

from reviewflow.web.feed import feed, reader
from tests.builders import card, pull
from tests.integration.feed_server import Place, Reader, feed_server
from tests.waiting import until

MANY = 3000
"""Pulls that are many times what a reader's connection and what is kept for it could hold."""


LITTLE = 4096


def on_uvloop(test: Callable[[Place], Awaitable[None]]) -> Callable[[Path, pytest.MonkeyPatch], None]:
    """Run a test on the loop that the server has, which is not that of the other tests."""

    async def run(folder: Path) -> None:
        async with feed_server(folder) as place:
            await test(place)

    def test_on_uvloop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(feed, 'PAUSE_S', 0.01)
        uvloop.run(run(tmp_path))

    return test_on_uvloop


def put(place: Place, count: int, *, title: str = 'A lamp') -> None:
    place.board.put([card(pull(number=key, title=title), key=key) for key in range(1, count + 1)])


async def read_all(by: Reader, count: int) -> None:
    """See that everything comes, in order."""
    messages = await by.take(count + 1)
    assert {message['notification_id'] for message in messages[:-1]} == set(range(1, count + 1))
    assert messages[-1]['type'] == 'stats_update'
    first = messages[0]['seq']
    assert [message['seq'] for message in messages] == list(range(first, first + count + 1))


@on_uvloop
async def test_much_news_at_once_reaches_everybody_who_reads_and_cuts_who_does_not(place: Place) -> None:
    stalled = await place.reader(buffer=LITTLE)
    well = [await place.reader() for _ in range(2)]

    async with asyncio.TaskGroup() as tasks:
        put(place, MANY)
        for each in well:
            tasks.create_task(read_all(each, MANY))

    assert place.feed.readers == 2
    assert await stalled.end() == (4408, 'too slow')


@on_uvloop
async def test_somebody_slow_who_reads_on_gets_everything(place: Place) -> None:
    quick, slow = await place.reader(), await place.reader()

    async def read_slowly() -> None:
        for _ in range(MANY // 100):
            await slow.take(100)
            await asyncio.sleep(0.005)  # what makes it slow
        assert (await slow.next())['type'] == 'stats_update'

    async with asyncio.TaskGroup() as tasks:
        put(place, MANY)
        tasks.create_task(read_all(quick, MANY))
        tasks.create_task(read_slowly())

    await slow.silence()


@on_uvloop
async def test_for_somebody_very_slow_the_others_do_not_wait_for_ever(place: Place) -> None:
    quick, slow = await place.reader(), await place.reader(buffer=LITTLE)

    async def read_very_slowly() -> None:
        for _ in range(MANY):
            await slow.next()
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(read_very_slowly())
        put(place, MANY)
        await read_all(quick, MANY)
        reading.cancel()

    assert await slow.end() == (4408, 'too slow')


@on_uvloop
async def test_who_is_behind_for_long_is_cut_however_little_it_is_and_disappears(place: Place) -> None:
    stalled = await place.reader(buffer=LITTLE)
    well = await place.reader()
    for number in range(5):
        put(place, 80, title=f'Title {number}')
        await well.take(81 if number == 0 else 80)
    place.feed.sweep()
    assert place.feed.readers == 2

    place.time.forward(11)
    await well.silence()
    place.feed.sweep()
    assert place.feed.readers == 1
    assert place.connections == 2, 'it may still hear why'

    place.time.forward(3)
    place.feed.sweep()
    await until(lambda: place.connections == 1)
    with pytest.raises(ConnectionClosed) as closed:
        await stalled.take(1000)
    assert closed.value.rcvd is None
    put(place, 1, title='Goes on')
    await well.take(1)


@on_uvloop
async def test_who_asks_and_never_listens_is_cut(place: Place) -> None:
    greedy = await place.reader(buffer=LITTLE)
    place.feed._limits = place.feed._limits.model_copy(update={'events_per_10_s': 10**9})

    async def ask_for_ever() -> None:
        with suppress(ConnectionClosed):
            while True:
                await greedy.connection.send('ping')
                await asyncio.sleep(0)  # sending alone lets nobody else work

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, 'KEPT_MAX', 10_000)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(ask_for_ever())
            await until(lambda: place.feed.readers == 0)
            place.time.forward(3)
            place.feed.sweep()
            await until(lambda: place.connections == 0)


def test_a_server_that_stops_does_not_wait_for_who_does_not_read(tmp_path: Path) -> None:
    async def stop() -> float:
        loop = asyncio.get_running_loop()
        async with feed_server(tmp_path) as place:
            await place.reader(buffer=LITTLE)
            put(place, MANY)
            await until(lambda: place.feed.seq == MANY + 2)
            began = loop.time()
        return loop.time() - began

    assert uvloop.run(stop()) < 8
