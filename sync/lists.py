"""Reads the lists of pulls of all repositories that the settings name, several at once."""

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from statistics import mean
from typing import TypeVar

from reviewflow.clock import Clock
from reviewflow.errors import ForgeError, ForgeUnavailable, RepositoryUnavailable, ReviewFlowError
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Ask, Forge, Page
from reviewflow.models import Progress, TrackedRepository
from reviewflow.syncs import RepositoryHealth
from sync.batch import Batch
from sync.details import DetailReader
from sync.health import STOPPING, Health, forge_error, trouble
from sync.names import Names, Owners
from sync.repository import Desk, RepositoryReader, Turn

BACKLOG_S = 10
"""How long a tick reads old pages before it lets the first pages of all have their turn again."""
AT_ONCE = 4
"""Requests for lists that are under way at the same time."""


T = TypeVar('T')


class ListReader:
    """The lists of everything that the settings name."""

    def __init__(
        self,
        patterns: Iterable[str],
        *,
        forge: Forge,
        flow: ReviewFlow,
        details: DetailReader,
        closed: timedelta,
        clock: Clock,
        monotonic: Callable[[], float],
        health: Callable[[str], Health],
        may_go_on: Callable[[], bool],
        advanced: Callable[[], None],
    ) -> None:
        owners = Owners()
        self.names = [
            Names(name, forge=forge, flow=flow, owners=owners, monotonic=monotonic, health=health(name))
            for name in patterns
        ]
        self._forge = forge
        self._flow = flow
        self._monotonic = monotonic
        self._health = health
        self._may_go_on = may_go_on  # whether the allowance is enough for old pages
        self._pages = Batch(self._load, size=lambda: forge.lists_at_once, at_once=AT_ONCE)
        self._desk = Desk(
            flow=flow,
            details=details,
            page=self.page,
            advanced=advanced,
            clock=clock,
            monotonic=monotonic,
            closed=closed,
        )
        self._readers: dict[int, RepositoryReader] = {}
        self._is_down = False
        self._share = 0.0

    @property
    def errors(self) -> list[ReviewFlowError]:
        """What is wrong at present."""
        healths = [names.health for names in self.names]
        healths += [reader.health for reader in self._present]
        return [health.error for health in healths if health.error is not None]

    @property
    def well(self) -> list[TrackedRepository]:
        """The repositories that could be read when that was last tried."""
        return [reader.tracked for reader in self._all_readers() if reader.health.error is None]

    @property
    def tracked(self) -> list[TrackedRepository]:
        """All repositories that the settings mean."""
        return [reader.tracked for reader in self._all_readers()]

    @property
    def healths(self) -> list[RepositoryHealth]:
        """How each repository is read, by name."""
        healths = [
            RepositoryHealth(
                id=reader.tracked.id,
                forge_id=reader.tracked.repository.id,
                name=reader.tracked.repository.name,
                well_at=reader.well_at,
                error=trouble(error, self._forge.title) if (error := reader.health.error) else None,
                is_first_read=reader.is_first_read,
            )
            for reader in self._all_readers()
        ]
        return sorted(healths, key=lambda health: health.name.lower())

    @property
    def interrupted(self) -> set[int]:
        """The host's ids of repositories that something keeps from being read that passes by itself."""
        readers = [reader for reader in self._present if reader.health.error is not None]
        return {
            reader.tracked.repository.id
            for reader in readers
            if not isinstance(reader.health.error, RepositoryUnavailable)
        }

    @property
    def begun(self) -> int:
        """Number of repositories whose open pulls were listed."""
        return sum(reader.is_opened for reader in self._present)

    @property
    def is_behind(self) -> bool:
        """Whether old pages are still to be read, and may be."""
        return any(reader.is_behind for reader in self._present) and self._may_go_on()

    @property
    def progress(self) -> Progress | None:
        """How far first reads got, never less than it was; None when there are none."""
        readers = [
            reader for reader in self._present if not isinstance(reader.health.error, RepositoryUnavailable)
        ]
        unread = sum(reader.is_first_read for reader in readers)
        if not unread:
            self._share = 0
            return None
        shown = Counter(card.repository_id for card in self._flow.board.cards.values())
        known = [reader.total for reader in readers if reader.total]
        weights = {reader: reader.total or mean(known or [1]) for reader in readers}
        done = sum(reader.share(shown[reader.tracked.id]) * weight for reader, weight in weights.items())
        self._share = max(self._share, int(100 * done / sum(weights.values())) / 100)
        return Progress(repositories=unread, pulls=shown.total(), share=self._share)

    def know(self, tracked: Iterable[TrackedRepository]) -> None:
        """Take over what is stored, each for the setting that found it, or else for one that means it."""
        for each in tracked:
            meant_by = [names for names in self.names if each.is_meant_by(names.pattern)]
            for names in sorted(meant_by, key=lambda names: names.pattern != each.pattern)[:1]:
                names.know(each)

    async def read(self, changed: set[int], *, at_once: bool) -> None:
        """Read whatever changed; add the keys of the pulls that are not what they were.

        What goes wrong stays with its repository; it is left alone for a while, unless asked ``at_once``.

        Raises:
            StoreError, BadCredentials, RateLimited: the next call begins with what was not reached.
        """
        error = await _all(self.names, AT_ONCE, lambda names: names.look_up(at_once=at_once))
        readers = self._all_readers()
        self._readers = {reader.tracked.id: reader for reader in readers}
        due = sorted((reader for reader in readers if reader.health.is_due or at_once), key=_turn)
        until_s = math.inf if at_once else self._monotonic() + BACKLOG_S
        turn = Turn(changed=changed, may_go_on=lambda: self._monotonic() < until_s and self._may_go_on())
        at_first = 1 if self._is_down else 0  # one finds out for all whether it is over
        self._is_down = False
        for readers, workers in ((due[:at_first], 1), (due[at_first:], self._workers)):
            error = error or await _all(readers, workers, lambda reader: self._try_to_read(reader, turn))
        if error is not None:
            self._is_down = True
            raise error

    def relist(self, repository_id: int) -> None:
        """List the open pulls of a repository again: one that is in no list is really gone."""
        if (reader := self._readers.get(repository_id)) is not None:
            reader.relist()

    async def _try_to_read(self, reader: RepositoryReader, turn: Turn) -> None:
        if self._is_down:
            return
        name = reader.tracked.repository.name
        try:
            await reader.read(turn)
            reader.recover()
        except STOPPING:
            raise
        except Exception as error:  # noqa: BLE001  # see forge_error
            reader.health.fail(forge_error(error, name))
            if isinstance(error, RepositoryUnavailable) and reader.health.failures == 1:
                reader.doubt_name()
            self._is_down = self._is_down or isinstance(error, ForgeUnavailable)  # most likely all of it
        reader.read_at = self._monotonic()

    async def page(self, ask: Ask) -> tuple[int, Page | None]:
        """Ask for a page, together with whoever asks for one now; with the number of the read."""
        (answer,) = await self._pages.ask(ask)
        if isinstance(answer, ReviewFlowError):
            raise answer
        read, page = answer
        if isinstance(page, ForgeError):
            raise page
        return read, page

    async def _load(self, asks: Sequence[Ask]) -> list[tuple[int, Page | ForgeError | None]]:
        read = self._flow.next_read()
        return [(read, page) for page in await self._forge.lists(asks)]

    @property
    def _workers(self) -> int:
        return max(2 * self._forge.lists_at_once, AT_ONCE)

    @property
    def _present(self) -> list[RepositoryReader]:
        """Those that were read, but for what a look-up just dropped."""
        return [reader for reader in self._readers.values() if reader.is_there]

    def _all_readers(self) -> list[RepositoryReader]:
        return [self._of(each, names) for names in self.names for each in names.tracked.values()]

    def _of(self, each: TrackedRepository, names: Names) -> RepositoryReader:
        """Give who reads it; one that another setting reads now begins anew."""
        reader = self._readers.get(each.id)
        if reader is None or not reader.is_named_by(names):
            health = self._health(each.repository.name)
            reader = self._readers[each.id] = RepositoryReader(each.id, names, desk=self._desk, health=health)
        return reader


def _turn(reader: RepositoryReader) -> tuple[int, float]:
    """Sort those in trouble last, and those first that wait longest."""
    return reader.health.failures, reader.read_at


async def _all(
    items: Iterable[T], workers: int, do: Callable[[T], Awaitable[None]]
) -> ReviewFlowError | None:
    """Do something with each, several at once; give what is wrong with everything, and ended it."""
    stopped = list[ReviewFlowError]()
    queue = iter(items)

    async def work() -> None:
        for item in queue:
            if stopped:
                return
            try:
                await do(item)
            except STOPPING as error:
                stopped.append(error)

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
    return stopped[0] if stopped else None
