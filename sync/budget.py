"""How often to poll and how much else to read, so that the allowance lasts until it is whole again; pure."""

from dataclasses import dataclass

from reviewflow.forge import Budget

FOR_LISTS = 0.6
"""Of our share: what polls of the lists may take before they slow down for the sake of reviews and checks."""
RESERVE = 0.2
"""Of our share in an hour: kept from first reads, however many wait, for what changes later."""
HOUR_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What may be spent now."""

    interval_s: float
    """Seconds until the next poll of the lists."""
    spare: int
    """Requests that everything but the lists may take until the allowance is whole again."""
    share_of_tick: float
    """How much of ``spare`` falls to one tick when it is spread evenly, 0 to 1."""
    reserve: int = 0
    """How much of ``spare`` is only for pulls that change from now on."""

    @property
    def unreserved(self) -> int:
        """How much of ``spare`` anything may take; below 0 when the reserve itself is short."""
        return self.spare - self.reserve


def plan(*, interval_s: float, budget: Budget | None, tick_cost: float) -> Plan:
    """Plan the time until the allowance is whole again.

    Args:
        interval_s: seconds between polls, as set; never undercut.
        budget: None for a host without limits.
        tick_cost: requests that count, for the lists of one tick.
    """
    if budget is None:
        return Plan(interval_s=interval_s, spare=1_000_000, share_of_tick=1)
    seconds = max(budget.resets_in.total_seconds(), 1)
    left = budget.ours
    if left == 0:
        return Plan(interval_s=max(interval_s, seconds), spare=0, share_of_tick=0)
    reserve = int(RESERVE * budget.whole * min(seconds / HOUR_S, 1))
    granted = tick_cost * seconds / interval_s
    if granted > FOR_LISTS * left:  # it would not last: go evenly through the hour
        evenly = FOR_LISTS * budget.whole * seconds / HOUR_S
        granted = min(granted, max(left - reserve, FOR_LISTS * left), evenly)
        interval_s = min(tick_cost * seconds / granted, max(interval_s, seconds))
    return Plan(
        interval_s=interval_s,
        spare=int(left - granted),
        share_of_tick=min(interval_s / seconds, 1),
        reserve=reserve,
    )
