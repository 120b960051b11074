"""Accounts by REST, for administrators and for the command ``users``."""

from typing import Annotated, Any, Self

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from reviewflow.accounts import Accounts, Change, Role
from reviewflow.as_json import user_json
from reviewflow.web.gate import actor_of

TEXT_MAX = 4096
"""Beyond what any name or password may be; which of them may be used is not decided here."""
Text = Annotated[str, Field(max_length=TEXT_MAX)]
Secret = Annotated[SecretStr, Field(max_length=TEXT_MAX)]


class NewUser(BaseModel):
    """Somebody who is to get an account."""

    model_config = ConfigDict(extra='forbid', hide_input_in_errors=True)
    name: Text
    password: Secret
    role: Role = Role.VIEWER


class ChangedUser(BaseModel):
    """What is to be another than it was."""

    model_config = ConfigDict(extra='forbid', hide_input_in_errors=True)
    name: Text
    role: Role | None = None
    password: Secret | None = None
    is_disabled: bool | None = None

    @model_validator(mode='after')
    def _says_something(self) -> Self:
        if self.model_fields_set == {'name'}:
            raise ValueError('say what to change: role, password or is_disabled')
        return self


def add(api: FastAPI, accounts: Accounts) -> None:
    """Add the routes."""
    rest = UsersRest(accounts)
    api.get('/users')(rest.everybody)
    api.post('/users', status_code=201)(rest.add)
    api.patch('/users')(rest.change)  # names may have slashes, and be ".."


class UsersRest:
    """The operations."""

    def __init__(self, accounts: Accounts) -> None:
        self._users = accounts.users

    async def everybody(self, request: Request) -> dict[str, Any]:
        """List who has an account; for administrators."""
        return {'items': [user_json(user) for user in await self._users.everybody(actor_of(request))]}

    async def add(self, new: NewUser, request: Request) -> dict[str, Any]:
        """Give somebody an account; for administrators."""
        password = new.password.get_secret_value()
        return user_json(await self._users.add(actor_of(request), new.name, new.role, password))

    async def change(self, changed: ChangedUser, request: Request) -> dict[str, Any]:
        """Change somebody's account, which ends their sessions; for administrators."""
        password = None if changed.password is None else changed.password.get_secret_value()
        change = Change(role=changed.role, password=password, is_disabled=changed.is_disabled)
        return user_json(await self._users.change(actor_of(request), changed.name, change))
