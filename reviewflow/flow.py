"""The use cases: the only writer of store and board."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from reviewflow.accounts import Action, Actor, authorize
from reviewflow.accounts.role import OPERATOR
from reviewflow.board import Board
from reviewflow.card import Card, first_seen
from reviewflow.delivery import Delivery, Outcome
from reviewflow.errors import NotAccepted, RepositoryUnavailable, StoreError, TooOften
from reviewflow.forge import Created, Forge, Reconciliation, SyncReport, Syncs
from reviewflow.freshness import Freshness
from reviewflow.hooks import Hooks
from reviewflow.models import PullRequest, Repository, SyncStatus, TrackedRepository, is_repository
from reviewflow.notice import MINUTE_S, PER_MINUTE, Notice, clean_message
from reviewflow.store.store import Store
from reviewflow.window import Window
from reviewflow.words import counted

log = logging.getLogger(__name__)

HOLD_S = 2
"""How long pages wait for the rest of many changes, to be told of all at once."""
SYNCS_PER_MINUTE = 30
"""Of one person, by hand: each asks the code host, with everybody's allowance."""


def utc_now() -> datetime:
    """The wall clock; everything that needs one takes it as a parameter."""
    return datetime.now(UTC)


Clock = Callable[[], datetime]


class ReviewFlow:
    """Every change goes: a method here → store committed → board → live views → browsers."""

    def __init__(
        self,
        *,
        store: Store,
        board: Board,
        forge: str,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Clock = utc_now,
    ) -> None:
        self.board = board
        self.freshness = Freshness(clock)
        self.poller: Syncs | None = None
        """Set by whoever wires the two; None in a page test."""
        self.host: Forge
        """The code host that is read; set by whoever wires the two, before anybody asks for it."""
        self.hooks: Hooks
        """What the code host says by itself; set likewise."""
        self._store = store
        self._monotonic = monotonic
        self._released_at_s = -math.inf
        self._forge = forge
        self._lock = asyncio.Lock()
        self._creating = asyncio.Lock()
        self._broadcasts = Window(MINUTE_S, monotonic)
        self._syncs = Window(MINUTE_S, monotonic)
        self._last_read = 0
        self._asked = 0  # syncs that people wait for
        self._shown: set[int] = set()  # repositories whose stored pulls are on the board
        self._read: set[int] = set()  # repositories that were read whole: what comes now is news

    async def hydrate(
        self, patterns: Collection[str], *, forge: str | None = None, anew: bool = False
    ) -> list[TrackedRepository]:
        """Show what is stored of these repositories, and nothing else; of another ``forge`` from now on.

        ``anew``: what is stored is removed first.
        What is of another code host leaves the board first, whatever happens then: they are never mixed.
        Nobody may read for this board meanwhile.
        """
        async with self._lock:
            if forge not in {None, self._forge}:
                self._forge, self._shown = forge or '', set()
                self.board.remove(self.board.cards)
            if anew:
                self._shown = set()
                self.board.remove(self.board.cards)
                await self._store.clear(self._forge)
            self._last_read = max(self._last_read, await self._store.highest_read())
            stored = await self._store.repositories(self._forge)
            tracked = [each for each in stored if any(map(each.is_meant_by, patterns))]
            await self._show(tracked)
            self._shown &= {each.id for each in tracked}
            self._read &= self._shown
            cards = self.board.cards.values()
            self.board.remove([card.key for card in cards if card.repository_id not in self._shown])
            self.board.is_hydrated = True
        return tracked

    async def shown(self) -> list[TrackedRepository]:
        """List the repositories whose pulls are on the board."""
        return [each for each in await self._store.repositories(self._forge) if each.id in self._shown]

    async def receive(self, delivery: Delivery) -> Outcome:
        """Keep what the code host called to say, and wake whoever reads again what it hints at."""
        return await self.hooks.take(delivery)

    def next_read(self) -> int:
        """Number a read; take it when the request is sent. A counter, never a clock."""
        self._last_read += 1
        return self._last_read

    async def track(self, pattern: str, repository: Repository) -> TrackedRepository:
        """Keep a repository that the settings name; one that was renamed keeps its pulls."""
        async with self._lock:
            key = await self._store.track(self._forge, pattern, repository)
            renamed = [
                replace(card, pull=replace(card.pull, repository=repository.name))
                for card in self.board.cards.values()
                if card.repository_id == key and card.pull.repository != repository.name
            ]
            self.board.put(renamed)
            found = next(each for each in await self._store.repositories(self._forge) if each.id == key)
            await self._show([found])
        return found

    async def drop(self, tracked: TrackedRepository) -> None:
        """Take a repository off the board that is not to be had any more; it stays stored."""
        async with self._lock:
            await self._store.untrack(tracked.id)
            self._shown.discard(tracked.id)
            self._read.discard(tracked.id)
            self.board.remove([card.key for card in self.board.cards_of(tracked.id)])

    async def record(
        self, repository_id: int, pulls: Collection[PullRequest], read: int, *, is_held: bool = False
    ) -> set[int]:
        """Take over what a read said; give the keys of the pulls that are not what they were.

        ``is_held`` when much more of it follows: pages are told of all at :meth:`release`, or after a while.
        """
        async with self._lock:
            if repository_id not in self._shown:
                return set()  # it was dropped while the answer was on its way
            old = {pull.number: self.board.find(repository_id, pull.number) for pull in pulls}
            new = [
                first_seen(pull, repository_id=repository_id, read=read)
                if (card := old[number]) is None
                else card.after(pull, read)
                for number, pull in {pull.number: pull for pull in pulls}.items()
            ]
            same, unsaved = _parted(new, lambda card: _says_the_same(card, old[card.pull.number]))
            if unsaved:  # broken off, it would take seconds
                unsaved = await asyncio.shield(self._store.save(unsaved))
            quiet, changed = _parted(unsaved, lambda card: _shows_the_same(card, old[card.pull.number]))
            self.board.put(same + quiet, quietly=True)
            self.board.put(changed, is_news=repository_id in self._read, is_held=is_held)
            if is_held and self._monotonic() - self._released_at_s >= HOLD_S:
                self.release()
            self._clock_in(repository_id, changed, old)
        return {card.key for card in changed}

    def _clock_in(self, repository_id: int, changed: Iterable[Card], old: Mapping[int, Card | None]) -> None:
        """Note how long after its event each change is here, if it has a time of its own."""
        if repository_id not in self._read:
            return
        for card in changed:
            before = old[card.pull.number]
            if before is None or before.pull.updated_at < card.pull.updated_at:
                self.freshness.add(repository_id, card.pull.updated_at)

    def release(self) -> None:
        """Tell pages at once of all that was held."""
        self._released_at_s = self._monotonic()
        self.board.release()

    async def description(self, card: Card) -> str:
        """Read what the author of a pull wrote."""
        return await self._store.description(card.key)

    async def reached(self, tracked: TrackedRepository) -> None:
        """Keep how far a repository was read, once that is recorded; after its end, all is news."""
        await self._store.reached(tracked)
        if not tracked.unread:
            self._read.add(tracked.id)

    async def forget(self, card: Card) -> None:
        """Take a pull off the board that the code host no longer has; it stays stored."""
        async with self._lock:
            await self._store.hide(card.key)
            self.board.remove([card.key])

    async def forget_everything(self, forge: str) -> None:
        """Remove what is stored of a code host that is not shown, or not yet: it begins anew."""
        await self._store.clear(forge)

    def report(self, sync: SyncStatus) -> None:
        """Say how the sync goes; whether somebody waits for it, we know ourselves."""
        self.board.report(replace(sync, is_asked=self._asked > 0))

    async def sync(self, actor: Actor) -> SyncReport:
        """Read the code host now, for somebody who asked.

        Raises:
            NotAllowed, TooOften: this person may not, or not now.
        """
        authorize(actor, Action.SYNC)
        if self.poller is None:
            raise RuntimeError('nothing to sync with was wired')
        if actor != OPERATOR and self._syncs.count(actor.identity) > SYNCS_PER_MINUTE:
            raise TooOften(self._syncs.left_s)
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
            NotAllowed: this person may not.
        """
        authorize(actor, Action.RECONCILE)
        if self.poller is None:
            raise RuntimeError('nothing to compare with was wired')
        log.info('%s asked for a comparison of everything', actor.name, extra={'person': actor.name})
        return await self.poller.reconcile()

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

    async def _show(self, tracked: Collection[TrackedRepository]) -> None:
        """Put on the board what is stored of repositories that are not there yet."""
        new = [each for each in tracked if each.id not in self._shown]
        if new:
            self.board.put(await self._store.cards(new))
            self._shown |= {each.id for each in new}
            self._read |= {each.id for each in new if each.read_to is not None and not each.unread}


def _says_the_same(card: Card, old: Card | None) -> bool:
    return old is not None and card.says_the_same_as(old)


def _shows_the_same(card: Card, old: Card | None) -> bool:
    return old is not None and card.pull == old.pull


def _parted(cards: Iterable[Card], is_first: Callable[[Card], bool]) -> tuple[list[Card], list[Card]]:
    """Sort cards into two lists."""
    lists: tuple[list[Card], list[Card]] = [], []
    for card in cards:
        lists[not is_first(card)].append(card)
    return lists
