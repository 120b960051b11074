"""A description comes from the code host as clean lines; only its digest stays in memory."""

from dataclasses import replace
from typing import Any

from reviewflow.models import Description, PullRequest
from sync.github import normalise
from tests.builders import card, detail, pull
from tests.github import shape
from tests.unit.raw_values import API, AT, REPO, each_bomb


def listed(**fields: Any) -> PullRequest:
    item = shape.listed_pull(REPO, 70, 1, title='Fix it', author='ann', at=AT)
    _, (found,) = normalise.pulls([item | fields], API)
    return found


def described(text: str, **changes: Any) -> PullRequest:
    return pull(description=Description.of(text), **changes)


def test_it_is_the_body_of_a_pull() -> None:
    assert listed().description.text == '**Pull 1** of ann.\n'


@each_bomb
def test_it_is_clean_lines_that_any_store_takes(bomb: str) -> None:
    text = listed(body=bomb).description.text

    assert text is not None
    assert text.encode('utf-8').decode('utf-8') == text
    assert not set(text) & set('\x00\x1b\x85\r')
    assert len(text) <= 65_536


def test_it_is_known_by_its_text_alone() -> None:
    some, other, none = (Description.of(text) for text in ('Why', 'What', ''))

    assert some == replace(some, text=None) == Description.of('Why') != other
    assert none == Description() != some
    assert hash(some) == hash(replace(some, text=None))
    assert 'Why' not in repr(some)


def test_a_pull_with_another_one_says_something_else() -> None:
    seen = card(described('Old')).without_text()

    assert seen.after(described('Old'), 2).says_the_same_as(seen)
    assert not seen.after(described('New'), 2).says_the_same_as(seen)


def test_the_text_of_a_known_one_is_not_taken_over() -> None:
    seen = card(described('Why')).without_text()

    assert seen.pull.description.text is None
    assert seen.after(described('Why', title='New'), 2).pull.description.text is None
    assert seen.after(described('New'), 2).pull.description.text == 'New'


def test_a_slow_answer_does_not_bring_an_older_one_back() -> None:
    fresh = card(described('New'), read=5).without_text()

    seen = fresh.after(described('Old', detail=detail()), read=4)

    assert seen.pull.description == Description.of('New')
    assert seen.pull.description.text is None
