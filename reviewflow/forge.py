"""The port of the core to a code host: what one must offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, Self

from reviewflow.errors import ForgeError
from reviewflow.models import Detail, Person, PullRequest, Repository
from reviewflow.our_hook import HookReport, HookTarget, Undelivered
from reviewflow.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question for a page of a repository's pulls, the last updated first."""

    repository: Repository
    is_for_open: bool = False
    """Whether only open pulls are asked for; however old they are."""
    known: str | None = None
    """The mark of the first page when it was last read: no answer while it is the same."""
    after: str | None = None
    """See :attr:`Page.next`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of a list: enough to tell whether a pull is worth reading."""

    number: int
    updated_at: datetime
    is_open: bool
    node_id: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some pulls of a repository, as one request to the code host gave them."""

    listed: tuple[Listed, ...]
    pulls: tuple[PullRequest, ...] = ()
    """All of these, without detail; or none, where the host's lists tell no more than ``listed``."""
    repository: Repository
    """The repository with the name it has now."""
    next: str | None
    """Hand it back as ``after`` for the following page; None on the last."""
    mark: str | None = None
    """Hand it back as ``known`` to hear only of changes; None where the host has no such thing."""
    total: int | None = None
    """How many pulls there are on all pages, about; None where the host does not say."""
    is_whole: bool = True
    """Whether every line is in ``listed``; else some were not to be had, and may be the next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a pull is."""

    repository: Repository
    number: int
    node_id: str = ''
    """Empty while we do not know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What moves of a pull without a trace in a list."""

    digest: str
    """Another one when something moved; see :attr:`reviewflow.models.Detail.pulse`."""
    mergeable: bool | None
    """Not part of the digest: the host forgets it and works it out anew, and None in between is no move."""

    @classmethod
    def of(cls, detail: Detail) -> Self:
        """Give the pulse that a pull had when it was read."""
        return cls(digest=detail.pulse, mergeable=detail.mergeable)

    def has_moved_since(self, detail: Detail) -> bool:
        """Tell whether a pull is another one now than when this was read of it."""
        is_other = self.mergeable is not None and self.mergeable != detail.mergeable
        return is_other or self.digest != detail.pulse


Lists = Sequence[Page | ForgeError | None]
"""Answers in the order of the questions; None: nothing changed since the ``known`` mark."""
Pulls = Sequence[PullRequest | ForgeError]
"""Pulls with detail in the order of their places."""
Pulses = Sequence[Pulse | ForgeError | None]
"""Pulses in the order of the pulls; None: it was not found."""


SHARE = 0.8
"""Of the code host's allowance is ours, unless it is set: people and others with the token have the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much of the code host's hourly allowance is left, as its last answer said."""

    limit: int
    remaining: int
    resets_in: timedelta
    """From now until the allowance is whole again; both ends by the host's clock, so ours may be wrong."""
    share: float = SHARE
    """How much of it is ours."""

    @property
    def whole(self) -> int:
        """How much we may spend in an hour."""
        return max(int(self.share * self.limit), 1)

    @property
    def ours(self) -> int:
        """How much we may still spend."""
        return max(self.remaining - self.limit + self.whole, 0)


class RequestOutcome(StrEnum):
    """What came of a request to the code host."""

    OK = 'ok'
    NOT_MODIFIED = 'not_modified'
    LIMITED = 'limited'
    """It said that we ask too often."""
    FAILED = 'failed'
    """No answer, or another one than what was asked for."""


class Forge(Protocol):
    """A code host, read, and written to no further than for a test.

    One call is one step of the poller: it decides about the order and the spending.
    Every method may raise a :class:`reviewflow.errors.ForgeError` and nothing else.
    What is wrong with one of several things that were asked for stands in its place.
    """

    key: str
    """Where stored data came from: ``demo`` or ``github:HOST``. Repository ids are unique within it."""
    title: str
    """Shown to people: "GitHub", "Demo"."""
    is_pretend: bool
    """Whether nothing that happens there is real."""
    free_when_unchanged: bool
    """Whether asking again costs nothing of the budget while nothing changed."""

    @property
    def lists_at_once(self) -> int:
        """How many questions :meth:`lists` can put into one request."""
        ...

    @property
    def pulls_at_once(self) -> int:
        """How many pulls :meth:`pulls` can put into one request."""
        ...

    @property
    def cost_per_pull(self) -> float:
        """What reading one costs of the budget, about."""
        ...

    @property
    def budget(self) -> Budget | None:
        """What is left; None before the first answer, and for a host without limits."""
        ...

    @property
    def spent(self) -> int:
        """Requests so far that counted against the budget; it only rises."""
        ...

    @property
    def outcomes(self) -> Mapping[RequestOutcome, int]:
        """What came of the requests so far; nothing for a host that is not asked over a network."""
        ...

    async def repositories(self, pattern: str) -> list[Repository]:
        """Resolve ``owner/name`` or ``owner/*``; a repository that was renamed comes with its new name."""
        ...

    async def lists(self, asks: Sequence[Ask]) -> Lists:
        """Read pages of lists."""
        ...

    async def pulls(self, places: Sequence[Place]) -> Pulls:
        """Read pulls with their detail."""
        ...

    async def pulses(self, node_ids: Sequence[str]) -> Pulses | None:
        """Feel the pulses of pulls: checks, conflicts and queues move without any trace in a list.

        None in the place of one that was not found, and instead of all where the host has no such thing.
        """
        ...

    async def create_test_pull(self, repository: str) -> PullRequest:
        """Create a small pull in ``owner/name``, without detail; a pretended code host takes "" for any.

        Raises:
            LeftBehind: it failed, and something of it could not be removed again.
        """
        ...

    async def set_up_hook(self, repository: str, target: HookTarget) -> HookReport:
        """See that ``owner/name`` has exactly one webhook of ours, as it should be, and have it pinged."""
        ...

    async def undelivered(
        self, repository: str, target: HookTarget, since: datetime
    ) -> Sequence[Undelivered]:
        """List what our webhook in ``owner/name`` could not bring since then, by its clock; oldest first."""
        ...

    async def payload(self, repository: str, delivery: Undelivered) -> object | None:
        """Fetch what a delivery said: the same that would have come. None when it is not to be had."""
        ...

    async def avatar(self, person: Person) -> Picture | None:
        """Fetch a small picture of somebody; None when there is none. It costs nothing of the budget."""
        ...

    @property
    def means(self) -> str:
        """By which of its interfaces it is read; empty for a host without a choice."""
        ...

    @property
    def budgets(self) -> Mapping[str, Budget]:
        """What is left, by interface, as far as it is known."""
        ...

    @property
    def skew(self) -> timedelta:
        """How far its clock is ahead of ours."""
        ...

    def forgive(self) -> None:
        """Ask again at once where asking was given up for a while: a person wants to know."""
        ...

    async def aclose(self) -> None:
        """Let go of the connections."""
        ...
