"""All that reads one code host: made when it is chosen, and closed when another one is."""

import random
import time

from reviewflow.clock import Clock
from reviewflow.delivery import HookParser
from reviewflow.errors import NotAccepted
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Forge
from reviewflow.hook_setup import target_of
from reviewflow.models import SyncStatus
from reviewflow.our_hook import HookTarget
from reviewflow.settings import Settings
from sync.demo import PATTERN, DemoForge
from sync.github.forge import GitHubForge
from sync.github.governor import Governors
from sync.missed import Missed
from sync.poller import Poller
from sync.scheduler import Scheduler

DEMO_INTERVAL_S = 2
"""Unless it is set: the pretend team costs nobody anything, and whoever looks wants to see it live."""


class Reader:
    """A forge, and who reads it when; nothing runs before :meth:`start`."""

    def __init__(
        self,
        settings: Settings,
        *,
        flow: ReviewFlow,
        clock: Clock,
        governors: Governors,
        parser: HookParser,
    ) -> None:
        self.is_demo = settings.is_demo
        self.forge: Forge = (
            DemoForge(seed=None, clock=clock)
            if self.is_demo
            else GitHubForge(settings.github, governor=governors.of(settings.github))
        )
        flow.host = self.forge  # at once: the one before is about to be closed
        flow.freshness.begin(lambda: self.forge.skew)
        self._patterns = (PATTERN,) if self.is_demo else settings.github.repositories
        self._flow = flow
        self.poller = Poller(
            forge=self.forge,
            flow=flow,
            patterns=self._patterns,
            interval_s=_interval_s(settings),
            closed_days=settings.sync.closed_days,
            clock=clock,
            monotonic=time.monotonic,
            random=random.random,
        )
        missed = Missed(forge=self.forge, flow=flow, parser=parser, target=_target(settings), clock=clock)
        self._scheduler = Scheduler(self.poller, missed)

    async def show(self) -> None:
        """Put on the board what is stored; the pretend team tells its story anew each time.

        Raises:
            StoreError: only what is read from now on will be shown.
        """
        self._flow.poller = self.poller
        stored = await self._flow.hydrate(self._patterns, forge=self.forge.key, anew=self.is_demo)
        self.poller.know(stored)
        self._flow.report(SyncStatus(forge=self.forge.title))

    def start(self) -> None:
        """Read at once, and then at every interval."""
        self._scheduler.start()

    async def close(self) -> None:
        """End what runs, and let go of the connections."""
        try:
            await self._scheduler.stop()
        finally:
            await self.forge.aclose()


def _interval_s(settings: Settings) -> float:
    is_set = 'interval_s' in settings.sync.model_fields_set
    return DEMO_INTERVAL_S if settings.is_demo and not is_set else settings.sync.interval_s


def _target(settings: Settings) -> HookTarget | None:
    """Find out where webhooks are to go; None when they cannot."""
    try:
        return target_of(settings)
    except NotAccepted:
        return None
