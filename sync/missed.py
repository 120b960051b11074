"""Fetches what webhooks should have told and never brought, from the code host's own list of deliveries."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from reviewflow.clock import Clock
from reviewflow.delivery import HookParser
from reviewflow.errors import ForgeError
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Forge
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


class Missed:
    """Looks for what never came, in the lists that the token may read."""

    def __init__(
        self, *, forge: Forge, flow: ReviewFlow, parser: HookParser, target: HookTarget | None, clock: Clock
    ) -> None:
        self._forge = forge
        self._flow = flow
        self._parser = parser
        self._target = target  # of our webhooks; None: there cannot be any
        self._clock = clock
        self._looked_at: dict[int, datetime] = {}  # the host's id of a repository → when that went well
        self._not_before: dict[int, datetime] = {}
        self._unwanted: set[str] = set()  # ids of deliveries that are nothing to us, and so are not kept

    async def look(self, repositories: Callable[[], Sequence[Repository]]) -> int:
        """Fetch what never came of these repositories; give how many deliveries that were.

        Raises:
            BadCredentials, RateLimited, StoreError: the next look goes on.
        """
        if self._target is None:
            return 0
        found = 0
        for repository in repositories():
            now = self._clock()
            if now < self._not_before.get(repository.id, now):
                continue
            try:
                found += await self._fetch(repository, self._target)
            except STOPPING:
                raise
            except ForgeError as error:
                log.debug('the deliveries of %s are not to be had: %s', repository.name, error)
                self._not_before[repository.id] = now + AGAIN_AFTER
            else:
                self._looked_at[repository.id] = now
        if found:
            log.info('%s came late: GitHub could not bring them', counted(found, 'webhook'))
        return found

    async def _fetch(self, repository: Repository, target: HookTarget) -> int:
        known = await self._flow.hooks.known() | self._unwanted
        since = self._looked_at.get(repository.id, self._clock() - BACK) - OVERLAP
        told = await self._forge.missed_deliveries(repository.name, target, since, known.__contains__)
        for each in told:
            delivery = self._parser.parse(
                each.payload, event=each.event, id=each.guid, received_at=self._clock()
            )
            if delivery.hints is None:
                self._unwanted.add(each.guid)
            else:
                await self._flow.receive(delivery)
                self._flow.hooks.missed += 1
        return sum(each.guid not in self._unwanted for each in told)
