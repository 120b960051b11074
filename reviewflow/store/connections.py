"""The connection to the code host at rest; its token is locked up."""

import asyncio
import logging

from pydantic import SecretStr
from sqlalchemy import delete, insert, select

from reviewflow.connection import Connection
from reviewflow.keys import Keys
from reviewflow.store.database import Database
from reviewflow.store.tables import connections

log = logging.getLogger(__name__)


class ConnectionStore:
    """One row, or none. Every method is one transaction and may raise StoreError."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    async def load(self) -> Connection | None:
        """Read it; a token whose key is gone counts as none."""
        async with self._database.transaction() as connection:
            row = (await connection.execute(select(connections))).one_or_none()
        if row is None:
            return None
        plain = None if row.token is None else await asyncio.to_thread(self._keys.decrypt, row.token)
        if plain is None and row.token is not None:
            log.warning('the stored token cannot be read any more: its key is gone; enter it again')
        return Connection(
            api_url=row.api_url,
            token=None if plain is None else SecretStr(plain),
            token_since=row.token_since,
            repositories=tuple(row.repositories),
            set_by=row.set_by,
            set_at=row.set_at,
        )

    async def save(self, kept: Connection) -> None:
        """Keep this one instead."""
        locked = (
            None
            if kept.token is None
            else await asyncio.to_thread(self._keys.encrypt, kept.token.get_secret_value())
        )
        values = {
            'api_url': kept.api_url,
            'token': locked,
            'token_since': kept.token_since,
            'repositories': list(kept.repositories),
            'set_by': kept.set_by,
            'set_at': kept.set_at,
        }
        async with self._database.transaction() as connection:
            await connection.execute(delete(connections))
            await connection.execute(insert(connections).values(values))

    async def clear(self) -> None:
        """Forget it."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(connections))
