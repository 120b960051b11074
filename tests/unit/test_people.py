"""Whose pictures may be asked for."""

from reviewflow.board import Board
from reviewflow.models import GHOST
from reviewflow.people import People
from tests.builders import after, card, detail, person, pull, review

ANN = person('ann', id=1, avatar_url='https://pictures.example/1')
BEN = person('ben', id=2, avatar_url='https://pictures.example/2')
CAM = person('cam', id=3, avatar_url='https://pictures.example/3')
DEE = person('dee', id=2**63 - 1, avatar_url='https://pictures.example/4')


def test_all_who_have_to_do_with_a_pull_are_known_whenever_it_came() -> None:
    board = Board()
    board.put([card(pull(author=ANN, assignees=(BEN,)), key=1)])
    people = People(board)
    board.put(
        [card(pull(number=2, requested_reviewers=(CAM,), detail=detail(review(DEE, 'APPROVED'))), key=2)]
    )

    assert [people.find(name) for name in ('1', '2', '3', str(2**63 - 1))] == [ANN, BEN, CAM, DEE]


def test_somebody_of_whom_pages_are_not_told_yet_may_be_drawn_already() -> None:
    board = Board()
    people = People(board)
    board.put([card(pull(author=ANN), key=1)], is_held=True)

    assert people.find('1') == ANN


def test_nobody_else_is() -> None:
    board = Board()
    board.put([card(pull(author=GHOST, assignees=(person('eve', id=5, avatar_url=None),)))])
    people = People(board)

    assert [people.find(name) for name in ('', '0', '5', 'None', '٣', '-1', '9' * 5000)] == [None] * 7


def test_somebody_who_left_the_board_is_still_drawn_on_some_page() -> None:
    board = Board()
    people = People(board)
    board.put([card(pull(author=ANN), key=1)])
    board.remove([1])

    assert people.find('1') == ANN


def test_what_was_said_last_counts() -> None:
    board, moved = Board(), person('ann', id=1, avatar_url='https://pictures.example/new')
    board.put(
        [
            card(pull(author=moved, updated_at=after(minutes=1)), key=1),
            card(pull(number=2, author=ANN), key=2),
        ]
    )
    people = People(board)

    assert people.find('1') == moved
