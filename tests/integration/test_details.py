"""Reviews and checks: what changed first, then in turn, since they move without any trace."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from reviewflow.errors import ForgeUnavailable, Reason, RepositoryUnavailable
from reviewflow.models import CheckState, Status, SyncState
from reviewflow.store.database import Database
from sync.details import spot_of
from sync.pulls import AFTER_FAILURE_S
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.rig import Rig


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    """Five open pulls, the first the oldest, and a closed one."""
    github = FakeGitHub(now=clock)
    github.add_repository('acme/api')
    for number in range(1, 7):
        clock.forward(minutes=5)
        github.open_pull('acme/api', f'Pull {number}')
    github.close('acme/api', 6)
    return github


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    """After its first poll of the lists."""
    async with Rig.running(github, clock, database) as rig:
        await rig.tick()
        rig.told.clear()
        rig.asked()
        yield rig


def unread(rig: Rig) -> set[int]:
    return {card.pull.number for card in rig.board.cards.values() if card.wants_detail}


def read_now(rig: Rig) -> list[int]:
    """Numbers of the pulls that were asked for since the last time."""
    paths = [path.removeprefix('/repos/acme/api/pulls/') for path in rig.asked('/pulls/')]
    return [int(path) for path in paths if path.isdigit()]


async def test_every_open_pull_is_read_and_only_those(rig: Rig) -> None:
    assert unread(rig) == {1, 2, 3, 4, 5}

    await rig.poller.read_details()

    assert read_now(rig) == [5, 4, 3, 2, 1]
    assert unread(rig) == set()


async def test_what_was_read_is_shown_and_survives_a_restart(
    rig: Rig, github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.review('acme/api', 3)
    github.check('acme/api', 3, conclusion='failure')
    await rig.tick()
    await rig.settle()

    assert (rig.card(3).status, rig.card(3).checks) == (Status.APPROVED, CheckState.FAILING)
    async with Rig.running(github, clock, database) as again:
        assert {card.key: card.pull for card in again.board.cards.values()} == {
            card.key: card.pull for card in rig.board.cards.values()
        }
        assert unread(again) == set()


async def test_a_pull_that_changed_is_read_before_the_others_have_their_turn(rig: Rig) -> None:
    await rig.settle()
    rig.asked()
    rig.github.push('acme/api', 2)
    await rig.tick()

    await rig.poller.read_details()

    assert read_now(rig) == [2]


async def test_the_rotation_finds_what_left_no_trace(rig: Rig) -> None:
    await rig.settle()
    rig.github.review('acme/api', 4, touches=False)
    rig.github.check('acme/api', 5, conclusion='failure')

    for _ in range(3):
        await rig.tick()
        await rig.poller.read_details()

    assert rig.card(4).status is Status.APPROVED
    assert rig.card(5).checks is CheckState.FAILING


async def test_everybody_has_a_turn(github: FakeGitHub, clock: Clock, database: Database) -> None:
    for number in range(7, 37):
        github.open_pull('acme/api', f'Pull {number}')
    async with Rig.running(github, clock, database) as rig:
        await rig.tick()
        await rig.settle()
        rig.told.clear()
        rig.asked()

        turns: list[int] = []
        for _ in range(10):
            await rig.tick()
            await rig.poller.read_details()
            turns += read_now(rig)

        assert len(turns) >= 35, 'some in each tick'
        assert sorted(turns[:35]) == [1, 2, 3, 4, 5, *range(7, 37)]
        assert rig.told == []


async def test_a_turn_that_finds_nothing_writes_nothing_and_tells_nobody(rig: Rig, writes: list[str]) -> None:
    await rig.settle()
    await rig.tick()
    rig.told.clear()
    writes.clear()
    rig.asked()

    await rig.poller.read_details()

    assert read_now(rig)
    assert (rig.told, writes) == ([], [])


async def test_there_is_one_turn_per_tick(rig: Rig) -> None:
    await rig.settle()
    await rig.tick()
    await rig.poller.read_details()
    rig.asked()

    await rig.poller.read_details()

    assert read_now(rig) == []


async def test_without_a_token_there_are_turns_too_within_the_allowance(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.merge('acme/api', 5)
    async with Rig.running(github, clock, database, has_token=False) as rig:
        await rig.tick()
        await rig.settle()
        rig.asked()
        turns: list[int] = []
        for _ in range(28):  # what is left of the hour
            await rig.tick(after_s=rig.poller.spending.plan.interval_s)
            await rig.poller.read_details()
            turns += read_now(rig)

        assert turns
        assert github.used[''] <= 48


async def test_a_pull_that_cannot_be_read_rests_and_the_others_go_on(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.forge.fail('pull', None, ForgeUnavailable('HTTP 502'))
    await rig.poller.read_details()
    (resting,) = unread(rig)
    assert rig.state() is SyncState.LIVE, 'one pull is not the host'
    assert 'HTTP 502' in caplog.text
    rig.asked()

    await rig.poller.read_details()
    assert resting not in read_now(rig)

    rig.clock.forward(seconds=AFTER_FAILURE_S)
    await rig.poller.read_details()
    assert unread(rig) == set()


async def test_a_pull_that_is_gone_stays_until_the_lists_say_so(rig: Rig) -> None:
    rig.forge.fail('pull', RepositoryUnavailable('acme/api', Reason.MISSING))

    await rig.poller.read_details()

    assert len(rig.titles) == 6
    assert len(unread(rig)) == 1


async def test_a_limit_stops_the_reading_at_once(rig: Rig) -> None:
    rig.github.fail(*[fault.secondary_limit()] * 4)

    await rig.poller.read_details()

    assert len(rig.asked()) <= 4, 'those that were under way'
    assert len(unread(rig)) == 5
    assert rig.state() is SyncState.LIMITED


async def test_a_revoked_token_stops_the_reading_at_once(rig: Rig) -> None:
    for _ in range(15):
        rig.github.open_pull('acme/api')
    await rig.tick()
    rig.github.is_revoked = True
    rig.asked()

    await rig.poller.read_details()

    assert len(rig.asked()) <= 4, 'those that were under way'
    assert rig.sync.error == 'GitHub refused the token'


async def test_what_does_not_fit_into_the_allowance_waits(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.anonymous_limit = 25  # 20 are ours; each pull costs four
    async with Rig.running(github, clock, database, has_token=False) as rig:
        await rig.tick()
        for _ in range(20):
            await rig.poller.read_details()

        assert 0 < len(unread(rig)) < 5
        assert github.used[''] <= 20


async def test_a_slow_read_of_a_pull_does_not_undo_what_the_list_said_meanwhile(rig: Rig) -> None:
    async with rig.forge.held('pull', rig.poller.read_details()):
        rig.github.merge('acme/api', 5)
        await rig.tick()
        assert rig.card(5).status is Status.MERGED

    assert rig.card(5).status is Status.MERGED
    assert rig.card(5).pull.detail is not None


async def test_two_readers_take_turns(rig: Rig) -> None:
    both = asyncio.gather(rig.poller.read_details(), rig.poller.sync_now())
    await both

    assert unread(rig) == set()


async def test_pulls_of_a_repository_that_is_not_read_are_left_alone(rig: Rig) -> None:
    """Its setting was not looked up yet, so nobody knows where it is."""
    for names in rig.poller._lists.names:
        names.tracked.clear()

    await rig.poller.read_details()

    assert read_now(rig) == []


async def test_what_is_gone_from_the_board_is_forgotten(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('sync.pulls.SLACK', 0)
    await rig.tick()
    await rig.poller.sync_now()
    pulls = rig.poller._pulls
    pulls.tried_at |= dict.fromkeys([(1, 900 + number) for number in range(9)], 0.0)

    await rig.poller.sync_now()

    assert pulls.tried_at.keys() == {spot_of(card) for card in rig.board.cards.values() if card.pull.is_open}


async def test_a_webhook_may_use_the_reserve_and_what_it_has_in_common_may_not(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, has_token=False) as rig:
        await rig.tick()
        plan, cost = rig.poller.spending.plan, rig.forge.cost_per_pull
        named, alike = rig.poller.spending.on_named()
        assert plan.spare - cost < named * cost <= plan.spare
        assert plan.spare - plan.reserve - cost < alike * cost <= plan.spare - plan.reserve
        assert alike < named

        github.anonymous_limit = github.used['']
        await rig.tick(after_s=plan.interval_s)
        assert rig.poller.spending.on_named() == (0, 0)
