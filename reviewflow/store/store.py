"""What was read from the code host, kept."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import RowMapping, Select, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reviewflow.card import Card
from reviewflow.models import Repository, TrackedRepository
from reviewflow.store.database import Database
from reviewflow.store.mapping import (
    card_of,
    description_values,
    label_values,
    pull_values,
    review_values,
    tracked_of,
    unread_values,
)
from reviewflow.store.tables import descriptions, labels, pulls, repositories, reviews, sync_states

CHUNK = 500  # SQLite takes some thousand values in one statement, and 999 where it is old


class Store:
    """Repositories and pulls. Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def takes_writes(self) -> bool:
        """Tell whether something can be stored."""
        return await self._database.takes_writes()

    async def highest_read(self) -> int:
        """Give the highest number of a read that is stored, 0 for none."""
        async with self._database.transaction() as connection:
            numbers = (
                await connection.execute(select(func.max(pulls.c.read), func.max(pulls.c.detail_read)))
            ).one()
        return max(number or 0 for number in numbers)

    async def repositories(self, forge: str | None) -> list[TrackedRepository]:
        """List all repositories of a code host, or of any, also those that no setting means now."""
        query = select(repositories, sync_states).outerjoin(sync_states).order_by(repositories.c.id)
        if forge is not None:
            query = query.where(repositories.c.forge == forge)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [tracked_of(row) for row in rows]

    async def track(self, forge: str, pattern: str, repository: Repository) -> int:
        """Keep a repository by the code host's id, with its present name; give our own id."""
        known = select(repositories).where(
            repositories.c.forge == forge, repositories.c.forge_id == repository.id
        )
        values: dict[str, str | int] = {'name': repository.name, 'pattern': pattern}
        if repository.node_id:
            values['node_id'] = repository.node_id
        async with self._database.transaction() as connection:
            if (row := (await connection.execute(known)).mappings().one_or_none()) is not None:
                if any(row[name] != value for name, value in values.items()):
                    mine = repositories.c.id == row['id']
                    await connection.execute(update(repositories).where(mine).values(values))
                return int(row['id'])
            values |= {'forge': forge, 'forge_id': repository.id}
            result = await connection.execute(
                insert(repositories).values(values).returning(repositories.c.id)
            )
            return int(result.scalar_one())

    async def untrack(self, repository_id: int) -> None:
        """Note that a repository is not to be had any more; what is stored of it stays."""
        mine = repositories.c.id == repository_id
        async with self._database.transaction() as connection:
            await connection.execute(update(repositories).where(mine).values(pattern=''))

    async def reached(self, tracked: TrackedRepository) -> None:
        """Keep how far a repository was read."""
        where = sync_states.c.repository_id == tracked.id
        values = {
            'mark': tracked.mark,
            'read_to': tracked.read_to,
            'read_back_to': tracked.read_back_to,
            'unread': unread_values(tracked),
        }
        async with self._database.transaction() as connection:
            result = await connection.execute(update(sync_states).where(where).values(values))
            if result.rowcount == 0:
                await connection.execute(insert(sync_states).values(repository_id=tracked.id, **values))

    async def cards(self, tracked: Collection[TrackedRepository]) -> list[Card]:
        """Read all pulls of these repositories."""
        names = {each.id: each.repository.name for each in tracked}
        mine = pulls.c.repository_id.in_(names) & pulls.c.is_gone.is_not(True)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(select(pulls).where(mine))).mappings().all()
            their_labels = select(labels).join(pulls).where(mine).order_by(labels.c.position)
            labels_of = await _by_pull(connection, their_labels)
            their_reviews = select(reviews).join(pulls).where(mine)
            reviews_of = await _by_pull(
                connection, their_reviews.order_by(reviews.c.submitted_at, reviews.c.id)
            )
        return [
            card_of(row, names[row['repository_id']], labels_of[row['id']], reviews_of[row['id']])
            for row in rows
        ]

    async def description(self, key: int) -> str:
        """Read the description of a pull, empty when there is none."""
        query = select(descriptions.c.text).where(descriptions.c.pull_id == key)
        async with self._database.transaction() as connection:
            return (await connection.execute(query)).scalar_one_or_none() or ''

    async def hide(self, key: int) -> None:
        """Note that the code host no longer has a pull, until it is saved again."""
        async with self._database.transaction() as connection:
            await connection.execute(update(pulls).where(pulls.c.id == key).values(is_gone=True))

    async def clear(self, forge: str) -> None:
        """Remove all that is stored of a code host."""
        theirs = select(repositories.c.id).where(repositories.c.forge == forge)
        their_pulls = select(pulls.c.id).where(pulls.c.repository_id.in_(theirs))
        async with self._database.transaction() as connection:
            for table in (descriptions, labels, reviews):
                await connection.execute(delete(table).where(table.c.pull_id.in_(their_pulls)))
            for table in (pulls, sync_states):
                await connection.execute(delete(table).where(table.c.repository_id.in_(theirs)))
            await connection.execute(delete(repositories).where(repositories.c.forge == forge))

    async def save(self, cards: Sequence[Card]) -> list[Card]:
        """Store cards; those without a key come back with one.

        A description without its text is one that is stored; none comes back with it.
        """
        async with self._database.transaction() as connection:
            cards = await _recognised(connection, cards)
            old = [card for card in cards if card.key]
            new = await _insert(connection, [card for card in cards if not card.key])
            if old:
                rows = [pull_values(card) | {'key': card.key} for card in old]
                await connection.execute(update(pulls).where(pulls.c.id == bindparam('key')), rows)
            saved = old + new
            await _replace(connection, labels, saved, label_values)
            await _replace(connection, reviews, saved, review_values)
            described = [card for card in saved if card.pull.description.text is not None]
            await _replace(connection, descriptions, described, description_values)
        return [card.without_text() for card in saved]


