"""Accounts over a real database, with hashes that cost nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from argon2 import PasswordHasher
from pydantic import SecretStr

from reviewflow.accounts import Accounts
from reviewflow.accounts.passwords import Passwords
from reviewflow.settings import Admin
from reviewflow.store.accounts import AccountStore
from reviewflow.store.database import Database, prepare

MEI = Admin(username='Mei', password=SecretStr('correct horse staple'))
PASSWORD = 'correct horse staple'
HERE = '127.0.0.1'
KEY = 'the-key-of-server-json'


class Clock:
    """A wall clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


async def at_once(_: float) -> None:
    """Pause for no time."""


def cheap(*, time_cost: int = 1) -> Passwords:
    return Passwords(PasswordHasher(time_cost=time_cost, memory_cost=8, parallelism=1))


@asynccontextmanager
async def database(folder: Path) -> AsyncIterator[Database]:
    url = f'sqlite+aiosqlite:///{folder / "accounts.db"}'
    await prepare(url)
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def accounts_in(
    folder: Path,
    *,
    admin: Admin = MEI,
    clock: Clock | None = None,
    passwords: Passwords | None = None,
    demo: bool = True,
) -> AsyncIterator[Accounts]:
    """Open the accounts of a folder, as a start of the server does."""
    async with database(folder) as opened:
        accounts = Accounts(
            AccountStore(opened), passwords=passwords or cheap(), clock=clock or Clock(), pause=at_once
        )
        await accounts.hydrate(demo=demo)
        await accounts.ensure_admin(admin)
        yield accounts
