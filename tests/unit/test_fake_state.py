"""What our own GitHub holds, and what it tells of."""

from typing import Any

import pytest

from tests.builders import Clock
from tests.github.reviewing import decision
from tests.github.shape import user
from tests.github.state import Pull, State

NAME = 'acme/api'


class Heard(list[tuple[str, str | None]]):
    """Events and actions, in order; the last payload."""

    said: dict[str, Any]

    def __call__(self, event: str, action: str | None, said: dict[str, Any]) -> None:
        self.append((event, action))
        self.said = said

    def take(self) -> list[tuple[str, str | None]]:
        taken = list(self)
        self.clear()
        return taken


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def github(clock: Clock) -> State:
    github = State(now=clock)
    github.organisations.add('acme')
    github.add_repository(NAME)
    github.open_pull(NAME)
    return github


@pytest.fixture
def heard(github: State) -> Heard:
    heard = Heard()
    github.on_event(heard)
    return heard


@pytest.fixture
def pull(github: State) -> Pull:
    return github.pull(NAME, 1)


def test_every_change_of_a_pull_is_told(github: State, heard: Heard) -> None:
    github.open_pull(NAME, author='ben')
    assert heard.said['sender']['login'] == 'ben'
    assert (heard.said['number'], heard.said['pull_request']['number']) == (2, 2)
    assert heard.said['organization']['login'] == 'acme'
    for change in (
        lambda: github.edit(NAME, 1, title='New'),
        lambda: github.retarget(NAME, 1, 'next'),
        lambda: github.edit(NAME, 1, labels=[{'name': 'bug'}]),
        lambda: github.edit(NAME, 1, labels=[]),
        lambda: github.edit(NAME, 1, assignees=[user('cy')]),
        lambda: github.edit(NAME, 1, assignees=[]),
        lambda: github.request_review(NAME, 1, 'ben'),
        lambda: github.request_team(NAME, 1, 'core'),
        lambda: github.request_review(NAME, 1),
        lambda: github.convert_to_draft(NAME, 1),
        lambda: github.mark_ready(NAME, 1),
        lambda: github.push(NAME, 1),
        lambda: github.edit(NAME, 1, milestone=github.add_milestone(NAME, 'One')),
        lambda: github.enqueue(NAME, 1),
        lambda: github.dequeue(NAME, 1),
        lambda: github.close(NAME, 1),
        lambda: github.reopen(NAME, 1),
        lambda: github.merge(NAME, 1),
    ):
        change()
    actions = [action for event, action in heard if event == 'pull_request']
    assert actions == [
        *('opened', 'edited', 'edited', 'labeled', 'unlabeled', 'assigned', 'unassigned'),
        *('review_requested', 'review_requested', 'review_request_removed'),
        *('converted_to_draft', 'ready_for_review', 'synchronize', 'milestoned', 'enqueued', 'dequeued'),
        *('closed', 'reopened', 'closed'),
    ]
    assert {event for event, _ in heard} == {'label', 'milestone', 'pull_request', 'push'}
    assert heard.said['pull_request']['merged'] is True


def test_what_is_said_about_a_pull_is_told(github: State, heard: Heard) -> None:
    review = github.review(NAME, 1)
    assert heard.said['review']['id'] == review
    github.dismiss(NAME, 1, review)
    thread = github.open_thread(NAME, 1)
    github.resolve_thread(NAME, 1, thread)
    assert heard.said['thread']['node_id'] == thread
    github.unresolve_thread(NAME, 1, thread)
    github.comment(NAME, 1)
    assert heard.take() == [
        ('pull_request_review', 'submitted'),
        ('pull_request_review', 'dismissed'),
        ('pull_request_review', 'submitted'),
        ('pull_request_review_comment', 'created'),
        ('pull_request_review_thread', 'resolved'),
        ('pull_request_review_thread', 'unresolved'),
        ('issue_comment', 'created'),
    ]


def test_what_programs_say_is_told_and_moves_no_pull(
    github: State, heard: Heard, clock: Clock, pull: Pull
) -> None:
    before = pull.listed['updated_at']
    clock.forward(hours=1)
    github.check(NAME, 1, 'test', None, status='queued')
    github.check(NAME, 1, 'lint', None)
    github.check(NAME, 1, 'lint', 'failure')
    assert heard.take() == [('check_run', 'created'), ('check_run', 'created'), ('check_run', 'completed')]
    github.check(NAME, 1, 'test', 'success')
    assert heard.said['check_suite']['conclusion'] == 'failure'
    github.status(NAME, 1)
    assert heard.take() == [('check_run', 'completed'), ('check_suite', 'completed'), ('status', None)]
    assert pull.listed['updated_at'] == before


