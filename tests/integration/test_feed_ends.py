"""When the feed ends for somebody, and what its code says."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from reviewflow.accounts import Change, Role
from reviewflow.accounts.role import OPERATOR
from tests.builders import card
from tests.integration.feed_server import Place, feed_server
from tests.integration.people import KEY, PASSWORD
from tests.waiting import until

CAP, WORDS = 3, 5


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with feed_server(tmp_path, sockets_per_user=CAP, events_per_10_s=WORDS) as place:
        yield place


async def test_a_logout_ends_the_feeds_of_that_session_and_no_others(place: Place) -> None:
    ours, other = await place.sign_in(), await place.sign_in()
    gone, stays, machine = await place.reader(ours), await place.reader(other), await place.reader()

    await place.accounts.sign_out(ours.partition('=')[2])

    assert await gone.end() == (4401, 'the session ended')
    assert await place.refusal(Cookie=ours) == 401
    place.board.put([card()])
    assert await stays.take(2) == await machine.take(2)


async def test_an_account_that_is_disabled_hears_nothing_more(place: Place) -> None:
    readers = [await place.reader(await place.sign_in()) for _ in range(2)]

    await place.accounts.users.add(OPERATOR, 'ana', Role.ADMIN, PASSWORD)  # the last one cannot go
    await place.accounts.users.change(OPERATOR, 'mei', Change(is_disabled=True))

    assert [await reader.end() for reader in readers] == [(4401, 'the session ended')] * 2
    assert place.feed.readers == 0


async def test_a_session_that_ends_by_itself_takes_its_feed_along(place: Place) -> None:
    reader = await place.reader(await place.sign_in())
    place.clock.forward(timedelta(days=31))
    await place.accounts.expire()
    assert (await reader.end())[0] == 4401


async def test_whoever_is_silent_for_long_is_let_go(place: Place) -> None:
    silent, pings = await place.reader(), await place.reader()
    place.time.forward(60)
    await pings.silence()
    place.feed.sweep()
    assert place.feed.readers == 2

    place.time.forward(31)
    place.feed.sweep()

    assert await silent.end() == (4408, 'silent for 90 s: send ping now and then')
    await pings.silence()


async def test_a_person_has_so_many_feeds_and_another_has_their_own(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = await place.sign_in()
    readers = [await place.reader(cookie) for _ in range(CAP)]

    with caplog.at_level(logging.WARNING):
        assert await place.refusal(Cookie=cookie) == 429
        assert await place.refusal(Cookie=await place.sign_in()) == 429
    assert 'too many open feeds of Mei' in caplog.text
    await place.reader()

    await readers[0].connection.close()
    await until(lambda: place.feed.readers == CAP)
    await place.reader(cookie)


@pytest.mark.parametrize('size', [1025, 300_000])
async def test_a_message_that_is_too_big_ends_it(place: Place, size: int) -> None:
    reader = await place.reader()
    await reader.connection.send('x' * size)
    assert (await reader.end())[0] == 1009


async def test_bytes_end_it(place: Place) -> None:
    reader = await place.reader()
    await reader.connection.send(b'ping')
    assert await reader.end() == (1003, 'text only')


async def test_too_many_messages_end_it_and_a_pause_is_forgiven(place: Place) -> None:
    reader, other = await place.reader(), await place.reader()
    for _ in range(WORDS):
        await reader.silence()
    place.time.forward(10)
    for _ in range(WORDS):
        await reader.silence()
    await other.silence()

    await reader.connection.send('hello')

    assert await reader.end() == (1008, 'too many messages')
    await other.silence()


async def test_what_was_closed_is_nowhere_kept(place: Place) -> None:
    readers = [await place.reader() for _ in range(CAP)]
    await readers[0].connection.close()
    readers[1].connection.transport.abort()
    await readers[2].connection.send(b'')
    assert (await readers[2].end())[0] == 1003

    await until(lambda: place.feed.readers == place.connections == 0)
    assert await place.refusal(Authorization=f'Bearer {KEY}') == 101
