"""What the drawer shows of a pull."""

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
        'cho': ['approved', at + 60, None],
        'out': ['commented', at + 120, 'approved'],
        'dan': ['asked', at + 180, 'changes'],
    }


def test_what_failed_comes_first_among_the_checks() -> None:
    checks = (check('a', 'passing'), check('b', 'pending'), check('c', 'failing'))

    made = preview(card(pull(detail=detail(checks=checks))))

    assert [run[0] for run in made['runs']] == ['c', 'b', 'a']


def test_what_was_not_read_is_unknown() -> None:
    made = preview(card())

    assert (made['runs'], made['decision'], made['mergeable'], made['files']) == (None, None, None, None)


def test_it_fits_into_a_frame_and_holds_every_label() -> None:
    labels = tuple(Label(name=f'label {number}', color='00ff00') for number in range(40))

    made = orjson.loads(orjson.dumps(preview(card(merged(labels=labels, requested_teams=('core',))))))

    assert (len(made['labels']), made['teams'], made['merged']) == (40, ['core'], int(NOW.timestamp()))
