"""The pretend team as a forge: everything in memory, nothing to pay, no network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from reviewflow.errors import Reason, RepositoryUnavailable
from reviewflow.forge import Budget, Page, RequestOutcome
from reviewflow.models import Person, PullRequest, Repository
from reviewflow.picture import Picture
from sync.demo.team import PATTERN, PROJECTS, portrait
from sync.demo.world import World

_SEED = 7


class DemoForge:
    """A code host on which the people of Harborline work, as fast as ``clock`` goes.

    Seed and clock decide what happens, until somebody asks for a pull. A restart tells the same story again:
    the same pulls under the same numbers, as old as they were before. What an earlier run opened later is
    unknown until it comes.
    """

    key = 'demo'
    title = 'Demo'
    is_pretend = True
    requests_per_detail = 0
    free_when_unchanged = True
    budget: Budget | None = None
    spent = 0
    outcomes: Mapping[RequestOutcome, int] = MappingProxyType({})

    def __init__(
        self, seed: int | None, clock: Callable[[], datetime], pace: float = 1.0, *, per_page: int = 100
    ) -> None:
        """Begin the story: the usual one without a seed; ``pace`` 2 makes people twice as busy."""
        self._clock = clock
        self._world = World(_SEED if seed is None else seed, clock(), pace)
        self._per_page = per_page

    async def repositories(self, pattern: str) -> list[Repository]:
        """Resolve ``harborline/*`` or one of its repositories."""
        found = [project.repository for name, project in PROJECTS.items() if pattern in {name, PATTERN}]
        if not found:
            raise RepositoryUnavailable(pattern, Reason.MISSING)
        return found

    async def changed_pulls(
        self, repository: Repository, *, known: str | None = None, after: str | None = None
    ) -> Page | None:
        """Read a page of all pulls, most recently updated first; None when the mark is still ``known``."""
        pulls = self._pulls(repository)
        return None if known == self._world.mark(repository.name) else self._page(repository, pulls, after)

    async def open_pulls(self, repository: Repository, *, after: str | None = None) -> Page:
        """Read a page of the open pulls, most recently updated first."""
        return self._page(repository, [pull for pull in self._pulls(repository) if pull.is_open], after)

    async def pull(self, repository: Repository, number: int) -> PullRequest:
        """Read one pull with its detail.

        Raises:
            RepositoryUnavailable: also when only the pull is unknown; GitHub's answer is the same.
        """
        for pull in self._pulls(repository):
            if pull.number == number:
                return pull
        raise RepositoryUnavailable(repository.name, Reason.MISSING)

    async def create_test_pull(self, repository: str) -> PullRequest:
        """Let somebody of the team open their next pull, in any project or this one."""
        if repository and repository not in PROJECTS:
            raise RepositoryUnavailable(repository, Reason.MISSING)
        self._world.advance(self._clock())
        return replace(self._world.open_one(self._clock(), repository), detail=None)

    async def avatar(self, person: Person) -> Picture | None:
        """Give the drawing of one of the cast; it is ours, so it may be an SVG."""
        return portrait(person)

    async def aclose(self) -> None:
        """Nothing is held."""

    def _pulls(self, repository: Repository) -> list[PullRequest]:
        """Look at the world as it is by now."""
        if repository.name not in PROJECTS:
            raise RepositoryUnavailable(repository.name, Reason.MISSING)
        self._world.advance(self._clock())
        return self._world.pulls(repository.name)

    def _page(self, repository: Repository, pulls: Sequence[PullRequest], after: str | None) -> Page:
        start = int(after or 0)
        end = start + self._per_page
        return Page(
            pulls=tuple(replace(pull, detail=None) for pull in pulls[start:end]),
            repository=PROJECTS[repository.name].repository,
            next=str(end) if end < len(pulls) else None,
            mark=self._world.mark(repository.name),
        )
