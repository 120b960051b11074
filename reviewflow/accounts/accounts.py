"""Coming in and going out. Live sessions are held in memory: no request waits for the database."""

import asyncio
import base64
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from textwrap import wrap
from typing import TYPE_CHECKING

import anyio.to_thread

from reviewflow.accounts.credentials import known_as, name_problem, password_problem
from reviewflow.accounts.limits import FailureLimits
from reviewflow.accounts.passwords import Passwords
from reviewflow.accounts.role import DEMO, OPERATOR, Actor, Role
from reviewflow.accounts.session import Session, hash_token, new_token
from reviewflow.accounts.user import User
from reviewflow.accounts.users import Users
from reviewflow.errors import NotAllowed, SettingsError, StoreError
from reviewflow.settings import Admin

if TYPE_CHECKING:  # the store knows the roles and sessions of this package
    from reviewflow.store.accounts import AccountStore

log = logging.getLogger(__name__)

LIFETIME = timedelta(days=30)
DEMO_LIFETIME = timedelta(days=1)
NEVER = datetime.max.replace(tzinfo=UTC)
SESSIONS_PER_USER = 100
HASHES_AT_ONCE = 2  # each takes a core, and 64 MB
SETUP = '\0setup '  # with an address: an account to count failures by, since nobody can be called this


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


