import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import GHOST, Person, PullRequest
from sync.github import check, normalise
from tests.github import shape
from tests.unit.raw_values import API, AT, NOON, REPO, each_bomb

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
        assignees=[shape.user('ben'), shape.user('dependabot[bot]')],
        requested_reviewers=[shape.user('eve'), shape.user('copilot-pull-request-reviewer[bot]')],
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
    assert [person.login for person in pull.requested_reviewers] == ['eve']
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

    assert home == replace(API, name='acme/core')
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


def test_archived_repositories_and_rubbish_are_not_active() -> None:
    found = normalise.active_repositories([REPO, REPO | {'id': 8, 'archived': True}, {'id': 9}, None])

    assert found == (API,)


@pytest.mark.parametrize(
    'rubbish', [None, [], {'id': 7}, {'id': 7, 'full_name': 'no slash'}, {'id': 0, 'full_name': 'a/b'}]
)
def test_no_repository_is_no_answer(rubbish: Any) -> None:
    with pytest.raises(ForgeUnavailable):
        normalise.repository(rubbish)
