"""Passwords at rest: argon2id. Each call takes a tenth of a second of one core: never on the event loop."""

import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from reviewflow.accounts.credentials import clean_password


class Passwords:
    """Hashes and compares."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobodys(self) -> str:
        """A hash that nothing matches, made when the first password is compared: commands need none."""
        return self._hasher.hash(secrets.token_bytes())

    def hash(self, password: str) -> str:
        """Hash a new password."""
        return self._hasher.hash(_to_bytes(password))

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Compare; without a hash to compare to it takes as long, and is always wrong."""
        nobodys = self._nobodys  # asked for in either case: the first time, too, tells nothing
        try:
            self._hasher.verify(password_hash or nobodys, _to_bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)


def _to_bytes(password: str) -> bytes:
    return clean_password(password).encode('utf-8', 'surrogatepass')
