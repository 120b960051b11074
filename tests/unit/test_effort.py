"""How long GitHub works for us in a minute, whatever its answers take; time moves when told."""

import pytest

from sync.github.effort import ANSWER_MAX_S, GRAPHQL_PER_MINUTE_S, PER_MINUTE_S, Effort
from sync.github.governor import AT_ONCE, Governor, Toll
from sync.github.protocol import Resource
from tests.builders import Ticks


@pytest.fixture
def clock() -> Ticks:
    return Ticks(1000.0)


@pytest.fixture
def effort(clock: Ticks) -> Effort:
    return Effort(monotonic=clock)


def ask(effort: Effort, resource: Resource, took_s: float) -> None:
    effort.end(resource, expected_s=effort.begin(resource), took_s=took_s)


@pytest.mark.parametrize(
    ('resource', 'allowed_s'), [(Resource.GRAPHQL, GRAPHQL_PER_MINUTE_S), (Resource.CORE, PER_MINUTE_S)]
)
@pytest.mark.parametrize('took_s', [0.2, 2.5, 9.0])
def test_no_minute_sees_more_than_is_allowed(
    effort: Effort, clock: Ticks, resource: Resource, allowed_s: float, took_s: float
) -> None:
    sent = list[float]()
    while clock.now < 1300:
        clock.now += effort.wait_s(resource)
        sent.append(clock.now)
        clock.now += took_s / AT_ONCE  # others are under way
        ask(effort, resource, took_s)

    for first in sent:
        minute = [at for at in sent if first <= at < first + 60]
        assert (len(minute) - 1) * took_s <= allowed_s + 1e-6  # how long the last takes is not known before


def test_what_graphql_has_spent_is_not_there_for_rest(effort: Effort) -> None:
    for _ in range(3):
        ask(effort, Resource.GRAPHQL, 9)
    assert effort.wait_s(Resource.GRAPHQL) > 0
    assert effort.wait_s(Resource.CORE) == 0

    ask(effort, Resource.GRAPHQL, 9)

    assert effort.wait_s(Resource.CORE) > 0


def test_what_is_under_way_counts_as_it_is_expected(effort: Effort) -> None:
    for _ in range(2):
        ask(effort, Resource.GRAPHQL, 9)  # two of the twenty that may go at once are left
    assert effort.wait_s(Resource.GRAPHQL) == 0

    expected_s = effort.begin(Resource.GRAPHQL)
    assert effort.wait_s(Resource.GRAPHQL) > 0

    effort.end(Resource.GRAPHQL, expected_s=expected_s, took_s=0.1)
    assert effort.wait_s(Resource.GRAPHQL) == 0


def test_silence_counts_no_longer_than_github_works_on_anything(effort: Effort) -> None:
    ask(effort, Resource.GRAPHQL, 3600)

    assert effort.wait_s(Resource.GRAPHQL) == 0
    assert effort.begin(Resource.GRAPHQL) <= ANSWER_MAX_S


def test_a_request_without_an_answer_counts_too(clock: Ticks) -> None:
    governor = Governor(has_token=True, monotonic=clock)
    toll = Toll(resource=Resource.GRAPHQL)

    tickets = [governor.begin(toll) for _ in range(AT_ONCE)]
    clock.now += 9
    for ticket in tickets:
        governor.end(ticket)

    assert governor.pause_s(toll) > 0
