"""What the list shows of a pull besides its status; channels and sorts."""

import pytest

from reviewflow.models import PullRequest, Review, Status
from reviewflow.policy import (
    CHANNELS,
    SORTS,
    reviewers,
    size,
)
from tests.builders import after, detail, person, pull, review

OLDER = 'b' * 40


def reviewed(*reviews: Review, **changes: object) -> PullRequest:
    return pull(detail=detail(*reviews), **changes)


def test_everybody_involved_has_one_verdict() -> None:
    shown = reviewers(
        reviewed(
            review('ben', 'APPROVED'),
            review('cy', 'CHANGES_REQUESTED', id=2),
            review('dee', 'APPROVED', id=3, commit_sha=OLDER),
            review('eve', 'COMMENTED', id=4),
            review('ann', 'COMMENTED', id=5),
            review('fay', 'APPROVED', id=6, association='NONE'),
            review('gus', 'APPROVED', id=7),
            review('hal', 'PENDING', id=8),
            requested_reviewers=(person('gus'), person('ivy')),
        )
    )

    assert {who.login: verdict for who, verdict in shown} == {
        'ben': 'approved',
        'cy': 'changes',
        'dee': 'stale',
        'eve': 'commented',
        'fay': 'commented',
        'gus': 'asked',
        'ivy': 'asked',
    }


def test_who_was_asked_shows_before_any_detail_was_read() -> None:
    assert reviewers(pull(requested_reviewers=(person('ben'),))) == [(person('ben'), 'asked')]


@pytest.mark.parametrize(
    ('additions', 'deletions', 'expected'),
    [
        (0, 0, 'XS'),
        (5, 4, 'XS'),
        (5, 5, 'S'),
        (99, 0, 'S'),
        (100, 0, 'M'),
        (299, 0, 'M'),
        (300, 0, 'L'),
        (999, 0, 'L'),
        (1000, 0, 'XL'),
        (2**31, 2**31, 'XL'),
        (None, 1, None),
        (1, None, None),
    ],
)
def test_size_is_a_letter(additions: int | None, deletions: int | None, expected: str | None) -> None:
    assert size(additions, deletions) == expected


def test_every_status_has_a_channel() -> None:
    assert [channel.key for channel in CHANNELS] == ['all', *Status]


def test_sorts_go_by_one_time_each() -> None:
    sample = pull(created_at=after(days=-3), updated_at=after(days=1))

    assert {name: (moment(sample), newest_first) for name, (moment, newest_first) in SORTS.items()} == {
        'updated-desc': (after(days=1), True),
        'updated-asc': (after(days=1), False),
        'created-desc': (after(days=-3), True),
        'created-asc': (after(days=-3), False),
    }
