"""What ``users`` does without a server: the same use cases, on the store itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from reviewflow.accounts import Accounts, Change, Role
from reviewflow.accounts.role import OPERATOR
from reviewflow.accounts.users import Users
from reviewflow.as_json import Json, user_json
from reviewflow.commands.alone import alone
from reviewflow.settings import Settings
from reviewflow.store.accounts import AccountStore
from reviewflow.store.database import Database, prepare

T = TypeVar('T')


def everybody(settings: Settings) -> list[Json]:
    """List who has an account."""
    return [user_json(user) for user in _do(settings, lambda users: users.everybody(OPERATOR))]


def add(settings: Settings, name: str, role: str, password: str) -> Json:
    """Give somebody an account."""
    return user_json(_do(settings, lambda users: users.add(OPERATOR, name, Role(role), password)))


def change(settings: Settings, name: str, changes: Json) -> Json:
    """Change somebody's account; ``changes`` as REST takes them."""
    wanted = Change(
        role=Role(changes['role']) if 'role' in changes else None,
        password=changes.get('password'),
        is_disabled=changes.get('is_disabled'),
    )
    return user_json(_do(settings, lambda users: users.change(OPERATOR, name, wanted)))


def _do(settings: Settings, use: Callable[[Users], Awaitable[T]]) -> T:
    async def run() -> T:
        await prepare(settings.database)
        database = Database(settings.database)
        try:
            return await use(Accounts(AccountStore(database)).users)
        finally:
            await database.close()

    with alone(settings):
        return asyncio.run(run())
