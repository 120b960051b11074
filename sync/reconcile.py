"""Compares everything with the code host, and tells what no poll would have put right."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reviewflow.card import Card
from reviewflow.clock import Clock
from reviewflow.errors import ForgeError, ForgeUnavailable
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Ask, Forge, Listed, Page, Place
from reviewflow.models import Detail, PullRequest, TrackedRepository
from reviewflow.syncs import Reconciliation
from reviewflow.words import counted
from sync.health import STOPPING, is_missing
from sync.pulls import Spot
from sync.together import together
from sync.trail import Trail

log = logging.getLogger(__name__)

REPOSITORIES_AT_ONCE = 25
COST_PER_LIST = 1
"""At the most, of a page; the code host may put several into one request."""


class TooDear(ForgeError):
    """The allowance does not bear it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A pull that is another one there than here."""

    repository_id: int
    pull: PullRequest
    """As it is there."""
    read: int
    """Number of the read that said so."""


class Reconciler:
    """Reads everything, lets a poll find what it can, and counts what is different even then."""

    def __init__(
        self,
        *,
        forge: Forge,
        flow: ReviewFlow,
        page: Callable[[Ask], Awaitable[tuple[int, Page | None]]],
        relist: Callable[[int], None],
        catch_up: Callable[[], Awaitable[None]],
        is_resting: Callable[[Spot], bool],
        bears: Callable[[float], bool],
        closed: timedelta,
        clock: Clock,
    ) -> None:
        self.last: Reconciliation | None = None
        """The last one that compared something."""
        self._forge = forge
        self._flow = flow
        self._page = page  # gives a page of a list, with the number of the read
        self._relist = relist  # takes a repository that has others than we hold
        self._catch_up = catch_up  # polls, and reads all that is due
        self._is_resting = is_resting  # whether a pull is read again in a while, as it was read too early
        self._bears = bears  # whether the allowance is enough for so much
        self._promised = 0.0  # what is being spent, and no answer has told of yet
        self._closed = closed
        self._clock = clock
        self._turn = asyncio.Lock()

    @property
    def is_running(self) -> bool:
        """Whether everything is being compared."""
        return self._turn.locked()

    @property
    def is_cheap(self) -> bool:
        """Whether it may be done unasked: where nothing is free it would take the allowance of an hour."""
        return self._forge.free_when_unchanged

    async def reconcile(self, repositories: Callable[[], Iterable[TrackedRepository]]) -> Reconciliation:
        """Compare all pulls of these repositories; what is different is put right.

        Raises:
            BadCredentials, RateLimited, StoreError: it was broken off.
        """
        async with self._turn:
            await self._catch_up()
            wanted, differences = list(repositories()), list[Difference]()
            queue = iter(wanted)
            compared = left = dear = 0

            async def work() -> None:
                nonlocal compared, left, dear
                for each in queue:
                    try:
                        count = await self._compare(each, differences)
                    except STOPPING:
                        raise
                    except TooDear:
                        left += 1
                        dear += 1
                    except ForgeError as error:
                        log.info('%s could not be compared: %s', each.repository.name, error)
                        left += 1
                    else:
                        compared += count

            await together(*(work() for _ in range(REPOSITORIES_AT_ONCE)))
            drifted = await self._put_right(differences) if differences else []
            found = Reconciliation(
                at=self._clock(), compared=compared, drifted=tuple(sorted(drifted)), left=left, dear=dear
            )
            if left < len(wanted):  # else the last result says more than this one
                self.last = found
        level = logging.WARNING if drifted else logging.INFO
        log.log(
            level,
            '%s compared with %s, %d drifted%s',
            counted(compared, 'pull'),
            self._forge.title,
            len(drifted),
            f', {counted(left, "repository")} left out' if left else '',
        )
        return found

    async def _compare(self, each: TrackedRepository, differences: list[Difference]) -> int:
        """Read all of a repository, and note what is different; give the number of its pulls."""
        horizon = self._clock() - self._closed
        if not self.is_cheap:  # better nothing of it than half
            open_ = sum(card.pull.is_open for card in self._flow.board.cards_of(each.id))
            self._afford(2 * COST_PER_LIST + open_ * self._forge.cost_per_pull)
        holes = list[ForgeError]()
        listed, differing = await self._index(each, horizon, holes)
        differences += differing
        wanted = [one for one in listed.values() if one.is_open or self._is_other(each.id, one)]
        size = self._forge.pulls_at_once
        for start in range(0, len(wanted), size):
            portion = wanted[start : start + size]
            with self._paying(len(portion) * self._forge.cost_per_pull):
                differences += await self._read(each, portion, holes)
        if self._lacks_any(each.id, listed):
            self._relist(each.id)
        if holes:
            raise holes[0]
        return len(listed)

    async def _index(
        self, each: TrackedRepository, horizon: datetime, holes: list[ForgeError]
    ) -> tuple[dict[int, Listed], list[Difference]]:
        """List all that is worth keeping, and compare what the lists tell of it."""
        listed, differences = dict[int, Listed](), list[Difference]()
        for is_for_open in (True, False):
            trail = Trail(back_to=None if is_for_open else horizon)
            goes_on = True
            while goes_on:
                ask = Ask(repository=each.repository, is_for_open=is_for_open, after=trail.after)
                with self._paying(COST_PER_LIST):
                    read, page = await self._page(ask)
                if page is None:
                    break
                if not page.is_whole:
                    holes.append(ForgeUnavailable('some lines of a list were not to be had'))
                kept = {one.number: one for one in page.listed if one.is_open or one.updated_at >= horizon}
                listed |= kept
                differences += [
                    Difference(repository_id=each.id, pull=pull, read=read)
                    for pull in page.pulls
                    if pull.number in kept and not self._has(each.id, pull)
                ]
                goes_on = trail.goes_on(page)
        return listed, differences

    async def _read(
        self, each: TrackedRepository, wanted: Sequence[Listed], holes: list[ForgeError]
    ) -> list[Difference]:
        """Read pulls, and note those that are different; those that cannot be read are left to the polls."""
        read = self._flow.next_read()
        places = [Place(repository=each.repository, number=one.number, node_id=one.node_id) for one in wanted]
        differences = []
        for pull in await self._forge.pulls(places):
            if isinstance(pull, ForgeError):
                holes += [] if is_missing(pull) else [pull]  # gone since it was listed
            elif not self._has(each.id, pull):
                differences.append(Difference(repository_id=each.id, pull=pull, read=read))
        return differences

    async def _put_right(self, differences: Sequence[Difference]) -> list[str]:
        """Let a poll find what it can; take over the rest, and name it."""
        await self._catch_up()
        drifted = []
        for difference in differences:
            pull = difference.pull
            card = self._flow.board.find(difference.repository_id, pull.number)
            if card is not None and max(card.read, card.detail_read) > difference.read:
                continue  # it was read since, as it should be
            is_awaited = self._is_awaited(difference.repository_id, pull.number, card)
            is_changed = await self._flow.record(difference.repository_id, [pull], difference.read)
            if is_changed and not is_awaited:
                drifted.append(f'{pull.repository}#{pull.number}')
        return list(dict.fromkeys(drifted))

    def _is_awaited(self, repository_id: int, number: int, card: Card | None) -> bool:
        """Tell whether it would have been read all the same: that it is not as it should be is known."""
        return self._is_resting((repository_id, number)) or (card is not None and card.wants_detail)

    @contextmanager
    def _paying(self, cost: float) -> Iterator[None]:
        """Do something that costs so much.

        Raises:
            TooDear: it may not be done now.
        """
        self._afford(cost)
        self._promised += cost
        try:
            yield
        finally:
            self._promised -= cost

    def _afford(self, cost: float) -> None:
        if not self._bears(self._promised + cost):
            raise TooDear('it costs more than is to spare')

    def _has(self, repository_id: int, pull: PullRequest) -> bool:
        """Tell whether the board has a pull like that; what a poll cannot see is left out."""
        card = self._flow.board.find(repository_id, pull.number)
        if card is None:
            return False
        ours = card.pull if pull.detail is not None else replace(card.pull, detail=None)
        return traced(ours) == traced(card.completed(pull))

    def _is_other(self, repository_id: int, listed: Listed) -> bool:
        card = self._flow.board.find(repository_id, listed.number)
        return card is None or (card.pull.updated_at, card.pull.is_open) != (
            listed.updated_at,
            listed.is_open,
        )

    def _lacks_any(self, repository_id: int, listed: dict[int, Listed]) -> bool:
        cards: Iterable[Card] = self._flow.board.cards_of(repository_id)
        return any(card.pull.is_open and card.pull.number not in listed for card in cards)


def traced(pull: PullRequest) -> PullRequest:
    """Leave out what moves without any trace: a poll finds it when the pull has its turn."""
    return replace(pull, detail=pull.detail and _traced(pull.detail))


def _traced(detail: Detail) -> Detail:
    without = replace(detail, threads=None, open_threads=None)
    if detail.pulse:
        return without
    return replace(without, checks=None, mergeable=None, comments=None)
