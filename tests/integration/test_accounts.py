"""Coming in, going out and being kept out, over a real database."""

import asyncio
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from reviewflow.accounts import Accounts, Role
from reviewflow.accounts.accounts import DEMO_LIFETIME, LIFETIME, SESSIONS_PER_USER
from reviewflow.accounts.passwords import Passwords
from reviewflow.errors import StoreError
from reviewflow.store.accounts import AccountStore
from tests.integration.people import HERE, PASSWORD, Clock, accounts_in, at_once, cheap, database


async def signed_in(accounts: Accounts) -> str:
    token = await accounts.sign_in('mei', PASSWORD, HERE)
    assert token is not None
    return token


async def test_the_right_password_begins_a_session(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        session = accounts.session(await signed_in(accounts))
        assert session is not None
        assert (session.actor.name, session.actor.role) == ('Mei', Role.ADMIN)
        assert accounts.is_live(session)


@pytest.mark.parametrize(
    ('name', 'password'),
    [
        ('mei', 'wrong horse staple'),
        ('mei', ''),
        ('mei', PASSWORD + ' '),
        ('ana', PASSWORD),
        ('', PASSWORD),
        ('m\x00ei', PASSWORD),
        ('\ud800', '\ud800'),
        ("' or 1=1 --", PASSWORD),
        ('x' * 60_000, 'x' * 60_000),
    ],
)
async def test_anything_else_begins_none(tmp_path: Path, name: str, password: str) -> None:
    async with accounts_in(tmp_path) as accounts:
        assert await accounts.sign_in(name, password, HERE) is None


@pytest.mark.parametrize('name', ['MEI', '  mei ', '\N{FULLWIDTH LATIN SMALL LETTER M}ei'])
async def test_a_name_counts_however_it_is_typed(tmp_path: Path, name: str) -> None:
    async with accounts_in(tmp_path) as accounts:
        assert await accounts.sign_in(name, PASSWORD, HERE)


async def test_after_ten_failures_even_the_right_password_waits(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        for _ in range(10):
            assert await accounts.sign_in('mei', 'wrong horse staple', '192.0.2.1') is None
        assert await accounts.sign_in('mei', PASSWORD, '192.0.2.1') is None
        assert await accounts.sign_in('mei', PASSWORD, '192.0.2.2'), 'from elsewhere its owner gets in'


async def test_a_burst_of_failures_does_not_outrun_the_limit(tmp_path: Path) -> None:
    guesses = 0

    class Counting(Passwords):
        def matches(self, password_hash: str | None, password: str) -> bool:
            nonlocal guesses
            guesses += 1
            return super().matches(password_hash, password)

    async with accounts_in(tmp_path, passwords=Counting()) as accounts, asyncio.TaskGroup() as group:
        for _ in range(50):
            group.create_task(accounts.sign_in('mei', 'wrong horse staple', HERE))
    assert guesses <= 11


async def test_two_passwords_at_most_are_hashed_at_once(tmp_path: Path) -> None:
    entered, may_leave = threading.Semaphore(0), threading.Event()
    inside: list[int] = []
    running = 0

    class Slow(Passwords):
        def matches(self, password_hash: str | None, password: str) -> bool:
            nonlocal running
            running += 1
            inside.append(running)
            entered.release()
            may_leave.wait()
            running -= 1
            return super().matches(password_hash, password)

    async with accounts_in(tmp_path, passwords=Slow()) as accounts, asyncio.TaskGroup() as group:
        for _ in range(5):
            group.create_task(accounts.sign_in('mei', PASSWORD, HERE))
        for _ in range(2):
            await asyncio.to_thread(entered.acquire)
        may_leave.set()
    assert len(inside) == 5
    assert max(inside) == 2


async def test_a_failure_is_answered_slower_each_time(tmp_path: Path) -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)

    async with database(tmp_path) as opened:
        accounts = Accounts(AccountStore(opened), passwords=cheap(), pause=note)
        await accounts.hydrate()
        for _ in range(3):
            await accounts.sign_in('mei', PASSWORD, HERE)
    assert pauses == sorted(set(pauses))
    assert len(pauses) == 3


async def test_a_password_hashed_with_old_parameters_is_hashed_again(tmp_path: Path) -> None:
    async with accounts_in(tmp_path, passwords=cheap(time_cost=1)):
        pass
    stronger = cheap(time_cost=2)
    async with accounts_in(tmp_path, passwords=stronger) as accounts:
        await signed_in(accounts)
        await signed_in(accounts)
    async with database(tmp_path) as opened:
        account = await AccountStore(opened).find('mei')
    assert account is not None
    assert not stronger.is_outdated(account.password_hash)
    assert stronger.matches(account.password_hash, PASSWORD)


async def test_sessions_live_through_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    async with accounts_in(tmp_path, clock=clock) as accounts:
        token = await signed_in(accounts)
        clock.forward(timedelta(seconds=1))
    async with accounts_in(tmp_path, clock=clock) as accounts:
        session = accounts.session(token)
        assert session is not None
        assert session.actor.name == 'Mei'
        assert session.created_at < accounts.hydrated_at


async def test_neither_token_nor_password_is_stored(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        token = await signed_in(accounts)
    stored = (tmp_path / 'accounts.db').read_bytes()
    assert b'argon2id' in stored
    assert token.encode() not in stored
    assert PASSWORD.encode() not in stored


async def test_signing_out_ends_that_session_alone_and_tells(tmp_path: Path) -> None:
    ended: list[str] = []
    async with accounts_in(tmp_path) as accounts:
        accounts.on_end(ended.append)
        token, other = await signed_in(accounts), await signed_in(accounts)
        session = accounts.session(token)
        assert session is not None
        await accounts.sign_out(token)
        await accounts.sign_out(token)
        await accounts.sign_out('unknown')
        assert ended == [session.token_hash]
        assert accounts.session(token) is None
        assert not accounts.is_live(session)
        assert accounts.session(other)
    async with accounts_in(tmp_path) as accounts:
        assert accounts.session(token) is None
        assert accounts.session(other)


async def test_a_session_is_over_after_thirty_days_and_the_sweep_tells(tmp_path: Path) -> None:
    clock, ended = Clock(), list[str]()
    async with accounts_in(tmp_path, clock=clock) as accounts:
        accounts.on_end(ended.append)
        token = await signed_in(accounts)
        clock.forward(LIFETIME - timedelta(seconds=1))
        session = accounts.session(token)
        assert session is not None
        await accounts.expire()
        assert ended == []
        clock.forward(timedelta(seconds=1))
        assert accounts.session(token) is None
        assert not accounts.is_live(session)
        await accounts.expire()
        assert ended == [session.token_hash]


async def test_a_session_that_ended_while_the_server_was_down_is_gone(tmp_path: Path) -> None:
    clock = Clock()
    async with accounts_in(tmp_path, clock=clock) as accounts:
        token = await signed_in(accounts)
    clock.forward(LIFETIME)
    async with accounts_in(tmp_path, clock=clock) as accounts:
        assert accounts.session(token) is None


async def test_the_demo_lets_a_viewer_in_for_a_day(tmp_path: Path) -> None:
    clock = Clock()
    async with accounts_in(tmp_path, clock=clock) as accounts:
        token = await accounts.enter_demo()
        session = accounts.session(token)
        assert session is not None
        assert (session.actor.user_id, session.actor.name, session.actor.role) == (None, 'Demo', Role.VIEWER)
        clock.forward(DEMO_LIFETIME)
        assert accounts.session(token) is None


async def test_whoever_looked_at_the_demo_is_out_when_it_is_off(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        token, mei = await accounts.enter_demo(), await signed_in(accounts)
    async with accounts_in(tmp_path, demo=True) as accounts:
        assert accounts.session(token)
    async with accounts_in(tmp_path, demo=False) as accounts:
        assert accounts.session(token) is None
        assert accounts.session(mei)
    async with accounts_in(tmp_path, demo=True) as accounts:
        assert accounts.session(token) is None


async def test_of_too_many_sessions_the_oldest_ends(tmp_path: Path) -> None:
    async with accounts_in(tmp_path) as accounts:
        mei = await signed_in(accounts)
        tokens = [await accounts.enter_demo() for _ in range(SESSIONS_PER_USER + 1)]
        assert accounts.session(tokens[0]) is None
        assert all(accounts.session(token) for token in tokens[1:])
        assert accounts.session(mei)


async def test_somebody_who_signs_out_is_out_even_when_the_database_fails(tmp_path: Path) -> None:
    async with database(tmp_path) as opened:
        accounts = Accounts(AccountStore(opened), passwords=cheap(), pause=at_once)
        await accounts.hydrate(demo=True)
        token = await accounts.enter_demo()
        async with opened.transaction() as connection:
            await connection.exec_driver_sql('DROP TABLE sessions')
        with pytest.raises(StoreError):
            await accounts.sign_out(token)
        assert accounts.session(token) is None
        with pytest.raises(StoreError):
            await accounts.enter_demo()
