"""What the feed tells whom, over real sockets and behind the real gate."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviewflow.as_json import pull_json, stats_json
from reviewflow.models import SyncState, SyncStatus
from reviewflow.web.feed import feed as subject
from tests.builders import after, card, merged, pull
from tests.integration.feed_server import Json, Place, feed_server
from tests.integration.people import KEY
from tests.waiting import until

LIVE = SyncStatus(state=SyncState.LIVE, forge='GitHub', interval_s=30)


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(subject, 'PAUSE_S', 0.01)
    async with feed_server(tmp_path) as place:
        place.board.report(LIVE)
        yield place


def stats(**numbers: int) -> Json:
    known = dict.fromkeys(('pending', 'approved', 'changes_requested', 'closed', 'merged'), 0) | numbers
    return {'type': 'stats_update', 'stats': {'total': sum(known.values()), **known}}


def update(action: str, of: Json) -> Json:
    return {'type': 'notification_update', 'notification_id': of['id'], 'action': action, 'data': of}


async def test_the_life_of_a_pull_in_order_and_numbered(place: Place) -> None:
    reader = await place.reader()
    assert place.feed.seq == 1
    opened, done = card(pull(title='A lamp')), card(merged(title='A lamp'))

    place.board.put([opened])
    assert await reader.take(2) == [
        {'seq': 2, **update('new', pull_json(opened))},
        {'seq': 3, **stats(pending=1)},
    ]
    place.board.put([done])
    assert await reader.take(2) == [
        {'seq': 4, **update('update', pull_json(done))},
        {'seq': 5, **stats(merged=1)},
    ]
    place.board.remove([1])
    assert await reader.take(2) == [{'seq': 6, **update('delete', pull_json(done))}, {'seq': 7, **stats()}]


async def test_whoever_comes_later_goes_on_from_the_last_number_and_hears_the_same(place: Place) -> None:
    first = await place.reader()
    place.board.put([card()])
    await first.take(2)

    second = await place.reader()
    place.board.put([card(pull(number=1, title='Another title'))])

    assert await second.next() == await first.next()
    assert place.feed.readers == 2


async def test_what_changes_three_times_at_once_is_told_once_and_numbers_only_when_they_differ(
    place: Place,
) -> None:
    reader = await place.reader()
    for title in ('One', 'Two', 'Three'):
        place.board.put([card(pull(title=title))])
    assert [message['type'] for message in await reader.take(2)] == ['notification_update', 'stats_update']

    place.board.put([card(pull(title='Four'))])
    message = await reader.next()

    assert (message['action'], message['data']['title']) == ('update', 'Four')
    await reader.silence()


async def test_numbers_wait_for_the_pulls_that_they_count(place: Place) -> None:
    reader = await place.reader()
    place.board.put([card()], is_held=True)
    place.board.report(replace(LIVE, interval_s=60))
    await asyncio.sleep(5 * subject.PAUSE_S)  # rounds enough to say it
    await reader.silence()

    place.board.release()

    types = [message['type'] for message in await reader.take(2)]
    assert types == ['notification_update', 'stats_update']


async def test_what_came_and_went_at_once_is_deleted_for_whoever_read_of_it_in_between(place: Place) -> None:
    reader = await place.reader()
    place.board.put([card(key=2)])
    between = stats_json(place.board.totals)
    place.board.remove([2])

    gone, numbers = await reader.take(2)

    assert (gone['action'], gone['notification_id']) == ('delete', 2)
    assert numbers['stats'] == stats_json(place.board.totals) != between


async def test_what_was_told_to_nobody_is_known_too(place: Place) -> None:
    place.board.put([card()])
    await until(lambda: place.feed.seq == 3)
    reader = await place.reader()

    place.board.put([card(pull(title='Another title'))])

    assert (await reader.next())['action'] == 'update'


async def test_a_quiet_tick_says_nothing(place: Place) -> None:
    place.board.put([card()])
    place.board.report(replace(LIVE, event_at=after(hours=1)))
    await until(lambda: place.feed.seq == 4)
    reader = await place.reader()

    place.board.put([card(read=2)], quietly=True)
    for interval_s in (30, 60):
        place.board.report(replace(LIVE, interval_s=interval_s, event_at=after(hours=1)))
    place.board.report(SyncStatus(forge='GitHub'))
    await asyncio.sleep(5 * subject.PAUSE_S)  # rounds enough to say it
    await reader.silence()

    place.board.put([card(pull(title='Another title'))])
    assert (await reader.next())['seq'] == 5


async def test_a_ping_is_answered_and_other_words_are_not(place: Place) -> None:
    reader = await place.reader()
    await reader.connection.send('hello')
    await reader.silence()


async def test_feeds_of_a_signed_in_person_and_of_the_machine_are_the_same(place: Place) -> None:
    person, machine = await place.reader(await place.sign_in()), await place.reader()
    place.board.put([card()])
    assert await person.take(2) == await machine.take(2)


async def test_strangers_are_refused_before_the_feed_is_opened(place: Place) -> None:
    cookie = await place.sign_in()
    assert await place.refusal() == 401
    assert await place.refusal(Cookie='rf_session=rubbish') == 401
    assert await place.refusal(Authorization='Bearer rubbish') == 401
    assert await place.refusal(Cookie=cookie, Origin='http://evil.example') == 403
    assert await place.refusal(Authorization=f'bearer {KEY}') == 101
    assert await place.refusal(Cookie=cookie, Origin=f'http://127.0.0.1:{place.port}') == 101
    await until(lambda: place.feed.readers == 0)


async def test_after_what_cannot_be_told_everybody_comes_again(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    reader = await place.reader()

    place.board.put([card(pull(title='half a character: \ud83d'))])

    assert (await reader.end())[0] == 1011
    assert 'could not tell the feed' in caplog.text
    caplog.clear()
    again = await place.reader()
    place.board.put([card(pull(number=2), key=2)])
    assert [message['notification_id'] for message in await again.take(1)] == [2]
