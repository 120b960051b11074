"""The pretend team's whole world: its pulls, and how time passes."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from math import exp
from random import Random

from reviewflow.models import CheckState, PullRequest, Status
from reviewflow.policy import status
from sync.demo import aside, opening
from sync.demo.backlog import Task, chores, written
from sync.demo.changes import Moment, checked, detail_of
from sync.demo.life import EVENTS, base_title, merge
from sync.demo.team import PROJECTS

_GAPS_S = (4, 9)
"""The least and the most time between two events."""
_BURST = 50
"""How many events one look at the world may make up for."""
_CHECKS_TAKE = timedelta(seconds=25)
_QUEUE_TAKES = timedelta(seconds=90)
_PAST = timedelta(days=21)
_PAST_EVENTS = 700
_FEWEST_OPEN, _MOST_OPEN = 24, 56
_FEWEST = {Status.PENDING: 14, Status.APPROVED: 3, Status.CHANGES_REQUESTED: 3}
_BUMPS = 0.16
"""The bot's share of the new pulls."""
_FINISHED_AT_START, _FINISHED = 20, 360
"""How many closed and merged pulls are remembered."""


class World:
    """All pulls, moved on by a story that seed and time decide, and who asks for a pull.

    It begins with three weeks that lead up to ``now``. When the clock steps back, the world waits for it.
    """

    def __init__(self, seed: int, now: datetime, pace: float) -> None:
        self._random = Random(seed)  # noqa: S311  # a story, no secret
        self._pace = pace
        self._born = now
        self._pulls: dict[str, dict[int, PullRequest]] = {name: {} for name in PROJECTS}
        self._counts = Counter[Status]()
        self._changes = dict.fromkeys(PROJECTS, 0)
        self._numbers = {name: project.first_number for name, project in PROJECTS.items()}
        self._backlog = {name: self._shuffled(name) for name in PROJECTS}
        self._versions = {name: at for project in PROJECTS.values() for name, at in project.packages.items()}
        self._last = now - _PAST
        for left in range(_PAST_EVENTS, 0, -1):  # the nearer to now, the more often
            self._pass(now - _PAST * (left / _PAST_EVENTS) ** 2)
        self._forget(_FINISHED_AT_START)
        self._next = now + self._gap()

    def advance(self, now: datetime) -> None:
        """Let happen what is due; after a long sleep only the last few minutes of it."""
        self._next = max(self._next, now - timedelta(seconds=_BURST * _GAPS_S[0] / self._pace))
        while self._next <= now:
            self._pass(self._next)
            self._next += self._gap()
        self._forget(_FINISHED)

    def open_one(self, now: datetime, repository: str = '') -> PullRequest:
        """Have somebody open a pull at once, ready to be looked at; the story goes on from there."""
        random = Random(f'{self._born} {self._numbers}')  # noqa: S311  # a story, no secret
        name = repository or random.choice(list(PROJECTS))
        self._numbers[name] += 1
        pull = opening.task(
            PROJECTS[name], self._numbers[name], self._next_task(name), Moment(at=now, random=random)
        )
        pull = replace(pull, is_draft=False)
        self._put(pull)
        return pull

    def pulls(self, repository: str) -> list[PullRequest]:
        """List the pulls of a repository, most recently updated first."""
        return sorted(self._pulls[repository].values(), key=lambda pull: pull.updated_at, reverse=True)

    def mark(self, repository: str) -> str:
        """Name the present state of a repository's list; no other run of the program uses the name."""
        return f'{self._born.timestamp()}.{self._changes[repository]}'

    def _shuffled(self, repository: str) -> list[Task]:
        """Put hand-written work first: the chores are for those who watch for hours."""
        first, later = written(repository), chores(repository)
        self._random.shuffle(first)
        self._random.shuffle(later)
        return [*first, *later]

    def _gap(self) -> timedelta:
        return timedelta(seconds=self._random.uniform(*_GAPS_S) / self._pace)

    def _pass(self, at: datetime) -> None:
        """Make one thing happen, and let checks run on meanwhile."""
        now = Moment(at=at, random=self._random)
        self._run_checks(now)
        self._run_queues(now)
        open_pulls = self._open_pulls()
        if not open_pulls or self._random.random() < 0.25 * (1 - len(open_pulls) / _MOST_OPEN):
            self._open(now)
        else:
            self._happen(open_pulls, now)

    def _run_checks(self, now: Moment) -> None:
        """Finish some of the running checks: the longer nothing happened, the more likely."""
        likelihood = 1 - exp(-(now.at - self._last) / _CHECKS_TAKE)
        for pull in self._open_pulls():
            is_running = any(check.state is CheckState.PENDING for check in detail_of(pull).checks or ())
            if is_running and self._random.random() < likelihood:
                self._put(checked(pull, now))
        self._last = now.at

    def _run_queues(self, now: Moment) -> None:
        """Merge what waited long enough in the queue, as far as the board stays mixed."""
        for pull in self._open_pulls():
            if detail_of(pull).is_queued and now.at - pull.updated_at >= _QUEUE_TAKES:
                after = merge(pull, now)
                if after is not None and _stays_mixed(self._counts, status(pull), status(after)):
                    self._put(after)

    def _happen(self, open_pulls: list[PullRequest], now: Moment) -> None:
        """Draw events and pulls until some event can happen to its pull, and leaves a mixed board."""
        for event in self._random.choices(list(EVENTS), list(EVENTS.values()), k=100):
            before = self._random.choice(open_pulls)
            after = event(before, now)
            if after is not None and _stays_mixed(self._counts, status(before), status(after)):
                self._put(after)
                return

    def _open(self, now: Moment) -> None:
        name = min(self._random.sample(list(PROJECTS), 3), key=lambda name: len(self._pulls[name]))
        project = PROJECTS[name]
        self._numbers[name] += self._random.randint(1, 3)  # issues take numbers, too
        package = self._random.choice(list(project.packages))
        is_waiting = any(
            pull.is_open and pull.title.startswith(f'Bump {package} ') for pull in self.pulls(name)
        )
        if self._random.random() < _BUMPS and not is_waiting:
            old = self._versions[package]
            new = self._versions[package] = opening.next_version(old, self._random)
            self._put(opening.bump(project, self._numbers[name], package, now, old=old, new=new))
        else:
            self._put(opening.task(project, self._numbers[name], self._next_task(name), now))

    def _next_task(self, repository: str) -> Task:
        """Take the next task whose title no pull has; done ones come again when they are forgotten."""
        taken = {base_title(pull.title) for pull in self._pulls[repository].values()}
        backlog = self._backlog[repository]
        task = next((task for task in backlog if task.title not in taken), backlog[0])
        backlog.remove(task)
        backlog.append(task)
        return task

    def _open_pulls(self) -> list[PullRequest]:
        return [pull for pulls in self._pulls.values() for pull in pulls.values() if pull.is_open]

    def _put(self, pull: PullRequest) -> None:
        pull = aside.owned(pull, detail_of(pull))
        pulls = self._pulls[pull.repository]
        before = pulls.get(pull.number)
        if before is None or replace(before, detail=None) != replace(pull, detail=None):
            self._changes[pull.repository] += 1
        if before is not None:
            self._counts[status(before)] -= 1
        self._counts[status(pull)] += 1
        pulls[pull.number] = pull

    def _forget(self, keep: int) -> None:
        """Let go of all closed and merged pulls but the newest."""
        finished = [pull for name in PROJECTS for pull in self.pulls(name) if not pull.is_open]
        for pull in sorted(finished, key=lambda pull: pull.updated_at, reverse=True)[keep:]:
            self._counts[status(pull)] -= 1
            del self._pulls[pull.repository][pull.number]


def _stays_mixed(counts: Counter[Status], before: Status, after: Status) -> bool:
    """Tell whether enough pulls of every status remain when one goes from ``before`` to ``after``."""
    if before is after:
        return True
    merged, closed = counts[Status.MERGED], counts[Status.CLOSED]
    is_open_to = {Status.MERGED: merged <= 4 * closed + 3, Status.CLOSED: 4 * closed <= merged}
    has_spare = sum(counts[kind] for kind in _FEWEST) > _FEWEST_OPEN
    return counts[before] > _FEWEST[before] and (after not in is_open_to or (is_open_to[after] and has_spare))
