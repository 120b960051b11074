"""Our webhook at the code host, as values: where it is to point, and what was done for that."""

from dataclasses import dataclass, field

PATH = '/webhooks/github'
"""Where we take deliveries, below the address that people use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookTarget:
    """Where deliveries are to go, and how they are signed."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A delivery that the code host could not bring."""

    guid: str
    """Its id, which is the same when it is sent again."""
    event: str
    handle: str
    """Hand it back to learn what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookReport:
    """What was done about the hook of one repository."""

    repository: str
    """With the name it has now."""
    is_new: bool = False
    repaired: tuple[str, ...] = ()
    """What was wrong with it, in words."""
    removed: int = 0
    """Doubles of it that were there besides."""
    organisation: str | None = None
    """Whose hook does it for all repositories; None: the repository has its own."""
    ping: str | None = None
    """How its ping was answered, as the code host says; None: it does not say."""
    has_arrived: bool = False
    """Whether that was a yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HooksReport:
    """What was done about the hooks of all that were named."""

    url: str
    """Where they lead."""
    hooks: tuple[HookReport, ...]
    errors: tuple[str, ...]
    """One sentence for each that may not be as it should be."""