async def _recognised(connection: AsyncConnection, cards: Sequence[Card]) -> list[Card]:
    """Give cards without a key the one they had when the board last showed their pull."""
    new = [card for card in cards if not card.key]
    keys: dict[tuple[int, int], int] = {}
    for start in range(0, len(new), CHUNK):
        chunk = new[start : start + CHUNK]
        known = select(pulls.c.repository_id, pulls.c.number, pulls.c.id).where(
            pulls.c.repository_id.in_({card.repository_id for card in chunk}),
            pulls.c.number.in_({card.pull.number for card in chunk}),
        )
        for repository_id, number, key in await connection.execute(known):
            keys[repository_id, number] = key
    return [
        replace(card, key=keys[place]) if (place := (card.repository_id, card.pull.number)) in keys else card
        for card in cards
    ]


async def _insert(connection: AsyncConnection, cards: Sequence[Card]) -> list[Card]:
    if not cards:
        return []
    added = insert(pulls).returning(pulls.c.id, sort_by_parameter_order=True)
    keys = (await connection.execute(added, [pull_values(card) for card in cards])).scalars()
    return [replace(card, key=key) for card, key in zip(cards, keys, strict=True)]


async def _replace(
    connection: AsyncConnection,
    table: Table,
    cards: Sequence[Card],
    values: Callable[[Card], list[dict[str, Any]]],
) -> None:
    """Let the rows that belong to these cards be exactly their ``values``."""
    for start in range(0, len(cards), CHUNK):
        keys = [card.key for card in cards[start : start + CHUNK]]
        await connection.execute(delete(table).where(table.c.pull_id.in_(keys)))
    if rows := [row for card in cards for row in values(card)]:
        await connection.execute(insert(table), rows)


async def _by_pull(connection: AsyncConnection, query: Select[Any]) -> dict[int, list[RowMapping]]:
    """Group rows by the pull they belong to."""
    groups = defaultdict[int, list[RowMapping]](list)
    for row in (await connection.execute(query)).mappings():
        groups[row['pull_id']].append(row)
    return groups
