"""The poller by GraphQL where single pulls are too much for it, and are read by REST."""

from collections.abc import AsyncIterator, Collection
from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.responses import Response

from reviewflow.models import CheckState, SyncState
from reviewflow.store.database import Database
from sync.pulls import IN_A_ROW
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.github.fault.true_answer import true_answer
from tests.integration.rig import Rig

pytestmark = pytest.mark.usefixtures('npm')

NAME = 'acme/api'
PULLS = IN_A_ROW + 1


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    github = FakeGitHub(now=clock)
    github.organisations.add('acme')
    github.add_repository(NAME)
    github.add_repository('acme/web')
    return github


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    """After its first poll of some pulls, and one of another repository."""
    for _ in range(PULLS):
        github.open_pull(NAME, 'Old')
    github.open_pull('acme/web', 'Old')
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, 'acme/*', by_graph=True) as rig:
        await rig.tick()
        await rig.settle()
        rig.asked()
        yield rig


def make_big(rig: Rig, numbers: Collection[int]) -> None:
    """Let these pulls be too much for GraphQL from now on, but not their pulses."""
    node_ids = [rig.card(number).pull.node_id for number in numbers]
    refuse = fault.resources_exceeded()

    async def too_big(request: Request) -> Response:
        body = (await request.body()).decode()
        if any(node_id in body for node_id in node_ids):
            return await refuse(request)
        return true_answer(request)

    rig.github.always(too_big, on='Detail')


def edit_all(rig: Rig, title: str) -> None:
    for number in range(1, PULLS + 1):
        rig.github.edit(NAME, number, title=title)
    rig.github.edit('acme/web', 1, title=title)


def titles(rig: Rig) -> dict[tuple[str, int], str]:
    return {(card.pull.repository, card.pull.number): card.pull.title for card in rig.board.cards.values()}


@pytest.mark.parametrize('big', [{3}, set(range(1, PULLS + 1))], ids=['one', 'all of a repository'])
async def test_while_rest_has_to_wait_only_what_is_too_much_for_graphql_waits(
    rig: Rig, big: set[int], caplog: pytest.LogCaptureFixture
) -> None:
    make_big(rig, big)
    rig.github.always(fault.primary_limit(rig.clock.now + timedelta(minutes=55)), on='/repos')
    edit_all(rig, 'New')

    for _ in range(3):
        await rig.tick()
        await rig.poller.read_details()

    old = {(repository, number) for (repository, number), title in titles(rig).items() if title == 'Old'}
    assert old == {(NAME, number) for number in big}
    assert rig.state() is SyncState.LIVE
    assert f'acme/api#{max(big)} is too much for GraphQL, and REST has to wait until' in caplog.text

    rig.github.calm()
    make_big(rig, big)
    await rig.tick(after_s=3600)
    await rig.poller.read_details()
    assert set(titles(rig).values()) == {'New'}


async def test_a_pull_that_rest_reads_is_read_again_only_when_its_pulse_tells_of_something(rig: Rig) -> None:
    make_big(rig, {3})
    edit_all(rig, 'New')
    await rig.tick()
    assert set(titles(rig).values()) == {'New'}

    await rig.tick()
    assert rig.poller._due_now() == {}

    rig.github.check(NAME, 3, conclusion='failure')
    await rig.tick()
    await rig.poller.read_details()
    assert rig.card(3).checks is CheckState.FAILING
    await rig.tick()
    assert rig.poller._due_now() == {}
