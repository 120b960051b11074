"""Deliveries are kept, known again, and wait until they are handled."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from reviewflow.delivery import Hints, Outcome
from reviewflow.errors import StoreError
from reviewflow.hooks import KEPT, Hooks
from reviewflow.store.database import Database
from reviewflow.store.deliveries import WAITING_MAX, DeliveryStore, Waiting
from tests.builders import NOW, Clock, after
from tests.hooks import delivery
from tests.integration.sqlite_file import sqlite
from tests.waiting import until


@pytest.fixture
def store(database: Database) -> DeliveryStore:
    return DeliveryStore(database)


@pytest.fixture
def hooks(store: DeliveryStore, clock: Clock) -> Hooks:
    return Hooks(store, events=['pull_request', 'ping'], clock=clock)


# At rest


async def test_what_was_added_waits_as_it_came(store: DeliveryStore) -> None:
    for each in (delivery('1'), delivery('2', Hints(), forge_id=None, repository='', action='')):
        assert await store.add(each)

    assert await store.waiting() == (
        [delivery('1'), delivery('2', Hints(), forge_id=None, repository='', action='')],
        2,
    )


async def test_an_id_is_known_for_as_long_as_it_is_kept(store: DeliveryStore) -> None:
    assert await store.add(delivery())
    assert not await store.add(delivery(received_at=after(days=1)))
    await store.handled(['1'], NOW)
    assert not await store.add(delivery())
    assert await store.waiting() == ([], 0)

    await store.prune(after(seconds=1))

    assert await store.add(delivery())


async def test_the_same_delivery_at_once_is_added_once(store: DeliveryStore) -> None:
    added = await asyncio.gather(*(store.add(delivery()) for _ in range(20)))

    assert sorted(added) == [False] * 19 + [True]


async def test_those_that_come_at_the_same_time_share_a_commit(
    store: DeliveryStore, database: Database
) -> None:
    commits: list[object] = []
    event.listen(database._durable.sync_engine, 'commit', commits.append)

    added = await asyncio.gather(*(store.add(delivery(str(number))) for number in range(50)))

    assert all(added)
    assert len((await store.waiting())[0]) == 50
    assert len(commits) == 2, 'the first, and all that came meanwhile'


async def test_who_is_broken_off_does_not_take_the_others_along(store: DeliveryStore) -> None:
    first, *others = (asyncio.ensure_future(store.add(delivery(str(number)))) for number in range(5))
    await asyncio.sleep(0)
    first.cancel()

    assert await asyncio.gather(*others) == [True] * 4
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_who_leads_a_commit_and_is_broken_off_does_not_take_the_others_along(
    store: DeliveryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_all, begun, go_on = store._add_all, asyncio.Event(), asyncio.Event()

    async def slowly(taken: Sequence[Waiting]) -> None:
        begun.set()
        await go_on.wait()
        await add_all(taken)

    monkeypatch.setattr(store, '_add_all', slowly)
    async with store._turn:
        leader, *others = (asyncio.ensure_future(store.add(delivery(str(number)))) for number in range(5))
        await until(lambda: len(store._queue) == 5)
    await begun.wait()
    leader.cancel()
    await asyncio.sleep(0)
    leader.cancel()
    go_on.set()

    assert await asyncio.gather(*others) == [True] * 4
    with pytest.raises(asyncio.CancelledError):
        await leader
    assert (await store.waiting())[1] == 5


async def test_the_oldest_wait_first_and_never_too_many(store: DeliveryStore, tmp_path: Path) -> None:
    await store.add(delivery())
    with sqlite(tmp_path / 'reviewflow.db') as other:
        columns = 'event, action, forge_id, repository, numbers, shas, hints, newer_than'
        other.execute(
            f'WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {WAITING_MAX + 5})'
            f' INSERT INTO deliveries (id, received_at, {columns})'
            f" SELECT i, '2026-03-01 00:00:00.' || printf('%06d', i), {columns} FROM n, deliveries"
        )

    waiting, count = await store.waiting()
    await store.handled([each.id for each in waiting], NOW)

    assert [each.id for each in waiting] == [str(number) for number in range(2, WAITING_MAX + 2)]
    assert count == WAITING_MAX + 5
    assert [each.id for each in (await store.waiting())[0]] == ['1002', '1003', '1004', '1005', '1']


async def test_only_what_was_handled_long_ago_is_forgotten(store: DeliveryStore) -> None:
    for id_ in ('old', 'new', 'waiting'):
        await store.add(delivery(id_))
    await store.handled(['old'], NOW)
    await store.handled(['new'], after(seconds=1))

    await store.prune(after(seconds=1))

    assert [await store.add(delivery(id_)) for id_ in ('old', 'new', 'waiting')] == [True, False, False]


async def test_those_of_some_repositories_are_left_out_and_counted(store: DeliveryStore) -> None:
    for id_, forge_id in (('1', 7), ('2', 8), ('3', None), ('4', 9)):
        await store.add(delivery(id_, forge_id=forge_id))

    waiting, count = await store.waiting(but_of={7, 9})

    assert ([each.id for each in waiting], count) == (['2', '3'], 4)


async def test_a_commit_of_a_delivery_is_on_the_disk_and_others_need_not_be(database: Database) -> None:
    found = []
    for durable in (True, False):
        async with database.transaction(durable=durable) as connection:
            pragmas = [f'PRAGMA {name}' for name in ('synchronous', 'journal_mode', 'foreign_keys')]
            found.append([(await connection.execute(text(pragma))).scalar() for pragma in pragmas])

    assert found == [[2, 'wal', 1], [1, 'wal', 1]], '2 is FULL, 1 is NORMAL'


async def test_a_database_that_is_held_is_an_error_and_in_time_to_say_so(
    store: DeliveryStore, database: Database, tmp_path: Path
) -> None:
    async with database.transaction(durable=True) as connection:
        assert (await connection.execute(text('PRAGMA busy_timeout'))).scalar() == 4000
        await connection.execute(text('PRAGMA busy_timeout=1'))  # the pool has this one connection

    with sqlite(tmp_path / 'reviewflow.db') as other:
        other.execute('BEGIN IMMEDIATE')
        with pytest.raises(StoreError):
            await store.add(delivery())
        other.execute('ROLLBACK')

    assert await store.add(delivery())


async def test_reading_goes_on_while_somebody_writes(
    store: DeliveryStore, locked: Callable[[], AbstractAsyncContextManager[None]]
) -> None:
    await store.add(delivery())
    async with locked():
        assert len((await store.waiting())[0]) == 1


# Counted


async def test_what_came_is_counted_by_event_outcome_and_repository(hooks: Hooks) -> None:
    said = [delivery('1'), delivery('1'), delivery('2', None, event='star'), delivery('3', forge_id=None)]
    outcomes = [await hooks.take(each) for each in said]
    hooks.count('pull_request', Outcome.REFUSED)
    hooks.count('made up by a stranger', Outcome.REFUSED)

    assert outcomes == [Outcome.ACCEPTED, Outcome.KNOWN, Outcome.IGNORED, Outcome.ACCEPTED]
    assert hooks.heard[7].counts == {
        ('pull_request', Outcome.ACCEPTED): 1,
        ('pull_request', Outcome.KNOWN): 1,
        ('other', Outcome.IGNORED): 1,
    }
    assert hooks.heard[None].counts == {('pull_request', Outcome.ACCEPTED): 1}
    assert hooks.counts == {
        ('pull_request', Outcome.ACCEPTED): 2,
        ('pull_request', Outcome.KNOWN): 1,
        ('other', Outcome.IGNORED): 1,
        ('pull_request', Outcome.REFUSED): 1,
        ('other', Outcome.REFUSED): 1,
    }
    assert hooks.unhandled == 2


async def test_what_is_of_no_concern_is_not_stored_and_wakes_nobody(hooks: Hooks, writes: list[str]) -> None:
    await hooks.take(delivery(hints=None))

    assert not hooks.arrived.is_set()
    assert await hooks.waiting() == []
    assert hooks.heard[7].last_at == NOW, 'but the hook lives'
    assert writes == []


async def test_a_known_delivery_wakes_nobody(hooks: Hooks) -> None:
    await hooks.take(delivery())
    assert hooks.arrived.is_set()
    hooks.arrived.clear()

    await hooks.take(delivery())

    assert not hooks.arrived.is_set()


async def test_when_each_repository_was_last_heard_of_survives_a_restart(
    hooks: Hooks, store: DeliveryStore, clock: Clock
) -> None:
    for id_, forge_id, minute in (('1', 7, 5), ('2', 7, 3), ('3', 8, 1), ('4', None, 2)):
        await hooks.take(delivery(id_, forge_id=forge_id, received_at=after(minutes=minute)))
    assert hooks.heard[7].last_at == after(minutes=5)

    again = Hooks(store, events=[], clock=clock)
    await again.hydrate()

    assert {forge_id: heard.last_at for forge_id, heard in again.heard.items()} == {
        7: after(minutes=5),
        8: after(minutes=1),
        None: after(minutes=2),
    }


async def test_deliveries_are_kept_for_longer_than_github_sends_them_again(
    hooks: Hooks, clock: Clock
) -> None:
    assert timedelta(days=3) < KEPT
    await hooks.take(delivery())
    await hooks.handled([delivery()])
    clock.now = NOW + KEPT
    await hooks.prune()
    assert await hooks.take(delivery()) is Outcome.KNOWN

    clock.forward(seconds=1)
    await hooks.prune()

    assert await hooks.take(delivery()) is Outcome.ACCEPTED
