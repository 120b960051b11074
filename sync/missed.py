"""Fetches what webhooks could not bring, from the code host's own list of deliveries."""

import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from reviewflow.clock import Clock
from reviewflow.delivery import HookParser
from reviewflow.errors import ForgeError, RepositoryUnavailable
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Budget, Forge
from reviewflow.models import Repository
from reviewflow.our_hook import HookTarget
from reviewflow.words import counted
from sync.health import STOPPING

log = logging.getLogger(__name__)

BACK = timedelta(days=3)
"""So long GitHub keeps its list."""
OVERLAP = timedelta(minutes=5)
"""What is under way when we look is found the next time."""
AGAIN_AFTER = timedelta(days=1)
"""When a repository is tried again whose list the token may not read."""
RESERVE = 0.5
"""So much of each allowance is left to the polls, which use more than one, too."""
NEVER = datetime.min.replace(tzinfo=UTC)


class Missed:
    """Looks for what never came, in the lists that the token may read. Times are by the code host's clock."""

    def __init__(
        self, *, forge: Forge, flow: ReviewFlow, parser: HookParser, target: HookTarget | None, clock: Clock
    ) -> None:
        self._forge = forge
        self._flow = flow
        self._parser = parser
        self._target = target  # of our webhooks; None: there cannot be any
        self._clock = clock
        self._looked_at: dict[int, datetime] = {}  # the host's id of a repository → when all was fetched
        self._not_before: dict[int, datetime] = {}

    async def look(self, repositories: Collection[Repository], may_go_on: Callable[[], bool]) -> int:
        """Fetch what never came of these repositories; give how many deliveries that were.

        Wherever it is broken off, what was fetched is kept, and the next look goes on.

        Raises:
            BadCredentials, RateLimited, StoreError: it was broken off.
        """
        if self._target is None:
            return 0

        def has_spare() -> bool:
            return may_go_on() and all(map(_has_spare, self._forge.budgets.values()))

        before = self._flow.hooks.missed
        try:
            for each in sorted(repositories, key=lambda each: self._looked_at.get(each.id, NEVER)):
                if not has_spare():
                    break
                await self._look(each, self._target, has_spare)
        finally:
            found = self._flow.hooks.missed - before
            if found:
                log.info('%s came late: GitHub could not bring them', counted(found, 'webhook'))
        return found

    async def _look(self, repository: Repository, target: HookTarget, has_spare: Callable[[], bool]) -> None:
        """Look at one, unless its list is out of reach."""
        now = self._now()
        if now < self._not_before.get(repository.id, NEVER):
            return
        since = self._looked_at.get(repository.id, now - BACK) - OVERLAP
        try:
            if await self._fetch(repository.name, target, since, has_spare):
                self._looked_at[repository.id] = min(now, self._now())  # answers tell of a clock that was set
        except RepositoryUnavailable as error:
            log.debug('the deliveries of %s may not be read: %s', repository.name, error)
            self._not_before[repository.id] = now + AGAIN_AFTER
        except STOPPING:
            raise
        except ForgeError as error:
            log.debug('the deliveries of %s are looked at later: %s', repository.name, error)

    def _now(self) -> datetime:
        return self._clock() + self._forge.skew

    async def _fetch(
        self, name: str, target: HookTarget, since: datetime, has_spare: Callable[[], bool]
    ) -> bool:
        """Fetch what never came of one, and is not known; tell whether that was all."""
        listed = await self._forge.undelivered(name, target, since)
        wanted = [each for each in listed if each.event in self._parser.events]
        known = await self._flow.hooks.known([each.guid for each in wanted])
        for each in wanted:
            if each.guid in known:
                continue
            if not has_spare():
                return False
            payload = await self._forge.payload(name, each)
            if payload is not None:
                now = self._clock()
                delivery = self._parser.parse(payload, event=each.event, id=each.guid, received_at=now)
                await self._flow.hooks.keep_missed(delivery)
        return True


def _has_spare(budget: Budget) -> bool:
    """Tell whether more is left than may be needed; when it is whole again, nobody may have heard."""
    return budget.ours > RESERVE * budget.whole or not budget.resets_in
