"""Accounts and sessions at rest."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, or_, select, update

from reviewflow.accounts.role import DEMO, Actor, Role
from reviewflow.accounts.session import Session
from reviewflow.accounts.user import User
from reviewflow.errors import NotAllowed
from reviewflow.store.database import Database
from reviewflow.store.tables import sessions, users


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in."""

    actor: Actor
    password_hash: str = field(repr=False)


class AccountStore:
    """The SQL of accounts and sessions, one transaction per method; each may raise ``StoreError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def administrators(self) -> list[str]:
        """Name those who may do everything, the first first."""
        query = select(users.c.name).where(users.c.role == Role.ADMIN, users.c.disabled_at.is_(None))
        async with self._database.transaction() as connection:
            return list((await connection.scalars(query.order_by(users.c.id))).all())

    async def find(self, folded_name: str) -> Account | None:
        """Look up somebody who may sign in."""
        query = select(users).where(users.c.folded_name == folded_name, users.c.disabled_at.is_(None))
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        actor = Actor(user_id=row.id, name=row.name, role=Role(row.role))
        return Account(actor=actor, password_hash=row.password_hash)

    async def users(self) -> list[User]:
        """List everybody with an account, also those who are kept out, the first first."""
        async with self._database.transaction() as connection:
            rows = (await connection.execute(select(users).order_by(users.c.id))).mappings().all()
        return [_user(row) for row in rows]

    async def user(self, folded_name: str) -> User | None:
        """Look up somebody with an account, who may be kept out."""
        query = select(users).where(users.c.folded_name == folded_name)
        async with self._database.transaction() as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else _user(row)

    async def create(
        self, *, name: str, folded_name: str, password_hash: str, role: Role, created_at: datetime
    ) -> User:
        """Add an account, whose name must be free."""
        statement = (
            insert(users)
            .values(
                name=name,
                folded_name=folded_name,
                password_hash=password_hash,
                role=role,
                created_at=created_at,
            )
            .returning(users)
        )
        async with self._database.transaction() as connection:
            return _user((await connection.execute(statement)).mappings().one())

    async def change(self, user_id: int, **values: Any) -> User:
        """Keep other values of an account, and forget its sessions."""
        mine = users.c.id == user_id
        async with self._database.transaction() as connection:
            await connection.execute(update(users).where(mine).values(values))
            await connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
            return _user((await connection.execute(select(users).where(mine))).mappings().one())

    async def renew_hash(self, user_id: int, known: str, renewed: str) -> None:
        """Keep another hash of the same password, unless it is another password by now."""
        mine = (users.c.id == user_id) & (users.c.password_hash == known)
        async with self._database.transaction() as connection:
            await connection.execute(update(users).where(mine).values(password_hash=renewed))

    async def add_session(self, session: Session) -> None:
        """Keep a session.

        Raises:
            NotAllowed: its account was disabled in the meantime.
        """
        user_id = session.actor.user_id
        async with self._database.transaction() as connection:
            if user_id is not None and await connection.scalar(
                select(users.c.disabled_at).where(users.c.id == user_id)
            ):
                raise NotAllowed('sign in')
            await connection.execute(
                insert(sessions).values(
                    token_hash=session.token_hash,
                    user_id=user_id,
                    created_at=session.created_at,
                    expires_at=session.expires_at,
                )
            )

    async def remove_session(self, token_hash: str) -> None:
        """Forget a session."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    async def remove_sessions(self, *, expired_at: datetime, keep_demo: bool) -> None:
        """Forget the sessions that are over, and those of people who only look at the demo."""
        is_over = sessions.c.expires_at <= expired_at
        if not keep_demo:
            is_over = or_(is_over, sessions.c.user_id.is_(None))
        async with self._database.transaction() as connection:
            await connection.execute(delete(sessions).where(is_over))

    async def sessions(self) -> list[Session]:
        """Read every session, oldest first."""
        query = select(sessions, users.c.name, users.c.role).outerjoin(users).order_by(sessions.c.created_at)
        async with self._database.transaction() as connection:
            rows = (await connection.execute(query)).all()
        return [
            Session(
                token_hash=row.token_hash,
                actor=DEMO
                if row.user_id is None
                else Actor(user_id=row.user_id, name=row.name, role=Role(row.role)),
                created_at=row.created_at,
                expires_at=row.expires_at,
            )
            for row in rows
        ]


def _user(row: RowMapping) -> User:
    return User(
        id=row['id'],
        name=row['name'],
        role=Role(row['role']),
        created_at=row['created_at'],
        disabled_at=row['disabled_at'],
    )
