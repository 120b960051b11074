"""What deliveries name is read in the end, though GitHub lags, is down, or has had enough of us."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from reviewflow.delivery import Hints
from reviewflow.errors import ForgeUnavailable, RateLimited, StoreError
from reviewflow.models import Repository, SyncStatus
from reviewflow.store.database import Database
from reviewflow.store.deliveries import DeliveryStore
from tests.builders import NOW, Clock, after
from tests.hooks import delivery
from tests.integration.hearing_rig import EARLY_AFTER_S, UNREAD_AFTER_S, HearingRig
from tests.waiting import until


@pytest.fixture
async def rig(database: Database, clock: Clock) -> HearingRig:
    return await HearingRig.made(database, clock)


# GitHub lags


async def test_a_read_that_was_too_early_is_tried_again(rig: HearingRig) -> None:
    rig.reader.lag = [timedelta(seconds=2), timedelta(seconds=1)]
    async with rig.hearing_it():
        await rig.say('1', 7, at=NOW)
        await until(lambda: len(rig.reader.asked) >= 2)
        assert len(await rig.hooks.waiting()) == 1
        await rig.until_handled()

    card = rig.flow.board.find(1, 7)
    assert card is not None
    assert card.pull.updated_at == NOW
    assert rig.reader.asked == [{(1, 7)}] * 3


async def test_after_three_more_tries_it_is_left_to_the_polls(rig: HearingRig) -> None:
    rig.reader.lag = [timedelta(seconds=9)] * 9
    async with rig.hearing_it():
        begun_at = asyncio.get_running_loop().time()
        await rig.say('1', 7, at=NOW)
        await rig.until_handled()
        lasted_s = asyncio.get_running_loop().time() - begun_at

    assert rig.reader.asked == [{(1, 7)}] * 4
    assert lasted_s >= sum(EARLY_AFTER_S)


async def test_others_do_not_wait_for_what_lags(rig: HearingRig) -> None:
    rig.reader.lag = [timedelta(seconds=1)]
    async with rig.hearing_it():
        await rig.say('1', 7, at=NOW)
        await until(lambda: len(rig.reader.asked) == 1)
        await rig.say('2', 8, at=NOW)
        await rig.until_handled()

    assert rig.reader.asked[0] == {(1, 7)}
    assert set().union(*rig.reader.asked[1:]) == {(1, 7), (1, 8)}


async def test_what_is_named_anew_does_not_wait_until_it_has_rested(rig: HearingRig) -> None:
    rig.hearing._early_after_s = (60,)
    rig.reader.lag = [timedelta(seconds=1)]
    async with rig.hearing_it():
        await rig.say('1', 7, at=NOW)
        await until(lambda: rig.hearing._resting != {})
        await rig.say('2', 7, at=after(seconds=1))
        await rig.until_handled()

    assert rig.reader.asked == [{(1, 7)}] * 2


async def test_to_be_named_again_is_no_try_of_its_own(rig: HearingRig) -> None:
    rig.hearing._early_after_s = (60,)
    rig.reader.lag = [timedelta(seconds=1)] * 3
    async with rig.hearing_it():
        for id_ in '123':
            await rig.say(id_, 7, at=NOW)
            await until(lambda: len(rig.reader.asked) == int(id_))  # noqa: B023  # it is called at once
        async with rig.hearing._turn:  # once the third is over
            ((spot, rest),) = rig.hearing._resting.items()
            rig.hearing._resting[spot] = replace(rest, until_s=0)
        rig.hooks.arrived.set()
        await rig.until_handled()

    card = rig.flow.board.find(1, 7)
    assert card is not None
    assert card.pull.updated_at == NOW, 'the try that it has left was made after it had rested'
    assert rig.reader.asked == [{(1, 7)}] * 4


# What cannot be read by itself


async def test_what_was_passed_over_is_tried_again_and_holds_up_nobody(rig: HearingRig) -> None:
    rig.reader.passed_over = {(1, 7): 3}
    async with rig.hearing_it():
        await rig.say('1', 7)
        await rig.say('2', 8)
        await until(lambda: rig.flow.board.find(1, 8))
        await rig.until_handled()

    assert rig.flow.board.find(1, 7) is not None
    assert len([spots for spots in rig.reader.asked if (1, 8) in spots]) == 1
    assert len([spots for spots in rig.reader.asked if (1, 7) in spots]) == 4


async def test_what_can_never_be_read_is_left_to_the_polls(rig: HearingRig) -> None:
    rig.reader.passed_over = {(1, 7): 99}
    async with rig.hearing_it():
        await rig.say('1', 7)
        await rig.until_handled()

    assert rig.reader.asked == [{(1, 7)}] * (1 + len(UNREAD_AFTER_S))


async def test_that_another_repository_is_refused_for_good_changes_nothing(rig: HearingRig) -> None:
    rig.reader.passed_over = {(1, 7): 99}
    rig.flow.report(SyncStatus(error='acme/secret cannot be read'))
    async with rig.hearing_it():
        await rig.say('1', 7)
        await rig.until_handled()

    assert rig.reader.asked == [{(1, 7)}] * (1 + len(UNREAD_AFTER_S))


async def test_what_an_interrupted_repository_says_waits_until_it_can_be_read_and_holds_up_nobody(
    rig: HearingRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ('reviewflow.store.deliveries', 'sync.hearing'):
        monkeypatch.setattr(f'{module}.WAITING_MAX', 3)
    await rig.flow.track('acme/*', Repository(id=8, name='acme/web'))
    rig.reader.interrupted = {8}
    async with rig.hearing_it():
        for number in range(1, 5):
            await rig.flow.receive(delivery(f'web {number}', Hints(numbers=(number,)), forge_id=8))
        await rig.say('api', 7)
        await rig.flow.receive(delivery('names', Hints(names=True), forge_id=None))
        await until(lambda: rig.flow.board.find(1, 7) and rig.reader.doubts)
        await until(lambda: rig.hooks.unhandled == 4)
        assert rig.flow.board.find(2, 1) is None
        rig.reader.interrupted = set()
        await rig.until_handled()

    assert rig.reader.asked[0] == {(1, 7)}
    assert [rig.flow.board.find(2, number) is not None for number in range(1, 5)] == [True] * 4


async def test_many_that_cannot_be_read_do_not_stand_before_others(
    rig: HearingRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ('reviewflow.store.deliveries', 'sync.hearing'):
        monkeypatch.setattr(f'{module}.WAITING_MAX', 3)
    rig.hearing._unread_after_s = (60,)
    rig.reader.passed_over = {(1, number): 99 for number in range(101, 106)}
    for number in range(101, 106):
        await rig.say(str(number), number)
    await rig.say('good', 7)
    async with rig.hearing_it():
        await until(lambda: rig.flow.board.find(1, 7))


async def test_where_nothing_waits_any_more_nothing_is_looked_for(
    rig: HearingRig, database: Database
) -> None:
    rig.reader.passed_over = {(1, 7): 99}
    rig.hearing._unread_after_s = (0.1,)
    async with rig.hearing_it():
        await rig.say('1', 7)
        await until(lambda: rig.hearing._resting)
        await DeliveryStore(database).handled(['1'], NOW)  # somebody else did it
        await until(lambda: not rig.hearing._resting)


# Trouble with everything


@pytest.mark.parametrize('error', [ForgeUnavailable('down'), StoreError('full'), RateLimited(NOW)])
async def test_trouble_keeps_it_waiting_and_it_goes_on_by_itself(
    rig: HearingRig, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    rig.reader.errors = [error, error, error]
    async with rig.hearing_it():
        await rig.say('1', 7)
        await until(lambda: len(rig.reader.asked) == 2)
        assert len(await rig.hooks.waiting()) == 1
        await rig.until_handled()

    assert len(rig.reader.asked) == 4
    told = [record.getMessage() for record in caplog.records if record.name == 'sync.hearing']
    assert len([line for line in told if 'waits' in line]) == 1, 'an outage is one line'
    assert rig.flow.board.find(1, 7) is not None


async def test_what_was_read_before_it_was_broken_off_is_not_read_again(rig: HearingRig) -> None:
    rig.reader.breaks_off_after = 3
    for number in range(1, 13):
        await rig.say(str(number), number, at=NOW)
    async with rig.hearing_it():
        await rig.until_handled()

    assert [len(asked) for asked in rig.reader.asked] == [12, 9, 6, 3]


async def test_nothing_is_asked_for_until_a_limit_is_over(rig: HearingRig) -> None:
    rig.reader.errors = [RateLimited(after(minutes=10))]
    async with rig.hearing_it():
        await rig.say('1', 7)
        await until(lambda: rig.hearing._failures == 1)
        for id_ in '23456':
            await rig.say(id_, 8)
        await asyncio.sleep(0.05)  # there is nothing to wait for

    assert rig.reader.asked == [{(1, 7)}]
    assert len(await rig.hooks.waiting()) == 6


async def test_a_mistake_of_ours_is_logged_and_stops_nothing(
    rig: HearingRig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.reader.errors = [ZeroDivisionError()]
    async with rig.hearing_it():
        await rig.say('1', 7)
        await rig.until_handled()

    assert [record.levelname for record in caplog.records] == ['ERROR']
    caplog.clear()
