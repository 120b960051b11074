"""Wires everything that works without a screen; the only place that does."""

import random
import time
from dataclasses import dataclass

from reviewflow.accounts import Accounts
from reviewflow.accounts.role import OPERATOR
from reviewflow.board import Board
from reviewflow.flow import Clock, ReviewFlow, utc_now
from reviewflow.forge import Forge, SyncReport
from reviewflow.models import SyncStatus
from reviewflow.settings import Settings
from reviewflow.store.accounts import AccountStore
from reviewflow.store.database import Database, prepare
from reviewflow.store.store import Store
from sync.demo import PATTERN, DemoForge
from sync.github.rest import GitHubForge
from sync.poller import Poller
from sync.scheduler import Scheduler

DEMO_INTERVAL_S = 2
"""The pretend team costs nobody anything, and whoever looks wants to see it live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """Everything that runs, with or without pages on top of it."""

    settings: Settings
    database: Database
    forge: Forge
    accounts: Accounts
    flow: ReviewFlow
    poller: Poller
    scheduler: Scheduler

    async def open_accounts(self) -> None:
        """Load who may come in, and create the administrator of the settings."""
        await self.accounts.hydrate(demo=self.settings.is_demo)
        await self.accounts.ensure_admin(self.settings.admin)

    async def hydrate(self) -> None:
        """Put on the board what is stored; the pretend team tells its story anew at every start."""
        if self.settings.is_demo:
            await self.flow.forget_everything()
        self.poller.know(await self.flow.hydrate(patterns(self.settings)))
        self.flow.report(SyncStatus(forge=self.forge.title))

    async def open(self) -> None:
        """Load what is stored, and begin to read the code host."""
        await self.open_accounts()
        await self.hydrate()
        self.scheduler.start()

    async def close(self) -> None:
        """End what runs and let go of everything."""
        await self.scheduler.stop()
        await self.forge.aclose()
        await self.database.close()


def wire(settings: Settings, *, forge: Forge | None = None, clock: Clock = utc_now) -> Core:
    """Put the parts together; nothing runs yet, and the database is not touched."""
    database = Database(settings.database)
    forge = forge or forge_for(settings, clock)
    flow = ReviewFlow(store=Store(database), board=Board(), forge=forge.key)
    poller = Poller(
        forge=forge,
        flow=flow,
        patterns=patterns(settings),
        interval_s=DEMO_INTERVAL_S if settings.is_demo else settings.sync.interval_s,
        closed_days=settings.sync.closed_days,
        clock=clock,
        monotonic=time.monotonic,
        random=random.random,
    )
    flow.poller = poller
    return Core(
        settings=settings,
        database=database,
        forge=forge,
        accounts=Accounts(AccountStore(database), clock=clock),
        flow=flow,
        poller=poller,
        scheduler=Scheduler(poller),
    )


async def sync_once(settings: Settings) -> SyncReport:
    """Sync without a server.

    Raises:
        StartError: the database cannot be used.
    """
    await prepare(settings.database)
    core = wire(settings)
    try:
        await core.hydrate()
        return await core.flow.sync(OPERATOR)
    finally:
        await core.close()


def forge_for(settings: Settings, clock: Clock) -> Forge:
    """Choose the code host."""
    if settings.is_demo:
        return DemoForge(seed=None, clock=clock)
    return GitHubForge(settings.github)


def patterns(settings: Settings) -> tuple[str, ...]:
    """Name what is read."""
    return (PATTERN,) if settings.is_demo else settings.github.repositories
