"""How long GitHub works for one token: a secondary limit of its own, kept by how long its answers take.

No more than 90 seconds of CPU time in 60 seconds, and of these 60 for GraphQL; GitHub says that it can be
estimated by the time until the answer.

Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
"""

from collections.abc import Callable

from sync.github.pace import Pace
from sync.github.protocol import Resource

PER_MINUTE_S, GRAPHQL_PER_MINUTE_S = 90, 60
BURST = 1 / 3
"""Of that may go at once: reading much for the first time goes on for long, at the rate of the rest."""
ANSWER_MAX_S = 10.0
"""GitHub gives up then: what takes longer is the way, or nobody is there."""
MEMORY = 0.3
"""How much the last answer counts in what the next one is expected to take."""


class Effort:
    """Buckets of seconds, from which each request takes what it is expected to take, and then what it took.

    None is sent while one is overdrawn: how long an answer takes is known too late to never overdraw.
    """

    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        everything = Pace(PER_MINUTE_S, burst=BURST, monotonic=monotonic)
        graphql = Pace(GRAPHQL_PER_MINUTE_S, burst=BURST, monotonic=monotonic)
        self._paces = {Resource.CORE: (everything,), Resource.GRAPHQL: (everything, graphql)}
        self._expected_s = dict.fromkeys(Resource, 0.0)

    def wait_s(self, resource: Resource) -> float:
        """Say how long until nothing is overdrawn, unless answers come sooner than expected."""
        return max(pace.wait_s(0) for pace in self._paces[resource])

    def begin(self, resource: Resource) -> float:
        """Take what a request is expected to take, and give that, in seconds."""
        expected_s = self._expected_s[resource]
        self._take(resource, expected_s)
        return expected_s

    def end(self, resource: Resource, *, expected_s: float, took_s: float) -> None:
        """Take what it took instead."""
        took_s = min(took_s, ANSWER_MAX_S)
        self._take(resource, took_s - expected_s)
        self._expected_s[resource] += MEMORY * (took_s - self._expected_s[resource])

    def _take(self, resource: Resource, seconds: float) -> None:
        for pace in self._paces[resource]:
            pace.take(seconds)
