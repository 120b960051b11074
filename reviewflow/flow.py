"""The use cases; with :mod:`reviewflow.recorder` the only writer of store and board."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from reviewflow.accounts import Action, Actor, authorize
from reviewflow.accounts.role import OPERATOR
from reviewflow.board import Board
from reviewflow.clock import Clock, utc_now
from reviewflow.delivery import Delivery, Outcome
from reviewflow.errors import AlreadyRunning, NotAccepted, RepositoryUnavailable, StoreError, TooOften
from reviewflow.forge import Forge
from reviewflow.hooks import Hooks
from reviewflow.models import PullRequest, SyncStatus, is_repository
from reviewflow.notice import MINUTE_S, PER_MINUTE, Notice, clean_message
from reviewflow.recorder import Recorder
from reviewflow.store.store import Store
from reviewflow.syncs import Created, Reconciliation, SyncReport, Syncs
from reviewflow.window import Window
from reviewflow.words import counted

log = logging.getLogger(__name__)

SYNCS_PER_MINUTE = 30
"""Of one person, by hand: each asks the code host, with everybody's allowance."""
RECONCILIATIONS_PER_MINUTE = 3
"""Likewise: each reads everything."""


class ReviewFlow(Recorder):
    """What people and programs ask for.

    Every change goes: a method here → store committed → board → live views → browsers.
    """

    def __init__(
        self,
        *,
        store: Store,
        board: Board,
        forge: str,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Clock = utc_now,
    ) -> None:
        super().__init__(store=store, board=board, forge=forge, monotonic=monotonic, clock=clock)
        self.poller: Syncs | None = None
        """Set by whoever wires the two; None in a page test."""
        self.host: Forge
        """The code host that is read; set by whoever wires the two, before anybody asks for it."""
        self.hooks: Hooks
        """What the code host says by itself; set likewise."""
        self._creating = asyncio.Lock()
        self._broadcasts = Window(MINUTE_S, monotonic)
        self._wanted = Window(MINUTE_S, monotonic)
        self._asked = 0  # syncs that people wait for

    async def receive(self, delivery: Delivery) -> Outcome:
        """Keep what the code host called to say, and wake whoever reads again what it hints at."""
        return await self.hooks.take(delivery)

    def report(self, sync: SyncStatus) -> None:
        """Say how the sync goes; whether somebody waits for it, and what was news, we know ourselves."""
        changed_at = self.freshness.changed_at
        self.board.report(replace(sync, is_asked=self._asked > 0, changed_at=changed_at))

    async def sync(self, actor: Actor) -> SyncReport:
        """Read the code host now, for somebody who asked.

        Raises:
            NotAllowed, TooOften: this person may not, or not now.
        """
        authorize(actor, Action.SYNC)
        if self.poller is None:
            raise RuntimeError('nothing to sync with was wired')
        self._limit(actor, Action.SYNC, SYNCS_PER_MINUTE)
        self._asked += 1
        self.report(self.board.sync)
        try:
            report = await self.poller.sync_now()
        finally:
            self._asked -= 1
            self.report(self.board.sync)
        extra = {'person': actor.name, 'repositories': report.repositories, 'changed': report.changed}
        read, changed = counted(report.repositories, 'repository'), counted(report.changed, 'pull')
        log.info('%s asked for a sync: %s read, %s changed', actor.name, read, changed, extra=extra)
        return report

    async def reconcile(self, actor: Actor) -> Reconciliation | None:
        """Compare everything with the code host, for somebody who asked; None when it was broken off.

        Raises:
            NotAllowed, AlreadyRunning, TooOften: this person may not, or not now, or it is being done.
            Stopped: other repositories are read from now on.
        """
        authorize(actor, Action.RECONCILE)
        if self.poller is None:
            raise RuntimeError('nothing to compare with was wired')
        if self.poller.health()[0].is_reconciling:
            raise AlreadyRunning('everything is being compared already')
        self._limit(actor, Action.RECONCILE, RECONCILIATIONS_PER_MINUTE)
        log.info('%s asked for a comparison of everything', actor.name, extra={'person': actor.name})
        return await self.poller.reconcile()

    def _limit(self, actor: Actor, action: Action, per_minute: int) -> None:
        """Refuse what a person asks for too often; whoever runs the server may."""
        if actor != OPERATOR and self._wanted.count((actor.identity, action)) > per_minute:
            raise TooOften(self._wanted.left_s)

    async def create_test_pull(self, actor: Actor, repository: str) -> Created:
        """Have a small pull created in ``owner/name``, or with "" anywhere if it is all pretended; show it.

        Raises:
            NotAllowed, NotAccepted, ForgeError: there is none.
        """
        authorize(actor, Action.CREATE_PULLS)
        host = self.host
        if not repository and not host.is_pretend:
            raise NotAccepted('repository', 'real ones are shown here: name one')
        if repository and not is_repository(repository):
            raise NotAccepted('repository', 'must be like owner/name')
        read = self.next_read()
        async with self._creating:
            try:
                pull = await host.create_test_pull(repository)
            except RepositoryUnavailable:
                if not host.is_pretend:
                    raise
                problem = f'the pretend team has no {repository}: connect GitHub'
                raise NotAccepted('repository', problem) from None
        name = f'{pull.repository}#{pull.number}'
        log.info('%s had %s created', actor.name, name, extra={'person': actor.name, 'pull': name})
        return Created(pull=pull, is_on_board=await self._show_created(host, pull, read))

    async def settled(self) -> None:
        """Wait until nothing is being created at the code host, or taken back there."""
        async with self._creating:
            return

    async def _show_created(self, host: Forge, pull: PullRequest, read: int) -> bool:
        """Put a new pull on the board; tell whether it is there."""
        try:
            stored = await self._store.repositories(host.key)
            home = next((each for each in stored if each.repository.name == pull.repository), None)
            if home is None or home.id not in self._shown or self.host is not host:
                return False
            await self.record(home.id, [pull], read)
        except StoreError:  # it is there all the same, and the next sync shows it
            log.warning('%s#%s was created, and could not be stored', pull.repository, pull.number)
            return False
        return True

    def broadcast(self, actor: Actor, message: str) -> None:
        """Say something to everybody who has a page open.

        Raises:
            NotAllowed, NotAccepted, TooOften: nobody heard it.
        """
        authorize(actor, Action.BROADCAST)
        text = clean_message(message)
        if self._broadcasts.count(actor.identity) > PER_MINUTE:
            raise TooOften(self._broadcasts.left_s)
        self.board.say(Notice(by=actor.name, text=text))
        log.info('%s said something to everybody', actor.name, extra={'person': actor.name})
