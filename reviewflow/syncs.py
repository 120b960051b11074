"""Whoever reads the code host, as the core knows it, and what is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reviewflow.forge import Budget
from reviewflow.models import PullRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that is wrong, in words for people."""

    says: str
    """A sentence without a full stop."""
    advice: str
    """What to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryHealth:
    """How one repository is read, or why none is known of a name in the settings."""

    id: int
    """Ours; 0: there is none."""
    forge_id: int
    """The code host's; 0: there is none."""
    name: str
    """``owner/name``; of what was not found as the settings have it, which may be ``owner/*``."""
    well_at: datetime | None
    """When its lists were last read well; None: not since the start."""
    error: Trouble | None = None
    is_first_read: bool = False
    """Whether its first read still goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What came of comparing everything with the code host."""

    at: datetime
    """When it ended."""
    compared: int
    """Pulls that were compared."""
    drifted: tuple[str, ...] = ()
    """``owner/name#number`` of those that no poll would have put right; they are right now."""
    left: int = 0
    """Repositories that could not be compared now: out of reach, or more than the allowance has."""
    dear: int = 0
    """How many of those are more than the allowance has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostHealth:
    """How a code host is read."""

    title: str
    means: str
    """See :attr:`Forge.means`."""
    budgets: Mapping[str, Budget]
    interval_s: float
    """Seconds between two polls, as they are now."""
    wanted_interval_s: float
    """As they are set."""
    errors: tuple[Trouble, ...] = ()
    """What is wrong, with all of it and with parts, each once."""
    well_at: datetime | None = None
    """When all was last read well."""
    is_reconciling: bool = False
    reconciliation: Reconciliation | None = None
    """The last one that compared something; None: none since the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What one sync did, for the person who asked for it."""

    repositories: int
    """Repositories that were read without an error."""
    changed: int
    """Pulls that are not what they were."""
    left: int
    """Open pulls whose reviews and checks the limits did not allow to read now."""
    errors: tuple[str, ...] = ()
    """One sentence for each repository that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polls:
    """How the polls of the lists went so far, for whoever watches over the server."""

    count: int
    seconds: float
    """All of them together."""
    lag_s: float
    """Since all lists were last read well; until they were, since the poller was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A pull that somebody had created."""

    pull: PullRequest
    is_on_board: bool
    """Whether its repository is one that is shown."""


class Syncs(Protocol):
    """Whoever can read the code host now: the poller, as the core knows it."""

    @property
    def polls(self) -> Polls:
        """How its polls went so far."""
        ...

    @property
    def fresh_at(self) -> datetime | None:
        """When all was last read well; None: not since the start."""
        ...

    async def sync_now(self) -> SyncReport:
        """Read all lists, and reviews and checks of the open pulls as far as the limits allow."""
        ...

    async def reconcile(self) -> Reconciliation | None:
        """Compare everything with the code host; None when trouble broke that off.

        Raises:
            Stopped: other repositories are read from now on.
        """
        ...

    def health(self) -> tuple[HostHealth, Sequence[RepositoryHealth]]:
        """Say how the host and each repository are read; the delays are found elsewhere."""
        ...
