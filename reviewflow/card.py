"""One pull on the board: what the code host said of it, how fresh that is, and what we make of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from reviewflow import policy
from reviewflow.forge import Listed
from reviewflow.models import CheckState, Detail, Mark, Person, PullRequest, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A pull with its key. What is derived from the pull is worked out once, here."""

    key: int
    """Ours, stable and never used again; 0 until the store gave one."""
    repository_id: int
    """The store's, not the code host's."""
    pull: PullRequest
    read: int
    """Number of the read that the pull comes from; see :meth:`after`."""
    detail_read: int = 0
    """Number of the read that its detail comes from."""
    detail_of: datetime | None = None
    """The pull's ``updated_at`` when its detail was read."""
    is_doubtful: bool = False
    """Whether it may be out of date in a way that nothing else tells; see :meth:`after`."""
    owes_at: datetime | None = None
    """When it last changed by the word of a list, while what we hold is older."""

    status: Status = field(init=False, compare=False)
    marks: tuple[Mark, ...] = field(init=False, compare=False)
    checks: CheckState | None = field(init=False, compare=False)
    reviewers: tuple[tuple[Person, str], ...] = field(init=False, compare=False)
    """Everybody who reviewed or was asked to; see :func:`reviewflow.policy.reviewers`."""
    haystack: str = field(init=False, compare=False)
    """What a search looks through, in lower case."""

    def __post_init__(self) -> None:
        pull = self.pull
        object.__setattr__(self, 'status', policy.status(pull))
        object.__setattr__(self, 'marks', policy.marks(pull))
        object.__setattr__(self, 'checks', policy.rollup(policy.current_checks(pull)))
        object.__setattr__(self, 'reviewers', tuple(policy.reviewers(pull)))
        words = (pull.title, f'#{pull.number}', pull.repository, pull.author.login, pull.head, pull.base)
        object.__setattr__(
            self, 'haystack', '\n'.join((*words, *(label.name for label in pull.labels))).lower()
        )

    @property
    def wants_detail(self) -> bool:
        """Whether its reviews and checks are older than what else we know of it."""
        pull = self.pull
        if self.is_doubtful or self.owes_at is not None:
            return True
        if not pull.is_open:  # one last time, so that it does not keep a running check for ever
            return self.detail_of is not None and self.detail_of < pull.updated_at
        stale = self.detail_of is None or self.detail_of < pull.updated_at
        return stale or pull.detail is None or pull.detail.head_sha != pull.head_sha

    def after(self, pull: PullRequest, read: int) -> Self:
        """Take over what another read says, part by part, unless we hold something fresher.

        A read has a number that rises when its request is *sent*: a slow list never undoes a fresh click.
        But a request may be answered later than one that was sent after it, and then know more.
        Where an older read says something else, both are in doubt until the pull is read again.
        """
        pull = self.completed(pull)
        detail, detail_read, detail_of = self.pull.detail, self.detail_read, self.detail_of
        is_doubtful = self.is_doubtful or self._is_contradicted_by(pull, read)
        if pull.detail is not None and read >= self.detail_read:
            detail, detail_read, detail_of = pull.detail, read, pull.updated_at
            is_doubtful = pull.detail.is_early or read < self.read
        newest = pull if read >= self.read else self.pull
        if detail is self.pull.detail:
            detail = _based_on(newest.base, self.pull)
        if newest.description == self.pull.description:  # then the store has its text
            newest = replace(newest, description=self.pull.description)
        return replace(
            self,
            pull=replace(newest, detail=detail),
            read=max(read, self.read),
            detail_read=detail_read,
            detail_of=detail_of,
            is_doubtful=is_doubtful,
            owes_at=self.owes_at if self.owes_at and newest.updated_at < self.owes_at else None,
        )

    def completed(self, pull: PullRequest) -> PullRequest:
        """Add to another read what the code host does not know just now: whether the pull can be merged.

        It works that out when it is asked, and after each push to the base anew: "unknown" is said in between
        and means nothing, while head and base are the same.
        """
        detail, known = pull.detail, _based_on(pull.base, self.pull)
        if detail is None or known is None or detail.mergeable is not None:
            return pull
        if not pull.is_open or known.head_sha != detail.head_sha:
            return pull
        return replace(pull, detail=replace(detail, mergeable=known.mergeable))

    def owing(self, updated_at: datetime) -> Self:
        """Keep that a list says more, until that was read."""
        if updated_at > self.pull.updated_at:
            return replace(self, owes_at=max(updated_at, self.owes_at or updated_at))
        return replace(self, is_doubtful=True)

    def is_older_than(self, listed: Listed) -> bool:
        """Tell whether a list says something else, and says it of later."""
        if self.pull.updated_at == listed.updated_at:
            return self.pull.is_open != listed.is_open
        return self.pull.updated_at < listed.updated_at

    def _is_contradicted_by(self, pull: PullRequest, read: int) -> bool:
        """Tell whether an older read says something else."""
        if pull.detail is not None and read < self.detail_read and pull.detail != self.pull.detail:
            return True
        return read < self.read and replace(pull, detail=None) != replace(self.pull, detail=None)

    def without_text(self) -> Self:
        """Let go of the description's text, which the store has."""
        if self.pull.description.text is None:
            return self
        description = replace(self.pull.description, text=None)
        return replace(self, pull=replace(self.pull, description=description))

    def says_the_same_as(self, other: 'Card') -> bool:
        """Tell whether nothing but the numbers of the reads differs: not worth a write."""
        ours = self.pull, self.detail_of, self.is_doubtful, self.owes_at
        return ours == (other.pull, other.detail_of, other.is_doubtful, other.owes_at)


def _based_on(base: str, pull: PullRequest) -> Detail | None:
    """Give what is known of a pull, but not whether it can be merged into another base."""
    detail = pull.detail
    if detail is None or base == pull.base or detail.mergeable is None:
        return detail
    return replace(detail, mergeable=None)


def first_seen(pull: PullRequest, *, repository_id: int, read: int) -> Card:
    """Make the card of a pull that was not on the board."""
    has_detail = pull.detail is not None
    return Card(
        key=0,
        repository_id=repository_id,
        pull=pull,
        read=read,
        detail_read=read if has_detail else 0,
        detail_of=pull.updated_at if has_detail else None,
        is_doubtful=pull.detail is not None and pull.detail.is_early,
    )
