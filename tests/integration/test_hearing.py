"""What deliveries name is read at once, each pull once, and handled once the board has it."""

import asyncio
from datetime import timedelta

import pytest

from reviewflow.delivery import Hints
from reviewflow.hooks import KEPT
from reviewflow.store.database import Database
from reviewflow.store.deliveries import DeliveryStore
from tests.builders import NOW, Clock, after, pull
from tests.hooks import delivery
from tests.integration.hearing_rig import UNREAD_AFTER_S, HearingRig
from tests.waiting import until


@pytest.fixture
async def rig(database: Database, clock: Clock) -> HearingRig:
    return await HearingRig.made(database, clock)


# When it is read


async def test_what_arrives_is_read_at_once_and_handled_then(rig: HearingRig) -> None:
    async with rig.hearing_it():
        await rig.say('1', 7, at=NOW)
        await rig.until_handled()

    assert rig.reader.asked == [{(1, 7)}]
    assert rig.flow.board.find(1, 7) is not None
    assert rig.hooks.unhandled == 0


async def test_what_comes_while_something_is_read_is_gathered_for_the_next_time(rig: HearingRig) -> None:
    async with rig.hearing_it():
        rig.reader.may_go_on.clear()
        await rig.say('1', 7)
        await until(lambda: len(rig.reader.asked) == 1)
        for id_, number in (('2', 7), ('3', 8), ('4', 7), ('5', 8), ('6', 9)):
            await rig.say(id_, number, at=after(seconds=int(id_)))
        rig.reader.may_go_on.set()
        await rig.until_handled()

    assert rig.reader.asked == [{(1, 7)}, {(1, 7), (1, 8), (1, 9)}], 'each once'


async def test_it_is_not_handled_before_the_board_has_it(rig: HearingRig) -> None:
    async with rig.hearing_it():
        rig.reader.may_go_on.clear()
        await rig.say('1', 7)
        await until(lambda: len(rig.reader.asked) == 1)
        assert [each.id for each in await rig.hooks.waiting()] == ['1']
        rig.reader.may_go_on.set()
        await rig.until_handled()


async def test_what_waited_for_the_start_is_taken_up(rig: HearingRig) -> None:
    await rig.say('1', 7)
    await rig.say('2', 8)
    rig.hooks.arrived.clear()  # as in a new process

    async with rig.hearing_it():
        await rig.until_handled()

    assert rig.reader.asked == [{(1, 7), (1, 8)}]


