"""Somebody's stay: begun by signing in, carried by a cookie, ended by either side."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from reviewflow.accounts.role import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A stay; whoever holds the token that hashes to ``token_hash`` is ``actor``."""

    token_hash: str
    actor: Actor
    created_at: datetime
    expires_at: datetime

    @property
    def person(self) -> int | str:
        """What tells people apart; everybody who looks at the demo is another one."""
        return self.token_hash if self.actor.user_id is None else self.actor.user_id


def new_token() -> str:
    """Make 256 bits that nobody guesses."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Give what is stored of a token; its randomness makes a plain SHA-256 enough."""
    return hashlib.sha256(token.encode('utf-8', 'replace')).hexdigest()
