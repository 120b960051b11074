"""Which repositories are ticked, and which are to be seen."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.connect.choice import SHOWN, Choice, fair_share
from reviewflow.connection import SeenRepository
from tests.builders import NOW


def seen(*names: str, **more: Any) -> list[SeenRepository]:
    return [SeenRepository(name=name, **more) for name in names]


def rows(choice: Choice) -> dict[str, list[str]]:
    groups, _ = choice.groups()
    return {group['owner']: [row['name'] for row in group['rows']] for group in groups}


def row(choice: Choice, name: str) -> dict[str, Any]:
    groups, _ = choice.groups()
    found: dict[str, Any] = next(row for group in groups for row in group['rows'] if row['name'] == name)
    return found


def ticked(choice: Choice) -> list[str]:
    groups, _ = choice.groups()
    return [row['name'] for group in groups for row in group['rows'] if row['ticked']]


def test_repositories_stand_by_owner_and_archived_ones_last() -> None:
    choice = Choice()
    choice.see([*seen('acme/old', is_archived=True), *seen('acme/api', 'ben/x', 'acme/web')])

    assert rows(choice) == {'acme': ['acme/api', 'acme/web', 'acme/old'], 'ben': ['ben/x']}


def test_a_row_says_what_is_worth_knowing() -> None:
    choice = Choice()
    choice.see(seen('acme/api', is_private=True, pushed_at=NOW))

    assert row(choice, 'acme/api') == {
        'name': 'acme/api',
        'private': True,
        'archived': False,
        'pushed': int(NOW.timestamp()),
        'ticked': False,
        'covered': False,
        'unlisted': False,
    }


def test_what_is_ticked_is_connected_whatever_is_looked_for() -> None:
    choice = Choice()
    choice.see(seen('acme/api', 'acme/web'))
    choice.tick('acme/api', ticked=True)
    choice.look_for('WEB')

    assert rows(choice) == {'acme': ['acme/web']}
    assert list(choice.names) == ['acme/api']
    choice.tick('ACME/API', ticked=False)
    assert list(choice.names) == []


def test_all_of_an_owner_takes_its_repositories_in_but_no_archived_ones() -> None:
    choice = Choice()
    choice.see([*seen('acme/api', 'acme/web'), *seen('acme/old', is_archived=True)])
    for name in ('acme/api', 'acme/old', 'acme/*'):
        choice.tick(name, ticked=True)

    assert choice.names == ('acme/old', 'acme/*')
    assert ticked(choice) == ['acme/api', 'acme/web', 'acme/old']
    assert row(choice, 'acme/web')['covered']
    assert not row(choice, 'acme/old')['covered']
    choice.tick('acme/*', ticked=False)
    assert ticked(choice) == ['acme/api', 'acme/old']


def test_what_was_chosen_before_is_shown_first_and_marked_when_the_token_does_not_list_it() -> None:
    choice = Choice(['gone/repo', 'Acme/API', 'harbor/*'])
    assert rows(choice) == {'gone': ['gone/repo'], 'Acme': ['Acme/API'], 'harbor': []}
    assert not row(choice, 'gone/repo')['unlisted'], 'nothing is known yet'

    choice.see(seen('acme/api'))

    assert rows(choice) == {'gone': ['gone/repo'], 'harbor': [], 'acme': ['acme/api']}
    assert row(choice, 'gone/repo')['unlisted']
    assert ticked(choice) == ['gone/repo', 'acme/api']


def test_one_that_was_named_is_chosen_and_stays_when_the_list_comes() -> None:
    choice = Choice()
    choice.add(SeenRepository(name='other/tool', is_private=True))
    choice.see(seen('acme/api'))

    assert rows(choice) == {'other': ['other/tool'], 'acme': ['acme/api']}
    assert not row(choice, 'other/tool')['unlisted']
    assert choice.names == ('other/tool',)


@pytest.mark.parametrize(
    ('names', 'summary'),
    [
        ([], '0 repositories'),
        (['a/x'], '1 repository'),
        (['a/x', 'a/y', 'b/z'], '3 repositories'),
        (['a/*'], 'all of a'),
        (['a/x', 'b/*'], '1 repository and all of b'),
        (['a/*', 'b/*', 'c/x', 'c/y'], '2 repositories and all of 2 owners'),
    ],
)
def test_the_choice_is_summed_up(names: list[str], summary: str) -> None:
    assert Choice(names).summary == summary


def test_of_thousands_fifty_are_shown_and_no_owner_hides_another() -> None:
    choice = Choice()
    choice.see(seen(*(f'big/r{number}' for number in range(900)), 'small/one', 'small/two'))
    groups, more = choice.groups()

    assert [len(group['rows']) for group in groups] == [48, 2]
    assert more == 902 - 50
    choice.show_more()
    assert choice.groups()[1] == 902 - 100
    choice.look_for('r89')
    assert rows(choice) == {'big': ['big/r89', *(f'big/r89{digit}' for digit in range(10))]}


@given(
    names=st.lists(st.from_regex(r'[a-d]/[a-z]{1,2}', fullmatch=True), max_size=200),
    chosen=st.lists(st.from_regex(r'[a-d]/(\*|[a-z]{1,2})', fullmatch=True), max_size=20),
    words=st.sampled_from(['', 'a', 'a/', 'zz']),
)
def test_every_repository_is_shown_once_or_counted(names: list[str], chosen: list[str], words: str) -> None:
    choice = Choice(chosen)
    choice.see(seen(*names))
    choice.look_for(words)
    groups, more = choice.groups()
    shown = [row['name'] for group in groups for row in group['rows']]
    known = {name for name in [*names, *chosen] if words in name and not name.endswith('/*')}

    assert len(shown) == len(set(shown)) <= SHOWN
    assert set(shown) <= known
    assert len(shown) + more == len(known)


@given(sizes=st.lists(st.integers(0, 300), max_size=30), limit=st.integers(1, 200))
def test_a_share_fills_the_limit_and_leaves_nobody_out(sizes: list[int], limit: int) -> None:
    share = fair_share(sizes, limit)
    used = sum(min(size, share) for size in sizes)

    assert share >= 1
    assert used <= max(limit, len(sizes))
    assert share == limit or sum(min(size, share + 1) for size in sizes) > limit
