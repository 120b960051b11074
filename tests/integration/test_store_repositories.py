"""Repositories are known by the id that their host gives them."""

from dataclasses import replace

import pytest

from reviewflow.card import Card, first_seen
from reviewflow.models import (
    Label,
    PullRequest,
    Repository,
    TrackedRepository,
    Unread,
)
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from tests.builders import after, detail, pull, review

API = Repository(id=2**62, name='acme/api')


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
async def api(store: Store) -> TrackedRepository:
    """A repository that is stored."""
    await store.track('demo', 'acme/*', API)
    return (await store.repositories('demo'))[0]


def new(of: PullRequest, repository: TrackedRepository, read: int = 1) -> Card:
    return first_seen(of, repository_id=repository.id, read=read)


async def test_a_repository_is_known_by_the_id_of_its_host(store: Store) -> None:
    first = await store.track('github:a', 'acme/*', API)
    renamed = await store.track('github:a', 'acme/*', replace(API, name='acme/backend'))
    elsewhere = await store.track('github:b', 'acme/*', API)

    assert renamed == first != elsewhere
    assert [each.repository.name for each in await store.repositories('github:a')] == ['acme/backend']


async def test_the_hosts_own_name_for_a_repository_is_kept_once_it_is_known(store: Store) -> None:
    await store.track('demo', 'acme/*', API)
    await store.track('demo', 'acme/*', replace(API, node_id='R_1'))
    await store.track('demo', 'acme/*', API)

    assert [each.repository.node_id for each in await store.repositories('demo')] == ['R_1']


async def test_what_is_still_to_be_read_is_kept(store: Store, api: TrackedRepository) -> None:
    unread = (
        Unread(after='page 7', back_to=after(hours=1)),
        Unread(after='page 3', back_to=after(hours=2), reached=after(hours=5)),
    )

    await store.reached(replace(api, unread=unread))
    assert (await store.repositories('demo'))[0].unread == unread

    await store.reached(replace(api, unread=()))
    assert (await store.repositories('demo'))[0].unread == ()


async def test_a_renamed_repository_renames_its_pulls(store: Store, api: TrackedRepository) -> None:
    await store.save([new(pull(), api)])

    await store.track('demo', 'acme/*', replace(API, name='acme/backend'))

    (stored,) = await store.cards(await store.repositories('demo'))
    assert stored.pull.repository == 'acme/backend'


async def test_a_repository_that_is_gone_stays_stored_but_is_meant_by_no_setting(
    store: Store, api: TrackedRepository
) -> None:
    await store.save([new(pull(), api)])

    await store.untrack(api.id)

    (stored,) = await store.repositories('demo')
    assert not any(map(stored.is_meant_by, ['acme/*', 'acme/api', '']))
    assert len(await store.cards([stored])) == 1


async def test_a_pull_that_is_gone_is_not_read_until_it_is_saved_again(
    store: Store, api: TrackedRepository
) -> None:
    (stored,) = await store.save([new(pull(), api)])

    await store.hide(stored.key)
    assert await store.cards([api]) == []

    assert await store.save([new(pull(title='back'), api)]) == await store.cards([api])
    assert (await store.cards([api]))[0].key == stored.key


async def test_clearing_a_host_leaves_the_others(store: Store, api: TrackedRepository) -> None:
    other = await store.track('github:a', 'acme/*', API)
    (elsewhere,) = await store.repositories('github:a')
    labelled = pull(labels=(Label(name='bug', color='ff0000'),), detail=detail(review('ben', 'APPROVED')))
    await store.save([new(labelled, api), new(labelled, elsewhere)])
    await store.reached(api)

    await store.clear('demo')

    assert await store.repositories('demo') == []
    assert await store.cards([api]) == []
    assert [card.repository_id for card in await store.cards([elsewhere])] == [other]


async def test_tracking_what_is_known_writes_nothing(
    store: Store, api: TrackedRepository, writes: list[str]
) -> None:
    del writes[:]

    assert await store.track('demo', 'acme/*', API) == api.id

    assert writes == []


async def test_how_far_it_was_read_is_kept(store: Store, api: TrackedRepository) -> None:
    assert (api.mark, api.read_to, api.read_back_to) == (None, None, None)

    for mark, moment in [('"a"', after(minutes=1)), ('"b"', after(minutes=2)), (None, None)]:
        read = replace(api, mark=mark, read_to=moment, read_back_to=moment)
        await store.reached(read)
        assert await store.repositories('demo') == [read]