class Accounts:
    """Everybody with an account, and everybody who is in."""

    def __init__(
        self,
        store: 'AccountStore',
        *,
        passwords: Passwords | None = None,
        clock: Callable[[], datetime] = utc_now,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.setup_code: str | None = None
        """What lets somebody create the first administrator; none once there is one."""
        self.hydrated_at = clock()
        """Sessions created before this were there before the restart."""
        self.has_demo = False
        """Whether people may look around without an account: only while a pretend team is shown."""
        self.administrators: list[str] = []
        """Whom to ask, by name."""
        self.failures = 0
        """Tries to come in that failed, by password or by code."""
        self._store = store
        self._passwords = passwords or Passwords()
        self._clock = clock
        self._pause = pause
        self._limits = FailureLimits()
        self._hashing = anyio.CapacityLimiter(HASHES_AT_ONCE)
        self._writing = asyncio.Lock()
        self._sessions: dict[str, Session] = {}
        self._on_end: list[Callable[[str], None]] = []
        self._changes = 0
        self._last_change: dict[int, int] = {}  # account → how many changes there were when it last changed
        self.users = Users(
            store, writing=self._writing, hash_password=self._hash, changed=self._changed, clock=clock
        )
        """What administrators do with the accounts."""

    async def hydrate(self, *, demo: bool = False) -> None:
        """Remember who was in before the restart; those of the demo only while there still is one."""
        self.hydrated_at = self._clock()
        self.has_demo = demo
        await self._store.remove_sessions(expired_at=self.hydrated_at, keep_demo=demo)
        self._sessions = {session.token_hash: session for session in await self._store.sessions()}
        self.administrators = await self._store.administrators()
        if not self.administrators:
            self.setup_code = '-'.join(wrap(base64.b32encode(secrets.token_bytes(10)).decode(), 4))

    async def ensure_admin(self, admin: Admin) -> None:
        """Create the administrator of the settings, unless there is one.

        Raises:
            SettingsError: that name or password cannot be used.
        """
        if self.setup_code is None or admin.username is None or admin.password is None:
            return
        password = admin.password.get_secret_value()
        if problem := name_problem(admin.username):
            raise SettingsError(f'REVIEWFLOW_ADMIN__USERNAME: {problem}')
        if problem := password_problem(password):
            raise SettingsError(f'REVIEWFLOW_ADMIN__PASSWORD: {problem}')
        async with self._writing:
            await self._create_admin(admin.username, password)

    def session(self, token: str) -> Session | None:
        """Find who holds this token."""
        session = self._sessions.get(hash_token(token))
        return session if session is not None and session.expires_at > self._clock() else None

    def is_live(self, session: Session) -> bool:
        """Whether a session that was found earlier still goes on."""
        return session.token_hash in self._sessions and session.expires_at > self._clock()

    async def sign_in(self, name: str, password: str, address: str) -> str | None:
        """Begin a session, whose token is given; None tells nobody what was wrong."""
        folded = known_as(name)
        async with self._hashing:  # inside, so that no burst outruns the limits
            if not self._limits.allow(folded, address):
                self.failures += 1
                return None
            changes = self._changes
            actor = await self._check(folded, password)
            delay_s = 0.0 if actor else self._limits.count(folded, address)
        if actor is None:
            self.failures += 1
            log.warning('failed sign-in from %s', address, extra={'address': address})
            await self._pause(delay_s)
            return None
        self._limits.forget(folded, address)
        try:
            token = await self._begin(actor, LIFETIME, changes)
        except NotAllowed:
            return None
        _note(actor, 'signed in', address)
        return token

    def is_locked(self, name: str, address: str) -> bool:
        """Whether no try at this name counts for now; tells nothing of whether there is such an account."""
        return not self._limits.allow(known_as(name), address)

    async def enter_demo(self) -> str:
        """Begin a session of somebody who only looks.

        Raises:
            NotAllowed: no pretend team is shown.
        """
        return await self._begin(DEMO, DEMO_LIFETIME)

    def enter_operator(self) -> str:
        """Begin a session of whoever runs the server; it is stored nowhere, and ends with the server."""
        token = new_token()
        session = Session(
            token_hash=hash_token(token), actor=OPERATOR, created_at=self._clock(), expires_at=NEVER
        )
        self._sessions[session.token_hash] = session
        return token

    async def end_demo(self) -> None:
        """Let nobody look around without an account any more, and send out whoever does."""
        async with self._writing:
            self.has_demo = False
            for session in [each for each in self._sessions.values() if each.actor == DEMO]:
                self._end(session)
            with suppress(StoreError):  # the next start does it; they are out in any case
                await self._store.remove_sessions(expired_at=self._clock(), keep_demo=False)

    async def create_first(self, code: str, name: str, password: str, address: str) -> str | None:
        """Create the first administrator and begin their session; None when the code is not right.

        Raises:
            ValueError: the name or the password cannot be used; ask ``name_problem``, ``password_problem``.
        """
        if problem := name_problem(name) or password_problem(password):
            raise ValueError(problem)
        async with self._writing:
            if self.setup_code is None or not self._limits.allow(SETUP + address, address):
                self.failures += 1
                return None
            if not hmac.compare_digest(_plain(code), _plain(self.setup_code)):
                self._limits.count(SETUP + address, address)
                self.failures += 1
                log.warning('wrong setup code from %s', address, extra={'address': address})
                return None
            actor = await self._create_admin(name, password)
            _note(actor, 'created the first account', address)
        return await self._begin(actor, LIFETIME)

    async def sign_out(self, token: str, address: str | None = None) -> None:
        """End a session; without an ``address`` another one takes its place."""
        if session := self._sessions.get(hash_token(token)):
            if address is not None:
                _note(session.actor, 'signed out', address)
            await self._finish(session)

    def on_end(self, callback: Callable[[str], None]) -> None:
        """Call ``callback`` with the token's hash of each session that ends."""
        self._on_end.append(callback)

    async def expire(self) -> None:
        """End the sessions whose time is over; to be called now and then, since an idle page asks nothing."""
        now = self._clock()
        expired = [session for session in self._sessions.values() if session.expires_at <= now]
        for session in expired:
            self._end(session)
        if expired:
            await self._store.remove_sessions(expired_at=now, keep_demo=True)

    async def _check(self, folded_name: str, password: str) -> Actor | None:
        """Compare with what is stored; takes equally long whether there is such an account or not."""
        account = await self._store.find(folded_name)
        known = account.password_hash if account else None
        if not await anyio.to_thread.run_sync(self._passwords.matches, known, password) or account is None:
            return None
        if self._passwords.is_outdated(account.password_hash) and account.actor.user_id is not None:
            renewed = await anyio.to_thread.run_sync(self._passwords.hash, password)
            await self._store.renew_hash(account.actor.user_id, account.password_hash, renewed)
        return account.actor

    async def _create_admin(self, name: str, password: str) -> Actor:
        user = await self.users.create(name, Role.ADMIN, password)
        return Actor(user_id=user.id, name=user.name, role=user.role)

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await anyio.to_thread.run_sync(self._passwords.hash, password)

    async def _changed(self, user: User) -> None:
        """Let nobody go on as what they were; there may be another administrator now, or the first."""
        self._changes += 1
        self._last_change[user.id] = self._changes
        for session in [each for each in self._sessions.values() if each.actor.user_id == user.id]:
            self._end(session)
        self.administrators = await self._store.administrators()
        if self.administrators:
            self.setup_code = None

    async def _begin(self, actor: Actor, lifetime: timedelta, changes: int | None = None) -> str:
        """Let somebody in, unless their account changed after so many ``changes``."""
        token, now = new_token(), self._clock()
        session = Session(
            token_hash=hash_token(token), actor=actor, created_at=now, expires_at=now + lifetime
        )
        async with self._writing:
            if actor == DEMO and not self.has_demo:
                raise NotAllowed('look around without an account')
            if changes is not None and self._last_change.get(actor.user_id or 0, 0) > changes:
                raise NotAllowed('sign in')
            await self._store.add_session(session)
            self._sessions[session.token_hash] = session
        for oldest in self._sessions_of(actor)[:-SESSIONS_PER_USER]:
            await self._finish(oldest)
        return token

    async def _finish(self, session: Session) -> None:
        self._end(session)  # first: whatever the database says, they are out
        await self._store.remove_session(session.token_hash)

    def _end(self, session: Session) -> None:
        if self._sessions.pop(session.token_hash, None):
            for callback in self._on_end:
                callback(session.token_hash)

    def _sessions_of(self, actor: Actor) -> list[Session]:
        """List somebody's sessions, oldest first: a dict keeps the order, and the store gives it by time."""
        return [session for session in self._sessions.values() if session.actor.identity == actor.identity]


def _note(actor: Actor, what: str, address: str) -> None:
    extra = {'person': actor.name, 'address': address}
    log.info('%s %s from %s', actor.name, what, address, extra=extra)


def _plain(code: str) -> bytes:
    """Take a code as people type it."""
    return ''.join(character for character in code if character.isalnum()).upper().encode()
