"""What the list is told of a pull."""

import orjson

from reviewflow.models import GHOST, Label
from reviewflow.row import row
from tests.builders import NOW, after, card, check, detail, person, pull, review


def test_a_row_holds_all_that_is_drawn_of_a_pull() -> None:
    whole = pull(
        number=17,
        author=person('ann', id=7, avatar_url='https://pictures.example/7'),
        is_draft=True,
        labels=(Label(name='bug', color='ff0000'),),
        updated_at=after(minutes=1),
        detail=detail(
            review('ben', 'CHANGES_REQUESTED'),
            checks=(check('lint', 'passing'), check('test', 'failing')),
            additions=90,
            deletions=20,
            comments=3,
            threads=8,
            open_threads=2,
        ),
    )

    assert orjson.loads(orjson.dumps(row(card(whole, key=4)))) == {
        'key': 4,
        'status': 'changes_requested',
        'marks': ['draft'],
        'number': 17,
        'title': 'Fix the lamp',
        'url': 'https://github.example/acme/api/pull/17',
        'repository': 'acme/api',
        'author': ['ann', False, '7?v=f443c3a6'],
        'base': 'main',
        'head': 'topic',
        'labels': [['bug', 'ff0000']],
        'label_count': 1,
        'reviewer_count': 1,
        'reviewers': [['ben', False, None, 'changes']],
        'checks': 'failing',
        'passed': 1,
        'total': 2,
        'is_ready': False,
        'additions': 90,
        'deletions': 20,
        'size': 'M',
        'comments': 3,
        'threads': 8,
        'open_threads': 2,
        'updated': int(NOW.timestamp()) + 60,
    }


def test_what_was_not_read_is_unknown_and_not_zero() -> None:
    made = row(card(pull(author=GHOST)))

    unknown = (
        'checks',
        'passed',
        'total',
        'additions',
        'deletions',
        'size',
        'comments',
        'threads',
        'open_threads',
    )
    assert {name: made[name] for name in unknown} == dict.fromkeys(unknown)
    assert made['author'] == ['ghost', False, None]


def test_checks_of_an_older_head_are_not_counted() -> None:
    made = row(card(pull(head_sha='b' * 40, detail=detail(checks=(check('test', 'passing'),)))))

    assert (made['checks'], made['passed'], made['total']) == (None, None, None)


def test_a_row_stays_small() -> None:
    crowd = tuple(person(f'p{number}') for number in range(40))
    labels = tuple(Label(name=f'label {number}', color='00ff00') for number in range(40))

    made = row(card(pull(requested_reviewers=crowd, labels=labels)))

    assert (len(made['reviewers']), len(made['labels'])) == (4, 12)
    assert (made['reviewer_count'], made['label_count']) == (40, 40)


def test_whoever_holds_a_pull_up_comes_first() -> None:
    asked = tuple(person(f'p{number}') for number in range(5))

    made = row(card(pull(requested_reviewers=asked, detail=detail(review('zoe', 'CHANGES_REQUESTED')))))

    assert made['reviewers'][0][0] == 'zoe'


def test_nothing_sly_is_drawn_as_it_is() -> None:
    sly = 'a\u202eb'
    made = row(
        card(
            pull(
                title=sly,
                author=person(sly),
                base=sly,
                head=sly,
                labels=(Label(name=sly, color='ff0000'),),
                requested_reviewers=(person(sly, id=9),),
            )
        )
    )

    assert '\u202e' not in orjson.dumps(made).decode()
    assert made['title'] == 'a\\u202eb'


def test_a_pull_without_a_title_can_still_be_seen() -> None:
    assert row(card(pull(title='')))['title'] == '(no title)'
