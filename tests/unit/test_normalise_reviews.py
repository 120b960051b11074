"""What reviewers and checks said, as GitHub tells it."""

from dataclasses import replace
from datetime import datetime
from itertools import permutations
from typing import Any

import pytest

from reviewflow.models import GHOST, Check, CheckState, ReviewState
from sync.github import check, normalise
from tests.github import shape
from tests.unit.raw_values import AT, NOON, each_bomb


def review(**fields: Any) -> dict[str, Any]:
    return shape.review(5, by='ben', state='APPROVED', association='MEMBER', at=AT, commit='b' * 40) | fields


def test_a_review_is_read() -> None:
    (found,) = normalise.reviews([review()])

    assert (found.id, found.reviewer.login, found.state) == (5, 'ben', ReviewState.APPROVED)
    assert (found.submitted_at, found.association, found.commit_sha) == (NOON, 'MEMBER', 'b' * 40)


def test_a_review_of_a_deleted_account_on_an_old_server_is_read() -> None:
    (found,) = normalise.reviews([{'id': 5, 'state': 'COMMENTED', 'user': None}])

    assert found.reviewer is GHOST
    assert (found.submitted_at, found.association, found.commit_sha) == (None, None, None)


@pytest.mark.parametrize('fields', [
    {'state': 'PENDING'}, {'state': 'APPLAUDED'}, {'state': None}, {'state': 7}, {'state': ['APPROVED']},
    {'id': None}, {'id': 0}, {'id': 2**63},
])  # fmt: skip
def test_reviews_that_are_unsubmitted_or_rubbish_are_dropped(fields: dict[str, Any]) -> None:
    assert [found.id for found in normalise.reviews([review(**fields), review(id=6), 'rubbish'])] == [6]


def runs(*items: dict[str, Any]) -> tuple[Check, ...]:
    return check.newest(check.check_runs({'total_count': len(items), 'check_runs': list(items)}))


def run(id_: int = 1, *, conclusion: str | None = 'success', at: str = AT, **fields: Any) -> dict[str, Any]:
    made = shape.check_run(id_, name='test', conclusion=conclusion, app='ci', at=at, commit='a' * 40)
    return made | fields


@pytest.mark.parametrize(
    ('conclusion', 'state'),
    [
        ('failure', CheckState.FAILING),
        ('timed_out', CheckState.FAILING),
        ('cancelled', CheckState.FAILING),
        ('action_required', CheckState.FAILING),
        ('startup_failure', CheckState.FAILING),
        ('success', CheckState.PASSING),
        ('neutral', CheckState.PASSING),
        ('skipped', CheckState.PASSING),
        ('stale', CheckState.PASSING),
        ('invented_tomorrow', CheckState.PENDING),
        (None, CheckState.PENDING),
    ],
)
def test_each_conclusion_has_its_state(conclusion: str | None, state: CheckState) -> None:
    (found,) = runs(run(conclusion=conclusion))

    assert timeless(found) == Check(app='ci', name='test', state=state, url='https://github.example/runs/1')


def timeless(found: Check) -> Check:
    return replace(found, started_at=None, ended_at=None)


@pytest.mark.parametrize('status', ['queued', 'in_progress', 'waiting', 'requested', 'pending', None, 7, []])
def test_a_run_that_is_not_completed_is_pending_whatever_else_it_says(status: Any) -> None:
    (found,) = runs(run(conclusion='failure', status=status))

    assert found.state is CheckState.PENDING


@pytest.mark.parametrize(
    ('state', 'expected'),
    [
        ('success', CheckState.PASSING),
        ('failure', CheckState.FAILING),
        ('error', CheckState.FAILING),
        ('pending', CheckState.PENDING),
        ('expected', CheckState.PENDING),
        (None, CheckState.PENDING),
        ([], CheckState.PENDING),
    ],
)
def test_each_status_has_its_state(state: Any, expected: CheckState) -> None:
    items = [shape.status(1, context='build', state='success', at=AT) | {'state': state}]
    (found,) = check.newest(check.statuses({'statuses': items}))

    expected_check = Check(app='', name='build', state=expected, url='https://github.example/builds/1')
    assert timeless(found) == expected_check
    assert (found.ended_at is None) == (expected is CheckState.PENDING) == (found.started_at is not None)


def test_a_run_says_when_it_began_and_ended_and_leads_to_where_it_ran() -> None:
    links = {'details_url': 'https://ci.example/7', 'html_url': 'https://github.example/runs/7'}
    times = {'started_at': '2026-05-01T12:00:00Z', 'completed_at': '2026-05-01T12:03:00Z'}
    (found,) = runs(run(conclusion='success') | times | links)

    assert (found.started_at, found.ended_at) == tuple(map(datetime.fromisoformat, times.values()))
    assert found.url == 'https://ci.example/7'
    (elsewhere,) = runs(run(conclusion='success') | links | {'details_url': 'javascript:alert(1)'})
    assert elsewhere.url == 'https://github.example/runs/7'


@pytest.mark.parametrize('order', list(permutations(range(3))))
def test_the_newest_run_of_an_app_and_name_counts_in_whatever_order(order: tuple[int, ...]) -> None:
    history = [
        run(9, conclusion='failure'),
        run(3, conclusion='failure', at='2026-05-01T13:00:00Z'),
        run(4, conclusion='success', at='2026-05-01T13:00:00Z'),
    ]

    (found,) = runs(*(history[index] for index in order))

    assert found.state is CheckState.PASSING


def test_a_name_may_belong_to_several_apps() -> None:
    found = runs(run(1), run(2, app={'slug': 'other'}), run(3, app=None))

    assert [one.app for one in found] == ['ci', 'other', 'unknown']


def test_long_names_of_checks_stay_apart() -> None:
    name = 'build (' + 'x' * 150
    found = runs(run(1, name=name + ' a)', conclusion='failure'), run(2, name=name + ' b)'))

    assert [one.state for one in found] == [CheckState.FAILING, CheckState.PASSING]


@each_bomb
def test_names_and_links_of_checks_are_clean(bomb: str) -> None:
    (found,) = runs(run(name=bomb, app={'slug': bomb}, details_url=bomb, html_url=bomb, started_at=bomb))

    for text in (found.app, found.name):
        assert text.encode('utf-8').decode('utf-8') == text
        assert not set(text) & set('\x00\x1b\x85\n\t')
    assert found.url is None
