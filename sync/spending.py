"""What may be spent on what, learned from what was spent so far."""

import math
from dataclasses import dataclass
from itertools import islice

from reviewflow.forge import Forge
from sync.budget import Plan, plan
from sync.pulls import Spots

BATCH = 20
"""Pulls read in detail before somebody else may have a turn."""
ROTATION_MAX = 10
"""Pulls re-read per tick although nothing points at them."""
MEMORY = 0.3
"""How much the cost of the last tick counts in the expected cost of the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What was spent since the start by one interface of the code host; each has its own account."""

    means: str
    """See :attr:`reviewflow.forge.Forge.means`."""
    cost: float
    """Requests or points, as that interface counts."""


class Spending:
    """Watches over the allowance of one code host; amounts are in pulls to be read."""

    def __init__(self, forge: Forge, *, interval_s: float, patterns: int) -> None:
        self._forge = forge
        self.interval_s = interval_s
        """As it is set."""
        self._tick_cost = patterns / forge.lists_at_once
        self._rotation = 0.0

    @property
    def plan(self) -> Plan:
        """What may be spent now, in requests."""
        return plan(interval_s=self.interval_s, budget=self._forge.budget, tick_cost=self._tick_cost)

    @property
    def shown_interval_s(self) -> float:
        """The interval for people: a stretched one is a little different at every tick, and rounded."""
        interval_s = self.plan.interval_s
        return interval_s if interval_s == self.interval_s else 10 * math.ceil(interval_s / 10)

    def spent(self, *, but_for: int) -> Spent:
        """Give what was spent so far, but for so many pulls."""
        cost = self._forge.spent - but_for * self._forge.cost_per_pull
        return Spent(means=self._forge.means, cost=cost)

    def learn(self, before: Spent, after: Spent) -> None:
        """Expect of the next tick what the last ones cost; of one that changed its means nobody knows."""
        if before.means == after.means:
            cost = max(after.cost - before.cost, 0)
            self._tick_cost += MEMORY * (cost - self._tick_cost)

    def expect(self, repositories: int) -> None:
        """Take account of a first read, which teaches nothing; where nothing is free each list will cost."""
        if not self._forge.free_when_unchanged:
            self._tick_cost = float(math.ceil(repositories / self._forge.lists_at_once))

    def earn(self) -> None:
        """Add to what may be re-read in turn, once a tick."""
        now = self.plan
        self._rotation = min(self._rotation + now.spare * now.share_of_tick / self._cost, ROTATION_MAX)

    def on_changed(self) -> int:
        """Give how many pulls that moved may be read now."""
        return self._half_of(self.plan.spare)

    def on_unread(self) -> int:
        """Give how many that were never read may be: they leave something for those that move later."""
        return self._half_of(self.plan.unreserved)

    def on_turns(self) -> int:
        """Give how many may be re-read in turn, and count them as read."""
        turns = int(self._rotation)
        self._rotation -= turns
        return turns

    @property
    def has_spare(self) -> bool:
        """Whether old pages may be read, and not only what changes."""
        return self.plan.unreserved > 0

    def bears(self, requests: float) -> bool:
        """Tell whether so much may be spent on what nobody waits for."""
        return self.plan.unreserved >= requests

    def on_named(self) -> tuple[int, int]:
        """Give how many may be read because a webhook named them, and because they have it in common.

        The first may have all that the lists do not need, the others leave the reserve.
        """
        return int(self.plan.spare / self._cost), self.on_sync()

    def on_sync(self) -> int:
        """Give how many may be read because somebody asked."""
        return int(max(self.plan.unreserved, 0) / self._cost)

    def _half_of(self, requests: int) -> int:
        """Spend half of what there is at a time, so that an hour never runs dry at its beginning."""
        batch = max(BATCH, 2 * self._forge.pulls_at_once)
        return min(max(int(requests / self._cost / 2), 1), batch) if requests >= self._cost else 0

    @property
    def _cost(self) -> float:
        return self._forge.cost_per_pull or 1


def first(spots: Spots, count: int) -> Spots:
    """Take the first few."""
    return dict(islice(spots.items(), count))
