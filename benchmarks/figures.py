"""Numbers to a few that say it."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

Figures = dict[str, Any]


def latency_ms(arrivals: Sequence[int], since: int) -> Figures:
    """Moments of arrival, in nanoseconds → percentiles of how long it took, in milliseconds."""
    taken = sorted((at - since) / 1e6 for at in arrivals)
    return {
        'p50': percentile(taken, 0.50),
        'p95': percentile(taken, 0.95),
        'p99': percentile(taken, 0.99),
        'max': percentile(taken, 1),
    }


def percentile(ordered: Sequence[float], share: float) -> float:
    """Give the value that this share of all does not exceed."""
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3)


def medians(runs: Sequence[Mapping[str, Any]]) -> Figures:
    """Runs of the same shape → the median of each figure in them."""
    first = runs[0]
    return {
        name: medians([run[name] for run in runs])
        if isinstance(first[name], Mapping)
        else round(median(run[name] for run in runs), 5)
        for name in first
    }
