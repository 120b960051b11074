"""Which pulls a delivery means: those it names, and those of the board that have what it names."""

import asyncio
from dataclasses import replace

import pytest

from reviewflow.board import Board
from reviewflow.delivery import Delivery, Hints
from reviewflow.models import Label, Repository, TrackedRepository
from sync.spots import is_passed, spots
from tests.builders import NOW, after, card, closed, detail, pull

SHOWN = [
    TrackedRepository(id=1, pattern='acme/*', repository=Repository(id=70, name='acme/api')),
    TrackedRepository(id=2, pattern='acme/*', repository=Repository(id=80, name='acme/web')),
]
BUG, SHA = Label(name='Bug', color='ff0000'), 'c' * 40


@pytest.fixture
def board() -> Board:
    board = Board()
    board.put(
        [
            card(pull(number=1, labels=(BUG,), milestone='1.0'), key=1),
            card(pull(number=2, head_sha=SHA), key=2),
            card(pull(number=3, head_sha=SHA), key=3),
            card(closed(number=4, head_sha=SHA, labels=(BUG,)), key=4),
            card(pull(number=1, repository='acme/web', head_sha=SHA, labels=(BUG,)), key=5, repository_id=2),
        ]
    )
    return board


def delivery(forge_id: int | None = 70, id: str = '1', **hints: object) -> Delivery:  # noqa: A002
    said = Hints(**hints)  # type: ignore[arg-type]  # any field
    return Delivery(id=id, event='x', forge_id=forge_id, hints=said, received_at=NOW)


def named(board: Board, **hints: object) -> set[tuple[int, int]]:
    said = replace(delivery(), hints=Hints(**hints))  # type: ignore[arg-type]  # any field
    return set(asyncio.run(spots([said], SHOWN, board))['1'])


def test_a_number_is_a_spot_also_when_the_board_does_not_know_it(board: Board) -> None:
    assert named(board, numbers=(1, 99)) == {(1, 1), (1, 99)}


def test_a_commit_means_the_pulls_whose_head_it_is(board: Board) -> None:
    assert named(board, shas=(SHA,)) == {(1, 2), (1, 3), (1, 4)}
    assert named(board, shas=('d' * 40,)) == set()


def test_a_label_means_the_pulls_that_carry_it_in_any_case(board: Board) -> None:
    assert named(board, labels=('defect', 'bug')) == {(1, 1), (1, 4)}


def test_a_milestone_means_its_pulls(board: Board) -> None:
    assert named(board, milestones=('1.0', '1.1')) == {(1, 1)}


def test_several_deliveries_are_told_apart(board: Board) -> None:
    said = [
        delivery(70, 'a', shas=(SHA,)),
        delivery(80, 'b', shas=(SHA,), labels=('bug',)),
        delivery(80, 'c', numbers=(7,)),
        delivery(70, 'd', names=True),
    ]

    assert asyncio.run(spots(said, SHOWN, board)) == {
        'a': {(1, 2), (1, 3), (1, 4)},
        'b': {(2, 1)},
        'c': {(2, 7)},
        'd': set(),
    }


@pytest.mark.parametrize('forge_id', [None, 1, 2, 90])
def test_nothing_is_read_of_a_repository_that_is_not_shown(board: Board, forge_id: int | None) -> None:
    said = delivery(forge_id, numbers=(1,), shas=(SHA,), labels=('bug',))

    assert asyncio.run(spots([said], SHOWN, board)) == {'1': set()}


def test_what_moved_on_since_and_was_read_whole_is_passed(board: Board) -> None:
    later = pull(number=6, updated_at=after(seconds=5), detail=detail())
    board.put([card(later, key=6)])

    def passes(seconds: float | None) -> bool:
        newer_than = None if seconds is None else after(seconds=seconds)
        return is_passed(delivery(numbers=(6,), newer_than=newer_than), (1, 6), board)

    assert passes(4)
    assert not passes(5), 'something else may have happened in the same second'
    assert not passes(6)
    assert not passes(None), 'who knows how new it is'


def test_what_was_not_read_since_it_moved_on_is_not_passed(board: Board) -> None:
    assert not is_passed(delivery(newer_than=after(days=-1)), (1, 1), board), 'only a list told of it'
    assert not is_passed(delivery(newer_than=after(days=-1)), (1, 99), board)


def test_deliveries_that_say_the_same_two_things_share_one_set(board: Board) -> None:
    said = [delivery(70, str(at), labels=('bug', 'defect')) for at in range(3)]
    said.append(delivery(70, 'more', labels=('bug', 'defect'), numbers=(9,)))

    found = asyncio.run(spots(said, SHOWN, board))

    assert found['0'] is found['1'] is found['2']
    assert found['more'] == found['0'] | {(1, 9)}
