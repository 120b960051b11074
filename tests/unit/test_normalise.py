import logging
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import GHOST, Check, CheckState, Person, PullRequest, Repository, ReviewState
from sync.github import check, normalise
from tests.github import shape

AT = '2026-05-01T12:00:00Z'
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
API = Repository(id=7, name='acme/api')
REPO = shape.repository(7, 'acme/api', is_private=False, is_archived=False)
BOMBS = {
    'markup': '<script>alert(1)</script>',
    'quotes': '"><img src=x onerror=alert(1)>\'; DROP TABLE pulls; --',
    'templates': '{{ 7 * 7 }} ${7 * 7} :onclick="x"',
    'right-to-left': '\u202egnp.exe\u202c \u200b\u2066hidden\u2069',
    'controls': 'NUL \x00 and \x1b[31m and \x85',
    'surrogates': 'lone \ud83d and \udc00',
    'long': 'x' * 65_536,
    'long surrogates': '\ud800' * 65_536,
    'empty': '',
    'blank': '\n\t ',
}
each_bomb = pytest.mark.parametrize('bomb', list(BOMBS.values()), ids=list(BOMBS))
RUBBISH: list[Any] = [None, True, 0, -1, 1.5, 10**30, [], {}, ['a'], {'a': 'b'}]
NO_NUMBERS: list[Any] = [None, True, 0, -1, 1.0, 2**63, 10**30, '7', [], {}]


def item(**fields: Any) -> dict[str, Any]:
    return shape.listed_pull(REPO, 70, 1, title='Fix it', author='ann', at=AT) | fields


def listed(**fields: Any) -> PullRequest:
    _, (pull,) = normalise.pulls([item(**fields)], API)
    return pull


def single(**fields: Any) -> dict[str, Any]:
    return item() | shape.single_only() | fields


def test_a_list_item_becomes_a_pull() -> None:
    pull = listed(
        labels=[{'name': 'bug', 'color': 'd73a4a'}],
        assignees=[shape.user('ben')],
        requested_reviewers=[shape.user('eve'), shape.user('dependabot[bot]')],
        requested_teams=[{'slug': 'core', 'name': 'Core'}],
        draft=True,
    )

    assert (pull.repository, pull.number, pull.title) == ('acme/api', 1, 'Fix it')
    assert pull.url == 'https://github.example/acme/api/pull/1'
    assert pull.author.login == 'ann'
    assert pull.author.avatar_url is not None
    assert pull.is_open
    assert pull.is_draft
    assert (pull.base, pull.head) == ('main', 'ann/1')
    assert pull.head_sha == item()['head']['sha']
    assert [(label.name, label.color) for label in pull.labels] == [('bug', 'd73a4a')]
    assert [person.login for person in pull.assignees] == ['ben']
    assert [(person.login, person.is_bot) for person in pull.requested_reviewers] == [
        ('eve', False),
        ('dependabot[bot]', True),
    ]
    assert pull.requested_teams == ('core',)
    assert (pull.created_at, pull.updated_at, pull.closed_at, pull.merged_at) == (NOON, NOON, None, None)
    assert pull.detail is None


def test_a_merged_pull_is_known_by_its_date_alone() -> None:
    pull = listed(state='closed', closed_at=AT, merged_at=AT)

    assert not pull.is_open
    assert pull.merged_at == NOON


def test_a_list_needs_only_number_id_and_a_date() -> None:
    _, (pull,) = normalise.pulls([{'id': 70, 'number': 1, 'created_at': AT}], API)

    assert pull.repository == 'acme/api'
    assert pull.author is GHOST
    assert (pull.title, pull.url, pull.base, pull.head, pull.head_sha) == ('', '', '', '', '')
    assert pull.updated_at == NOON


@pytest.mark.parametrize('field', sorted(set(item()) - {'id', 'number'}))
@pytest.mark.parametrize('rubbish', [*RUBBISH, 'rubbish', [None, 7, 'a', {}, {'id': 'x', 'name': 7}]])
def test_no_field_can_break_a_pull(field: str, rubbish: Any) -> None:
    pull = listed(**{field: rubbish})

    assert pull.number == 1


