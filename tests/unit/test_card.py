"""A card takes over what is fresher, part by part."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.card import Card, first_seen
from reviewflow.models import CheckState, Label, Mark, PullRequest, Status
from tests.builders import after, card, check, closed, detail, merged, person, pull, review

OLDER = 'b' * 40


def test_a_later_read_replaces_what_was_known() -> None:
    seen = card(pull(title='Old'), read=3).after(pull(title='New'), read=4)

    assert (seen.pull.title, seen.read) == ('New', 4)


def test_an_earlier_read_changes_nothing() -> None:
    fresh = card(merged(), read=5)

    assert fresh.after(merged(), read=4) == fresh
    assert fresh.after(pull(), read=4).pull == fresh.pull


def test_an_earlier_read_that_says_something_else_leaves_doubt_until_the_pull_is_read_again() -> None:
    """It was sent earlier, but may have been answered later."""
    doubtful = card(closed(), read=5).after(pull(), read=4)
    assert doubtful.is_doubtful
    assert doubtful.wants_detail

    listed = doubtful.after(closed(), read=6)
    assert listed.is_doubtful, 'a list does not tell everything'

    assert not listed.after(closed(detail=detail()), read=7).is_doubtful


def test_a_detail_read_right_after_a_change_is_read_again() -> None:
    early = card(pull(), read=1).after(pull(detail=detail(is_early=True)), read=2)
    assert early.wants_detail

    assert not early.after(pull(detail=detail()), read=3).wants_detail
    assert first_seen(early.pull, repository_id=4, read=2).wants_detail


def test_a_list_does_not_take_the_detail_away() -> None:
    known = detail(review('ben', 'APPROVED'))
    seen = card(pull(detail=known), read=1).after(pull(title='New'), read=2)

    assert seen.pull == pull(title='New', detail=known)
    assert (seen.read, seen.detail_read) == (2, 1)


def test_a_slow_single_read_brings_its_detail_but_not_its_list_part() -> None:
    listed_later = card(merged(updated_at=after(minutes=5)), read=7)
    seen = listed_later.after(pull(detail=detail(review('ben', 'APPROVED'))), read=6)

    assert seen.status is Status.MERGED
    assert seen.pull.detail == detail(review('ben', 'APPROVED'))
    assert (seen.read, seen.detail_read, seen.detail_of) == (7, 6, after())


def test_a_slow_single_read_does_not_undo_a_fresher_detail() -> None:
    fresh = card(pull(detail=detail(review('ben', 'APPROVED'))), read=9)

    seen = fresh.after(pull(title='Old', detail=detail()), read=8)

    assert (seen.pull, seen.detail_read) == (fresh.pull, fresh.detail_read)
    assert seen.is_doubtful


def test_the_same_read_may_bring_more() -> None:
    """A pull that two pages of one read hold, or a read that is recorded twice."""
    assert card(pull(), read=2).after(pull(title='New'), read=2).pull.title == 'New'


READS = st.lists(
    st.builds(
        lambda title, has_detail, comments: pull(
            title=title, detail=detail(comments=comments) if has_detail else None
        ),
        st.sampled_from(['a', 'b', 'c']),
        st.booleans(),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=6,
)


@given(READS, st.permutations(range(6)))
def test_answers_may_arrive_in_any_order(answers: list[PullRequest], order: list[int]) -> None:
    """The first creates the card, so it stays the first."""
    numbered = list(enumerate(answers, start=1))
    start = card(pull(), read=0)
    in_turn = recorded(start, numbered)
    in_disorder = recorded(start, [numbered[index] for index in order if index < len(numbered)])

    assert replace(in_disorder, is_doubtful=False) == in_turn
    assert in_disorder.is_doubtful or in_disorder == in_turn


def recorded(start: Card, answers: list[tuple[int, PullRequest]]) -> Card:
    for read, answer in answers:
        start = start.after(answer, read)
    return start


def test_first_seen_in_a_list_it_has_no_key_and_no_detail() -> None:
    seen = first_seen(pull(), repository_id=4, read=2)

    assert (seen.key, seen.repository_id, seen.read, seen.detail_read, seen.detail_of) == (0, 4, 2, 0, None)


def test_first_seen_alone_it_has_its_detail() -> None:
    seen = first_seen(pull(detail=detail()), repository_id=4, read=2)

    assert (seen.detail_read, seen.detail_of) == (2, after())


@pytest.mark.parametrize(
    ('seen', 'wanted'),
    [
        (card(pull()), True),
        (card(pull(detail=detail())), False),
        (card(closed()), False),
        (card(pull(detail=detail())).after(pull(updated_at=after(minutes=1)), 2), True),
        (card(pull(detail=detail())).after(pull(title='Renamed'), 2), False),
        (card(pull(detail=detail())).after(pull(head_sha=OLDER), 2), True),
    ],
    ids=['never read', 'read', 'closed', 'updated since', 'not updated since', 'pushed since'],
)
def test_detail_is_wanted_when_the_list_says_more(seen: Card, *, wanted: bool) -> None:
    assert seen.wants_detail is wanted


def test_other_numbers_of_reads_are_not_worth_a_write() -> None:
    known = card(pull(detail=detail()), read=1)

    assert known.says_the_same_as(replace(known, read=8, detail_read=8))
    assert not known.says_the_same_as(known.after(pull(title='New'), 2))
    assert not known.says_the_same_as(replace(known, detail_of=after(minutes=1)))


def test_what_the_board_asks_often_is_worked_out() -> None:
    seen = card(
        pull(
            is_draft=True,
            detail=detail(review('ben', 'APPROVED'), checks=(check('test', 'failing'),)),
        )
    )

    assert (seen.status, seen.marks, seen.checks) == (Status.APPROVED, (Mark.DRAFT,), CheckState.FAILING)


@pytest.mark.parametrize(
    'word', ['fix the', '#17', 'acme/api', 'zoë', 'feature/lamp', 'release-2', 'good first']
)
def test_a_search_finds(word: str) -> None:
    seen = card(
        pull(
            number=17,
            title='FIX the Lamp',
            author=person('Zoë'),
            head='feature/LAMP',
            base='release-2',
            labels=(Label(name='Good first issue', color='00ff00'),),
        )
    )

    assert word in seen.haystack


def test_whether_it_can_be_merged_stays_known_while_the_host_works_it_out() -> None:
    seen = card(pull(detail=detail(mergeable=False)), read=1)

    asked = seen.after(pull(detail=detail(mergeable=None)), read=2)
    assert asked.pull == seen.pull
    assert not asked.after(pull(detail=detail(mergeable=None)), read=1).is_doubtful

    assert asked.after(pull(detail=detail(mergeable=True)), read=3).pull.detail == detail(mergeable=True)


UNKNOWN = detail(mergeable=None)


@pytest.mark.parametrize('later', [
    pull(head_sha=OLDER, detail=replace(UNKNOWN, head_sha=OLDER)),
    pull(base='next', detail=UNKNOWN),
    closed(detail=UNKNOWN),
], ids=['another head', 'another base', 'closed'])  # fmt: skip
def test_whether_it_can_be_merged_is_unknown_of_another_head_or_base_and_when_closed(
    later: PullRequest,
) -> None:
    seen = card(pull(detail=detail(mergeable=True)), read=1).after(later, read=2)

    assert seen.pull == later


def test_a_list_that_tells_of_another_base_makes_it_unknown() -> None:
    seen = card(pull(detail=detail(mergeable=True)), read=1).after(pull(base='next'), read=2)

    assert seen.pull.detail == UNKNOWN
    assert seen.after(pull(base='next', detail=UNKNOWN), read=3).pull.detail == UNKNOWN