def test_what_happens_to_a_repository_is_told(github: State, heard: Heard) -> None:
    github.rename(NAME, 'acme/core')
    github.transfer('acme/core', 'ann')
    assert (heard.said['repository']['full_name'], heard.said['repository']['owner']['type']) == (
        'ann/core',
        'User',
    )
    github.archive('ann/core')
    github.unarchive('ann/core')
    github.edit_label('ann/core', 'bug', color='000000')
    github.delete_label('ann/core', 'bug')
    github.delete_repository('ann/core')
    assert heard == [
        *(('repository', action) for action in ('renamed', 'transferred', 'archived', 'unarchived')),
        *(('label', action) for action in ('created', 'edited', 'deleted')),
        ('repository', 'deleted'),
    ]


def test_a_listener_keeps_what_it_was_told(github: State, heard: Heard) -> None:
    github.edit(NAME, 1, title='Then')
    said = heard.said
    github.edit(NAME, 1, title='Now')
    assert said['pull_request']['title'] == 'Then'


def test_labels_change_all_over_the_repository_and_move_no_pull(
    github: State, clock: Clock, pull: Pull
) -> None:
    github.edit(NAME, 1, labels=[{'name': 'bug', 'color': 'ff0000'}, {'name': 'big'}])
    before, touched = pull.listed['updated_at'], pull.touched
    clock.forward(hours=1)
    github.edit_label(NAME, 'bug', name='defect', color='00ff00')
    assert [(label['name'], label['color']) for label in pull.listed['labels']] == [
        ('defect', '00ff00'),
        ('big', 'ededed'),
    ]
    github.delete_label(NAME, 'big')
    assert [label['name'] for label in pull.listed['labels']] == ['defect']
    assert (pull.listed['updated_at'], pull.touched) == (before, touched)


def test_comments_move_a_pull_and_threads_are_counted(github: State, clock: Clock, pull: Pull) -> None:
    clock.forward(hours=1)
    github.comment(NAME, 1)
    assert pull.listed['updated_at'] == '2026-03-02T10:00:00Z'
    github.reply(NAME, 1, github.open_thread(NAME, 1))
    assert (pull.single['comments'], pull.single['review_comments']) == (1, 2)
    assert [review['state'] for review in pull.reviews] == ['COMMENTED', 'COMMENTED']


def test_a_number_is_not_given_twice(github: State) -> None:
    assert github.open_pull(NAME) == 2
    github.delete_pull(NAME, 2)
    assert github.open_pull(NAME) == 3
    assert github.open_pulls_in_bulk(NAME, 2) == range(4, 6)
    assert github.open_pull(NAME) == 6


def test_many_pulls_stand_in_the_order_of_their_updates(github: State) -> None:
    days = {2: '2026-02-03', 3: '2026-02-01', 4: '2026-02-02'}
    github.open_pulls_in_bulk(NAME, 3, lambda number: {'updated_at': f'{days[number]}T00:00:00Z'})
    github.edit(NAME, 3, title='Later')

    assert [pull.listed['number'] for pull in github.repo(NAME).by_touch()] == [1, 4, 2, 3]


def test_the_decision_is_what_the_reviews_come_to(github: State, pull: Pull) -> None:
    github.review(NAME, 1, by='ben')
    assert decision(pull) is None
    github.require_reviews(NAME)
    assert decision(pull) == 'APPROVED'
    change = github.review(NAME, 1, by='cy', state='CHANGES_REQUESTED')
    assert decision(pull) == 'CHANGES_REQUESTED'
    github.review(NAME, 1, by='cy', state='COMMENTED')
    assert decision(pull) == 'CHANGES_REQUESTED'
    github.dismiss(NAME, 1, change)
    assert decision(pull) == 'APPROVED'
    github.review(NAME, 1, by='ben', state='CHANGES_REQUESTED')
    github.dismiss(NAME, 1, pull.reviews[-1]['id'])
    github.review(NAME, 1, by='stranger', association='NONE')
    assert decision(pull) == 'REVIEW_REQUIRED'