@each_bomb
def test_texts_are_one_clean_line_that_any_store_and_page_takes(bomb: str) -> None:
    home = REPO['owner'] | {'login': bomb}
    pull = listed(
        title=bomb,
        user=home,
        labels=[{'name': bomb, 'color': bomb}],
        requested_teams=[{'slug': bomb}],
        assignees=[home],
        html_url=bomb,
        head={'ref': bomb, 'sha': bomb},
        base={'ref': bomb, 'repo': {'id': 7, 'full_name': bomb}},
    )

    texts = [
        pull.title, pull.base, pull.head, pull.head_sha, pull.author.login, pull.url, pull.repository,
        *pull.requested_teams,
        *(label.name for label in pull.labels),
        *(label.color for label in pull.labels),
        *(person.login for person in pull.assignees),
    ]  # fmt: skip
    for text in texts:
        assert text.encode('utf-8').decode('utf-8') == text
        assert not set(text) & set('\x00\x1b\x85\n\t')
        assert len(text) <= 256
    assert pull.repository == 'acme/api'


def test_markup_is_kept_as_text() -> None:
    assert listed(title='<b>"Tom" & \'Jerry\'</b>').title == '<b>"Tom" & \'Jerry\'</b>'


@pytest.mark.parametrize('field', ['number', 'id'])
@pytest.mark.parametrize('rubbish', NO_NUMBERS)
def test_a_pull_without_proper_numbers_is_dropped_with_a_warning_and_the_others_stay(
    field: str, rubbish: Any, caplog: pytest.LogCaptureFixture
) -> None:
    _, pulls = normalise.pulls([item(**{field: rubbish}), item(number=2)], API)

    assert [pull.number for pull in pulls] == [2]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_a_number_that_a_database_would_refuse_is_dropped() -> None:
    _, pulls = normalise.pulls([item(number=2**31), item(number=2**31 - 1, id=2**63 - 1)], API)

    assert [pull.number for pull in pulls] == [2**31 - 1]


@pytest.mark.parametrize('rubbish', [None, 'null', 7, [item()]])
def test_items_that_are_no_objects_are_dropped(rubbish: Any) -> None:
    _, pulls = normalise.pulls([rubbish, item()], API)

    assert [pull.number for pull in pulls] == [1]


@pytest.mark.parametrize('rubbish', [None, {}, 'a page', 7, {'message': 'Not Found'}])
def test_no_list_is_no_answer(rubbish: Any) -> None:
    for read in (normalise.reviews, normalise.active_repositories, lambda data: normalise.pulls(data, API)):
        with pytest.raises(ForgeUnavailable):
            read(rubbish)
    for read_inside in (check.check_runs, check.statuses):
        with pytest.raises(ForgeUnavailable):
            read_inside({'check_runs': rubbish, 'statuses': rubbish})


@pytest.mark.parametrize('rubbish', [None, [], 'a page', {}, {'number': 1}])
def test_no_single_pull_is_no_answer(rubbish: Any) -> None:
    with pytest.raises(ForgeUnavailable):
        normalise.pull(rubbish, API)


def test_deleted_accounts_forks_and_branches_are_harmless() -> None:
    gone = listed(user=None, head={'ref': 'fix', 'sha': 'a' * 40, 'repo': None, 'user': None})
    nothing = listed(user=None, head=None, base=None)

    assert gone.author is GHOST
    assert (gone.head, gone.head_sha) == ('fix', 'a' * 40)
    assert (nothing.head, nothing.head_sha, nothing.base) == ('', '', '')
    assert nothing.repository == 'acme/api'


def test_a_person_without_proper_id_is_a_ghost() -> None:
    assert listed(user={'id': 2**63, 'login': 'ann'}).author is GHOST
    assert listed(user={'id': 1, 'login': '\n'}).author is GHOST
    assert listed(assignees=[{'login': 'ann'}, None]).assignees == ()


@pytest.mark.parametrize('url', ['javascript:alert(1)', '//evil.example', 'data:text/html,x', 'https://', 7])
def test_links_are_http_or_nothing(url: Any) -> None:
    pull = listed(html_url=url, user={'id': 1, 'login': 'ann', 'avatar_url': url})

    assert pull.url == ''
    assert pull.author == Person(id=1, login='ann')


def test_long_lists_are_cut() -> None:
    pull = listed(
        labels=[{'name': f'label {number}'} for number in range(5000)],
        assignees=[{'id': number, 'login': f'user{number}'} for number in range(1, 5000)],
        requested_teams=[{'slug': f'team{number}'} for number in range(5000)],
    )

    assert (len(pull.labels), len(pull.assignees), len(pull.requested_teams)) == (100, 100, 100)


def test_names_come_once() -> None:
    ann = shape.user('ann')
    pull = listed(labels=[{'name': 'bug'}] * 2, assignees=[ann, ann], requested_teams=[{'slug': 'core'}] * 2)

    assert (len(pull.labels), len(pull.assignees), len(pull.requested_teams)) == (1, 1, 1)


