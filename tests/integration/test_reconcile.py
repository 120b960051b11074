"""Everything is compared with the code host now and then; what no poll would have found is drift."""

from collections.abc import AsyncIterator

import pytest

from reviewflow.errors import ForgeUnavailable, NotAsked
from reviewflow.models import Status, SyncState
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.rig import Rig

pytestmark = pytest.mark.usefixtures('npm')

NAME = 'acme/api'


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    github = FakeGitHub(now=clock)
    github.add_repository(NAME)
    for number in range(1, 6):
        clock.forward(minutes=1)
        github.open_pull(NAME, f'Pull {number}', labels=[])
    github.merge(NAME, 5)
    clock.forward(minutes=1)
    return github


@pytest.fixture(params=['rest', 'graphql'])
async def rig(
    github: FakeGitHub, clock: Clock, database: Database, request: pytest.FixtureRequest
) -> AsyncIterator[Rig]:
    async with Rig.running(github, clock, database, by_graph=request.param == 'graphql') as rig:
        await rig.tick()
        await rig.settle()
        yield rig


def unnoticed(rig: Rig, number: int, **fields: object) -> None:
    """Change a pull behind the back of every list."""
    rig.github.pull(NAME, number).listed.update(fields)


async def test_all_pulls_are_compared_and_nothing_drifted(rig: Rig) -> None:
    rig.told.clear()

    found = await rig.poller.reconcile()

    assert found is not None
    assert (found.compared, found.drifted, found.left) == (5, (), 0)
    assert rig.told == []
    assert rig.poller.health()[0].reconciliation == found


async def test_what_a_poll_finds_is_no_drift(rig: Rig) -> None:
    rig.github.edit(NAME, 2, title='New')
    rig.github.review(NAME, 3)
    rig.github.open_pull(NAME, 'Opened')
    rig.github.close(NAME, 1)
    rig.clock.forward(minutes=1)

    found = await rig.poller.reconcile()

    assert found is not None
    assert (found.compared, found.drifted) == (6, ())
    assert rig.card(2).pull.title == 'New'
    assert rig.card(3).status is Status.APPROVED


async def test_what_no_poll_finds_is_drift_and_is_put_right(rig: Rig) -> None:
    if rig.poller.health()[0].means == 'REST':
        rig.github.has_etags = True  # its list would tell: the drift is in what the list does not say
        rig.github.review(NAME, 2, touches=False)
        expected = (f'{NAME}#2',)
    else:
        unnoticed(rig, 2, title='Changed in silence')
        unnoticed(rig, 5, title='Also')
        expected = (f'{NAME}#2',)

    found = await rig.poller.reconcile()

    assert found is not None
    assert found.drifted == expected
    assert rig.card(2).pull.title == 'Changed in silence' or rig.card(2).status is Status.APPROVED
    again = await rig.poller.reconcile()
    assert again is not None
    assert again.drifted == ()


async def test_a_pull_that_was_missed_is_drift(rig: Rig) -> None:
    card = rig.card(5)
    await rig.flow.forget(card)

    found = await rig.poller.reconcile()

    assert found is not None
    assert found.drifted == (f'{NAME}#5',)
    assert rig.card(5).key == card.key


async def test_a_pull_that_is_gone_there_leaves_the_board_once_that_is_sure(rig: Rig) -> None:
    rig.github.delete_pull(NAME, 3)
    await rig.poller.reconcile()
    assert rig.card(3)

    for _ in range(6):
        await rig.tick(after_s=301)
        await rig.poller.read_details()

    assert {card.pull.number for card in rig.board.cards.values()} == {1, 2, 4, 5}


async def test_a_repository_out_of_reach_is_left_and_said(rig: Rig) -> None:
    rig.github.refuse(NAME)

    found = await rig.poller.reconcile()

    assert found is not None
    assert (found.compared, found.left, found.dear) == (0, 1, 0)
    assert rig.poller.health()[1][0].error


async def test_what_could_not_be_read_was_not_compared(rig: Rig) -> None:
    rig.forge.fail('pull', *[ForgeUnavailable('HTTP 500')] * 100)

    found = await rig.poller.reconcile()

    assert found is not None
    assert (found.compared, found.drifted, found.left) == (0, (), 1)


async def test_trouble_with_everything_breaks_it_off_and_is_said(rig: Rig) -> None:
    rig.github.is_revoked = True

    await rig.poller.reconcile()

    assert rig.state() is SyncState.FAILING
    assert not rig.poller.reconciler.is_running


async def test_when_nothing_could_be_compared_the_last_result_stays(rig: Rig) -> None:
    last = await rig.poller.reconcile()
    rig.github.fail(*[fault.status(503)] * 30)

    found = await rig.poller.reconcile()

    assert found is not None
    assert (found.compared, found.left, found.dear) == (0, 1, 0)
    assert rig.poller.health()[0].reconciliation == last


async def test_an_outage_amid_it_loses_nothing(rig: Rig) -> None:
    rig.github.fail(None, None, *[fault.status(503)] * 30)

    await rig.poller.reconcile()
    rig.github.fail()

    assert len(rig.board.cards) == 5
    await rig.tick(after_s=301)
    assert rig.state() is SyncState.LIVE


async def test_what_was_read_too_early_and_rests_is_no_drift(rig: Rig) -> None:
    rig.github.edit(NAME, 2, title='New')
    await rig.poller.refresh([(rig.card(2).repository_id, 2)])
    rig.github.review(NAME, 2)  # in the same second
    rig.clock.forward(seconds=1)
    assert rig.card(2).wants_detail

    found = await rig.poller.reconcile()

    assert found is not None
    assert found.drifted == ()
    assert rig.card(2).status is Status.APPROVED


async def test_while_github_is_left_alone_nothing_is_tried_on_and_on(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.github.check(NAME, 1, conclusion='failure')
    rig.github.edit(NAME, 1, title='New')
    rig.clock.forward(minutes=1)
    rig.forge.fail('pull', *[NotAsked('it answered HTTP 503')] * 100)

    await rig.poller.reconcile()

    assert len(rig.forge._errors['pull']) > 80
    assert 'could not be read' not in caplog.text


# What it costs


async def test_it_ends_amid_a_repository_before_it_touches_the_reserve(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pulls_in_bulk(NAME, 30)
    github.has_etags = False
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database) as rig:
        await rig.tick()
        await rig.settle()
        plan = rig.poller.spending.plan
        github.used[f'Bearer {github.token}'] += plan.spare - plan.reserve - 40
        await rig.tick()

        found = await rig.poller.reconcile()

        assert found is not None
        assert (found.compared, found.left, found.dear) == (0, 1, 1)
        assert rig.poller.spending.plan.spare >= rig.poller.spending.plan.reserve


async def test_where_nothing_is_free_a_repository_that_is_too_much_is_left_whole(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pulls_in_bulk(NAME, 20)
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, has_token=False) as rig:
        while rig.monotonic() < 2 * 3600 + 200:
            await rig.tick(after_s=rig.poller.spending.plan.interval_s)
            await rig.poller.read_details()
        assert rig.poller.spending.plan.spare > rig.poller.spending.plan.reserve
        rig.asked()

        found = await rig.poller.reconcile()

        assert found is not None
        assert (found.compared, found.left, found.dear) == (0, 1, 1)
        assert len(rig.asked()) <= 2, 'but for the poll that comes first'
        assert rig.state() is SyncState.LIVE
