"""How much is asked for at once: less after a refusal, and when it is more again; time moves when told."""

from collections.abc import Iterator

import pytest

from sync.github.portions import FORGET_S, WELL, Portion
from tests.builders import Ticks


@pytest.fixture
def clock() -> Ticks:
    return Ticks(1000.0)


@pytest.fixture
def portion(clock: Ticks) -> Portion:
    return Portion(24, monotonic=clock)


def answered(portion: Portion, times: int) -> Iterator[int]:
    """Give the sizes after each answer."""
    for _ in range(times):
        portion.grow()
        yield portion.size


def test_what_was_too_much_is_not_asked_for_again_within_an_hour(portion: Portion, clock: Ticks) -> None:
    portion.shrink(24)
    portion.shrink(12)
    assert portion.size == 6

    assert max(answered(portion, 100 * WELL)) == 11

    clock.now += FORGET_S
    assert max(answered(portion, 100 * WELL)) == 24


def test_a_small_portion_that_was_too_much_counts_as_it_was(portion: Portion) -> None:
    portion.shrink(7)

    assert portion.size == 3
    assert max(answered(portion, 100 * WELL)) == 6


def test_what_is_known_is_not_forgotten_as_more_was_refused_later(portion: Portion) -> None:
    portion.shrink(12)
    portion.grow()
    portion.shrink(24)  # it was under way

    assert max(answered(portion, 100 * WELL)) == 11


def test_an_outage_says_nothing_of_the_size(portion: Portion) -> None:
    for tried in (24, 12, 6, 3, 1, 1):
        portion.shrink(tried)
    assert portion.size == 1

    portion.grow()

    assert portion.size == 24
