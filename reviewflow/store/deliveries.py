"""What a code host called to say: known again by its id, and waiting until it is handled."""

import asyncio
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    RowMapping,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from reviewflow.delivery import Delivery, Hints
from reviewflow.errors import StoreError
from reviewflow.store.database import Database
from reviewflow.store.tables import Moment, deliveries
from reviewflow.unbroken import to_its_end

WAITING_MAX = 1000
CHUNK = 500  # see reviewflow.store.store


class DeliveryStore:
    """Never a payload, nor anything personal. Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = asyncio.Lock()
        self._queue: list[Waiting] = []

    async def add(self, delivery: Delivery, *, is_fetched: bool = False) -> bool:
        """Keep it, also should the power fail right after; False when it is known already.

        One that ``is_fetched`` never came by itself.
        Those that come while others are being written share the next commit: a disk takes its time for each.
        """
        mine = Waiting(delivery, is_fetched)
        self._queue.append(mine)
        async with self._turn:
            if mine in self._queue:
                taken, self._queue = self._queue, []
                await to_its_end(self._add_all(taken))  # for all of them, whoever leads
        if isinstance(mine.outcome, StoreError):
            raise mine.outcome
        return mine.outcome

    async def waiting(self, but_of: AbstractSet[int] = frozenset()) -> tuple[list[Delivery], int]:
        """List those that are not handled yet, the oldest first, and not all of very many; count all.

        Those of the repositories ``but_of`` are only counted.
        """
        is_waiting = deliveries.c.handled_at.is_(None)
        count = select(func.count()).select_from(deliveries).where(is_waiting)
        query = select(deliveries).where(is_waiting).order_by(deliveries.c.received_at).limit(WAITING_MAX)
        if but_of:
            query = query.where(
                deliveries.c.forge_id.is_(None) | deliveries.c.forge_id.not_in(_inline(but_of))
            )
        async with self._database.transaction() as connection:
            rows = await connection.execute(query)
            waiting = [_delivery(row) for row in rows.mappings()]
            return waiting, (await connection.execute(count)).scalar_one()

    async def known(self, ids: Collection[str]) -> set[str]:
        """Tell which of these there are."""
        found, sought = set[str](), list(ids)
        async with self._database.transaction() as connection:
            for start in range(0, len(sought), CHUNK):
                query = select(deliveries.c.id).where(deliveries.c.id.in_(sought[start : start + CHUNK]))
                found.update((await connection.execute(query)).scalars())
        return found

    async def handled(self, ids: Sequence[str], at: datetime) -> None:
        """Note that all they hint at was read."""
        async with self._database.transaction() as connection:
            for start in range(0, len(ids), CHUNK):
                mine = deliveries.c.id.in_(ids[start : start + CHUNK])
                await connection.execute(update(deliveries).where(mine).values(handled_at=at))

    async def prune(self, before: datetime) -> None:
        """Forget those that were handled before then."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(deliveries).where(deliveries.c.handled_at < before))

    async def last(self) -> dict[int | None, datetime]:
        """Give the code host's id of each repository → when its last delivery came by itself."""
        newest = func.max(deliveries.c.received_at, type_=Moment())
        came = select(deliveries.c.forge_id, newest).where(~deliveries.c.is_fetched)
        query = came.group_by(deliveries.c.forge_id)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return {row[0]: row[1] for row in rows}

    async def _add_all(self, taken: Sequence['Waiting']) -> None:
        try:
            async with self._database.transaction(durable=True) as connection:
                added = [await _add(connection, each) for each in taken]
        except StoreError as error:
            for each in taken:
                each.outcome = error
            return
        for each, is_new in zip(taken, added, strict=True):
            each.outcome = is_new


@dataclass(slots=True, eq=False)
class Waiting:
    """A delivery whose turn is to come."""

    delivery: Delivery
    is_fetched: bool
    outcome: bool | StoreError = field(default_factory=lambda: StoreError('it was broken off'))
    """Whether it is new, once that is known."""


def _inline(ids: AbstractSet[int]) -> BindParameter[int]:
    """Write numbers into a statement: there may be more than it takes as values."""
    return bindparam(None, sorted(ids), expanding=True, literal_execute=True)


async def _add(connection: AsyncConnection, waiting: Waiting) -> bool:
    values = _values(waiting.delivery) | {'is_fetched': waiting.is_fetched}
    columns = [deliveries.c[name] for name in values]
    given = [literal(value, column.type) for value, column in zip(values.values(), columns, strict=True)]
    row = select(*given).where(~exists().where(deliveries.c.id == waiting.delivery.id))
    result = await connection.execute(insert(deliveries).from_select(columns, row, include_defaults=False))
    return result.rowcount == 1


def _values(delivery: Delivery) -> dict[str, Any]:
    hints = delivery.hints or Hints()
    return {
        'id': delivery.id,
        'event': delivery.event,
        'action': delivery.action,
        'forge_id': delivery.forge_id,
        'repository': delivery.repository,
        'numbers': list(hints.numbers),
        'shas': list(hints.shas),
        'hints': {
            'labels': list(hints.labels),
            'milestones': list(hints.milestones),
            'names': hints.names,
        },
        'newer_than': hints.newer_than,
        'received_at': delivery.received_at,
    }


def _delivery(row: RowMapping) -> Delivery:
    others = row['hints']
    return Delivery(
        id=row['id'],
        event=row['event'],
        action=row['action'],
        forge_id=row['forge_id'],
        repository=row['repository'],
        hints=Hints(
            numbers=tuple(row['numbers']),
            shas=tuple(row['shas']),
            labels=tuple(others['labels']),
            milestones=tuple(others['milestones']),
            names=others['names'],
            newer_than=row['newer_than'],
        ),
        received_at=row['received_at'],
    )
