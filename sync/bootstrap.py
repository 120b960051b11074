"""Wires everything that works without a screen; the only place that does."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, suppress

from reviewflow.accounts import Accounts
from reviewflow.accounts.role import OPERATOR
from reviewflow.board import Board
from reviewflow.clock import Clock, utc_now
from reviewflow.connector import Connector
from reviewflow.errors import StoreError
from reviewflow.flow import ReviewFlow
from reviewflow.hook_setup import set_up_hooks
from reviewflow.hooks import Hooks
from reviewflow.keys import Keys
from reviewflow.models import Progress, PullRequest
from reviewflow.our_hook import HooksReport
from reviewflow.settings import Settings
from reviewflow.store.accounts import AccountStore
from reviewflow.store.connections import ConnectionStore
from reviewflow.store.database import Database, prepare
from reviewflow.store.deliveries import DeliveryStore
from reviewflow.store.store import Store
from reviewflow.syncs import SyncReport
from reviewflow.unbroken import to_its_end
from sync.github.account import GitHubProbe
from sync.github.forge import GitHubForge
from sync.github.governor import Governors
from sync.github.hints import GitHubHooks
from sync.hearing import Hearing
from sync.reader import Reader

PATIENCE_S = 1.5
"""How long an end waits for what is being taken back at the code host."""


class Core:
    """Everything that runs, with or without pages on top of it."""

    def __init__(self, settings: Settings, *, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._database = Database(settings.database)
        self.accounts = Accounts(AccountStore(self._database), clock=clock)
        self.flow = ReviewFlow(store=Store(self._database), board=Board(), forge='', clock=clock)
        self.hook_parser = GitHubHooks()
        self._hooks = Hooks(DeliveryStore(self._database), events=self.hook_parser.events, clock=clock)
        self.flow.hooks = self._hooks
        self._hearing = Hearing(
            flow=self.flow,
            hooks=self._hooks,
            refresher=lambda: self.reader.poller,
            allowed=lambda: self.reader.poller.spending.on_named(),  # noqa: PLW0108  # may be another reader
            monotonic=time.monotonic,
            clock=clock,
            random=random.random,
        )
        self.governors = Governors(share=settings.sync.share)
        """What is allowed to each token."""
        self.connector = Connector(
            settings,
            store=ConnectionStore(self._database, Keys(settings.data_dir / 'keys')),
            probe=GitHubProbe(governors=self.governors),
            clock=clock,
        )
        self.connector.switch = self.switch
        self.reader = self._reader(settings)
        """What is read now."""
        self._turn = asyncio.Lock()
        self._is_closed = False

    async def load(self) -> None:
        """Find out what to read: what was chosen on the page counts too."""
        settings = await self.connector.load()
        if settings is not self._settings:
            self.reader = self._reader(settings)

    async def open_accounts(self) -> None:
        """Load who may come in, and create the administrator of the settings."""
        await self.accounts.hydrate(demo=self.reader.is_demo)
        await self.accounts.ensure_admin(self._settings.admin)

    async def hydrate(self) -> None:
        """Put on the board what is stored."""
        await self.reader.show()

    async def open(self) -> None:
        """Load what is stored, and begin to read the code host."""
        await self.load()
        await self.open_accounts()
        await self.hydrate()
        await self._hooks.hydrate()
        self.reader.start()

    async def hear(self) -> None:
        """Read again what webhooks name, from :meth:`open` to :meth:`close`."""
        await self._hearing.run()

    async def switch(self, settings: Settings) -> None:
        """Read what these settings say instead, and let every open page see it.

        Whoever only looks at the pretend team is out before anything real is shown.

        Raises:
            StoreError: what is stored could not be shown; what is read from now on will be.
        """
        async with self._turn:
            if self._is_closed:
                return  # the next start does it
            before, self.reader = self.reader, self._reader(settings)
            try:
                await before.close()
            finally:  # also when whoever wanted it is gone: somebody has to read
                await to_its_end(self._begin())
            if before.is_demo and not self.reader.is_demo:
                with suppress(StoreError):  # nobody sees it, and it goes when the pretend team comes back
                    await self.flow.forget_everything(before.forge.key)

    async def _begin(self) -> None:
        """Show what is stored, and read; whoever only looks is out before that."""
        if not self.reader.is_demo:
            await self.accounts.end_demo()
        try:
            await self.reader.show()
            self.accounts.has_demo = self.reader.is_demo
        finally:
            self.reader.start()

    async def close(self) -> None:
        """End what runs and let go of everything."""
        async with self._turn:
            self._is_closed = True
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    await self.flow.settled()
            await self._hearing.close()
            await self.reader.close()
            await self._database.close()

    def _reader(self, settings: Settings) -> Reader:
        return Reader(
            settings,
            flow=self.flow,
            clock=self._clock,
            governors=self.governors,
            parser=self.hook_parser,
        )


def wire(settings: Settings, *, clock: Clock = utc_now) -> Core:
    """Put the parts together; nothing runs yet, and the database is not touched."""
    return Core(settings, clock=clock)


async def create_test_pull(settings: Settings, repository: str) -> PullRequest:
    """Create a small real pull without a server, with the token that it would use.

    Raises:
        StartError: the database cannot be used.
        ForgeError: it was not created.
    """
    async with _github(settings) as (_, forge):
        return await forge.create_test_pull(repository)


async def set_up_webhooks(settings: Settings, names: Sequence[str], url: str) -> HooksReport:
    """Create or repair the webhooks of repositories without a server, with the token that it would use.

    Raises:
        StartError: the database cannot be used.
        NotAccepted: nothing was changed.
    """
    async with _github(settings) as (chosen, forge):
        return await set_up_hooks(OPERATOR, forge, chosen, names=names, url=url)


async def sync_once(
    settings: Settings, on_progress: Callable[[Progress | None], object] = lambda _: None
) -> SyncReport:
    """Sync without a server; ``on_progress`` hears how far a first read got.

    Raises:
        StartError: the database cannot be used.
    """
    await prepare(settings.database)
    core = wire(settings)
    try:
        await core.load()
        await core.hydrate()

        def tell(_: AbstractSet[int]) -> None:
            on_progress(core.flow.board.sync.progress)

        core.flow.board.on_change(tell)
        return await core.flow.sync(OPERATOR)
    finally:
        await core.close()


@asynccontextmanager
async def _github(settings: Settings) -> AsyncIterator[tuple[Settings, GitHubForge]]:
    """Reach GitHub without a server, with the token and the share that it would use."""
    await prepare(settings.database)
    core = wire(settings)
    try:
        settings = await core.connector.load()
        forge = GitHubForge(settings.github, governor=core.governors.of(settings.github))
        try:
            yield settings, forge
        finally:
            await forge.aclose()
    finally:
        await core.close()
