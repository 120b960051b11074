"""When Python looks for garbage."""

import gc
from collections.abc import Iterator

import pytest

from reviewflow.web import garbage
from reviewflow.web.garbage import CLOSED_PAGES, TOO_MANY, Garbage

AGES_AGO, JUST_NOW = float('-inf'), float('inf')


class Looks:
    """Counts full collections."""

    def __init__(self) -> None:
        self.full = 0

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        self.full += phase == 'start' and info['generation'] == 2


@pytest.fixture
def looks() -> Iterator[Looks]:
    looks, thresholds = Looks(), gc.get_threshold()
    gc.callbacks.append(looks)
    yield looks
    gc.callbacks.remove(looks)
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def close(pages: Garbage, count: int) -> None:
    for _ in range(count):
        pages.page_closed()


def test_start_looks_once_and_leaves_further_full_looks_to_the_policy(looks: Looks) -> None:
    Garbage(busy_at=lambda: AGES_AGO).start()

    assert looks.full == 1
    assert gc.get_threshold()[2] == garbage.NEVER
    assert gc.get_freeze_count() > 0


@pytest.mark.parametrize(
    ('closed', 'busy_at', 'expected'),
    [
        (CLOSED_PAGES - 1, AGES_AGO, 0),
        (CLOSED_PAGES, AGES_AGO, 1),
        (CLOSED_PAGES, JUST_NOW, 0),
        (TOO_MANY, JUST_NOW, 1),
    ],
)
def test_closed_pages_are_cleared_away_in_a_quiet_moment(
    looks: Looks, closed: int, busy_at: float, expected: int
) -> None:
    pages = Garbage(busy_at=lambda: busy_at)
    close(pages, closed)
    pages.tidy()
    pages.tidy()

    assert looks.full == expected
