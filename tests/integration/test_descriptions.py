"""Descriptions are stored, and not held; whoever opens a pull reads its text."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reviewflow.card import Card, first_seen
from reviewflow.models import Description, PullRequest, Repository, TrackedRepository
from reviewflow.store.database import Database, prepare
from reviewflow.store.store import Store
from tests.builders import Clock, pull
from tests.github import FakeGitHub
from tests.integration.rig import Rig
from tests.integration.sqlite_file import sqlite, to_second_version


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
async def api(store: Store) -> TrackedRepository:
    await store.track('demo', 'acme/*', Repository(id=70, name='acme/api'))
    return (await store.repositories('demo'))[0]


def described(text: str, **changes: object) -> PullRequest:
    return pull(description=Description.of(text), **changes)


async def saved(store: Store, api: TrackedRepository, text: str) -> Card:
    (card,) = await store.save([first_seen(described(text), repository_id=api.id, read=1)])
    return card


# The store


async def test_a_text_is_read_by_itself(store: Store, api: TrackedRepository) -> None:
    text = '\U0001f600 <b>Why</b>\n\n\t```\n' * 4000

    card = await saved(store, api, text)

    assert card.pull.description == Description.of(text)
    assert card.pull.description.text is None
    assert await store.description(card.key) == text
    (loaded,) = await store.cards([api])
    assert loaded == card
    assert loaded.pull.description.text is None


async def test_a_new_text_replaces_the_old_one_and_an_empty_one_removes_it(
    store: Store, api: TrackedRepository
) -> None:
    card = await saved(store, api, 'Old')

    (card,) = await store.save([card.after(described('New'), 2)])
    assert await store.description(card.key) == 'New'
    (card,) = await store.save([card.after(described(''), 3)])
    assert await store.description(card.key) == ''
    assert (await store.cards([api]))[0].pull.description == Description()


async def test_a_change_of_something_else_leaves_the_text_alone(
    store: Store, api: TrackedRepository, writes: list[str]
) -> None:
    card = await saved(store, api, 'Why')
    del writes[:]

    await store.save([card.after(described('Why', title='New'), 2)])

    assert await store.description(card.key) == 'Why'
    assert not [statement for statement in writes if 'descriptions' in statement]


async def test_what_is_unknown_has_no_text(store: Store, api: TrackedRepository) -> None:
    assert await store.description(17) == ''

    card = await saved(store, api, 'Why')
    await store.clear('demo')

    assert await store.description(card.key) == ''


# All the way


async def test_a_text_comes_from_github_and_an_edit_is_noticed(rig: Rig) -> None:
    rig.github.open_pull('acme/api', body='Why\r\n')
    await rig.tick()
    await rig.settle()
    assert await rig.flow.description(rig.card(1)) == 'Why\n'
    rig.told.clear()

    rig.github.edit('acme/api', 1, body='What')
    await rig.tick()
    await rig.settle()

    assert await rig.flow.description(rig.card(1)) == 'What'
    assert {rig.card(1).key} in rig.told


async def test_no_text_stays_in_memory(rig: Rig) -> None:
    rig.open_pulls(3)
    rig.github.merge('acme/api', 2)
    for _ in range(3):
        await rig.tick()
        await rig.settle()
        rig.github.edit('acme/api', 1, title='New')
        assert [card.pull.description.text for card in rig.board.cards.values()] == [None] * 3


@pytest.fixture
async def upgraded(rig: Rig, github: FakeGitHub, clock: Clock, tmp_path: Path) -> AsyncIterator[Rig]:
    """What a version without descriptions had read, upgraded and started again."""
    rig.open_pulls(2)
    rig.github.merge('acme/api', 2)
    await rig.tick()
    await rig.settle()
    await rig.database.close()
    file = tmp_path / 'reviewflow.db'
    with sqlite(file) as connection:
        to_second_version(connection)
    url = f'sqlite+aiosqlite:///{file}'
    await prepare(url)
    database = Database(url)
    async with Rig.running(github, clock, database) as again:
        yield again
    await database.close()


async def test_after_an_upgrade_the_next_poll_brings_them_all(upgraded: Rig) -> None:
    """Nothing happened to the pulls meanwhile, so that a conditional list would say nothing."""
    cards = list(upgraded.board.cards.values())
    assert [card.pull.description for card in cards] == [Description()] * 2
    assert [await upgraded.flow.description(card) for card in cards] == [''] * 2

    await upgraded.tick()

    assert [await upgraded.flow.description(card) for card in cards] == [
        '**Pull 1** of ann.\n',
        '**Pull 2** of ann.\n',
    ]
    assert not upgraded.card(2).pull.is_open
