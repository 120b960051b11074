"""What is left of an hour's allowance, whatever order the answers come in."""

from datetime import timedelta

import pytest

from reviewflow.forge import Budget
from sync.github.allowance import Allowance
from tests.builders import Ticks


@pytest.fixture
def clock() -> Ticks:
    return Ticks(1000.0)


@pytest.fixture
def allowance(clock: Ticks) -> Allowance:
    return Allowance(share=0.5, monotonic=clock)


def told(remaining: int, resets_in_s: float = 600, limit: int = 10) -> Budget:
    return Budget(limit=limit, remaining=remaining, resets_in=timedelta(seconds=resets_in_s))


def remaining(allowance: Allowance) -> int | None:
    return None if allowance.budget is None else allowance.budget.remaining


def test_an_answer_that_was_overtaken_gives_nothing_back(allowance: Allowance) -> None:
    allowance.learn(told(6), sent_at_s=3)
    allowance.learn(told(9), sent_at_s=1)

    assert remaining(allowance) == 6


def test_a_late_answer_of_the_last_hour_tells_nothing_of_this_one(allowance: Allowance) -> None:
    allowance.learn(told(9, 3600), sent_at_s=5)
    allowance.learn(told(0, 3), sent_at_s=2)

    assert remaining(allowance) == 9


def test_a_new_hour_begins_with_its_first_answer(allowance: Allowance, clock: Ticks) -> None:
    allowance.learn(told(0, 3), sent_at_s=2)
    assert allowance.wait_s(1) == 3
    clock.now += 3
    assert allowance.wait_s(1) == 0

    allowance.learn(told(10, 3600), sent_at_s=clock.now)

    assert remaining(allowance) == 10


def test_an_allowance_that_was_made_larger_counts_at_once(allowance: Allowance) -> None:
    allowance.learn(told(2), sent_at_s=1)
    allowance.learn(told(900, limit=1000), sent_at_s=2)

    assert remaining(allowance) == 900


def test_what_is_under_way_is_as_good_as_spent(allowance: Allowance) -> None:
    allowance.learn(told(8), sent_at_s=1)  # three of our five are left
    allowance.begin(2)
    assert (allowance.wait_s(1), allowance.wait_s(2)) == (0, 600)

    allowance.end(2)

    assert allowance.wait_s(3) == 0


def test_what_github_refuses_to_give_is_not_asked_for(allowance: Allowance, clock: Ticks) -> None:
    allowance.exhaust(timedelta(seconds=60))
    allowance.exhaust(timedelta(seconds=5))
    assert allowance.wait_s(1) == 60

    clock.now += 60

    assert allowance.wait_s(1) == 0
