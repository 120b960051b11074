"""The rules of the contract, sentence by sentence."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.models import GHOST, Check, CheckState, Label, Mark, Person, PullRequest, Review, Status
from reviewflow.policy import (
    current_checks,
    current_mergeable,
    marks,
    rollup,
    status,
)
from tests.builders import HEAD, after, check, closed, detail, merged, person, pull, review

OLDER = 'b' * 40
YES, NO = 'APPROVED', 'CHANGES_REQUESTED'


def reviewed(*reviews: Review, **changes: object) -> PullRequest:
    return pull(detail=detail(*reviews), **changes)


STATUSES: list[tuple[str, PullRequest, Status]] = [
    ('never reviewed', pull(), Status.PENDING),
    ('read, and nobody reviewed', reviewed(), Status.PENDING),
    # merged, else closed
    ('merged', merged(), Status.MERGED),
    ('merged in spite of a request', merged(detail=detail(review('ben', NO))), Status.MERGED),
    ('closed', closed(), Status.CLOSED),
    ('closed in spite of an approval', closed(detail=detail(review('ben', YES))), Status.CLOSED),
    # else changes requested if any standing opinion asks for changes, else approved if at least one approves
    ('approved by one', reviewed(review('ben', YES)), Status.APPROVED),
    ('changes requested by one', reviewed(review('ben', NO)), Status.CHANGES_REQUESTED),
    (
        'a request outweighs any number of approvals',
        reviewed(review('ben', YES), review('cy', NO, id=2), review('dee', YES, id=3)),
        Status.CHANGES_REQUESTED,
    ),
    ('a draft can be approved', reviewed(review('ben', YES), is_draft=True), Status.APPROVED),
    # ordered by (submitted_at, id), grouped by reviewer id
    (
        'the last opinion counts, in whatever order they come',
        reviewed(review('ben', YES, at=after(minutes=9)), review('ben', NO, id=2)),
        Status.APPROVED,
    ),
    (
        'of the same moment the higher id counts',
        reviewed(review('ben', NO, id=3), review('ben', YES, id=2)),
        Status.CHANGES_REQUESTED,
    ),
    (
        'one without a time came before all others',
        reviewed(review('ben', NO, id=9, at=None), review('ben', YES)),
        Status.APPROVED,
    ),
    (
        'a reviewer who changed the login is still the same person',
        reviewed(
            review(Person(id=5, login='ben'), NO), review(Person(id=5, login='benny'), YES, at=after(hours=1))
        ),
        Status.APPROVED,
    ),
    (
        'two people of one login are two people',
        reviewed(
            review(Person(id=5, login='ben'), NO), review(Person(id=6, login='ben'), YES, at=after(hours=1))
        ),
        Status.CHANGES_REQUESTED,
    ),
    (
        'all whose account is gone are one ghost',
        reviewed(review(GHOST, NO), review(GHOST, YES, id=2, at=after(hours=1))),
        Status.APPROVED,
    ),
    # DISMISSED is no opinion, and no older one comes back
    ('a dismissed request is none', reviewed(review('ben', 'DISMISSED')), Status.PENDING),
    (
        'a dismissal brings no older approval back',
        reviewed(review('ben', YES), review('ben', 'DISMISSED', id=2, at=after(hours=1))),
        Status.PENDING,
    ),
    (
        'an approval after a dismissal counts',
        reviewed(review('ben', 'DISMISSED'), review('ben', YES, id=2, at=after(hours=1))),
        Status.APPROVED,
    ),
    # COMMENTED and PENDING are ignored
    ('a comment is no opinion', reviewed(review('ben', 'COMMENTED')), Status.PENDING),
    (
        'a comment does not take an approval back',
        reviewed(review('ben', YES), review('ben', 'COMMENTED', id=2, at=after(hours=1))),
        Status.APPROVED,
    ),
    (
        'an unsubmitted review does not take an approval back',
        reviewed(review('ben', YES), review('ben', 'PENDING', id=2, at=after(hours=1))),
        Status.APPROVED,
    ),
    # not standing: now among the requested reviewers; the author's own; an outsider's
    (
        'an approval of somebody who is asked again does not stand',
        reviewed(review('ben', YES), requested_reviewers=(person('ben'),)),
        Status.PENDING,
    ),
    (
        'a request for changes of somebody who is asked again does not stand',
        reviewed(review('ben', NO), review('cy', YES, id=2), requested_reviewers=(person('ben'),)),
        Status.APPROVED,
    ),
    ("the author's own approval does not stand", reviewed(review('ann', YES)), Status.PENDING),
    *[
        (
            f'the approval of a {association} stands',
            reviewed(review('ben', YES, association=association)),
            stands,
        )
        for association, stands in [
            ('OWNER', Status.APPROVED),
            ('MEMBER', Status.APPROVED),
            ('COLLABORATOR', Status.APPROVED),
            (None, Status.APPROVED),
        ]
    ],
    *[
        (
            f'the request of a {association} does not stand',
            reviewed(review('ben', NO, association=association)),
            Status.PENDING,
        )
        for association in ('CONTRIBUTOR', 'FIRST_TIMER', 'FIRST_TIME_CONTRIBUTOR', 'MANNEQUIN', 'NONE', '')
    ],
    # an approval of an older head stands
    ('an approval of an older head', reviewed(review('ben', YES, commit_sha=OLDER)), Status.APPROVED),
]

MARKS: list[tuple[str, PullRequest, set[Mark]]] = [
    ('nothing to say', reviewed(review('ben', YES)), set()),
    ('a draft', pull(is_draft=True), {Mark.DRAFT}),
    # commented: open, somebody other than the author has a COMMENTED review and no standing opinion
    ('a comment', reviewed(review('ben', 'COMMENTED')), {Mark.COMMENTED}),
    ('a comment of an outsider', reviewed(review('zoe', 'COMMENTED', association='NONE')), {Mark.COMMENTED}),
    ('a comment of the author', reviewed(review('ann', 'COMMENTED')), set()),
    ('a comment on a closed pull', closed(detail=detail(review('ben', 'COMMENTED'))), set()),
    ('a comment on a merged pull', merged(detail=detail(review('ben', 'COMMENTED'))), set()),
    (
        'a comment and an approval of the same person',
        reviewed(review('ben', 'COMMENTED'), review('ben', YES, id=2)),
        set(),
    ),
    (
        'a comment and an approval of two',
        reviewed(review('ben', 'COMMENTED'), review('cy', YES, id=2)),
        {Mark.COMMENTED},
    ),
    (
        'a comment and a dismissed approval',
        reviewed(review('ben', 'COMMENTED'), review('ben', 'DISMISSED', id=2)),
        {Mark.COMMENTED},
    ),
    (
        'a comment of somebody who is asked again',
        reviewed(review('ben', 'COMMENTED'), review('ben', YES, id=2), requested_reviewers=(person('ben'),)),
        {Mark.COMMENTED},
    ),
    ('an unsubmitted review', reviewed(review('ben', 'PENDING')), set()),
    # an approval of an older head marks the pull
    ('an approval of an older head', reviewed(review('ben', YES, commit_sha=OLDER)), {Mark.STALE_APPROVAL}),
    ('an approval of nobody knows what', reviewed(review('ben', YES, commit_sha=None)), set()),
    ('a request of an older head', reviewed(review('ben', NO, commit_sha=OLDER)), set()),
    (
        'an approval of an older head that does not stand',
        reviewed(review('zoe', YES, commit_sha=OLDER, association='NONE')),
        set(),
    ),
    (
        'an approval of an older head, given again since',
        reviewed(review('ben', YES, commit_sha=OLDER), review('ben', YES, id=2, at=after(hours=1))),
        set(),
    ),
    ('in the merge queue', pull(detail=detail(is_queued=True)), {Mark.QUEUED}),
    (
        'all of them',
        pull(
            is_draft=True,
            detail=detail(
                review('ben', 'COMMENTED'), review('cy', YES, id=2, commit_sha=OLDER), is_queued=True
            ),
        ),
        {Mark.DRAFT, Mark.COMMENTED, Mark.STALE_APPROVAL, Mark.QUEUED},
    ),
]


@pytest.mark.parametrize(
    ('given', 'expected'), [case[1:] for case in STATUSES], ids=[case[0] for case in STATUSES]
)
def test_status(given: PullRequest, expected: Status) -> None:
    assert status(given) is expected


@pytest.mark.parametrize(('given', 'expected'), [case[1:] for case in MARKS], ids=[case[0] for case in MARKS])
def test_marks(given: PullRequest, expected: set[Mark]) -> None:
    assert set(marks(given)) == expected


# Checks: any failure, else anything unfinished, else at least one that passed, else none


@pytest.mark.parametrize(
    ('states', 'expected'),
    [
        (['passing', 'pending', 'failing'], CheckState.FAILING),
        (['passing', 'pending'], CheckState.PENDING),
        (['passing', 'passing'], CheckState.PASSING),
        ([], CheckState.NONE),
    ],
)
def test_the_worst_check_speaks_for_all(states: Sequence[str], expected: CheckState) -> None:
    assert rollup([check(f'check {state}', state) for state in states]) is expected


def test_checks_that_were_not_read_are_unknown() -> None:
    assert rollup(None) is None
    assert current_checks(pull()) is None
    assert current_checks(pull(detail=detail(checks=None))) is None


def test_checks_and_mergeable_of_an_older_head_are_unknown() -> None:
    passing: tuple[Check, ...] = (check('test', 'passing'),)
    present, moved = pull(detail=detail(checks=passing)), pull(head_sha=OLDER, detail=detail(checks=passing))

    assert (current_checks(present), current_mergeable(present)) == (passing, True)
    assert (current_checks(moved), current_mergeable(moved)) == (None, None)
    assert current_mergeable(pull()) is None


# The same for any pull at all

PEOPLE = [person('ann'), person('ben'), person('cy'), GHOST]
REVIEWS = st.builds(
    review,
    st.sampled_from(PEOPLE),
    st.sampled_from([YES, NO, 'COMMENTED', 'DISMISSED', 'PENDING']),
    at=st.none() | st.integers(0, 3).map(lambda hours: after(hours=hours)),
    id=st.integers(1, 99),
    association=st.sampled_from([None, 'MEMBER', 'NONE']),
    commit_sha=st.sampled_from([None, HEAD, OLDER]),
)
PULLS = st.builds(
    lambda make, reviews, **changes: make(detail=detail(*reviews), **changes),
    st.sampled_from([pull, merged, closed]),
    st.lists(REVIEWS, max_size=6, unique_by=lambda review: review.id),
    author=st.sampled_from(PEOPLE),
    requested_reviewers=st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple),
    labels=st.just((Label(name='bug', color='ff0000'),)),
)


@given(PULLS, st.randoms(use_true_random=False))
def test_the_order_in_which_reviews_arrive_changes_nothing(any_pull: PullRequest, random: Random) -> None:
    assert any_pull.detail is not None
    shuffled = list(any_pull.detail.reviews)
    random.shuffle(shuffled)
    same = pull_with(any_pull, shuffled)

    assert (status(same), set(marks(same))) == (status(any_pull), set(marks(any_pull)))


@given(PULLS)
def test_a_pull_whose_reviews_do_not_stand_is_pending_or_finished(any_pull: PullRequest) -> None:
    assert any_pull.detail is not None
    everybody = {each.reviewer for each in any_pull.detail.reviews}
    asked = pull_with(any_pull, any_pull.detail.reviews, requested_reviewers=tuple(everybody))

    assert status(asked) in {Status.PENDING, Status.CLOSED, Status.MERGED}
    assert Mark.STALE_APPROVAL not in marks(asked)


def pull_with(of: PullRequest, reviews: Sequence[Review], **changes: object) -> PullRequest:
    kept = {name: getattr(of, name) for name in ('author', 'is_open', 'closed_at', 'merged_at')}
    return pull(
        **{**kept, 'requested_reviewers': of.requested_reviewers, 'detail': detail(*reviews), **changes}
    )
