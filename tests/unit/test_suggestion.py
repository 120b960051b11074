"""What the search offers while somebody types."""

import pytest

from reviewflow.models import Label
from reviewflow.search import Index, suggest
from reviewflow.search.operator import OPERATORS
from tests.builders import card, merged, person, pull


@pytest.fixture
def index() -> Index:
    index = Index()
    wip = Label(name='Work in progress', color='ededed')
    index.add(card(pull(number=1, author=person('anna'), labels=(wip,)), key=1))
    index.add(card(pull(number=2, author=person('hannes')), key=2))
    index.add(card(merged(number=3, author=person('hannes')), key=3))
    return index


def offered(index: Index, term: str) -> list[str]:
    return [suggestion.text for suggestion in suggest(index, term)]


@pytest.mark.parametrize(
    ('term', 'expected'),
    [
        ('rev', ['review:', 'reviewer:', 'reviewed-by:', 'review-requested:']),
        ('-lab', ['-label:']),
        ('author:', ['author:hannes', 'author:anna']),
        ('author:an', ['author:anna', 'author:hannes']),  # what begins so comes first
        ('-author:h', ['-author:hannes']),
        ('author:anna,ha', ['author:anna,hannes']),
        ('label:work', ['label:"work in progress"']),
        ('label:"wo', ['label:"work in progress"']),
        ('state:m', ['is:merged', 'is:unmerged', 'is:human']),
        ('sort:cr', ['sort:created-desc', 'sort:created-asc']),
        ('status:appr', ['status:approved']),
        ('nonsense:', []),
        ('lamp', []),
    ],
)
def test_a_term_can_go_on(index: Index, term: str, expected: list[str]) -> None:
    assert offered(index, term) == expected


def test_an_empty_search_can_begin_with_any_operator(index: Index) -> None:
    assert offered(index, '') == [f'{name}:' for name in (*OPERATORS, 'sort')]


def test_values_say_how_many_pulls_have_them(index: Index) -> None:
    assert [(each.label, each.count) for each in suggest(index, 'author:')] == [('hannes', 2), ('anna', 1)]
    assert {each.label: each.count for each in suggest(index, 'draft:')} == {'true': 0, 'false': 3}


def test_a_value_that_would_turn_the_text_around_it_is_shown_as_it_is(index: Index) -> None:
    index.add(card(pull(number=4, head='a\u202eb'), key=4))

    (suggestion,) = suggest(index, 'head:a')
    assert (suggestion.text, suggestion.label) == ('head:a\u202eb', 'a\\u202eb')
