"""What the drawer shows of a pull."""

from dataclasses import replace

import orjson

from reviewflow.models import Label
from reviewflow.preview import preview
from tests.builders import NOW, after, card, check, detail, merged, person, pull, review


def test_everybody_with_their_last_word_and_whether_it_counts() -> None:
    made = preview(
        card(
            pull(
                requested_reviewers=(person('dan'),),
                detail=detail(
                    review('cho', 'APPROVED', at=after(minutes=1)),
                    review('out', 'APPROVED', id=2, at=after(minutes=2), association='NONE'),
                    review('dan', 'CHANGES_REQUESTED', id=3, at=after(minutes=3)),
                ),
            )
        )
    )

    at = int(NOW.timestamp())
    assert {row[0]: row[3:] for row in made['people']} == {
        'cho': ['approved', at + 60, None, False],
        'out': ['commented', at + 120, 'approved', False],
        'dan': ['asked', at + 180, 'changes', False],
    }


def test_owners_of_the_code_are_marked_among_those_who_are_asked() -> None:
    asked = {'requested_reviewers': (person('dan'), person('eve')), 'requested_teams': ('core', 'docs')}

    made = preview(card(pull(**asked, detail=detail(code_owners=('eve', 'core')))))
    unknown = preview(card(pull(**asked, detail=detail())))

    assert {who[0]: who[-1] for who in made['people']} == {'dan': False, 'eve': True}
    assert made['teams'] == [['core', True], ['docs', False]]
    assert unknown['teams'] == [['core', False], ['docs', False]]


def test_githubs_decision_stands_beside_ours() -> None:
    approved = detail(review('cho', 'APPROVED'), review_decision='REVIEW_REQUIRED')

    made = preview(card(pull(detail=approved)))

    assert (made['status'], made['decision'], made['is_otherwise']) == ('approved', 'REVIEW_REQUIRED', True)


def test_each_check_says_from_when_to_when_it_ran_and_where() -> None:
    ended = replace(
        check('lint', 'passing'), url='https://ci.example/1', started_at=NOW, ended_at=after(minutes=2)
    )
    runs = replace(check('test', 'pending'), started_at=NOW)

    made = preview(card(pull(detail=detail(checks=(ended, runs)))))

    at = int(NOW.timestamp())
    assert made['runs'] == [
        ['test', 'ci', 'pending', None, at, None],
        ['lint', 'ci', 'passing', 'https://ci.example/1', at, at + 120],
    ]


def test_what_failed_comes_first_among_the_checks() -> None:
    checks = (check('a', 'passing'), check('b', 'pending'), check('c', 'failing'))

    made = preview(card(pull(detail=detail(checks=checks))))

    assert [run[0] for run in made['runs']] == ['c', 'b', 'a']


def test_what_was_not_read_is_unknown() -> None:
    made = preview(card())

    assert (made['runs'], made['decision'], made['mergeable'], made['files']) == (None, None, None, None)


def test_it_fits_into_a_frame_and_holds_every_label() -> None:
    labels = tuple(Label(name=f'label {number}', color='00ff00') for number in range(40))

    whole = merged(labels=labels, milestone='1\u202e.0', requested_teams=('core',))
    made = orjson.loads(orjson.dumps(preview(card(whole))))

    assert (len(made['labels']), made['teams'], made['merged']) == (
        40,
        [['core', False]],
        int(NOW.timestamp()),
    )
    assert made['milestone'] == '1\\u202e.0'
