"""What administrators do with accounts, which holds at once for whoever is in, or just coming in."""

import asyncio
import threading
from pathlib import Path

import pytest

from reviewflow.accounts import Accounts, Actor, Change, Role
from reviewflow.accounts.passwords import Passwords
from reviewflow.accounts.role import OPERATOR
from reviewflow.errors import (
    LastAdministrator,
    NameTaken,
    NobodyCalled,
    NotAccepted,
    NotAllowed,
    ReviewFlowError,
)
from reviewflow.settings import Admin
from tests.integration.people import HERE, PASSWORD, accounts_in

NOBODY = Admin()
OTHER = 'another long password'


async def add(accounts: Accounts, name: str = 'Ben', role: Role = Role.VIEWER) -> str:
    """Add somebody, and let them in."""
    await accounts.users.add(OPERATOR, name, role, PASSWORD)
    token = await accounts.sign_in(name, PASSWORD, HERE)
    assert token is not None
    return token


def role_of(accounts: Accounts, token: str | None) -> Role | None:
    session = accounts.session(token or '')
    return session.actor.role if session else None


async def test_somebody_who_was_added_comes_in_with_their_role(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        token = await add(accounts, ' Ben ', Role.REVIEWER)

        assert role_of(accounts, token) is Role.REVIEWER
        listed = [(user.name, user.role) for user in await accounts.users.everybody(OPERATOR)]
        assert listed == [('Mei', Role.ADMIN), ('Ben', Role.REVIEWER)]


@pytest.mark.parametrize(
    ('name', 'password', 'error'),
    [
        ('MEI', PASSWORD, NameTaken),
        ('', PASSWORD, NotAccepted),
        ('a\nb', PASSWORD, NotAccepted),
        ('Ben', 'short', NotAccepted),
    ],
)
async def test_what_cannot_be_added_is_refused_in_a_line(
    tmp_path: Path, name: str, password: str, error: type[ReviewFlowError]
) -> None:
    async with accounts_in(tmp_path) as accounts:
        with pytest.raises(error) as caught:
            await accounts.users.add(OPERATOR, name, Role.VIEWER, password)

        assert '\n' not in str(caught.value)
        assert not str(caught.value).endswith('.')
        assert len(await accounts.users.everybody(OPERATOR)) == 1


@pytest.mark.parametrize('role', [Role.VIEWER, Role.REVIEWER, Role.MAINTAINER])
async def test_only_administrators_see_or_change_accounts(tmp_path: Path, role: Role) -> None:
    actor = Actor(user_id=7, name='eve', role=role)
    async with accounts_in(tmp_path) as accounts:
        for forbidden in (
            accounts.users.everybody(actor),
            accounts.users.add(actor, 'Eve', Role.ADMIN, PASSWORD),
            accounts.users.change(actor, 'Mei', Change(password=OTHER)),
        ):
            with pytest.raises(NotAllowed):
                await forbidden


@pytest.mark.parametrize(
    'change', [Change(role=Role.ADMIN), Change(password=OTHER), Change(is_disabled=True)]
)
async def test_a_change_ends_that_persons_sessions_and_no_others(tmp_path: Path, change: Change) -> None:
    ended: list[str] = []
    async with accounts_in(tmp_path) as accounts:
        tokens = [await add(accounts), await accounts.sign_in('Ben', PASSWORD, HERE)]
        mei, demo = await accounts.sign_in('mei', PASSWORD, HERE), await accounts.enter_demo()
        accounts.on_end(ended.append)

        await accounts.users.change(OPERATOR, 'BEN', change)

        assert len(ended) == 2
        assert [role_of(accounts, token) for token in tokens] == [None, None]
        assert role_of(accounts, mei)
        assert role_of(accounts, demo)
    async with accounts_in(tmp_path) as accounts:
        assert role_of(accounts, tokens[0]) is None, 'nor does a restart bring them back'
        assert role_of(accounts, mei)


async def test_what_is_no_change_disturbs_nobody(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        token = await add(accounts)

        await accounts.users.change(OPERATOR, 'Ben', Change(role=Role.VIEWER, is_disabled=False))

        assert role_of(accounts, token) is Role.VIEWER


async def test_another_role_holds_from_the_next_sign_in(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        await add(accounts)

        await accounts.users.change(OPERATOR, 'Ben', Change(role=Role.MAINTAINER))

        assert role_of(accounts, await accounts.sign_in('ben', PASSWORD, HERE)) is Role.MAINTAINER


async def test_another_password_is_the_only_one(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        await add(accounts)
        with pytest.raises(NotAccepted):
            await accounts.users.change(OPERATOR, 'Ben', Change(password='short'))

        await accounts.users.change(OPERATOR, 'Ben', Change(password=OTHER))

        assert await accounts.sign_in('ben', PASSWORD, HERE) is None
        assert await accounts.sign_in('ben', OTHER, HERE)


async def test_whoever_is_kept_out_stays_out_until_they_may_come_in_again(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        await add(accounts)
        user = await accounts.users.change(OPERATOR, 'Ben', Change(is_disabled=True))
        assert user.disabled_at is not None
        assert await accounts.sign_in('ben', PASSWORD, HERE) is None

        await accounts.users.change(OPERATOR, 'Ben', Change(is_disabled=False))

        assert await accounts.sign_in('ben', PASSWORD, HERE)


@pytest.mark.parametrize('name', ['nobody', '', '\ud800', 'x' * 10_000])
async def test_nobody_cannot_be_changed(tmp_path: Path, name: str) -> None:
    async with accounts_in(tmp_path) as accounts:
        with pytest.raises(NobodyCalled):
            await accounts.users.change(OPERATOR, name, Change(is_disabled=True))


@pytest.mark.parametrize('change', [Change(is_disabled=True), Change(role=Role.MAINTAINER)])
async def test_the_last_administrator_stays_one(tmp_path: Path, change: Change) -> None:
    async with accounts_in(tmp_path) as accounts:
        await add(accounts, 'Ben', Role.ADMIN)
        await accounts.users.change(OPERATOR, 'Ben', Change(is_disabled=True))
        with pytest.raises(LastAdministrator, match='Mei'):
            await accounts.users.change(OPERATOR, 'Mei', change)
        await accounts.users.change(OPERATOR, 'Ben', Change(is_disabled=False))

        await accounts.users.change(OPERATOR, 'Mei', change)

        assert accounts.administrators == ['Ben']


async def test_of_two_administrators_who_go_at_once_one_stays(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        await add(accounts, 'Ben', Role.ADMIN)

        done = await asyncio.gather(
            *(accounts.users.change(OPERATOR, name, Change(is_disabled=True)) for name in ('Mei', 'Ben')),
            return_exceptions=True,
        )

        assert sum(isinstance(each, LastAdministrator) for each in done) == 1
        assert len(accounts.administrators) == 1


@pytest.mark.parametrize(
    'change', [Change(is_disabled=True), Change(password=OTHER), Change(role=Role.ADMIN)]
)
async def test_whoever_is_just_signing_in_does_not_come_in_as_what_they_were(
    tmp_path: Path, change: Change
) -> None:
    checking, may_go_on = threading.Event(), threading.Event()

    class Slow(Passwords):
        def matches(self, password_hash: str | None, password: str) -> bool:
            checking.set()
            may_go_on.wait()
            return super().matches(password_hash, password)

    async with accounts_in(tmp_path, passwords=Slow()) as accounts, asyncio.TaskGroup() as group:
        await accounts.users.add(OPERATOR, 'Ben', Role.VIEWER, PASSWORD)
        signing_in = group.create_task(accounts.sign_in('ben', PASSWORD, HERE))
        await asyncio.to_thread(checking.wait)
        await accounts.users.change(OPERATOR, 'Ben', change)
        may_go_on.set()
        assert await signing_in is None


async def test_who_changed_what_is_in_the_log_and_no_password(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level('INFO')
    async with accounts_in(tmp_path) as accounts:
        await accounts.users.add(OPERATOR, 'Ben', Role.VIEWER, PASSWORD)
        await accounts.users.change(OPERATOR, 'Ben', Change(password=OTHER, is_disabled=True))
        await accounts.users.change(OPERATOR, 'Ben', Change(role=Role.REVIEWER, is_disabled=False))

    lines = [record.getMessage() for record in caplog.records if record.name == 'reviewflow.accounts.users']
    assert lines == [
        'Ben: added as viewer by operator',
        'Ben: disabled, another password by operator',
        'Ben: now reviewer, enabled by operator',
    ]
    assert PASSWORD not in caplog.text
    assert OTHER not in caplog.text


# The first administrator


async def test_the_first_account_is_an_administrators_however_it_is_made(tmp_path: Path) -> None:
    async with accounts_in(tmp_path, admin=NOBODY) as accounts:
        with pytest.raises(NotAccepted, match='the first account has to be of an admin'):
            await add(accounts)
        assert accounts.setup_code
        assert await accounts.users.everybody(OPERATOR) == []


async def test_an_administrator_who_is_added_makes_the_setup_code_void(tmp_path: Path) -> None:
    async with accounts_in(tmp_path, admin=NOBODY) as accounts:
        code = accounts.setup_code or ''

        await add(accounts, 'Ben', Role.ADMIN)

        assert await accounts.create_first(code, 'Eve', PASSWORD, HERE) is None
