"""Store first, then the board, then whoever listens."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from reviewflow.accounts.role import OPERATOR
from reviewflow.board import Board, Query
from reviewflow.errors import StoreError
from reviewflow.flow import ReviewFlow
from reviewflow.models import PullRequest, Repository, Status, SyncState, SyncStatus, TrackedRepository
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from tests.builders import after, detail, merged, pull, review
from tests.integration.rest_client import Syncing

API = Repository(id=70, name='acme/api')


@pytest.fixture
def flow(database: Database) -> ReviewFlow:
    return ReviewFlow(store=Store(database), board=Board(), forge='github:a')


@pytest.fixture
async def api(flow: ReviewFlow) -> TrackedRepository:
    return await flow.track('acme/*', API)


@pytest.fixture
def told(flow: ReviewFlow) -> list[AbstractSet[int]]:
    told: list[AbstractSet[int]] = []
    flow.board.on_change(told.append)
    return told


async def restarted(database: Database, *patterns: str) -> ReviewFlow:
    flow = ReviewFlow(store=Store(database), board=Board(), forge='github:a')
    await flow.hydrate(patterns or ('acme/*',))
    return flow


async def record(
    flow: ReviewFlow, api: TrackedRepository, *pulls: PullRequest, read: int | None = None
) -> set[int]:
    return await flow.record(api.id, pulls, flow.next_read() if read is None else read)


def titles(flow: ReviewFlow) -> dict[int, str]:
    return {card.pull.number: card.pull.title for card in flow.board.cards.values()}


# Recording


async def test_what_was_read_is_on_the_board_and_survives_a_restart(
    flow: ReviewFlow, api: TrackedRepository, database: Database
) -> None:
    changed = await record(flow, api, pull(), merged(number=2, detail=detail(review('ben', 'APPROVED'))))

    assert changed == set(flow.board.cards)
    assert (await restarted(database)).board.cards == flow.board.cards


async def test_only_what_changed_is_told_and_written(
    flow: ReviewFlow, api: TrackedRepository, told: list[AbstractSet[int]], writes: list[str]
) -> None:
    await record(flow, api, pull(), pull(number=2))
    del told[:], writes[:]

    changed = await record(flow, api, pull(), pull(number=2, title='New'))

    assert {flow.board.cards[key].pull.number for key in changed} == {2}
    assert told == [changed]
    assert sum(statement.startswith('UPDATE pulls') for statement in writes) == 1


async def test_reading_the_same_again_writes_nothing_and_tells_nobody(
    flow: ReviewFlow, api: TrackedRepository, told: list[AbstractSet[int]], writes: list[str]
) -> None:
    await record(flow, api, pull(detail=detail()))
    del told[:], writes[:]

    assert await record(flow, api, pull()) == set()
    assert await record(flow, api, pull(detail=detail())) == set()

    assert (told, writes) == ([], [])


async def test_a_slow_answer_does_not_undo_a_fresher_one(flow: ReviewFlow, api: TrackedRepository) -> None:
    slow, fresh = flow.next_read(), flow.next_read()
    await record(flow, api, merged(), read=fresh)

    assert await record(flow, api, pull(), read=slow) == set()
    assert flow.board.totals['merged'] == 1


async def test_a_quiet_read_counts_as_fresh(flow: ReviewFlow, api: TrackedRepository) -> None:
    """Else an older answer that arrives after it would be believed."""
    await record(flow, api, pull(title='Now'))
    slow, fresh = flow.next_read(), flow.next_read()
    await record(flow, api, pull(title='Now'), read=fresh)

    await record(flow, api, pull(title='Before'), read=slow)

    assert titles(flow) == {1: 'Now'}


async def test_after_a_restart_reads_go_on_counting(
    flow: ReviewFlow, api: TrackedRepository, database: Database
) -> None:
    await record(flow, api, pull(title='Old'), read=500)
    again = await restarted(database)

    assert again.next_read() > 500
    assert await record(again, api, pull(title='New'))
    assert titles(again) == {1: 'New'}


async def test_of_a_pull_listed_twice_the_later_one_counts(flow: ReviewFlow, api: TrackedRepository) -> None:
    await record(flow, api, pull(title='One'), pull(title='Two'))

    assert titles(flow) == {1: 'Two'}


async def test_what_cannot_be_stored_is_not_shown(
    flow: ReviewFlow,
    api: TrackedRepository,
    told: list[AbstractSet[int]],
    locked: Callable[[], AbstractAsyncContextManager[None]],
) -> None:
    await record(flow, api, pull(title='Old'))
    before = dict(flow.board.cards)
    del told[:]

    async with locked():
        with pytest.raises(StoreError):
            await record(flow, api, pull(title='New'), pull(number=2))

    assert flow.board.cards == before
    assert told == []


# Repositories


async def test_a_renamed_repository_keeps_its_pulls(
    flow: ReviewFlow, api: TrackedRepository, told: list[AbstractSet[int]], database: Database
) -> None:
    changed = await record(flow, api, pull(), pull(number=2))
    del told[:]

    renamed = await flow.track('acme/*', Repository(id=API.id, name='acme/backend'))

    assert (renamed.id, renamed.repository.name) == (api.id, 'acme/backend')
    assert {card.pull.repository for card in flow.board.cards.values()} == {'acme/backend'}
    assert told == [changed]
    assert list(flow.board.ranking(Query(text='acme/backend'))) == [2, 1]
    assert (await restarted(database)).board.cards == flow.board.cards


async def test_an_answer_from_before_a_rename_does_not_bring_the_old_name_back(
    flow: ReviewFlow, api: TrackedRepository, database: Database
) -> None:
    await record(flow, api, pull())
    read = flow.next_read()
    await flow.track('acme/*', Repository(id=API.id, name='acme/backend'))

    await record(flow, api, pull(title='Another title'), pull(number=2), read=read)

    assert {card.pull.repository for card in flow.board.cards.values()} == {'acme/backend'}
    assert flow.board.named('acme/backend', 1) is not None
    assert (await restarted(database)).board.cards == flow.board.cards


async def test_tracking_what_is_known_tells_nobody(
    flow: ReviewFlow, api: TrackedRepository, told: list[AbstractSet[int]]
) -> None:
    await record(flow, api, pull())
    await flow.reached(replace(api, mark='"m"', read_to=after(minutes=1)))
    del told[:]

    again = await flow.track('acme/*', API)

    assert (again.id, again.mark, again.read_to) == (api.id, '"m"', after(minutes=1))
    assert told == []


@pytest.mark.parametrize('pattern', ['acme/api', 'Acme/API', 'ACME/*'])
async def test_a_repository_that_another_setting_means_shows_what_is_stored(
    flow: ReviewFlow, api: TrackedRepository, database: Database, pattern: str
) -> None:
    """``acme/*`` became another in the settings, and a restart followed."""
    await record(flow, api, pull(), merged(number=2))

    again = await restarted(database, pattern)

    assert again.board.cards == flow.board.cards
    assert await record(again, await again.track(pattern, API), pull(title='New'))
    assert titles(again)[1] == 'New'


async def test_a_repository_that_was_dropped_leaves_the_board_until_it_is_there_again(
    flow: ReviewFlow, api: TrackedRepository, database: Database
) -> None:
    await record(flow, api, pull())
    before = flow.board.cards.copy()

    await flow.drop(api)

    assert not flow.board.cards
    assert await record(flow, api, pull(number=2)) == set(), 'an answer that was on its way'
    assert not (await restarted(database)).board.cards
    await flow.track('acme/*', API)
    assert flow.board.cards == before


async def test_repositories_that_are_not_configured_are_not_shown(
    flow: ReviewFlow, api: TrackedRepository, database: Database
) -> None:
    await record(flow, api, pull())

    assert not (await restarted(database, 'other/*')).board.cards


async def test_another_host_is_another_story(
    flow: ReviewFlow, api: TrackedRepository, database: Database
) -> None:
    await record(flow, api, pull())

    elsewhere = ReviewFlow(store=Store(database), board=Board(), forge='github:b')
    assert await elsewhere.hydrate(['acme/*']) == []
    assert not elsewhere.board.cards


# Leaving the board


async def test_a_forgotten_pull_stays_stored_and_may_come_back(
    flow: ReviewFlow, api: TrackedRepository, database: Database
) -> None:
    (key,) = await record(flow, api, pull(title='Old'))

    await flow.forget(flow.board.cards[key])
    assert not flow.board.cards
    assert titles(await restarted(database)) == {}

    assert await record(flow, api, pull(title='New')) == {key}
    assert titles(flow) == titles(await restarted(database)) == {1: 'New'}


# The rest


async def test_hydrating_an_empty_store_makes_the_board_ready(flow: ReviewFlow) -> None:
    assert not flow.board.is_hydrated

    assert await flow.hydrate(['acme/*']) == []

    assert flow.board.is_hydrated


async def test_the_sync_is_reported_on_the_board(flow: ReviewFlow) -> None:
    flow.report(SyncStatus(state=SyncState.LIVE))

    assert flow.board.sync.state is SyncState.LIVE


async def test_a_sync_is_the_pollers_business(flow: ReviewFlow) -> None:
    with pytest.raises(RuntimeError, match='nothing to sync with'):
        await flow.sync(OPERATOR)
    flow.poller = Syncing()

    assert (await flow.sync(OPERATOR)).changed == 3


async def test_the_status_follows_the_reviews(flow: ReviewFlow, api: TrackedRepository) -> None:
    (key,) = await record(flow, api, pull())
    await record(flow, api, pull(detail=detail(review('ben', 'CHANGES_REQUESTED'))))

    assert flow.board.cards[key].status is Status.CHANGES_REQUESTED
    assert flow.board.totals['changes_requested'] == 1
