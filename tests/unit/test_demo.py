"""The pretend team: believable, alive, and never in contradiction with itself."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewflow.models import CheckState, Mark, PullRequest, Status
from reviewflow.policy import current_checks, marks, rollup, standing_opinions, status
from sync.demo import opening
from sync.demo.backlog import chores, written
from sync.demo.life import base_title
from sync.demo.team import BOT, PROJECTS
from sync.demo.world import World

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
Key = tuple[str, int]
Board = dict[Key, PullRequest]
seeds = st.integers(0, 2**32)
steps = st.lists(st.integers(0, 900).map(lambda seconds: timedelta(seconds=seconds)), max_size=8)


def board(world: World) -> Board:
    return {(name, pull.number): pull for name in PROJECTS for pull in world.pulls(name)}


def played(seed: int, steps: list[timedelta], *, start: datetime = MONDAY, pace: float = 1) -> World:
    world = World(seed, start, pace)
    for step in steps:
        start += step
        world.advance(start)
    return world


def each_step(world: World, *, every: timedelta, times: int) -> list[tuple[Board, Board]]:
    boards = [board(world)]
    for count in range(1, times + 1):
        world.advance(MONDAY + count * every)
        boards.append(board(world))
    return list(pairwise(boards))


@settings(max_examples=8, deadline=None)
@given(seeds, steps)
def test_a_story_never_contradicts_itself(seed: int, steps: list[timedelta]) -> None:
    now = MONDAY + sum(steps, timedelta())

    for pull in board(played(seed, steps)).values():
        assert_times_are_in_order(pull, now)
        assert_people_keep_the_rules(pull)
        assert pull.detail is not None
        assert pull.detail.head_sha == pull.head_sha
        assert pull.is_open == (pull.closed_at is None)
        assert pull.merged_at in {None, pull.closed_at}
        assert 0 <= (pull.detail.open_threads or 0) <= (pull.detail.threads or 0)
        assert not pull.detail.is_queued or (pull.is_open and not pull.is_draft)
        for check in pull.detail.checks or ():
            assert check.started_at is not None
            assert pull.created_at <= check.started_at <= (check.ended_at or now) <= now
            assert (check.ended_at is None) == (check.state is CheckState.PENDING)


def assert_times_are_in_order(pull: PullRequest, now: datetime) -> None:
    assert pull.detail is not None
    submitted = [review.submitted_at or now for review in pull.detail.reviews]
    ends = [pull.closed_at] if pull.closed_at is not None else []
    times = [MONDAY - timedelta(days=21), pull.created_at, *submitted, pull.updated_at, *ends, now]
    assert times == sorted(times)
    assert [review.id for review in pull.detail.reviews] == sorted(
        review.id for review in pull.detail.reviews
    )


def assert_people_keep_the_rules(pull: PullRequest) -> None:
    assert pull.detail is not None
    people = PROJECTS[pull.repository].people
    assert pull.author in {*people, BOT}
    for asked in (pull.requested_reviewers, [review.reviewer for review in pull.detail.reviews]):
        assert set(asked) <= set(people) - {pull.author}
    assert len(set(pull.requested_reviewers)) == len(pull.requested_reviewers)
    asked_for = {*(person.login for person in pull.requested_reviewers), *pull.requested_teams}
    assert set(pull.detail.code_owners or ()) <= asked_for
    if pull.is_draft:
        assert not standing_opinions(pull)


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_the_story_begins_with_a_mixed_board(seed: int) -> None:
    pulls = board(World(seed, MONDAY, pace=1)).values()
    counts = Counter(status(pull) for pull in pulls)

    assert 30 <= len(pulls) <= 76
    assert min(counts[kind] for kind in Status) >= 1
    assert counts[Status.PENDING] >= 14
    assert {pull.repository for pull in pulls} == set(PROJECTS)
    details = [pull.detail for pull in pulls if pull.is_open and pull.detail is not None]
    assert any(pull.milestone for pull in pulls)
    assert any(detail.open_threads for detail in details)
    assert any(detail.code_owners for detail in details)


@settings(max_examples=5, deadline=None)
@given(seeds, steps)
def test_same_seed_and_same_steps_make_the_same_world(seed: int, steps: list[timedelta]) -> None:
    one, other = played(seed, steps), played(seed, steps)

    assert board(one) == board(other)
    assert [one.mark(name) for name in PROJECTS] == [other.mark(name) for name in PROJECTS]


def test_how_often_one_looks_does_not_change_the_story() -> None:
    often = played(1, [timedelta(seconds=7)] * 90)
    seldom = played(1, [timedelta(seconds=90)] * 7)

    assert board(often) == board(seldom)


def test_another_seed_is_another_story() -> None:
    assert board(World(1, MONDAY, pace=1)) != board(World(2, MONDAY, pace=1))


def test_a_restart_tells_the_same_story_under_new_marks() -> None:
    before = World(1, MONDAY, pace=1)
    after = World(1, MONDAY + timedelta(hours=5), pace=1)

    def heads(world: World) -> dict[Key, tuple[str, str]]:
        return {key: (pull.title, pull.head_sha) for key, pull in board(world).items()}

    assert heads(before) == heads(after)
    assert all(before.mark(name) != after.mark(name) for name in PROJECTS)


@pytest.mark.parametrize('pace', [1, 3])
def test_something_moves_every_nine_seconds_of_its_pace(pace: int) -> None:
    world = World(1, MONDAY, pace)

    for before, after in each_step(world, every=timedelta(seconds=9 / pace), times=100):
        assert before != after


def test_the_world_waits_for_a_clock_that_stands_still_or_steps_back() -> None:
    world = played(1, [timedelta(minutes=1)])
    before = board(world)

    world.advance(MONDAY + timedelta(minutes=1))
    world.advance(MONDAY - timedelta(hours=1))

    assert board(world) == before


def test_a_long_sleep_is_made_up_for_by_a_few_minutes_of_life() -> None:
    world = World(1, MONDAY, pace=1)
    awake = MONDAY + timedelta(hours=8)

    world.advance(awake)

    moved = [pull.updated_at for pull in board(world).values() if pull.updated_at > MONDAY]
    assert 10 <= len(moved) <= 51
    assert min(moved) >= awake - timedelta(seconds=200)


def test_the_board_stays_mixed_for_a_whole_day() -> None:
    world = World(1, MONDAY, pace=1)

    for _, after in each_step(world, every=timedelta(minutes=10), times=144):
        counts = Counter(status(pull) for pull in after.values())
        assert 20 <= sum(pull.is_open for pull in after.values()) <= 60
        assert len(after) <= 420
        assert min(counts[kind] for kind in Status) >= 1
        assert len({base_title(pull.title) for pull in after.values()}) == len(after)


def test_a_mark_moves_exactly_when_the_list_does() -> None:
    world = World(1, MONDAY, pace=1)
    heard = {True: 0, False: 0}

    for count in range(1, 200):
        lists = {name: (bare(world, name), world.mark(name)) for name in PROJECTS}
        world.advance(MONDAY + count * timedelta(seconds=4))
        for name, (listed, mark) in lists.items():
            moved = listed != bare(world, name)
            assert (mark != world.mark(name)) == moved
            heard[moved] += 1
    assert min(heard.values()) > 0


def bare(world: World, name: str) -> list[PullRequest]:
    return [replace(pull, detail=None) for pull in world.pulls(name)]


def test_an_hour_shows_everything_that_can_happen_to_a_pull() -> None:
    world = World(1, MONDAY, pace=1)
    seen = set()

    for before, after in each_step(world, every=timedelta(seconds=20), times=180):
        for key, pull in after.items():
            seen |= (
                what_happened(before[key], pull)
                if key in before
                else {f'opened by bot: {pull.author.is_bot}'}
            )

    assert seen >= {
        'opened by bot: True',
        'opened by bot: False',
        'bump merged',
        'pull merged',
        'closed',
        'ready',
        'retitled',
        'asked',
        'asked again',
        'commented',
        'approved',
        'changes requested',
        'pushed',
        'approval went stale',
        'checks passed by themselves',
        'checks failed by themselves',
        'queued',
    }


def what_happened(before: PullRequest, after: PullRequest) -> set[str]:
    was, now = status(before), status(after)
    quiet = before.updated_at == after.updated_at
    was_checked, checks = rollup(current_checks(before)), rollup(current_checks(after))
    asked = set(after.requested_reviewers) - set(before.requested_reviewers)
    happened = {
        'queued': Mark.QUEUED in set(marks(after)) - set(marks(before)),
        'bump merged': was is not now is Status.MERGED and after.author.is_bot,
        'pull merged': was is not now is Status.MERGED and not after.author.is_bot,
        'closed': was is not now is Status.CLOSED,
        'ready': before.is_draft and not after.is_draft,
        'retitled': before.title != after.title,
        'asked': asked - {review.reviewer for review in standing_opinions(before)},
        'asked again': asked & {review.reviewer for review in standing_opinions(before)},
        'commented': Mark.COMMENTED in set(marks(after)) - set(marks(before)),
        'approved': was is not now is Status.APPROVED,
        'changes requested': was is not now is Status.CHANGES_REQUESTED,
        'pushed': before.head_sha != after.head_sha,
        'approval went stale': Mark.STALE_APPROVAL in set(marks(after)) - set(marks(before)),
        'checks passed by themselves': quiet and was_checked is not checks is CheckState.PASSING,
        'checks failed by themselves': quiet and was_checked is not checks is CheckState.FAILING,
    }
    return {name for name, did in happened.items() if did}


def test_there_is_work_for_hours() -> None:
    by_hand = [task.title for name in PROJECTS for task in written(name)]
    everything = [*by_hand, *(task.title for name in PROJECTS for task in chores(name))]

    assert len(by_hand) >= 120
    assert len(set(everything)) == len(everything)
    assert [base_title(title) for title in everything] == everything


@pytest.mark.parametrize('name', PROJECTS)
def test_every_task_of_a_repository_has_a_branch_of_its_own(name: str) -> None:
    branches = [opening.branch(task.title) for task in [*written(name), *chores(name)]]

    assert all(branches)
    assert [branch for branch, count in Counter(branches).items() if count > 1] == []
