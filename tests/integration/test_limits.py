"""Tokens and allowances: what is spent, what stops everything, and how it goes on."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest

from reviewflow.errors import BadCredentials, ForgeUnavailable
from reviewflow.models import SyncState
from reviewflow.store.database import Database
from sync.github.governor import TRIAL_AFTER_S
from sync.standing import state_of
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.rig import Rig, filled

Locked = Callable[[], AbstractAsyncContextManager[None]]
BROKEN = ForgeUnavailable('HTTP 502')


@pytest.fixture
def github(github: FakeGitHub) -> FakeGitHub:
    return filled(github)


async def test_a_revoked_token_is_said_and_not_used_on_and_on(wide: Rig) -> None:
    await wide.tick()
    wide.github.is_revoked = True
    wide.asked()

    for _ in range(9):
        await wide.tick()
        await wide.poller.read_details()

    assert (wide.state(), wide.sync.error) == (SyncState.FAILING, 'GitHub refused the token')
    assert len(wide.asked()) <= 3, 'those that were under way at once'


async def test_another_token_is_noticed_within_minutes(rig: Rig) -> None:
    await rig.tick()
    rig.github.is_revoked = True
    await rig.tick()
    rig.github.is_revoked = False

    await rig.tick(after_s=TRIAL_AFTER_S)

    assert rig.state() is SyncState.LIVE


async def test_while_limited_nothing_is_sent_and_then_it_goes_on_unaided(rig: Rig) -> None:
    await rig.tick()
    rig.github.fail(fault.secondary_limit(timedelta(minutes=10)))
    rig.github.edit('acme/api', 1, title='New')
    await rig.tick()
    until = rig.clock.now + timedelta(minutes=10)
    assert rig.state() is SyncState.LIMITED
    assert rig.sync.error == f'The allowance of GitHub is used up until {until:%H:%M} UTC'
    rig.asked()

    for _ in range(19):
        await rig.tick()
        await rig.poller.read_details()
    assert rig.asked() == []

    await rig.tick()
    assert rig.state() is SyncState.LIVE
    assert rig.titles == {1: 'New'}


async def test_details_go_on_as_soon_as_a_limit_ends(rig: Rig) -> None:
    await rig.tick()
    rig.github.fail(fault.secondary_limit(timedelta(minutes=2)))
    for _ in range(10):
        rig.clock.forward(seconds=1)
        await rig.poller.read_details()
    assert rig.state() is SyncState.LIMITED
    assert rig.card(1).wants_detail

    await rig.tick(after_s=121)
    await rig.poller.read_details()

    assert not rig.card(1).wants_detail
    assert rig.state() is SyncState.LIVE


async def test_a_limit_that_only_details_met_is_over_when_there_are_none_to_read(rig: Rig) -> None:
    await rig.tick()
    rig.github.fail(fault.secondary_limit(timedelta(minutes=2)))
    await rig.poller.read_details()
    assert rig.state() is SyncState.LIMITED

    rig.github.merge('acme/api', 1)
    await rig.tick(after_s=121)

    assert rig.state() is SyncState.LIVE


async def test_without_a_token_the_badge_says_about_two_minutes(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    for _ in range(350):  # four pages at the first time
        github.open_pull('acme/api')
    async with Rig.running(github, clock, database, has_token=False) as rig:
        await rig.tick()
        await rig.tick(after_s=rig.poller.spending.plan.interval_s)

        assert 100 <= rig.sync.interval_s <= 140


async def test_without_a_token_more_repositories_are_read_less_often(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, 'acme/*', 'other/tool', has_token=False) as rig:
        await rig.tick()

        assert 350 <= rig.sync.interval_s <= 400


async def test_without_a_token_an_hour_costs_no_more_than_our_share(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, has_token=False) as rig:
        next_poll = rig.monotonic()
        for _ in range(3599):
            if rig.monotonic() >= next_poll:
                await rig.poller.tick()
                next_poll = rig.monotonic() + rig.poller.spending.plan.interval_s
            await rig.poller.read_details()
            clock.forward(seconds=1)

        assert 40 <= github.used[''] <= 48
        assert rig.state() is SyncState.LIVE


def test_limits_alone_are_no_failure() -> None:
    assert state_of([]) is SyncState.LIVE
    assert state_of([BROKEN]) is SyncState.FAILING
    assert state_of([BadCredentials('401')]) is SyncState.FAILING
