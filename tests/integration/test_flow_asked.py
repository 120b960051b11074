"""What people ask of the code host: within bounds, and never left half-done."""

import asyncio

import pytest

from reviewflow.accounts import Actor, Role
from reviewflow.accounts.role import DEMO, OPERATOR
from reviewflow.board import Board
from reviewflow.errors import TooOften
from reviewflow.flow import RECONCILIATIONS_PER_MINUTE, SYNCS_PER_MINUTE, ReviewFlow
from reviewflow.models import PullRequest
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from sync.demo import DemoForge
from tests.builders import Clock
from tests.integration.reading import Reading
from tests.integration.rest_client import Syncing

MEI = Actor(user_id=3, name='mei', role=Role.MAINTAINER)


class Slow(DemoForge):
    """Takes its time to create a pull, and to take it back when that is broken off."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(seed=1, clock=clock)
        self.has_begun = asyncio.Event()
        self.is_taken_back = False

    async def create_test_pull(self, repository: str) -> PullRequest:
        del repository
        self.has_begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            self.is_taken_back = True
        raise AssertionError('nobody waits for that')


@pytest.fixture
def flow(database: Database) -> ReviewFlow:
    flow = ReviewFlow(store=Store(database), board=Board(), forge='demo')
    flow.poller = Syncing()
    return flow


async def test_one_person_does_not_use_up_the_allowance_of_all(flow: ReviewFlow) -> None:
    for _ in range(SYNCS_PER_MINUTE):
        await flow.sync(DEMO)

    with pytest.raises(TooOften):
        await flow.sync(DEMO)
    assert await flow.sync(OPERATOR)


async def test_nor_has_one_person_everything_compared_again_and_again(flow: ReviewFlow) -> None:
    flow.poller = Reading()
    for _ in range(RECONCILIATIONS_PER_MINUTE):
        await flow.reconcile(OPERATOR)
        await flow.reconcile(MEI)

    with pytest.raises(TooOften):
        await flow.reconcile(MEI)
    await flow.reconcile(OPERATOR)


async def test_an_end_waits_for_what_is_being_taken_back(flow: ReviewFlow, clock: Clock) -> None:
    flow.host = slow = Slow(clock)
    creating = asyncio.ensure_future(flow.create_test_pull(OPERATOR, ''))
    await slow.has_begun.wait()
    creating.cancel()

    await flow.settled()

    assert slow.is_taken_back
