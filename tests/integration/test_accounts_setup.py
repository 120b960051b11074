"""The first administrator: by a one-time code or by the settings."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from reviewflow.accounts import Role
from reviewflow.errors import SettingsError
from reviewflow.settings import Admin
from tests.integration.people import HERE, PASSWORD, accounts_in

NOBODY = Admin()


async def test_the_first_start_has_a_code_and_each_start_a_new_one(tmp_path: Path) -> None:
    codes = set()
    for _ in range(3):
        async with accounts_in(tmp_path, admin=NOBODY) as accounts:
            codes.add(accounts.setup_code)
    assert len(codes) == 3
    assert all(code and len(code) >= 16 for code in codes)


async def test_the_code_creates_one_administrator_and_is_used_up(tmp_path: Path) -> None:
    async with accounts_in(tmp_path, admin=NOBODY) as accounts:
        code = accounts.setup_code
        assert code is not None
        token = await accounts.create_first(f' {code.lower().replace("-", " ")}', ' Mei ', PASSWORD, HERE)
        assert token is not None
        session = accounts.session(token)
        assert session is not None
        assert (session.actor.name, session.actor.role) == ('Mei', Role.ADMIN)
        assert accounts.setup_code is None
        assert await accounts.create_first(code, 'Eve', PASSWORD, HERE) is None
        assert await accounts.sign_in('eve', PASSWORD, HERE) is None
        assert await accounts.sign_in('mei', PASSWORD, HERE)
    async with accounts_in(tmp_path, admin=NOBODY) as accounts:
        assert accounts.setup_code is None


async def test_of_two_who_know_the_code_one_becomes_administrator(tmp_path: Path) -> None:
    async with accounts_in(tmp_path, admin=NOBODY) as accounts:
        code = accounts.setup_code or ''
        tokens = await asyncio.gather(
            accounts.create_first(code, 'Mei', PASSWORD, HERE),
            accounts.create_first(code, 'Eve', PASSWORD, HERE),
        )
    assert sum(token is not None for token in tokens) == 1


@pytest.mark.parametrize('code', ['', '-', 'WRONG', 'é', '\ud800'])
async def test_a_wrong_code_creates_nobody(tmp_path: Path, code: str) -> None:
    async with accounts_in(tmp_path, admin=NOBODY) as accounts:
        assert await accounts.create_first(code, 'Eve', PASSWORD, HERE) is None
        assert await accounts.sign_in('eve', PASSWORD, HERE) is None


async def test_an_address_that_guesses_codes_is_held_back_and_others_are_not(tmp_path: Path) -> None:
    async with accounts_in(tmp_path, admin=NOBODY) as accounts:
        code = accounts.setup_code or ''
        for _ in range(10):
            await accounts.create_first('WRONG', 'Eve', PASSWORD, '192.0.2.1')
        assert await accounts.create_first(code, 'Eve', PASSWORD, '192.0.2.1') is None
        assert await accounts.create_first(code, 'Mei', PASSWORD, '192.0.2.2')


@pytest.mark.parametrize(('name', 'password'), [('', PASSWORD), ('mei', 'too short')])
async def test_the_first_account_needs_a_good_name_and_password(
    tmp_path: Path, name: str, password: str
) -> None:
    async with accounts_in(tmp_path, admin=NOBODY) as accounts:
        with pytest.raises(ValueError, match=r'\.$'):
            await accounts.create_first(accounts.setup_code or '', name, password, HERE)
        assert accounts.setup_code


async def test_settings_create_the_first_administrator_but_never_change_one(tmp_path: Path) -> None:
    other = Admin(username='mei', password=SecretStr('another long password'))
    async with accounts_in(tmp_path) as accounts:
        assert accounts.setup_code is None
    async with accounts_in(tmp_path, admin=other) as accounts:
        assert await accounts.sign_in('mei', 'another long password', HERE) is None
        assert await accounts.sign_in('mei', PASSWORD, HERE)


@pytest.mark.parametrize(
    ('admin', 'variable'),
    [
        (Admin(username='\t', password=SecretStr(PASSWORD)), 'REVIEWFLOW_ADMIN__USERNAME'),
        (Admin(username='mei', password=SecretStr('x' * 1025)), 'REVIEWFLOW_ADMIN__PASSWORD'),
    ],
)
async def test_settings_that_make_no_administrator_stop_the_start(
    tmp_path: Path, admin: Admin, variable: str
) -> None:
    with pytest.raises(SettingsError, match=variable):
        async with accounts_in(tmp_path, admin=admin):
            pass
