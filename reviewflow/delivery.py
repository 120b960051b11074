"""What a code host calls to say by itself, and the port of whoever understands it.

Nothing of it is ever shown, or true: it only hints at what is to be read again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Outcome(StrEnum):
    """What came of a delivery."""

    ACCEPTED = 'accepted'
    """Stored; what it hints at is read."""
    KNOWN = 'known'
    """One that was accepted before."""
    IGNORED = 'ignored'
    """It is about nothing that is shown here."""
    REFUSED = 'refused'
    """Not signed with our secret."""
    MALFORMED = 'malformed'
    TOO_BIG = 'too_big'
    TOO_SLOW = 'too_slow'
    BUSY = 'busy'
    """There was no room for it."""
    FAILED = 'failed'
    """It could not be stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What may not be true any more; all of it in one repository, and none of it for none."""

    numbers: tuple[int, ...] = ()
    """Of pulls."""
    shas: tuple[str, ...] = ()
    """Heads of pulls."""
    labels: tuple[str, ...] = ()
    """Names of a label, as it was and as it is."""
    milestones: tuple[str, ...] = ()
    """Titles of a milestone, as it was and as it is."""
    names: bool = False
    """Whether repositories may be called otherwise, or be others."""
    newer_than: datetime | None = None
    """The pull's ``updated_at`` at that time: what says less was read too early, from a copy that lags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One call."""

    id: str
    """The code host's; the same when it is sent again."""
    event: str
    action: str = ''
    forge_id: int | None = None
    """The repository's at the code host; None for an event of an organisation."""
    repository: str = ''
    """``owner/name`` as it was."""
    hints: Hints | None
    """None when it is about nothing that is shown here."""
    received_at: datetime


class HookParser(Protocol):
    """Understands what a code host sends."""

    @property
    def events(self) -> Collection[str]:
        """Names of the events that it knows."""
        ...

    def parse(self, payload: Any, *, event: str, id: str, received_at: datetime) -> Delivery:  # noqa: A002
        """Take the hints out of a payload, whatever it holds; it never fails."""
        ...
