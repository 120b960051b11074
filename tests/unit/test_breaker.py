"""Left alone once it failed again and again; one call finds out whether it is over."""

import pytest

from reviewflow.errors import BadCredentials, ForgeError, NotAsked, RateLimited, RepositoryUnavailable
from reviewflow.errors import Reason as Why
from sync.github.breaker import FAILURES, LONGEST_S, Breaker
from sync.github.trouble import Overloaded, Passing
from tests.builders import NOW, Ticks


@pytest.fixture
def clock() -> Ticks:
    return Ticks(1000.0)


@pytest.fixture
def breaker(clock: Ticks) -> Breaker:
    return Breaker(monotonic=clock, jitter=lambda: 1)


def call(breaker: Breaker, error: BaseException | None = None) -> None:
    """Make a call that ends like this."""
    with breaker.call():
        if error is not None:
            raise error


def fail(breaker: Breaker, times: int = 1, error: ForgeError | None = None) -> None:
    for _ in range(times):
        error = error or Passing('no connection')
        with pytest.raises(type(error)):
            call(breaker, error)


def opened(breaker: Breaker) -> Breaker:
    fail(breaker, FAILURES)
    return breaker


@pytest.mark.parametrize('error', [Passing('no connection'), Overloaded('it takes too long')])
def test_five_calls_that_fail_in_a_row_are_enough(error: ForgeError, breaker: Breaker) -> None:
    fail(breaker, FAILURES, error)

    with pytest.raises(NotAsked, match=str(error)):
        call(breaker)


def test_a_good_one_between_them_is_enough_to_go_on(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    call(breaker)
    fail(breaker, FAILURES - 1)

    call(breaker)


@pytest.mark.parametrize('error', [RepositoryUnavailable('acme/api', Why.MISSING)])
def test_an_answer_of_any_kind_is_one(error: ForgeError, breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    fail(breaker, 1, error)
    fail(breaker, FAILURES - 1)

    call(breaker)


@pytest.mark.parametrize('error', [RateLimited(NOW), BadCredentials()])
def test_limits_and_refused_tokens_tell_nothing(error: ForgeError, breaker: Breaker, clock: Ticks) -> None:
    fail(breaker, 3 * FAILURES, error)
    assert not breaker.is_open
    opened(breaker)
    clock.now += LONGEST_S

    fail(breaker, 2, error)

    assert breaker.is_open


def test_rests_grow_to_less_than_the_seconds_between_polls(breaker: Breaker, clock: Ticks) -> None:
    fail(breaker, FAILURES)
    rests = []
    for _ in range(5):
        begun_s = clock.now
        while True:
            try:
                call(breaker, Passing('no connection'))
            except NotAsked:
                clock.now += 1
                continue
            except Passing:
                rests.append(clock.now - begun_s)
                break

    assert rests == [5, 10, 20, 25, 25]


@pytest.mark.parametrize(('jitter', 'rest_s'), [(0, 2.5), (0.5, 3.75), (1, 5)])
def test_rests_are_jittered(jitter: float, rest_s: float, clock: Ticks) -> None:
    breaker = opened(Breaker(monotonic=clock, jitter=lambda: jitter))

    clock.now += rest_s - 0.01
    fail(breaker, 1, NotAsked())
    clock.now += 0.01

    call(breaker)


def test_only_one_call_finds_out_and_the_others_fail_meanwhile(breaker: Breaker, clock: Ticks) -> None:
    opened(breaker)
    clock.now += LONGEST_S

    with breaker.call():
        fail(breaker, 3, NotAsked())

    call(breaker)
    assert not breaker.is_open


def test_what_was_under_way_when_it_opened_does_not_make_it_wait_longer(
    breaker: Breaker, clock: Ticks
) -> None:
    late = breaker.call()
    late.__enter__()
    opened(breaker)
    clock.now += 4

    assert not late.__exit__(Passing, Passing('no connection'), None)
    clock.now += 1

    call(breaker)


def test_a_call_that_is_broken_off_lets_another_find_out(breaker: Breaker, clock: Ticks) -> None:
    opened(breaker)
    clock.now += LONGEST_S
    with pytest.raises(KeyboardInterrupt):
        call(breaker, KeyboardInterrupt())

    call(breaker)

    assert not breaker.is_open


def test_whoever_asks_is_not_kept_waiting_but_the_next_failure_is_enough(breaker: Breaker) -> None:
    opened(breaker).forgive()
    call(breaker)

    opened(breaker).forgive()
    fail(breaker)

    fail(breaker, 1, NotAsked())
