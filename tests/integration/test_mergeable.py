"""Whether a pull can be merged, which GitHub forgets with each push to the base and works out when asked."""

from collections.abc import AsyncIterator

import pytest

from reviewflow.policy import current_mergeable
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.polled import NAME, polled
from tests.integration.rig import Rig

pytestmark = pytest.mark.usefixtures('npm')


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    github = FakeGitHub(now=clock)
    github.add_repository(NAME)
    return github


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    async with polled(github, clock, database) as rig:
        yield rig


def mergeable(rig: Rig, number: int) -> bool | None:
    return current_mergeable(rig.card(number).pull)


async def test_a_push_to_the_base_costs_no_read_and_changes_no_card(rig: Rig) -> None:
    rig.github.push_to_base(NAME)

    due = [(await rig.tick()).left for _ in range(3)]  # it is not known; it is worked out; it is as it was

    assert due == [0, 0, 0]
    assert rig.told == []


async def test_conflicts_after_a_push_to_the_base_are_read_once(rig: Rig) -> None:
    rig.github.set_mergeable(NAME, 1, mergeable=False)
    rig.github.push_to_base(NAME)

    due = [(await rig.tick()).left for _ in range(2)]
    await rig.poller.read_details()

    assert due == [0, 1]
    assert [mergeable(rig, number) for number in (1, 2, 3)] == [False, True, True]
    assert (await rig.tick()).left == 0


async def test_what_github_does_not_know_just_now_is_no_drift(rig: Rig) -> None:
    rig.github.set_mergeable(NAME, 1, mergeable=None)

    report = await rig.poller.reconcile()

    assert report is not None
    assert report.drifted == ()
    assert mergeable(rig, 1) is True


async def test_by_rest_it_stays_known_too(github: FakeGitHub, clock: Clock, database: Database) -> None:
    github.open_pull(NAME)
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database) as rig:
        await rig.poller.sync_now()
        rig.told.clear()
        github.push_to_base(NAME)

        await rig.poller.sync_now()

        assert mergeable(rig, 1) is True
        assert rig.told == []
