"""Requests that are sent slowly: what counts is who somebody is when all of it is there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from reviewflow.accounts import Accounts, Actor, Change, Role
from reviewflow.accounts.role import OPERATOR
from reviewflow.errors import NotAllowed
from reviewflow.web import body as subject
from tests.integration.gated_app import doorway
from tests.integration.people import PASSWORD, accounts_in


async def test_who_is_signed_out_meanwhile_is_refused(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()

        async def slowly() -> AsyncIterator[bytes]:
            yield b'{'
            await door.accounts.sign_out(browser.cookies['rf_session'])
            yield b'}'

        answer = await browser.post('/dashboard/api/whoami', content=slowly())

        assert answer.status_code == 401


async def test_who_is_kept_out_while_they_wait_for_their_turn_is_refused(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        adam = await added(accounts, 'adam')
        async with accounts._writing:
            waiting = [
                asyncio.ensure_future(accounts.users.add(adam, 'backdoor', Role.ADMIN, PASSWORD)),
                asyncio.ensure_future(accounts.users.change(adam, 'Mei', Change(role=Role.VIEWER))),
            ]
            await asyncio.sleep(0)
            await accounts.users._store.change(adam.user_id or 0, disabled_at=accounts._clock())

        for each in waiting:
            with pytest.raises(NotAllowed):
                await each
        assert [user.name for user in await accounts.users.everybody(OPERATOR)] == ['Mei', 'adam']


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, 'BODY_WITHIN_S', 0)
    never = asyncio.Event()

    async def app(_: object, receive: Receive, __: object) -> None:
        await receive()

    async def receive() -> Message:
        await never.wait()
        return {'type': 'http.request'}

    async def send(_: object) -> None:
        """Nobody listens."""

    with pytest.raises(HTTPException) as refused:
        await subject.SmallBodies(app)({'type': 'http'}, receive, send)
    assert refused.value.status_code == 408


async def added(accounts: Accounts, name: str) -> Actor:
    user = await accounts.users.add(OPERATOR, name, Role.ADMIN, PASSWORD)
    return Actor(user_id=user.id, name=user.name, role=user.role)
