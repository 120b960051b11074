"""Frozen values: what the code host said, normalised.

Texts are clean (see :mod:`reviewflow.text`), numbers are in range, times are aware UTC.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import blake2s
from typing import Self


class Status(StrEnum):
    """Every pull is in exactly one of these; see :func:`reviewflow.policy.status`."""

    PENDING = 'pending'
    APPROVED = 'approved'
    CHANGES_REQUESTED = 'changes_requested'
    CLOSED = 'closed'
    MERGED = 'merged'


class Mark(StrEnum):
    """What else is worth knowing of a pull, beside its status."""

    DRAFT = 'draft'
    COMMENTED = 'commented'
    STALE_APPROVAL = 'stale_approval'
    QUEUED = 'queued'


class ReviewState(StrEnum):
    """The states a review has on GitHub.

    Source: https://docs.github.com/en/rest/pulls/reviews
    """

    APPROVED = 'APPROVED'
    CHANGES_REQUESTED = 'CHANGES_REQUESTED'
    COMMENTED = 'COMMENTED'
    DISMISSED = 'DISMISSED'
    PENDING = 'PENDING'


class CheckState(StrEnum):
    """How a check, or all checks of a head together, stand."""

    PASSING = 'passing'
    FAILING = 'failing'
    PENDING = 'pending'
    NONE = 'none'


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on the code host; ``id`` is None and ``login`` "ghost" when the account is gone."""

    id: int | None
    login: str
    avatar_url: str | None = None
    is_bot: bool = False

    @property
    def picture(self) -> str | None:
        """Name of their picture below ``/dashboard/avatars/``; None when the code host has none."""
        return None if self.id is None or self.avatar_url is None else str(self.id)


GHOST = Person(id=None, login='ghost')


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label; ``color`` is six hex digits without a sign."""

    name: str
    color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One submitted review."""

    id: int
    reviewer: Person
    state: ReviewState
    submitted_at: datetime | None
    association: str | None = None
    """What the reviewer is to the repository (``OWNER``, ``NONE`` …); None when the host does not say."""
    commit_sha: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The newest check run per (app, name), or the newest commit status per context (``app`` is "")."""

    app: str
    name: str
    state: CheckState
    url: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What only a read of the single pull tells. None is unknown, never "no"."""

    head_sha: str
    """The head that ``checks`` and ``mergeable`` belong to."""
    additions: int | None
    deletions: int | None
    changed_files: int | None
    comments: int | None
    mergeable: bool | None
    """None until the code host has worked it out for this head and this base."""
    reviews: tuple[Review, ...]
    """Every submitted review, in the order of (submitted_at, id)."""
    checks: tuple[Check, ...] | None
    review_decision: str | None = None
    """GitHub's own verdict; REST does not tell it."""
    is_queued: bool = False
    threads: int | None = None
    """Conversations on lines of code; REST does not tell it."""
    open_threads: int | None = None
    """Of these, those that nobody resolved."""
    code_owners: tuple[str, ...] | None = None
    """Who of the requested people (logins) and teams (slugs) own the code; REST does not tell it."""
    pulse: str = ''
    """What the code host's heartbeat said at that time; see :meth:`reviewflow.forge.Forge.pulses`."""
    is_early: bool = field(default=False, compare=False)
    """Read so soon after the last change that another one may have the same time stamp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the author wrote below the title, told apart by its digest: the board holds no texts."""

    digest: str = ''
    """Empty for an empty text."""
    text: str | None = field(default=None, compare=False, repr=False)
    """None when only the store has it."""

    @classmethod
    def of(cls, text: str) -> Self:
        """Describe with a text."""
        return cls(digest=blake2s(text.encode(), digest_size=16).hexdigest() if text else '', text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as a list of the code host shows it, and its detail once that was read."""

    repository: str
    """``owner/name`` as it is now."""
    number: int
    title: str
    url: str
    author: Person
    is_open: bool
    is_draft: bool
    base: str
    head: str
    head_sha: str
    labels: tuple[Label, ...] = ()
    assignees: tuple[Person, ...] = ()
    requested_reviewers: tuple[Person, ...] = ()
    requested_teams: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    milestone: str = ''
    """Its title; empty for none."""
    node_id: str = ''
    """The code host's own name for it, where it can be asked for by one."""
    description: Description = Description()
    detail: Detail | None = None


REPOSITORY = re.compile(r'[A-Za-z0-9][\w-]*/(\*|(?!\.{1,2}\Z)[\w.-]+)', re.ASCII)
"""``owner/name``, or ``owner/*``."""


def is_repository(name: str) -> bool:
    """Tell whether it is like ``owner/name``, without a star."""
    return REPOSITORY.fullmatch(name) is not None and not name.endswith('*')


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository of the code host; ``id`` is the host's and survives a rename."""

    id: int
    name: str
    """``owner/name``"""
    node_id: str = ''
    """See :attr:`PullRequest.node_id`."""


class SyncState(StrEnum):
    """How the reading of the code host goes."""

    STARTING = 'starting'
    LIVE = 'live'
    LIMITED = 'limited'
    """The allowance is used up for now, or the code host wants to be left alone."""
    FAILING = 'failing'
    """At least one repository could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the first read of some repositories got."""

    repositories: int
    """How many are not read whole yet."""
    pulls: int
    """On the board so far."""
    share: float
    """Of the way back to where it ends, 0 to 1 in hundredths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncStatus:
    """What a page says about the reading of the code host."""

    state: SyncState = SyncState.STARTING
    forge: str = ''
    """The title of the code host."""
    interval_s: float = 0
    """Seconds between two polls, as they are now: longer than set when the allowance is short."""
    error: str | None = None
    """What is wrong, in a sentence for people."""
    fresh_at: datetime | None = None
    """When everything was last read without an error; kept while it fails. Moves only when the rest does."""
    event_at: datetime | None = None
    """When a read last brought something, be it a first read."""
    changed_at: datetime | None = None
    """When something was last seen to change; what a first read finds is no change."""
    is_asked: bool = False
    """Whether a person asked for a sync that still goes on."""
    progress: Progress | None = None
    """How far a first read got; None when there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A part of a list that is still to be read: from a page on, back to a time."""

    after: str
    """See :attr:`reviewflow.forge.Page.next`."""
    back_to: datetime
    reached: datetime | None = None
    """Down to when it was read so far."""
    total: int | None = None
    """How long the whole list was, if the host said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedRepository:
    """A repository that the settings name, and how far it was read."""

    id: int
    """Ours, not the code host's."""
    pattern: str
    """The setting that it was found by: ``owner/name`` or ``owner/*``; empty once it is gone."""
    repository: Repository
    mark: str | None = None
    """See :class:`reviewflow.forge.Page`."""
    read_to: datetime | None = None
    """Every pull updated up to then is stored; None: never read whole."""
    read_back_to: datetime | None = None
    """Closed pulls untouched since before then were not read."""
    unread: tuple[Unread, ...] = ()
    """What of that is still to be read, the last one first."""

    def is_meant_by(self, pattern: str) -> bool:
        """Tell whether a setting means it: it was found by it, or has such a name."""
        if not self.pattern:
            return False  # it is not to be had under its name any more
        name = self.repository.name.lower()
        wanted = {name, f'{name.partition("/")[0]}/*', self.pattern.lower()}
        return pattern.lower() in wanted
