"""The search: what each operator finds, how terms combine, and what is said of what makes no sense."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.board import Board, Query
from reviewflow.models import Label
from reviewflow.search import parse
from reviewflow.search.operator import OPERATORS
from reviewflow.search.query import NAMES, quoted
from tests.builders import HEAD, after, card, check, closed, detail, merged, person, pull, review

BUG, WIP = Label(name='Bug', color='ff0000'), Label(name='work in progress', color='ededed')


@pytest.fixture
def board() -> Board:
    """Six pulls: 1 … 6, of which 6 was changed last."""
    board = Board()
    board.put(
        [
            card(
                pull(
                    number=1,
                    title='feat: a lamp',
                    labels=(BUG, WIP),
                    assignees=(person('eve'),),
                    milestone='Spring sale',
                ),
                key=1,
            ),
            card(
                pull(
                    number=2,
                    author=person('Ben'),
                    repository='acme/web',
                    is_draft=True,
                    head='fix/door',
                    requested_reviewers=(person('cho'),),
                    requested_teams=('backend',),
                    detail=detail(checks=(check('unit', 'failing'),)),
                    updated_at=after(minutes=2),
                ),
                key=2,
                repository_id=2,
            ),
            card(
                pull(
                    number=3,
                    author=person('bot', is_bot=True),
                    labels=(BUG,),
                    base='release-1',
                    detail=detail(review('cho', 'APPROVED'), checks=(check('unit', 'passing'),)),
                    updated_at=after(minutes=3),
                ),
                key=3,
            ),
            card(
                pull(
                    number=4,
                    detail=detail(
                        review('cho', 'CHANGES_REQUESTED'), checks=(check('unit', 'pending'),), additions=2000
                    ),
                    updated_at=after(minutes=4),
                ),
                key=4,
            ),
            card(closed(number=5, title='A door', updated_at=after(minutes=5)), key=5),
            card(
                merged(
                    number=6,
                    detail=detail(
                        review('cho', 'APPROVED', commit_sha='b' * 40),
                        review('dan', 'COMMENTED', id=2),
                        head_sha=HEAD,
                        is_queued=True,
                    ),
                    updated_at=after(minutes=6),
                ),
                key=6,
            ),
        ]
    )
    return board


def found(board: Board, text: str) -> list[int]:
    """Which pulls, the smallest number first."""
    return sorted(board.ranking(Query(text=text)))


@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        ('repo:acme/web', [2]),
        ('repo:WEB', [2]),
        ('repo:acme/w', [2]),
        ('repo:acme/api repo:acme/web', [1, 2, 3, 4, 5, 6]),
        ('author:ben', [2]),
        ('author:BEN', [2]),
        ('author:ben author:bot', [2, 3]),
        ('author:ben,bot', [2, 3]),
        ('-author:ann', [2, 3]),
        ('label:bug', [1, 3]),
        ('label:"work in progress"', [1]),
        ('milestone:"spring sale"', [1]),
        ('milestone:spring no:reviewer', [1]),
        ('is:open -no:milestone', [1]),
        ('label:bug label:"work in progress"', [1]),
        ('label:nothing,bug', [1, 3]),
        ('label:bug -label:"work in progress"', [3]),
        ('is:open', [1, 2, 3, 4]),
        ('is:closed', [5, 6]),
        ('is:merged', [6]),
        ('is:closed is:unmerged', [5]),
        ('is:draft', [2]),
        ('is:open -is:draft', [1, 3, 4]),
        ('is:queued', [6]),
        ('is:bot', [3]),
        ('is:human is:open', [1, 2, 4]),
        ('state:open', [1, 2, 3, 4]),
        ('status:pending', [1, 2]),
        ('status:approved', [3]),
        ('status:changes_requested', [4]),
        ('status:changes-requested', [4]),
        ('status:closed status:merged', [5, 6]),
        ('review:required', [1, 2]),
        ('review:none', [2]),
        ('review:approved', [3]),
        ('review:changes_requested', [4]),
        ('review:stale', [6]),
        ('draft:true', [2]),
        ('draft:false is:open', [1, 3, 4]),
        ('base:main', [1, 2, 4, 5, 6]),
        ('base:release', [3]),
        ('head:fix/door', [2]),
        ('head:door', [2]),
        ('checks:failing', [2]),
        ('checks:passing', [3]),
        ('checks:pending', [4]),
        ('checks:none', [6]),
        ('reviewer:cho', [2, 3, 4, 6]),
        ('reviewed-by:cho', [3, 4, 6]),
        ('reviewed-by:cho reviewed-by:dan', [6]),
        ('review-requested:cho', [2]),
        ('team-review-requested:backend', [2]),
        ('assignee:eve', [1]),
        ('involves:eve', [1]),
        ('involves:cho -author:bot', [2, 4, 6]),
        ('org:acme', [1, 2, 3, 4, 5, 6]),
        ('user:nobody', []),
        ('size:xl', [4]),
        ('no:label', [2, 4, 5, 6]),
        ('no:assignee is:open', [2, 3, 4]),
        ('no:reviewer', [1, 5]),
        ('is:o', [1, 2, 3, 4]),  # half typed
        ('is:pr is:open archived:false', [1, 2, 3, 4]),
        ('is:pr,open', [1, 2, 3, 4]),
        ('author:@ben', [2]),
        ('team-review-requested:acme/backend', [2]),
        ('https://github.com/acme/web/pull/2', [2]),
        ('https://github.com/acme/api/pull/3/files?w=1', [3]),
        ('acme/api#3', [3]),
        ('web#2', [2]),
        ('acme/web#3', []),
        ('author:', [1, 2, 3, 4, 5, 6]),
        ('door', [2, 5]),
        ('-door', [1, 3, 4, 6]),
        ('"a door"', [5]),
        ('"a do', [5]),
        ('d"oor', []),
        ('feat:', [1]),
        ('feat: lamp', [1]),
        ('"is:open"', []),
        ('-', [1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_search_finds(board: Board, text: str, expected: list[int]) -> None:
    assert found(board, text) == expected
    assert parse(text).problems == ()


def test_every_operator_is_tried_above() -> None:
    tried = test_a_search_finds.pytestmark[0].args[1]  # type: ignore[attr-defined]  # pytest's own mark
    terms = {term.operator for text, _ in tried for term in parse(text).terms}

    assert terms == set(OPERATORS)


@pytest.mark.parametrize(
    ('sort', 'expected'),
    [
        ('updated-desc', [4, 3, 2, 1]),
        ('updated', [4, 3, 2, 1]),
        ('updated-asc', [1, 2, 3, 4]),
        ('created-desc', [4, 3, 2, 1]),
        ('created-asc', [1, 2, 3, 4]),
    ],
)
def test_a_search_sorts(board: Board, sort: str, expected: list[int]) -> None:
    assert list(board.ranking(Query(text=f'is:open sort:{sort}', sort='updated-asc'))) == expected


@pytest.mark.parametrize(
    ('text', 'sentence'),
    [
        ('autor:ann', 'autor: is no filter; did you mean author:?'),
        ('labels:bug', 'labels: is no filter; did you mean label:?'),
        ('language:go', 'GitHub has language:, this page does not'),
        ('author:@me', '@me is not known here: write the login'),
        ('draft:maybe', 'draft: takes true or false, not maybe'),
        ('no:shoes', 'no: takes label, assignee, reviewer or milestone, not shoes'),
        ('head:a,b,c,d,e,f,g,h,i', 'more than 8 values are too many'),
        ('sort:size', 'sort: takes updated-desc, updated-asc, created-desc or created-asc, not size'),
    ],
)
def test_what_makes_no_sense_is_said_in_words_and_left_out(board: Board, text: str, sentence: str) -> None:
    (problem,) = parse(f'lamp {text}').problems

    assert (problem.term, problem.sentence) == (text, sentence)
    assert found(board, f'lamp {text}') == found(board, 'lamp')


def test_a_search_follows_every_change(board: Board) -> None:
    board.put([card(merged(number=1, labels=(WIP,)), key=1)])
    assert (found(board, 'label:bug'), found(board, 'is:merged')) == ([3], [1, 6])

    board.remove([3])
    assert found(board, 'label:bug') == []


@given(st.text())
def test_any_text_can_be_searched_for(text: str) -> None:
    board = Board()
    board.put([card()])

    assert list(board.ranking(Query(text=text))) in ([], [1])


@given(st.text(alphabet=st.characters(exclude_characters='"'), min_size=1))
def test_a_quoted_value_is_read_as_it_was(value: str) -> None:
    terms = parse(f'label:{quoted(value)}').terms

    assert [term.values for term in terms] == ([(value.strip().lower(),)] if value.strip() else [])


def test_every_operator_is_documented() -> None:
    guide = (Path(__file__).parents[2] / 'docs' / 'using.md').read_text('utf-8')

    assert [name for name in NAMES if f'`{name}:`' not in guide] == []
    for operator in OPERATORS.values():
        assert [choice for choice in operator.choices if f'`{choice}`' not in guide] == []
