"""Opening the database: checked before it is touched, copied before it is changed."""

import math
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from reviewflow.errors import StartError, StoreError

MIGRATIONS = Path(__file__).parent / 'migrations'
BUSY_MS = 10_000
ANSWERED_WITHIN_MS = 4000
"""How long a durable transaction waits for its turn, and for whoever holds the file."""
TRY_EVERY_S = 5
UNSURE_S = 60
"""So long after a failure nothing is sure: a little may fit on a full disk where a poll does not."""
REWRITE = text('UPDATE alembic_version SET version_num = version_num')
"""Writes, since that column has an index, and changes nothing."""


class Age(StrEnum):
    """What a database is, seen from this program."""

    CURRENT = 'current'
    OLDER = 'older'
    NEWER = 'newer'


class Database:
    """A pool of connections, and transactions on them; the first one is opened when it is needed."""

    def __init__(self, url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._engine = _engine(url, 'synchronous=NORMAL', f'busy_timeout={BUSY_MS}')
        self._durable = _engine(
            url,
            'synchronous=FULL',
            f'busy_timeout={ANSWERED_WITHIN_MS}',
            pool_size=1,
            max_overflow=0,
            pool_timeout=ANSWERED_WITHIN_MS / 1000,
        )
        self._monotonic = monotonic
        self._is_failing = False
        self._failed_at_s = self._tried_at_s = -math.inf

    @asynccontextmanager
    async def transaction(self, *, durable: bool = False) -> AsyncIterator[AsyncConnection]:
        """Commit what happens inside, or nothing of it.

        ``durable``: what is committed survives a power cut, too. It is for what somebody else was told that
        we have, and who waits for our answer: those come one after the other, and do not wait for long.

        Raises:
            StoreError: the database refused, is locked, full or gone.
        """
        try:
            async with (self._durable if durable else self._engine).begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            if isinstance(error, OperationalError):  # and no mistake in what was to be stored
                self._is_failing, self._failed_at_s = True, self._monotonic()
            raise StoreError(f'the database refused: {type(error).__name__}') from error

    async def takes_writes(self) -> bool:
        """Tell whether something can be stored; a while after a failure that is tried, now and then."""
        due_at_s = max(self._failed_at_s + UNSURE_S, self._tried_at_s + TRY_EVERY_S)
        if self._is_failing and self._monotonic() >= due_at_s:
            self._tried_at_s = self._monotonic()
            with suppress(StoreError):
                async with self.transaction(durable=True) as connection:
                    await connection.execute(REWRITE)
                self._is_failing = False
        return not self._is_failing

    async def close(self) -> None:
        """Let go of the connections; SQLite folds its journal into the file."""
        await self._durable.dispose()
        await self._engine.dispose()


def read_only(file: Path) -> str:
    """Give the address by which a file is looked at and nothing else.

    SQLite would leave its journal behind, where there is none: then the file is taken as it is.
    """
    has_journal = file.with_name(f'{file.name}-wal').exists()
    path = quote(str(file.absolute()))
    return f'sqlite+aiosqlite:///file:{path}?uri=true&{"mode=ro" if has_journal else "immutable=1"}'


async def age(database: Database) -> Age:
    """Tell whether this program understands a database as it is."""
    async with database.transaction() as connection:
        return await connection.run_sync(_age)


async def prepare(url: str) -> None:
    """Check the database, and bring it up to this program's schema after a copy was made.

    Raises:
        StartError: it is damaged, newer than this program, or out of reach. Nothing was written then.
    """
    address = make_url(url)
    file = Path(address.database) if address.get_backend_name() == 'sqlite' and address.database else None
    if file is not None:
        check(file)
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, file)
    except SQLAlchemyError as error:
        where = file or address.host
        raise StartError(f'the database {where} cannot be opened: {_cause(error)}') from error
    finally:
        await engine.dispose()


def check(file: Path) -> None:
    """Refuse a file that is no whole database, before anything may write to it.

    Raises:
        StartError: it is none.
    """
    if file.is_dir() or not file.parent.is_dir():
        raise StartError(f'the database {file} cannot be opened: it is a folder, or in none')
    if not file.exists():
        return
    address = f'{file.absolute().as_uri()}?mode=ro'
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=1)) as connection:
            verdict = connection.execute('PRAGMA quick_check(1)').fetchone()[0]
    except sqlite3.OperationalError as error:  # locked or forbidden, which says nothing of what is in it
        raise StartError(f'the database {file} cannot be opened: {error}') from error
    except sqlite3.DatabaseError as error:
        raise StartError(_damaged(file, str(error))) from error
    if verdict != 'ok':
        raise StartError(_damaged(file, verdict.splitlines()[-1]))


def _damaged(file: Path, reason: str) -> str:
    copies = sorted(file.parent.glob(f'{file.name}.before-*'), key=lambda copy: copy.stat().st_mtime)
    advice = f'; the last copy is {copies[-1]}' if copies else ''
    return f'the database {file} is damaged ({reason}) and was left as it is{advice}'


def _engine(url: str, *pragmas: str, **pool: float) -> AsyncEngine:
    """Make a pool; on SQLite readers do not wait for writers, keys are checked, a locked file is waited for.

    How a commit gets to the disk belongs to the connection there, and cannot change within a transaction.
    """
    engine = create_async_engine(url, json_serializer=_json, json_deserializer=orjson.loads, **pool)

    def prepare_sqlite(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in ('journal_mode=WAL', 'foreign_keys=ON', *pragmas):
            cursor.execute(f'PRAGMA {pragma}')
        cursor.close()

    if engine.dialect.name == 'sqlite':
        event.listen(engine.sync_engine, 'connect', prepare_sqlite)
    return engine


def _config() -> Config:
    config = Config()
    config.set_main_option('script_location', MIGRATIONS.as_posix())
    return config


def _age(connection: Connection) -> Age:
    scripts = ScriptDirectory.from_config(_config())
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return Age.CURRENT
    try:
        scripts.get_revisions(current or ())
    except CommandError:
        return Age.NEWER
    return Age.OLDER


def _upgrade(connection: Connection, file: Path | None) -> None:
    config = _config()
    current = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(config).get_current_head()
    found = _age(connection)
    if found is Age.CURRENT:
        return
    if found is Age.NEWER:
        where = file or connection.engine.url.host
        raise StartError(f'the database {where} was written by a newer ReviewFlow ({current})')
    if current is not None and file is not None:
        _copy(file, file.with_name(f'{file.name}.before-{newest}'))
    if file is not None:
        connection.exec_driver_sql('BEGIN')  # else SQLite's driver keeps each CREATE of a failed upgrade
    config.attributes['connection'] = connection
    command.upgrade(config, 'head')


def _copy(file: Path, copy: Path) -> None:
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, 'orig', None) or error).splitlines()[0]