@pytest.mark.parametrize('color', ['', 'red', '#d73a4a', 'd73a4', 'd73a4a;}', None, 7])
def test_a_label_without_proper_color_is_grey(color: Any) -> None:
    (label,) = listed(labels=[{'name': 'bug', 'color': color}]).labels

    assert label.color == 'ededed'


@pytest.mark.parametrize(
    ('text', 'expected'),
    [
        ('2026-05-01T12:00:00.774Z', NOON.replace(microsecond=774_000)),
        ('2026-05-01T14:00:00+02:00', NOON),
        ('2026-05-01T12:00:00', NOON),
    ],
)
def test_times_are_utc(text: str, expected: datetime) -> None:
    assert listed(created_at=text).created_at == expected


@pytest.mark.parametrize('time', [
    '0001-01-01T00:00:00+23:59', '9999-12-31T23:59:59-23:59', '10000-01-01T00:00:00Z', '0000-00-00',
    'now', '', 0, None,
])  # fmt: skip
def test_a_time_of_rubbish_falls_back_to_the_other_one(time: Any) -> None:
    assert listed(created_at=time).created_at == NOON
    assert listed(updated_at=time).updated_at == NOON
    assert listed(closed_at=time).closed_at is None


def test_a_pull_without_any_date_is_dropped() -> None:
    _, pulls = normalise.pulls([item(created_at=None, updated_at='yesterday')], API)

    assert pulls == ()


def test_a_rename_shows_in_the_list() -> None:
    renamed = item()['base'] | {'repo': REPO | {'full_name': 'acme/core'}}

    home, (pull,) = normalise.pulls([item(base=renamed)], API)

    assert home == Repository(id=7, name='acme/core')
    assert pull.repository == 'acme/core'


def test_an_empty_list_belongs_to_the_repository_that_was_asked_for() -> None:
    assert normalise.pulls([], API) == (API, ())


def test_a_list_is_never_asked_for_what_only_the_single_pull_has() -> None:
    plain = normalise.pulls([item()], API)
    with_extras = normalise.pulls([single(merged=True, mergeable=True, merged_by=shape.user('ben'))], API)

    assert with_extras == plain


def test_the_single_pull_tells_the_detail() -> None:
    pull, detail = normalise.pull(single(comments=3, review_comments=4, mergeable=False), API)

    assert (detail.additions, detail.deletions, detail.changed_files) == (10, 2, 1)
    assert detail.comments == 7
    assert detail.mergeable is False
    assert detail.head_sha == pull.head_sha
    assert detail.checks is None


@pytest.mark.parametrize('rubbish', [None, -1, 2**31, 10**30, 1.5, True, '7', []])
def test_a_count_of_rubbish_is_unknown(rubbish: Any) -> None:
    fields = dict.fromkeys(('additions', 'deletions', 'changed_files', 'comments'), rubbish)
    _, detail = normalise.pull(single(**fields), API)

    assert (detail.additions, detail.deletions, detail.changed_files, detail.comments) == (None,) * 4


@pytest.mark.parametrize('rubbish', [None, 1, 0, 'true', []])
def test_mergeable_is_yes_no_or_unknown(rubbish: Any) -> None:
    _, detail = normalise.pull(single(mergeable=rubbish), API)

    assert detail.mergeable is None


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

    assert found == Check(app='ci', name='test', state=state, url='https://github.example/checks/1')


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

    assert found == Check(app='', name='build', state=expected, url='https://github.example/builds/1')


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
    (found,) = runs(run(name=bomb, app={'slug': bomb}, html_url=bomb, started_at=bomb))

    for text in (found.app, found.name):
        assert text.encode('utf-8').decode('utf-8') == text
        assert not set(text) & set('\x00\x1b\x85\n\t')
    assert found.url is None


def test_archived_repositories_and_rubbish_are_not_active() -> None:
    found = normalise.active_repositories([REPO, REPO | {'id': 8, 'archived': True}, {'id': 9}, None])

    assert found == (API,)


@pytest.mark.parametrize(
    'rubbish', [None, [], {'id': 7}, {'id': 7, 'full_name': 'no slash'}, {'id': 0, 'full_name': 'a/b'}]
)
def test_no_repository_is_no_answer(rubbish: Any) -> None:
    with pytest.raises(ForgeUnavailable):
        normalise.repository(rubbish)
