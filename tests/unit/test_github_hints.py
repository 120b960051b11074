"""What the payloads of GitHub's webhooks hint at."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.delivery import Delivery, Hints
from reviewflow.models import is_repository
from sync.github.hints import READERS, GitHubHooks
from tests.builders import NOW
from tests.hooks import ID, NAME, pull_event, repository
from tests.unit.raw_values import each_bomb

SHA = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821'
HOME = {'repository': repository()}


def parse(event: str, payload: Any) -> Delivery:
    return GitHubHooks().parse(payload, event=event, id='1', received_at=NOW)


def hints(event: str, **payload: Any) -> Hints | None:
    return parse(event, {**HOME, **payload}).hints


def test_a_delivery_says_where_and_what() -> None:
    found = parse('pull_request', pull_event(7, action='labeled'))

    assert (found.event, found.action, found.forge_id, found.repository) == (
        'pull_request',
        'labeled',
        ID,
        NAME,
    )
    assert found.hints == Hints(numbers=(7,), newer_than=NOW)


@pytest.mark.parametrize(
    'event',
    [
        'pull_request',
        'pull_request_review',
        'pull_request_review_comment',
        'pull_request_review_thread',
    ],
)
def test_whatever_happens_to_a_pull_names_it_and_how_new_it_is(event: str) -> None:
    payload = pull_event(12)
    del payload['number']  # only pull_request has it

    assert parse(event, payload).hints == Hints(numbers=(12,), newer_than=NOW)


def test_a_comment_counts_only_below_a_pull() -> None:
    assert hints('issue_comment', issue={'number': 3, 'pull_request': {'url': 'x'}}) == Hints(numbers=(3,))
    assert hints('issue_comment', issue={'number': 3}) is None
    assert hints('issue_comment', issue={'number': 3, 'pull_request': None}) is None


@pytest.mark.parametrize('event', ['check_run', 'check_suite', 'workflow_run'])
def test_checks_name_pulls_and_their_head(event: str) -> None:
    listed = [{'number': 4, 'base': {'repo': {'id': ID}}}, {'number': 4}, {'number': 5}]

    assert hints(event, **{event: {'head_sha': SHA, 'pull_requests': listed}}) == Hints(
        numbers=(4, 5), shas=(SHA,)
    )


@pytest.mark.parametrize('event', ['check_run', 'check_suite', 'workflow_run'])
def test_checks_of_a_fork_name_only_the_head(event: str) -> None:
    elsewhere = [{'number': 4, 'base': {'repo': {'id': ID + 1}}}]

    assert hints(event, **{event: {'head_sha': SHA, 'pull_requests': []}}) == Hints(shas=(SHA,))
    assert hints(event, **{event: {'head_sha': SHA, 'pull_requests': elsewhere}}) == Hints(shas=(SHA,))


def test_a_status_names_the_head() -> None:
    assert hints('status', sha=SHA, name=NAME) == Hints(shas=(SHA,))


@pytest.mark.parametrize(('event', 'field'), [('label', 'name'), ('milestone', 'title')])
def test_what_a_label_or_milestone_was_and_is_called(event: str, field: str) -> None:
    def named(action: str, *, was: str | None = None) -> tuple[str, ...] | None:
        changes = {} if was is None else {field: {'from': was}}
        found = hints(event, action=action, changes=changes, **{event: {field: 'now'}})
        return None if found is None else found.labels or found.milestones

    assert named('edited', was='before') == ('now', 'before')
    assert named('edited') == ('now',)
    assert named('deleted') == ('now',)
    assert named('created') is None, 'no pull can have it yet'


@pytest.mark.parametrize(
    'action',
    ['renamed', 'transferred', 'archived', 'unarchived', 'deleted', 'created', 'privatized', 'publicized'],
)
def test_what_happens_to_a_repository_puts_its_name_in_doubt(action: str) -> None:
    assert hints('repository', action=action) == Hints(names=True)


def test_a_new_description_of_a_repository_says_nothing() -> None:
    assert hints('repository', action='edited') is None


@pytest.mark.parametrize('event', ['member', 'team', 'organization', 'installation', 'public'])
def test_who_may_see_what_puts_names_in_doubt_also_without_a_repository(event: str) -> None:
    found = parse(event, {'action': 'renamed', 'organization': {'login': 'acme'}})

    assert (found.forge_id, found.hints) == (None, Hints(names=True))


def test_the_merge_queue_names_the_pull_in_its_branch() -> None:
    ref = 'refs/heads/gh-readonly-queue/main/pr-104-929f8209d40f77f4abc622a499c93a83babdbe64'

    assert hints('merge_group', merge_group={'head_ref': ref}) == Hints(numbers=(104,))
    assert hints('merge_group', merge_group={'head_ref': 'refs/heads/main'}) is None


def test_texts_longer_than_any_are_not_looked_into() -> None:
    ref = f'refs/heads/gh-readonly-queue/main{"/x" * 500}/pr-7-{SHA}'
    assert hints('merge_group', merge_group={'head_ref': ref}) is None
    late = pull_event(7, updated_at=f'2026-03-02T09:00:00.{"0" * 200_000}Z')
    assert hints('pull_request', **late) == Hints(numbers=(7,))


def test_a_ping_says_only_that_the_hook_lives() -> None:
    assert hints('ping', zen='Keep it simple.') == Hints()


@pytest.mark.parametrize('event', ['star', 'issues', 'workflow_job', 'never heard of'])
def test_other_events_are_of_no_concern(event: str) -> None:
    found = parse(event, pull_event())

    assert (found.hints, found.forge_id) == (None, ID)


def test_what_names_no_repository_hints_at_nothing() -> None:
    assert parse('pull_request', pull_event(repository=None)).hints is None
    assert parse('status', {'sha': SHA, 'repository': {'id': -1}}).hints is None


@pytest.mark.parametrize('number', [0, -1, True, '7', 7.5, 2**31, None, [7], {'7': 7}])
def test_a_number_that_is_none_names_no_pull(number: Any) -> None:
    payload = pull_event(number=number)

    assert parse('pull_request', payload).hints is None
    assert hints('issue_comment', issue={'number': number, 'pull_request': {}}) is None


@each_bomb
def test_texts_are_made_harmless_before_they_are_kept(bomb: str) -> None:
    found = hints('label', action='edited', label={'name': bomb}, changes={'name': {'from': 'old'}})

    assert found is not None
    assert all(label.isprintable() or '\u202e' in label or '\u200b' in label for label in found.labels)
    assert all(len(label) <= 100 for label in found.labels)


@pytest.mark.parametrize('name', ['acme/*', 'x' * 300 + '/y', '../..', 7, None, 'acme/api\n'])
def test_a_name_that_is_none_is_left_out(name: Any) -> None:
    found = parse('ping', {'repository': {'id': ID, 'full_name': name}})

    assert (found.repository, found.forge_id) == ('', ID)


CHECKS = {'head_sha': SHA, 'pull_requests': [{'number': 7, 'base': {'repo': {'id': ID}}}]}
WHOLE: dict[str, Any] = {
    'action': 'edited',
    'number': 7,
    'ref': 'refs/heads/main',
    'sha': SHA,
    'repository': repository(),
    'pull_request': {'number': 7, 'updated_at': '2026-03-02T09:00:00Z'},
    'issue': {'number': 7, 'pull_request': {}},
    'changes': {'name': {'from': 'old'}, 'title': {'from': 'old'}},
    'label': {'name': 'bug'},
    'milestone': {'title': '1.0'},
    'merge_group': {'head_ref': f'refs/heads/gh-readonly-queue/main/pr-7-{SHA}'},
    **dict.fromkeys(('check_run', 'check_suite', 'workflow_run'), CHECKS),
}
RUBBISH: list[Any] = [None, True, 0, -1, 10**30, 1.5, '', 'x', '\x00\ud800', [], [[]], {}, {'x': []}]


def with_rubbish(payload: Any) -> Iterator[Any]:
    """Give it with each part of it replaced by each kind of rubbish, one at a time."""
    yield from RUBBISH
    parts = (
        payload.items()
        if isinstance(payload, dict)
        else enumerate(payload)
        if isinstance(payload, list)
        else ()
    )
    for key, part in parts:
        for other in with_rubbish(part):
            changed = payload.copy()
            changed[key] = other
            yield changed


@pytest.mark.parametrize('event', READERS)
def test_rubbish_in_any_place_is_taken_for_none(event: str) -> None:
    assert (whole := parse(event, WHOLE)).hints is not None or event == 'repository'
    for payload in with_rubbish(WHOLE):
        found = parse(event, payload)
        assert found.hints is None or len(found.hints.numbers) <= len((whole.hints or Hints()).numbers)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([SHA, NAME]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
KEYS = (  # noqa: SIM905  # it reads better
    'action number pull_request issue repository id full_name check_run check_suite workflow_run head_sha'
    ' pull_requests base repo sha ref label name milestone title changes from merge_group head_ref updated_at'
).split()
shaped = st.recursive(
    anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)
events = st.sampled_from([*READERS, 'star', ''])


@given(event=events, payload=anything | shaped)
def test_nothing_that_json_can_hold_unsettles_it(event: str, payload: Any) -> None:
    found = parse(event, payload)

    assert found.repository == '' or is_repository(found.repository)
    if found.hints is not None:
        assert all(0 < number < 2**31 for number in found.hints.numbers)
        assert len(found.hints.numbers) <= 100
        assert found.hints.newer_than is None or found.hints.newer_than.tzinfo is not None
