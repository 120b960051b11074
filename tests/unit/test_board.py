"""The board counts, orders, finds, and tells who listens."""

from collections.abc import Set as AbstractSet

import pytest

from reviewflow.board import Board, Query
from reviewflow.models import SyncState, SyncStatus
from tests.builders import after, card, closed, detail, merged, person, pull, review


@pytest.fixture
def board() -> Board:
    board = Board()
    board.put(
        [
            card(pull(number=1, title='Fix the lamp', updated_at=after(minutes=3)), key=1),
            card(
                pull(number=2, title='Buy a lamp', author=person('ben'), updated_at=after(minutes=2)), key=2
            ),
            card(
                merged(number=3, title='Old', created_at=after(days=-9), updated_at=after(minutes=1)), key=3
            ),
            card(closed(number=4, title='Odd', head='lamp', repository='acme/web'), key=4, repository_id=2),
            card(pull(number=5, detail=detail(review('ben', 'APPROVED'))), key=5),
        ]
    )
    return board


@pytest.fixture
def told(board: Board) -> list[AbstractSet[int]]:
    told: list[AbstractSet[int]] = []
    board.on_change(told.append)
    return told


def test_totals_count_every_channel_and_sum_up(board: Board) -> None:
    assert board.totals == {
        'all': 5,
        'pending': 2,
        'approved': 1,
        'changes_requested': 0,
        'closed': 1,
        'merged': 1,
    }


def test_totals_of_nothing_are_zero() -> None:
    assert set(Board().totals.values()) == {0}


def test_a_pull_that_changes_moves_from_one_count_to_the_other(board: Board) -> None:
    board.put([card(merged(number=1), key=1)])

    assert (board.totals['all'], board.totals['pending'], board.totals['merged']) == (5, 1, 2)


def test_a_pull_that_is_gone_is_not_counted_found_or_ranked(
    board: Board, told: list[AbstractSet[int]]
) -> None:
    board.remove([1, 99])

    assert (board.totals['all'], board.totals['pending']) == (4, 1)
    assert board.find(1, 1) is None
    assert 1 not in board.ranking(Query())
    assert told == [{1}]


def test_removing_nothing_tells_nobody(board: Board, told: list[AbstractSet[int]]) -> None:
    board.remove([99])

    assert told == []


def test_a_pull_is_found_by_its_place(board: Board) -> None:
    found = board.find(2, 4)

    assert found is not None
    assert found.key == 4
    assert board.find(2, 1) is None


def test_cards_of_one_repository(board: Board) -> None:
    assert {card.key for card in board.cards_of(2)} == {4}


def test_a_change_is_told_with_its_keys(board: Board, told: list[AbstractSet[int]]) -> None:
    board.put([card(pull(number=1, title='New'), key=1), card(pull(number=6), key=6)])

    assert told == [{1, 6}]


def test_what_says_nothing_new_is_kept_but_not_told(board: Board, told: list[AbstractSet[int]]) -> None:
    board.put([card(board.cards[1].pull, key=1, read=9)], quietly=True)
    board.put([])

    assert board.cards[1].read == 9
    assert told == []


def test_the_sync_is_told_once(board: Board, told: list[AbstractSet[int]]) -> None:
    for _ in range(2):
        board.report(SyncStatus(state=SyncState.LIVE))

    assert board.sync.state is SyncState.LIVE
    assert told == [set()]


@pytest.mark.parametrize(
    ('query', 'expected'),
    [
        (Query(), [1, 2, 3, 5, 4]),
        (Query(sort='updated-asc'), [4, 5, 3, 2, 1]),
        (Query(sort='created-desc'), [5, 4, 2, 1, 3]),
        (Query(sort='created-asc'), [3, 1, 2, 4, 5]),
        (Query(channel='pending'), [1, 2]),
        (Query(channel='approved'), [5]),
        (Query(channel='changes_requested'), []),
        (Query(text='lamp'), [1, 2, 5, 4]),
        (Query(text='LAMP  buy'), [2]),
        (Query(text='lamp nowhere'), []),
        (Query(text='#3'), [3]),
        (Query(text='acme/web'), [4]),
        (Query(channel='merged', text='old'), [3]),
    ],
)
def test_ranking(board: Board, query: Query, expected: list[int]) -> None:
    assert list(board.ranking(query)) == expected


def test_words_do_not_match_across_fields(board: Board) -> None:
    assert list(board.ranking(Query(text='lamp#1'))) == []


def test_a_ranking_follows_every_change(board: Board) -> None:
    assert board.ranking(Query())[0] == 1

    board.put([card(pull(number=2, updated_at=after(hours=1)), key=2)])
    assert board.ranking(Query())[0] == 2

    board.remove([2])
    assert board.ranking(Query())[0] == 1


# Names


def test_a_pull_is_found_by_its_name_in_any_case(board: Board) -> None:
    assert board.named('ACME/Web', 4) is board.cards[4]
    assert board.named('acme/web', 1) is None


def test_a_pull_that_moved_or_left_is_not_found_by_its_old_name(board: Board) -> None:
    board.put([card(pull(number=1, repository='acme/new'), key=1)])
    board.remove([2])

    assert (board.named('acme/api', 1), board.named('acme/api', 2)) == (None, None)
    assert board.named('acme/new', 1) is board.cards[1]


def test_a_name_that_another_repository_took_leads_to_that_one(board: Board) -> None:
    """Whatever comes first: that it has the name, or that the former one lost it."""
    board.put([card(pull(number=1), key=9, repository_id=9)])
    board.put([card(pull(number=1, repository='acme/new'), key=1)])

    assert board.named('acme/api', 1) is board.cards[9]
    board.remove([9])
    assert board.named('acme/api', 1) is None
