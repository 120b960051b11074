"""Somebody with an account, as administrators see them, and what they can change of it."""

from dataclasses import dataclass
from datetime import datetime

from reviewflow.accounts.role import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody with an account."""

    id: int
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def is_administrator(self) -> bool:
        """Whether they may come in and do everything."""
        return self.role is Role.ADMIN and self.disabled_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be another than it was; None: that stays."""

    role: Role | None = None
    password: str | None = None
    is_disabled: bool | None = None

    def ends_administrator(self, user: User) -> bool:
        """Whether somebody who is an administrator would be none any more."""
        return user.is_administrator and (self.role not in {None, Role.ADMIN} or bool(self.is_disabled))
