"""The pretend team as a forge: everything in memory, nothing to pay, no network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from reviewflow.errors import ForgeError, Reason, RepositoryUnavailable, WriteRefused
from reviewflow.forge import Ask, Budget, Listed, Lists, Page, Place, Pulls, RequestOutcome
from reviewflow.models import Person, PullRequest, Repository
from reviewflow.our_hook import HookReport, HookTarget, Undelivered
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
    lists_at_once = 1
    pulls_at_once = 1
    cost_per_pull = 0.0
    free_when_unchanged = True
    budget: Budget | None = None
    budgets: Mapping[str, Budget] = MappingProxyType({})
    means = ''
    skew = timedelta(0)
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

    async def lists(self, asks: Sequence[Ask]) -> Lists:
        """Read pages of lists; None for one whose mark is still known."""
        return [self._list(ask) for ask in asks]

    async def pulls(self, places: Sequence[Place]) -> Pulls:
        """Read pulls with their detail."""
        return [self._pull(place) for place in places]

    async def pulses(self, node_ids: Sequence[str]) -> None:
        """Nothing moves here without a trace but checks, and all pulls are read in turn."""

    async def create_test_pull(self, repository: str) -> PullRequest:
        """Let somebody of the team open their next pull, in any project or this one."""
        if repository and repository not in PROJECTS:
            raise RepositoryUnavailable(repository, Reason.MISSING)
        self._world.advance(self._clock())
        return replace(self._world.open_one(self._clock(), repository), detail=None)

    async def set_up_hook(self, repository: str, target: HookTarget) -> HookReport:
        """Refuse it: nobody would call."""
        raise WriteRefused(repository, 404, f'the pretend team calls nobody, nor {target.url}')

    async def undelivered(
        self, repository: str, target: HookTarget, since: datetime
    ) -> Sequence[Undelivered]:
        """Have nothing to tell."""
        del repository, target, since
        return ()

    async def payload(self, repository: str, delivery: Undelivered) -> None:
        """Have nothing to tell."""

    async def avatar(self, person: Person) -> Picture | None:
        """Give the drawing of one of the cast; it is ours, so it may be an SVG."""
        return portrait(person)

    def forgive(self) -> None:
        """Have nothing to forgive."""

    async def aclose(self) -> None:
        """Nothing is held."""

    def _list(self, ask: Ask) -> Page | ForgeError | None:
        name = ask.repository.name
        if name not in PROJECTS:
            return RepositoryUnavailable(name, Reason.MISSING)
        pulls = [pull for pull in self._look(name) if pull.is_open or not ask.is_for_open]
        if ask.known == self._world.mark(name):
            return None
        start = int(ask.after or 0)
        end = start + self._per_page
        shown = tuple(replace(pull, detail=None) for pull in pulls[start:end])
        return Page(
            listed=tuple(
                Listed(number=pull.number, updated_at=pull.updated_at, is_open=pull.is_open) for pull in shown
            ),
            pulls=shown,
            repository=PROJECTS[name].repository,
            next=str(end) if end < len(pulls) else None,
            mark=self._world.mark(name),
            total=len(pulls),
        )

    def _pull(self, place: Place) -> PullRequest | ForgeError:
        name = place.repository.name
        pulls = self._look(name) if name in PROJECTS else []
        found = next((pull for pull in pulls if pull.number == place.number), None)
        return found or RepositoryUnavailable(name, Reason.MISSING)

    def _look(self, name: str) -> list[PullRequest]:
        """Look at the world as it is by now."""
        self._world.advance(self._clock())
        return self._world.pulls(name)
