"""The use cases of administrators: who has an account, in which role, with which password."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reviewflow.accounts.credentials import clean_name, fold_name, known_as, name_problem, password_problem
from reviewflow.accounts.role import Action, Actor, Role, authorize
from reviewflow.accounts.user import Change, User
from reviewflow.errors import LastAdministrator, NameTaken, NobodyCalled, NotAccepted, NotAllowed

if TYPE_CHECKING:  # the store knows the roles and sessions of this package
    from reviewflow.store.accounts import AccountStore

log = logging.getLogger(__name__)


class Users:
    """The accounts; what changes of one ends its sessions, so that it holds at once and everywhere."""

    def __init__(
        self,
        store: 'AccountStore',
        *,
        writing: asyncio.Lock,
        hash_password: Callable[[str], Awaitable[str]],
        changed: Callable[[User], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._writing = writing
        self._hash = hash_password
        self._changed = changed
        self._clock = clock

    async def everybody(self, actor: Actor) -> list[User]:
        """List who has an account, the first first, those who are kept out too."""
        authorize(actor, Action.CHANGE_USERS)
        return await self._store.users()

    async def add(self, actor: Actor, name: str, role: Role, password: str) -> User:
        """Give somebody an account.

        Raises:
            NotAllowed, NotAccepted, NameTaken: nothing was changed.
        """
        authorize(actor, Action.CHANGE_USERS)
        _check('name', name_problem(name))
        _check('password', password_problem(password))
        async with self._writing:
            await self._authorize_again(actor)
            if role is not Role.ADMIN and not await self._store.administrators():
                raise NotAccepted('role', 'the first account has to be of an admin')
            user = await self.create(name, role, password)
        _note(actor, f'added as {role}', user)
        return user

    async def create(self, name: str, role: Role, password: str) -> User:
        """Make an account of a name and a password that can be used; nobody else may write meanwhile.

        Raises:
            NameTaken: somebody is called that.
        """
        if await self._store.user(fold_name(name)) is not None:
            raise NameTaken(clean_name(name))
        user = await self._store.create(
            name=clean_name(name),
            folded_name=fold_name(name),
            password_hash=await self._hash(password),
            role=role,
            created_at=self._clock(),
        )
        await self._changed(user)
        return user

    async def change(self, actor: Actor, name: str, change: Change) -> User:
        """Change somebody's account, and end their sessions if that makes a difference.

        Raises:
            NotAllowed, NotAccepted, NobodyCalled, LastAdministrator: nothing was changed.
        """
        authorize(actor, Action.CHANGE_USERS)
        if change.password is not None:
            _check('password', password_problem(change.password))
        async with self._writing:
            await self._authorize_again(actor)
            user = await self._store.user(known_as(name))
            if user is None:
                raise NobodyCalled(clean_name(name)[:100])
            if change.ends_administrator(user) and await self._store.administrators() == [user.name]:
                raise LastAdministrator(user.name)
            if values := await self._values(user, change):
                user = await self._store.change(user.id, **values)
                await self._changed(user)
                _note(actor, ', '.join(map(_said_of, values.items())), user)
        return user

    async def _authorize_again(self, actor: Actor) -> None:
        """Look once more, now that it is their turn: they may have been kept out while they waited."""
        if actor.user_id is not None:
            user = await self._store.user(fold_name(actor.name))
            if user is None or user.disabled_at is not None or user.role is not actor.role:
                raise NotAllowed(Action.CHANGE_USERS)

    async def _values(self, user: User, change: Change) -> dict[str, Any]:
        """Say what is to be stored: only what is another than it was."""
        values: dict[str, Any] = {}
        if change.role not in {None, user.role}:
            values['role'] = change.role
        if change.is_disabled is not None and change.is_disabled != (user.disabled_at is not None):
            values['disabled_at'] = self._clock() if change.is_disabled else None
        if change.password is not None:
            values['password_hash'] = await self._hash(change.password)
        return values


def _said_of(change: tuple[str, Any]) -> str:
    """Say for the log what was changed; of a password only that it was."""
    match change:
        case ('role', role):
            return f'now {role}'
        case ('disabled_at', at):
            return 'disabled' if at is not None else 'enabled'
    return 'another password'


def _note(actor: Actor, what: str, user: User) -> None:
    extra = {'person': actor.name, 'account': user.name}
    log.info('%s: %s by %s', user.name, what, actor.name, extra=extra)


def _check(field: str, problem: str | None) -> None:
    """Refuse what cannot be used, in words for a line."""
    if problem is not None:
        raise NotAccepted(field, problem[:1].lower() + problem[1:].rstrip('.'))
