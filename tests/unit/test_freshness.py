"""How long events take to get here, summed up over the last hour."""

from datetime import timedelta

import pytest

from reviewflow.freshness import Delay, Freshness
from tests.builders import NOW, Clock, Ticks, after


@pytest.fixture
def freshness(clock: Clock) -> Freshness:
    return Freshness(clock, monotonic=clock.monotonic)


def arrive(freshness: Freshness, clock: Clock, *, repository_id: int = 1, after_s: float) -> None:
    """Let something arrive so long after it happened, a minute after whatever came before."""
    clock.forward(minutes=1)
    freshness.add(repository_id, clock.now - timedelta(seconds=after_s + 0.5))


def test_nothing_happened_and_nothing_is_said(freshness: Freshness) -> None:
    assert freshness.delay() is None
    assert freshness.delays() == {}
    assert freshness.minutes() == []


def test_each_repository_has_figures_of_its_own(freshness: Freshness, clock: Clock) -> None:
    for after_s in (1, 2, 3):
        arrive(freshness, clock, after_s=after_s)
    arrive(freshness, clock, repository_id=2, after_s=9)

    assert freshness.delays() == {
        1: Delay(p50_s=2, p95_s=3, events=3),
        2: Delay(p50_s=9, p95_s=9, events=1),
    }
    assert freshness.delay() == Delay(p50_s=3, p95_s=9, events=4)
    assert [(each.begins_at, each.p50_s) for each in freshness.minutes()] == [
        (after(minutes=minute), delay) for minute, delay in ((1, 1), (2, 2), (3, 3), (4, 9))
    ]


def test_what_is_older_than_an_hour_counts_no_more(freshness: Freshness, clock: Clock) -> None:
    arrive(freshness, clock, after_s=1)
    clock.forward(minutes=60)
    assert freshness.delay() is not None

    clock.forward(seconds=1)

    assert freshness.delay() is None


def test_what_happened_before_anybody_was_here_is_not_measured(freshness: Freshness, clock: Clock) -> None:
    clock.forward(seconds=10)

    freshness.add(1, after(seconds=-1))

    assert freshness.delay() is None


def test_the_clock_of_the_code_host_may_be_wrong(freshness: Freshness, clock: Clock) -> None:
    freshness.begin(lambda: timedelta(seconds=40))
    clock.forward(seconds=10)

    freshness.add(1, after(seconds=39))  # by its clock, a second before we began
    freshness.add(1, after(seconds=45.5))

    assert freshness.delay() == Delay(p50_s=4, p95_s=4, events=1)


def test_of_another_code_host_it_begins_anew(freshness: Freshness, clock: Clock) -> None:
    arrive(freshness, clock, after_s=1)

    freshness.begin(timedelta)

    assert freshness.delay() is None
    assert freshness.since == clock.now


@pytest.mark.parametrize('step', [timedelta(hours=-1), timedelta(hours=1)])
def test_when_our_clock_is_set_it_goes_on_measuring(step: timedelta) -> None:
    clock, ticks, skew = Clock(), Ticks(), timedelta()
    freshness = Freshness(clock, monotonic=ticks)
    freshness.begin(lambda: skew)
    for minute, at in enumerate((NOW, NOW + step), start=1):
        clock.now, ticks.now, skew = at + timedelta(minutes=minute), 60.0 * minute, NOW - at
        freshness.add(1, clock.now + skew - timedelta(seconds=1.5))

    assert freshness.delay() == Delay(p50_s=1, p95_s=1, events=2)
    assert freshness.since == NOW + step
    begins = [each.begins_at for each in freshness.minutes()]
    assert begins == [NOW + step + timedelta(minutes=minute) for minute in (1, 2)]
