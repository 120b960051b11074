"""The poller by GraphQL: what a tick costs, what it finds, and how a first read goes on after an end."""

from collections.abc import AsyncIterator

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import CheckState, Progress, Status, SyncState
from reviewflow.store.database import Database
from sync.pulls import IN_A_ROW
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.polled import NAME, polled
from tests.integration.rig import INTERVAL_S, Rig

pytestmark = pytest.mark.usefixtures('npm')


@pytest.fixture
def github(clock: Clock) -> FakeGitHub:
    github = FakeGitHub(now=clock)
    github.organisations.add('acme')
    github.add_repository(NAME)
    return github


@pytest.fixture
async def rig(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    async with polled(github, clock, database) as rig:
        yield rig


def operations(rig: Rig) -> list[str]:
    """Names of the documents that were sent since the last time."""
    names = [request.operation or request.path for request in rig.github.requests]
    rig.github.requests.clear()
    return names


async def test_the_first_tick_brings_pulls_with_reviews_and_checks(rig: Rig) -> None:
    assert rig.state() is SyncState.LIVE
    assert {card.pull.number for card in rig.board.cards.values()} == {1, 2, 3}
    assert not any(card.wants_detail for card in rig.board.cards.values())


async def test_a_quiet_tick_is_two_requests_and_tells_nobody(rig: Rig, writes: list[str]) -> None:
    await rig.tick()

    assert operations(rig) == ['Changed', 'Heartbeat']
    assert rig.told == []
    assert writes == []


async def test_only_what_changed_is_read(rig: Rig) -> None:
    rig.github.review(NAME, 2)
    rig.clock.forward(minutes=1)

    await rig.tick()

    assert operations(rig) == ['Changed', 'Detail', 'Heartbeat']
    assert rig.card(2).status is Status.APPROVED


async def test_checks_that_leave_no_trace_are_found_by_their_pulse(rig: Rig) -> None:
    rig.github.check(NAME, 3, conclusion='failure')

    await rig.tick()
    await rig.poller.read_details()

    assert rig.card(3).checks is CheckState.FAILING
    rig.github.requests.clear()
    await rig.tick()
    assert operations(rig) == ['Changed', 'Heartbeat']


async def test_pictures_whose_addresses_are_signed_anew_are_no_change(rig: Rig) -> None:
    rig.github.always(fault.signed_pictures())
    await rig.poller.reconcile()

    report = await rig.poller.reconcile()

    assert report is not None
    assert report.drifted == ()
    author = next(iter(rig.board.cards.values())).pull.author
    assert author.avatar_url == f'https://avatars.githubusercontent.com/u/{author.id}?v=4'


async def test_a_pull_whose_pulse_fails_is_read_instead_and_not_felt_for_a_while(rig: Rig) -> None:
    for number in (1, 2, 3):
        rig.github.check(NAME, number, conclusion='failure')
    rig.github.fail(*[fault.resources_exceeded()] * 2, on='Heartbeat')  # of three, and of the first alone

    await rig.tick()
    await rig.poller.read_details()

    assert {rig.card(number).checks for number in (1, 2, 3)} == {CheckState.FAILING}
    assert rig.state() is SyncState.LIVE
    for felt in ([2], [3]):
        rig.github.requests.clear()
        await rig.tick()
        asked = [one for one in rig.github.requests if one.operation == 'Heartbeat']
        ids = [(one.variables or {})['ids'] for one in asked]
        assert list(map(len, ids)) == felt


async def test_what_changed_twice_within_a_second_is_read_again(rig: Rig) -> None:
    """The list says the same of both, so it would never be noticed."""
    rig.github.edit(NAME, 1, title='First')
    await rig.poller.tick()
    assert rig.card(1).pull.title == 'First'
    rig.github.edit(NAME, 1, title='Second')

    await rig.tick()
    await rig.settle()

    assert rig.card(1).pull.title == 'Second'


async def test_a_renamed_repository_is_followed_by_its_id_though_another_took_its_name(rig: Rig) -> None:
    rig.github.rename(NAME, 'acme/backend')
    rig.github.add_repository(NAME)
    rig.github.open_pull(NAME, 'Of the new one')

    await rig.tick()

    assert {card.pull.repository for card in rig.board.cards.values()} == {'acme/backend'}


async def test_a_pull_that_a_webhook_names_is_read_at_once(rig: Rig) -> None:
    number = rig.github.open_pull(NAME, 'Just opened')
    rig.github.merge(NAME, 1)
    repository = rig.card(1).repository_id

    await rig.poller.refresh([(repository, 1), (repository, number), (99, 1)])

    assert rig.card(number).pull.title == 'Just opened'
    assert rig.card(1).status is Status.MERGED
    assert sorted(operations(rig)) == ['Detail', 'Numbered']


async def test_a_refresh_says_what_is_wrong(rig: Rig) -> None:
    rig.github.fail(*[fault.status(503)] * 4 * IN_A_ROW)

    with pytest.raises(ForgeUnavailable):
        await rig.poller.refresh([(rig.card(1).repository_id, 1 + number) for number in range(IN_A_ROW)])


async def test_pulls_that_failed_with_the_host_are_read_as_soon_as_it_is_back(rig: Rig) -> None:
    for number in (1, 2, 3):
        rig.github.check(NAME, number, conclusion='failure')
    await rig.tick()
    rig.github.always(fault.status(503))
    await rig.poller.read_details()
    rig.github.calm()

    await rig.tick(after_s=60)
    await rig.poller.read_details()

    assert {card.checks for card in rig.board.cards.values()} == {CheckState.FAILING}


# A first read


async def test_what_a_first_read_costs_is_not_expected_of_each_tick(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    for number in range(250):
        github.open_pull(NAME, f'Pull {number}')
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True, interval_s=5) as rig:
        seen = list[Progress | None]()
        rig.board.on_change(lambda _: seen.append(rig.sync.progress))

        await rig.tick()

        assert rig.poller.spending.plan.interval_s == 5, 'a short interval is kept, else old pages would wait'
        shares = [progress.share for progress in seen if progress is not None]
        assert shares == sorted(shares)
        assert shares[0] < 0.5 < shares[-1], 'it is told from the first page on'


async def test_a_poll_in_which_graphql_comes_back_is_not_taken_for_a_dear_one(rig: Rig) -> None:
    """What was spent until then counts by GraphQL, and what was spent before the poll by REST."""
    rig.github.graphql_limit = 500
    for _ in range(60):
        await rig.tick()
    rig.github.fail(fault.status(404), on='Changed')
    await rig.tick()
    assert rig.forge.means == 'REST'

    await rig.tick()
    async with rig.forge.held('changed_pulls', rig.tick(after_s=29)):
        assert rig.forge.means == 'REST'
        rig.clock.forward(seconds=2)

    assert rig.forge.means == 'GraphQL'
    assert rig.poller.spending.plan.interval_s == INTERVAL_S


async def test_a_first_read_says_how_far_it_got_and_goes_on_after_an_end(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    for number in range(400):
        clock.forward(minutes=1)
        github.open_pull(NAME, f'Pull {number}')
        github.close(NAME, number + 1)
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        seen = list[Progress | None]()
        rig.board.on_change(lambda _: seen.append(rig.sync.progress))
        github.fail(*[None] * 12, *[fault.status(503)] * 50)  # the end comes amid the pages
        await rig.tick()
        read = len(rig.board.cards)
        assert 50 < read < 400
        shares = [progress.share for progress in seen if progress is not None]
        assert shares == sorted(shares)
        assert 0 < shares[-1] < 1
        before = shares[-1]
    github.fail()
    github.requests.clear()

    async with Rig.running(github, clock, database, by_graph=True) as again:
        told = list[Progress | None]()
        again.board.on_change(lambda _: told.append(again.sync.progress))
        await again.tick()

        assert next(progress.share for progress in told if progress is not None) >= before
        assert len(again.board.cards) == 400
        assert again.sync.progress is None
        details = [request for request in github.requests if request.operation == 'Detail']
        asked = sum(len((request.variables or {})['ids']) for request in details)
        assert asked <= 400 - read + 10, 'what was read is not read again, but for the overlap'


async def test_when_what_moved_could_not_be_told_once_the_next_poll_puts_that_right(rig: Rig) -> None:
    rig.forge.fail('pulses', ForgeUnavailable('once'))

    await rig.tick()
    assert rig.state() is SyncState.FAILING
    await rig.tick()

    assert rig.state() is SyncState.LIVE


async def test_it_is_not_called_live_before_the_lists_were_read(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        await rig.poller.refresh([(1, 1)])

        assert (rig.state(), rig.poller.fresh_at) == (SyncState.STARTING, None)


async def test_only_a_poll_says_how_fresh_all_is(rig: Rig, clock: Clock) -> None:
    polled_at = clock.now
    clock.forward(seconds=20)

    await rig.poller.refresh([(rig.card(1).repository_id, 1)])
    await rig.poller.read_details()

    assert rig.poller.fresh_at == polled_at
    await rig.tick()
    assert rig.poller.fresh_at == clock.now


async def test_what_could_not_be_read_and_is_gone_is_no_trouble_any_more(rig: Rig, clock: Clock) -> None:
    rig.forge.fail('pull', *[ForgeUnavailable('HTTP 502')] * 3)
    await rig.poller.sync_now()
    assert rig.state() is SyncState.FAILING
    for number in (1, 2, 3):
        await rig.flow.forget(rig.card(number))
        rig.github.delete_pull(NAME, number)

    clock.forward(minutes=1)
    await rig.poller.read_details()
    await rig.tick()

    assert rig.state() is SyncState.LIVE
