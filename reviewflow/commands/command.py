"""What a command is, and what it works with."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from reviewflow.models import Progress, PullRequest
from reviewflow.our_hook import HooksReport
from reviewflow.settings import Settings
from reviewflow.syncs import SyncReport

STATUSES = 'Exit status: 0 done, 1 it could not be done, 2 used wrongly.'


OnProgress = Callable[[Progress | None], object]
"""Takes how far a first read got; None when there is none."""


class Serve(Protocol):
    """Runs the server; gives the exit status."""

    def __call__(self, settings: Settings, *, in_window: bool) -> int:
        """Run it, with its pages in a window of their own or for browsers."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What ``main.py`` lends to the command line, which itself knows neither code hosts nor pages."""

    serve: Serve
    sync_once: Callable[[Settings, OnProgress], Coroutine[Any, Any, SyncReport]]
    """Syncs without a server; says how far a first read got."""
    create_test_pull: Callable[[Settings, str], Coroutine[Any, Any, PullRequest]]
    """Creates a small pull in a repository, without a server."""
    set_up_webhooks: Callable[[Settings, Sequence[str], str], Coroutine[Any, Any, HooksReport]]
    """Creates or repairs the webhooks of repositories, without a server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command, as it was typed."""

    settings: Settings
    outside: Outside
    arguments: Mapping[str, Any]
    """Those of the command itself, by the names that argparse gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A word or a flag that a command takes."""

    name: str
    """Like ``NAME`` or ``--json``."""
    help: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """What argparse is to be told besides."""


JSON = Argument(name='--json', help='print JSON', options={'action': 'store_true'})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A word of the command line: what it does, or which words can follow."""

    name: str
    help: str
    run: Callable[[Call], int] | None = None
    """Does it; gives the exit status."""
    arguments: tuple[Argument, ...] = ()
    parts: tuple['Command', ...] = ()
    about: str = ''
    """What ``--help`` says besides."""
    statuses: str = STATUSES
    """What the exit status says."""

    @property
    def flags(self) -> set[str]:
        """Its own flags."""
        return {argument.name for argument in self.arguments if argument.name.startswith('--')}
