"""What our own GitHub holds: found by name, touched, told of."""

import inspect
import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from itertools import count
from operator import attrgetter
from typing import Any, Concatenate, ParamSpec, TypeVar

from tests.github import shape
from tests.github.shape import Json

P = ParamSpec('P')
T = TypeVar('T')

Listener = Callable[[str, str | None, Json], None]
"""Hears of an event: its name, its action where it has one, and what the payload says of it."""


@dataclass(slots=True, kw_only=True, eq=False)
class Pull:
    repo: 'Repo' = field(repr=False)
    listed: Json
    """As a list shows it."""
    single: Json = field(default_factory=shape.single_only)
    """What the single pull has besides."""
    reviews: list[Json] = field(default_factory=list)
    comments: list[Json] = field(default_factory=list)
    """Under the pull, not on its lines."""
    threads: list[Json] = field(default_factory=list)
    """Of comments on lines; GraphQL alone knows them."""
    code_owners: set[str] = field(default_factory=set)
    """Logins and team slugs that were asked since they own the code."""
    forgotten: Json = field(default_factory=dict)
    """What of ``single`` is said to be unknown until somebody asks, and then worked out."""
    queued_at: str | None = None
    """Since when it is in the merge queue."""
    turn: int = 0
    """Rises with every pull that is put there."""
    touched: int
    """Rises with every touch, as two may fall into one second."""

    def remember(self) -> None:
        """Work out what was forgotten: somebody asked for it."""
        self.single |= self.forgotten
        self.forgotten = {}


@dataclass(slots=True, kw_only=True, eq=False)
class Repo:
    data: Json
    pulls: dict[int, Pull] = field(default_factory=dict)
    highest: int = 0
    """The highest number that was ever given: it is not given again."""
    check_runs: dict[str, list[Json]] = field(default_factory=dict)
    statuses: dict[str, list[Json]] = field(default_factory=dict)
    labels: dict[str, Json] = field(default_factory=dict)
    milestones: dict[int, Json] = field(default_factory=dict)
    requires_reviews: bool = False
    has_merge_queue: bool = False
    branches: dict[str, str] = field(default_factory=dict)
    """Name → the commit that it is at; of a pull that a test opens there is none."""
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    """Branch and path → what was put there, in base64."""
    refusal: int | None = None
    """The HTTP status with which all of it is refused."""
    _sorted: tuple[list[int], list[Pull]] = field(default=([], []), repr=False)

    def by_touch(self) -> list[Pull]:
        """All pulls, last touched last; sorted anew only after something was touched."""
        pulls = list(self.pulls.values())  # a test may add to them from its own thread
        touches = [pull.touched for pull in pulls]
        if touches != self._sorted[0] or len(pulls) != len(self._sorted[1]):
            self._sorted = touches, sorted(pulls, key=attrgetter('touched'))
        return self._sorted[1]


class Holding:
    """Repositories and their pulls; repositories are named ``owner/name``, pulls by repository and number.

    Whatever a subclass offers to do there happens whole, see :attr:`at_once`.
    """

    def __init_subclass__(cls) -> None:
        for name, do in list(vars(cls).items()):
            if inspect.isfunction(do) and not name.startswith('_'):
                setattr(cls, name, _whole(do))

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.at_once = threading.RLock()
        """Hold it, and nobody who asks from another thread sees a part of what happens meanwhile."""
        self.repos: list[Repo] = []
        self.organisations: set[str] = set()
        self.moved: dict[str, int] = {}
        """Former name → id of a renamed repository."""
        self._ids = count(1000)
        self._touches = count(1)
        self._listeners: list[Listener] = []

    def on_event(self, listener: Listener) -> None:
        """Tell this listener, at once, of everything of which GitHub would send a webhook.

        It gets what the payload has besides ``action``, a copy of its own: ``repository``, ``sender``,
        and say ``pull_request`` and ``review``.
        """
        self._listeners.append(listener)

    def repo(self, name: str) -> Repo:
        """Find a repository."""
        return next(repo for repo in self.repos if repo.data['full_name'] == name)

    def pull(self, name: str, number: int) -> Pull:
        """Find a pull."""
        return self.repo(name).pulls[number]

    def _time(self) -> str:
        return shape.timestamp(self.now())

    def _touch(self, pull: Pull) -> None:
        pull.listed['updated_at'] = self._time()
        pull.touched = next(self._touches)

    def _tell(
        self, event: str, action: str | None, repo: Repo, *, by: str | None = None, **data: Any
    ) -> None:
        if not self._listeners:
            return
        sender = shape.user(by) if by else repo.data['owner']
        said = {**data, 'repository': repo.data, 'sender': sender}
        if repo.data['owner']['type'] == 'Organization':
            said['organization'] = repo.data['owner']
        for listener in self._listeners:
            listener(event, action, deepcopy(said))

    def _tell_of(self, pull: Pull, event: str, action: str, *, by: str | None = None, **data: Any) -> None:
        if self._listeners:
            known = pull.listed | (pull.single if event == 'pull_request' else {})
            data = {'pull_request': known, 'number': pull.listed['number'], **data}
            self._tell(event, action, pull.repo, by=by, **data)


def _whole(do: Callable[Concatenate[Holding, P], T]) -> Callable[Concatenate[Holding, P], T]:
    @wraps(do)
    def at_once(self: Holding, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self.at_once:
            return do(self, *args, **kwargs)

    return at_once
