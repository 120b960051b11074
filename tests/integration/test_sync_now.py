"""A sync that a person asked for, and what cannot be stored."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from fastapi import FastAPI

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import Status, SyncState
from reviewflow.store.database import REWRITE, Database
from reviewflow.syncs import SyncReport
from reviewflow.web import health
from sync.health import BACK_OFF_MAX_S
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rest_client import client
from tests.integration.rig import Rig, filled

Locked = Callable[[], AbstractAsyncContextManager[None]]
BROKEN = ForgeUnavailable('HTTP 502')


@pytest.fixture
def github(github: FakeGitHub) -> FakeGitHub:
    return filled(github)


async def test_a_sync_reads_lists_and_details_and_counts_each_pull_once(wide: Rig) -> None:
    wide.github.review('acme/api', 1, state='CHANGES_REQUESTED')

    first = await wide.poller.sync_now()
    again = await wide.poller.sync_now()

    assert first == SyncReport(repositories=3, changed=3, left=0)
    assert again == SyncReport(repositories=3, changed=0, left=0)
    assert wide.card(1).status is Status.CHANGES_REQUESTED


async def test_a_sync_leaves_to_their_turn_what_would_let_people_wait(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.tick()
    monkeypatch.setattr('sync.poller.SYNC_FOR_S', 0)

    report = await rig.poller.sync_now()

    assert (report.left, report.errors) == (1, ())


async def test_a_sync_finds_a_review_that_left_no_trace(rig: Rig) -> None:
    await rig.poller.sync_now()
    rig.github.review('acme/api', 1, touches=False)

    assert (await rig.poller.sync_now()).changed == 1
    assert rig.card(1).status is Status.APPROVED


async def test_a_sync_within_the_limits_says_what_is_left(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    for number in range(30):
        clock.forward(minutes=1)
        github.open_pull('acme/api', f'Pull {number}')
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, has_token=False) as rig:
        report = await rig.poller.sync_now()

        assert report.errors == ()
        assert 20 <= report.left < 31
        read = [card.pull.updated_at for card in rig.board.cards.values() if not card.wants_detail]
        unread = [card.pull.updated_at for card in rig.board.cards.values() if card.wants_detail]
        assert len(unread) == report.left
        assert min(read) >= max(unread), 'the last changed come first'
        assert github.used[''] <= 48


async def test_a_sync_tries_again_although_it_would_wait(rig: Rig) -> None:
    await rig.tick()
    rig.forge.fail('changed_pulls', *[BROKEN] * 4)
    for _ in range(4):
        await rig.tick(after_s=BACK_OFF_MAX_S)

    report = await rig.poller.sync_now()

    assert (report.repositories, report.errors) == (1, ())


async def test_a_sync_that_fails_says_why(rig: Rig) -> None:
    rig.github.is_revoked = True

    report = await rig.poller.sync_now()

    assert report == SyncReport(repositories=0, changed=0, left=0, errors=('GitHub refused the token',))


async def test_two_syncs_at_once_both_come_to_their_end(rig: Rig) -> None:
    both = await asyncio.gather(rig.poller.sync_now(), rig.poller.sync_now())

    assert [report.errors for report in both] == [(), ()]
    assert sum(report.changed for report in both) == 1


# The store


async def test_what_cannot_be_stored_is_said_and_read_again(rig: Rig, locked: Locked) -> None:
    await rig.tick()
    rig.github.edit('acme/api', 1, title='New')

    async with locked():
        report = await rig.tick()
        assert len(report.errors) == 1
        assert 'could not be stored' in report.errors[0]
        assert rig.state() is SyncState.FAILING
        assert rig.titles == {1: 'One of acme/api'}

    await rig.tick()
    assert rig.state() is SyncState.LIVE
    assert rig.titles == {1: 'New'}


async def test_details_that_cannot_be_stored_are_read_again(rig: Rig, locked: Locked) -> None:
    await rig.tick()
    async with locked():
        await rig.poller.read_details()
        assert 'could not be stored' in (rig.sync.error or '')

    await rig.tick()
    await rig.poller.read_details()

    assert rig.state() is SyncState.LIVE
    assert not rig.card(1).wants_detail


async def test_who_cannot_store_is_not_ready_until_it_can(
    rig: Rig, locked: Locked, writes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = FastAPI()
    app.include_router(health.create(rig.flow, is_open=lambda: True))
    await rig.flow.hydrate(rig.patterns)
    async with client(app) as machine:
        async with locked():
            assert (await machine.get('/readyz')).text == 'ready', 'nothing went wrong yet'
            await rig.tick()
            assert [(await machine.get('/readyz')).status_code for _ in range(3)] == [503] * 3
            assert REWRITE.text not in writes, 'a little might fit where a poll does not'
            monkeypatch.setattr('reviewflow.store.database.UNSURE_S', 0)
            assert [(await machine.get('/readyz')).status_code for _ in range(3)] == [503] * 3
            assert writes.count(str(REWRITE)) == 1, 'it is not tried at each look'
        monkeypatch.setattr('reviewflow.store.database.TRY_EVERY_S', 0)
        assert (await machine.get('/readyz')).text == 'ready'
        await machine.get('/readyz')

    assert writes.count(str(REWRITE)) == 2, 'and not without need'


async def test_a_sync_that_cannot_store_says_so(rig: Rig, locked: Locked) -> None:
    async with locked():
        report = await rig.poller.sync_now()

    assert report.repositories == 0
    assert 'could not be stored' in report.errors[0]


async def test_many_who_ask_at_once_share_two_runs(rig: Rig) -> None:
    rig.open_pulls(5)
    await rig.tick()
    rig.asked()

    async with asyncio.TaskGroup() as group:
        syncs = [group.create_task(rig.poller.sync_now()) for _ in range(20)]

    assert {sync.result().repositories for sync in syncs} == {1}
    assert len(rig.asked('state=all')) == 2
