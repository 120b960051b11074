"""The allowance lasts until it is whole again."""

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reviewflow.forge import Budget
from sync.budget import plan


def budget(limit: int, remaining: int | None = None, resets_in_s: float = 3600) -> Budget:
    remaining = limit if remaining is None else remaining
    return Budget(limit=limit, remaining=remaining, resets_in=timedelta(seconds=resets_in_s))


BUDGETS = st.builds(
    lambda limit, used, resets_in_s: budget(limit, limit - limit * used // 100, resets_in_s),
    st.sampled_from([60, 1000, 5000, 15000]),
    st.integers(0, 100),
    st.floats(1, 3600),
)
COSTS = st.floats(0, 200)
INTERVALS = st.floats(1, 600)


def ours(budget: Budget) -> int:
    """Say what may still be spent: a fifth is left to others."""
    return max(budget.remaining - budget.limit // 5, 0)


@pytest.mark.parametrize(
    ('what', 'cost', 'expected_s'),
    [
        (None, 100, 30),
        (budget(5000), 0, 30),
        (budget(5000), 1, 30),
        (budget(5000), 20, 30),
        (budget(5000), 40, 60),
        (budget(60), 1, 125),
        (budget(60), 2, 250),
        (budget(60, 60, resets_in_s=300), 1, 30),  # it would last, so nothing is stretched
        (budget(60, 31, resets_in_s=1800), 1, 125),
        (budget(60, 12), 1, 3600),
        (budget(60, 0, resets_in_s=900), 1, 900),
        (budget(60, 0, resets_in_s=0), 1, 30),
        (budget(5000, 0, resets_in_s=5), 1, 30),
        (budget(60, 15), 15, 3600),  # one poll does not fit any more: the next is due when all is whole again
        (budget(60, 15, resets_in_s=2), 15, 30),
    ],
)
def test_the_interval(what: Budget | None, cost: float, expected_s: float) -> None:
    assert plan(interval_s=30, budget=what, tick_cost=cost).interval_s == pytest.approx(expected_s)


def test_a_host_without_limits_costs_nothing() -> None:
    free = plan(interval_s=2, budget=None, tick_cost=7)

    assert free.spare > 100_000
    assert free.share_of_tick == 1


def test_what_the_lists_leave_is_for_everything_else() -> None:
    planned = plan(interval_s=30, budget=budget(5000), tick_cost=10)

    assert planned.spare == pytest.approx(4000 - 1200, abs=1)
    assert planned.share_of_tick == pytest.approx(30 / 3600)


def test_a_fifth_of_what_an_hour_allows_is_kept_for_what_changes_later() -> None:
    assert plan(interval_s=30, budget=budget(5000), tick_cost=10).reserve == 800
    assert plan(interval_s=30, budget=budget(5000, resets_in_s=900), tick_cost=10).reserve == 200


@given(INTERVALS, BUDGETS, COSTS)
def test_the_next_poll_is_due_at_the_latest_when_the_allowance_is_whole_again(
    interval_s: float, given: Budget, cost: float
) -> None:
    planned = plan(interval_s=interval_s, budget=given, tick_cost=cost)

    assert planned.interval_s <= max(interval_s, given.resets_in.total_seconds(), 1)


def test_without_an_allowance_nothing_is_spare() -> None:
    assert plan(interval_s=30, budget=budget(60, 3), tick_cost=1).spare == 0


@given(INTERVALS, BUDGETS, COSTS)
def test_the_interval_is_never_below_the_set_one(interval_s: float, given: Budget, cost: float) -> None:
    assert plan(interval_s=interval_s, budget=given, tick_cost=cost).interval_s >= interval_s


@given(INTERVALS, BUDGETS, COSTS)
def test_not_more_than_our_share_is_spent(interval_s: float, given: Budget, cost: float) -> None:
    planned = plan(interval_s=interval_s, budget=given, tick_cost=cost)
    seconds = given.resets_in.total_seconds()

    is_next_after_reset = planned.interval_s >= seconds  # that poll is paid from the next allowance
    for_lists = 0 if is_next_after_reset else cost * seconds / planned.interval_s
    assert planned.spare >= 0
    assert for_lists + planned.spare <= ours(given) * (1 + 1e-9)
    if not ours(given):
        assert planned.interval_s >= seconds


@given(INTERVALS, BUDGETS, COSTS)
def test_it_stretches_only_when_the_allowance_would_not_last(
    interval_s: float, given: Budget, cost: float
) -> None:
    """With room for the reviews and checks besides, which is four parts of ten."""
    assume(ours(given) > 0)
    assume(cost * given.resets_in.total_seconds() / interval_s <= 0.6 * ours(given))

    assert plan(interval_s=interval_s, budget=given, tick_cost=cost).interval_s == interval_s


@given(st.sampled_from([1, 30, 100]), st.integers(1, 30))
def test_polled_as_planned_without_a_token_one_repository_ends_near_two_minutes(
    interval_s: int, used: int
) -> None:
    """Wherever in the hour it begins: play some hours of polls, each of which counts."""
    remaining, resets_in_s = 60 - used, 3600.0
    seen_s: list[float] = []
    for _ in range(100):
        wait_s = plan(
            interval_s=interval_s, budget=budget(60, remaining, resets_in_s), tick_cost=1
        ).interval_s
        seen_s.append(wait_s)
        remaining, resets_in_s = remaining - 1, resets_in_s - wait_s
        if resets_in_s <= 0:
            remaining, resets_in_s = 60 - 1, 3600
        assert remaining >= 60 // 5 - 1

    assert 75 <= sum(seen_s) / len(seen_s) <= 180
