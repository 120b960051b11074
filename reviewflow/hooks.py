"""What the code host calls to say: kept until it is handled, and counted for whoever watches over us."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reviewflow.delivery import Delivery, Outcome
from reviewflow.store.deliveries import DeliveryStore

KEPT = timedelta(days=7)
"""So long a handled delivery is known again; GitHub sends one again when asked to within three days."""
OTHER = 'other'
REPOSITORIES_MAX = 10_000
"""Of an organisation's hook; more are not told apart."""


@dataclass(slots=True)
class Heard:
    """What was heard of one repository."""

    last_at: datetime | None = None
    counts: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    """(event, outcome) → deliveries since the start."""


class Hooks:
    """Everybody who receives counts here; one hears. Its methods may raise StoreError."""

    def __init__(
        self, store: DeliveryStore, *, events: Collection[str], clock: Callable[[], datetime]
    ) -> None:
        self.arrived = asyncio.Event()
        """Set when something waits; whoever hears clears it first, and then looks."""
        self.heard: dict[int | None, Heard] = {}
        """The code host's id of a repository, None for an organisation → what was heard of it."""
        self.counts = Counter[tuple[str, Outcome]]()
        """(event, outcome) → deliveries since the start; events that nobody knows are :data:`OTHER`."""
        self.unhandled = 0
        """Deliveries that wait."""
        self.missed = 0
        """Deliveries since the start that never came, and were fetched."""
        self._today = (clock().date(), Counter[Outcome]())
        self._store = store
        self._events = frozenset(events)
        self._clock = clock

    async def hydrate(self) -> None:
        """Find out when each repository was last heard of."""
        for forge_id, at in (await self._store.last()).items():
            self._of(forge_id).last_at = at

    async def take(self, delivery: Delivery) -> Outcome:
        """Keep a delivery, unless it is known, or about nothing that is shown here."""
        outcome = await self._keep(delivery)
        heard = self._of(delivery.forge_id)
        heard.last_at = max(heard.last_at or delivery.received_at, delivery.received_at)
        heard.counts[self._known(delivery.event), outcome] += 1
        self.count(delivery.event, outcome)
        if outcome is Outcome.ACCEPTED:
            self.unhandled += 1
            self.arrived.set()
        return outcome

    def count(self, event: str, outcome: Outcome) -> None:
        """Note what came of one; who knows what it was, if it was refused."""
        self.counts[self._known(event), outcome] += 1
        self.today[outcome] += 1

    @property
    def today(self) -> Counter[Outcome]:
        """What came of those that came since midnight UTC, or since the start."""
        if (day := self._clock().date()) != self._today[0]:
            self._today = (day, Counter())
        return self._today[1]

    async def waiting(self, but_of: AbstractSet[int] = frozenset()) -> list[Delivery]:
        """List what is to be handled, the oldest first, but for these repositories of the code host."""
        waiting, self.unhandled = await self._store.waiting(but_of)
        return waiting

    async def known(self, ids: Collection[str]) -> set[str]:
        """Tell which of these deliveries are kept."""
        return await self._store.known(ids)

    async def keep_missed(self, delivery: Delivery) -> None:
        """Keep one that never came and was fetched, also of no concern, so that it is fetched once.

        It counts as missed and not as heard: it is no sign of a hook that works.
        """
        if not await self._store.add(delivery, is_fetched=True):
            return
        self.missed += delivery.hints is not None
        self.unhandled += 1
        self.arrived.set()

    async def handled(self, deliveries: Collection[Delivery]) -> None:
        """Note that the board has whatever these hint at."""
        if deliveries:
            await self._store.handled([each.id for each in deliveries], self._clock())
            self.unhandled -= len(deliveries)

    async def prune(self) -> None:
        """Forget what was handled long ago."""
        await self._store.prune(self._clock() - KEPT)

    async def _keep(self, delivery: Delivery) -> Outcome:
        if delivery.hints is None:
            return Outcome.IGNORED
        return Outcome.ACCEPTED if await self._store.add(delivery) else Outcome.KNOWN

    def _known(self, event: str) -> str:
        return event if event in self._events else OTHER

    def _of(self, forge_id: int | None) -> Heard:
        if forge_id not in self.heard and len(self.heard) >= REPOSITORIES_MAX:
            forge_id = None
        return self.heard.setdefault(forge_id, Heard())