async def test_an_end_in_the_middle_loses_nothing(rig: HearingRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('sync.hearing.PATIENCE_S', 0.01)
    async with rig.hearing_it():
        rig.reader.may_go_on.clear()
        await rig.say('1', 7)
        await until(lambda: len(rig.reader.asked) == 1)

    assert [each.id for each in await rig.hooks.waiting()] == ['1']
    rig.reader.may_go_on.set()
    async with rig.hearing_it():
        await rig.until_handled()


async def test_an_end_waits_a_moment_for_what_is_being_read(
    rig: HearingRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('sync.hearing.PATIENCE_S', 60)
    async with rig.hearing_it():
        rig.reader.may_go_on.clear()
        await rig.say('1', 7)
        await until(lambda: len(rig.reader.asked) == 1)
        asyncio.get_running_loop().call_later(0.05, rig.reader.may_go_on.set)

    assert await rig.hooks.waiting() == []


async def test_what_the_allowance_does_not_bear_waits_and_what_was_named_goes_first(
    rig: HearingRig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr('sync.hearing.POOR_S', 0.01)
    monkeypatch.setattr('sync.hearing.WAITING_MAX', 2)
    alike = [pull(number=number, milestone='1.0') for number in range(1, 6)]
    await rig.flow.record(1, alike, rig.flow.next_read())
    rig.allowed = 0
    async with rig.hearing_it():
        await rig.say('1', milestones=('1.0',))
        await rig.say('2', 9)
        await until(lambda: 'allowance' in caplog.text)
        assert rig.reader.asked == []
        await rig.flow.record(1, [pull(number=1, milestone='1.0', title='Listed')], rig.flow.next_read())
        rig.allowed = 2
        await rig.until_handled()

    assert [len(asked) for asked in rig.reader.asked] == [2, 2, 2], 'each once, also what a list named since'
    assert (1, 9) in rig.reader.asked[0]
    assert set().union(*rig.reader.asked) == {(1, number) for number in (1, 2, 3, 4, 5, 9)}


async def test_the_reserve_is_for_what_was_named(rig: HearingRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('sync.hearing.POOR_S', 0.01)
    alike = [pull(number=number, milestone='1.0') for number in range(1, 6)]
    await rig.flow.record(1, alike, rig.flow.next_read())
    rig.allowed = rig.reserve = 5
    await rig.say('1', milestones=('1.0',))
    await rig.say('2', 9)
    async with rig.hearing_it():
        await until(lambda: rig.hooks.unhandled == 1)
        assert [each.id for each in await rig.hooks.waiting()] == ['1']
        rig.reserve = 0
        await rig.until_handled()

    assert rig.reader.asked == [{(1, 9)}, {(1, number) for number in range(1, 6)}]


async def test_what_was_given_up_is_not_begun_again_while_others_of_its_delivery_wait(
    rig: HearingRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('sync.hearing.POOR_S', 0.001)
    alike = [pull(number=number, milestone='1.0') for number in range(1, 8)]
    await rig.flow.record(1, alike, rig.flow.next_read())
    rig.reader.passed_over[1, 3] = 1000
    rig.allowed = 1
    await rig.say('1', milestones=('1.0',))
    async with rig.hearing_it():
        await rig.until_handled()

    asked = [spot for spots in rig.reader.asked for spot in spots]
    assert asked.count((1, 3)) == 1 + len(UNREAD_AFTER_S)
    assert len(asked) == 7 + len(UNREAD_AFTER_S)


async def test_of_very_many_all_have_their_turn(rig: HearingRig, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ('reviewflow.store.deliveries', 'sync.hearing'):
        monkeypatch.setattr(f'{module}.WAITING_MAX', 3)
    for number in range(1, 9):
        await rig.say(str(number), number)
    async with rig.hearing_it():
        await rig.until_handled()

    assert [len(asked) for asked in rig.reader.asked] == [3, 3, 2]


# What is read


async def test_what_is_found_on_the_board_is_looked_for_when_its_turn_comes(rig: HearingRig) -> None:
    """A check of a new head may arrive before the head itself was read."""
    async with rig.hearing_it():
        rig.reader.may_go_on.clear()
        await rig.say('1', 7)
        await until(lambda: len(rig.reader.asked) == 1)
        await rig.say('2', shas=('a' * 40,))
        rig.reader.may_go_on.set()
        await rig.until_handled()

    assert rig.reader.asked == [{(1, 7)}, {(1, 7)}]


async def test_of_repositories_that_are_not_shown_nothing_is_read(rig: HearingRig) -> None:
    async with rig.hearing_it():
        await rig.flow.receive(delivery('1', Hints(numbers=(7,)), forge_id=99))
        await rig.until_handled()

    assert rig.reader.asked == []


async def test_names_are_put_in_doubt_and_nothing_is_read(rig: HearingRig) -> None:
    async with rig.hearing_it():
        await rig.flow.receive(delivery('1', Hints(names=True), forge_id=None))
        await rig.until_handled()

    assert (rig.reader.doubts, rig.reader.asked) == (1, [])


async def test_what_the_board_has_passed_already_is_not_read_again(rig: HearingRig) -> None:
    async with rig.hearing_it():
        await rig.say('1', 7, at=after(seconds=5))
        await rig.until_handled()
        await rig.say('2', 7, at=after(seconds=4))
        await rig.until_handled()
        await rig.say('3', 7, at=after(seconds=5))
        await rig.until_handled()

    assert rig.reader.asked == [{(1, 7)}, {(1, 7)}], (
        'the second is old news, the third may be of the same second'
    )


async def test_old_deliveries_are_forgotten_once_they_were_handled(
    rig: HearingRig, database: Database
) -> None:
    store = DeliveryStore(database)
    await rig.say('1', 7)
    rig.clock.now = NOW + KEPT + timedelta(seconds=1)
    async with rig.hearing_it():
        await rig.until_handled()
    assert rig.reader.asked == [{(1, 7)}]
    assert await store.last() == {7: NOW}

    rig.clock.now += KEPT + timedelta(seconds=1)
    await rig.hooks.prune()

    assert await store.last() == {}
