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


def everybody(settings: Settings, _: Json) -> Json:
    """List who has an account."""
    return {'items': [user_json(user) for user in _do(settings, lambda users: users.everybody(OPERATOR))]}


def add(settings: Settings, new: Json) -> Json:
    """Give somebody an account."""
    name, role, password = new['name'], Role(new['role']), new['password']
    return user_json(_do(settings, lambda users: users.add(OPERATOR, name, role, password)))


def change(settings: Settings, changed: Json) -> Json:
    """Change somebody's account."""
    wanted = Change(
        role=Role(changed['role']) if 'role' in changed else None,
        password=changed.get('password'),
        is_disabled=changed.get('is_disabled'),
    )
    return user_json(_do(settings, lambda users: users.change(OPERATOR, changed['name'], wanted)))


DO = {'GET': everybody, 'POST': add, 'PATCH': change}
"""As REST does them: the method → what takes the same body and gives the same answer."""


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
