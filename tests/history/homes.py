"""Repositories at our own GitHub, and what people do with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from tests.builders import Clock
from tests.github import FakeGitHub, shape
from tests.github.happening import Happening, happen
from tests.github.sender import DROP, Fate
from tests.github.state import Pull, Repo
from tests.history.equal import Key
from tests.history.steps import CHECKS, PEOPLE, UNTRACED, Change, Happen, Stamp

OWNER, OTHER = 'acme', 'other'
MOST = 4
AGE_H = (1, 5, 30, 31, 60, 100, 160, 200, 500, 800)
"""When each of the first pulls was changed, the last one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untraced:
    """Something that left no trace, or may have left none."""

    what: str
    keys: frozenset[Key]
    """Of the pulls that it changed."""
    guids: frozenset[str]
    """Of the deliveries that tell of it."""


class Homes:
    """Repositories with some pulls each."""

    def __init__(self, github: FakeGitHub, clock: Clock) -> None:
        self.untraced: list[Untraced] = []
        self._github = github
        self._clock = clock
        self._names = count(1)
        github.organisations.add(OWNER)
        for name, ages in ((f'{OWNER}/api', AGE_H), (f'{OWNER}/web', AGE_H[:2])):
            github.add_repository(name)
            github.open_pulls_in_bulk(name, len(ages), partial(self._first, ages))
        for number in (1, 2, 10):
            github.edit(f'{OWNER}/api', number, labels=[{'name': 'bug'}])
        github.edit(f'{OWNER}/api', 1, milestone=github.add_milestone(f'{OWNER}/api', 'Soon'))

    def _first(self, ages_h: Sequence[int], number: int) -> dict[str, Any]:
        at = shape.timestamp(self._clock() - timedelta(hours=ages_h[-number]))
        closed = {'state': 'closed', 'closed_at': at, 'merged_at': at if number % 2 else None}
        said = {'author': PEOPLE[number % 2], 'created_at': at, 'updated_at': at}
        return said | (closed if number % 3 == 0 else {})

    def happen(self, step: Happen) -> None:
        """Let something happen to a pull."""
        repo = self._at(step.home)
        if repo is None or step.number not in repo.pulls:
            return
        name = repo.data['full_name']
        happening = Happening(github=self._github, name=name, number=step.number, by=step.by, flag=step.flag)
        pull = repo.pulls[step.number].listed
        having = self._having(repo, pull, step.what) if step.what in UNTRACED else frozenset()
        if step.what in CHECKS:
            having = frozenset({(repo.data['id'], step.number)})
        before = self._begin(step.fate)
        happen(step.what, happening)
        told = self._github.sender.parcels[before:]
        if having:
            guids = frozenset(each.guid for each in told)
            self.untraced.append(Untraced(what=step.what, keys=having, guids=guids))

    def change(self, step: Change) -> None:
        """Let something happen to a repository."""
        repo = self._at(step.home)
        self._begin(step.fate)
        if step.what == 'add':
            self._add(f'{OWNER}/new{next(self._names)}')
        elif repo is not None:
            self._change(step.what, repo, repo.data['full_name'])

    def stamp(self, step: Stamp) -> None:
        """Let a change be seen that took a while, with the time at which it began; and another one."""
        repo = self._at(step.home)
        if repo is None or not {step.number, step.other} <= repo.pulls.keys() or step.number == step.other:
            return
        pull, other = repo.pulls[step.number], repo.pulls[step.other]
        at = shape.timestamp(self._clock() - timedelta(seconds=step.ago_s))
        if pull.listed['updated_at'] >= at or other.listed['updated_at'] >= shape.timestamp(self._clock()):
            return  # the list would begin as it did, and nobody could know
        name = repo.data['full_name']
        self._begin(DROP)
        self._github.edit(name, step.number, title=f'Late {next(self._names)}')
        pull.listed['updated_at'] = at
        self._github.edit(name, step.other, title=f'Now {next(self._names)}')
        self._sort(repo)
        self._sort(repo)

    def _sort(self, repo: Repo) -> None:
        """Let the order of the lists follow the time stamps."""
        pulls = sorted(repo.pulls.values(), key=lambda pull: (pull.listed['updated_at'], pull.touched))
        for pull in pulls:
            pull.touched = next(self._github._touches)

    def _change(self, what: str, repo: Repo, name: str) -> None:
        github = self._github
        match what:
            case 'open':
                github.open_pull(name, 'Opened', author='cy')
            case 'delete pull':
                for number in list(repo.pulls)[-1:]:
                    github.delete_pull(name, number)
            case 'archive':
                (github.unarchive if repo.data['archived'] else github.archive)(name)
            case 'delete':
                github.delete_repository(name)
            case 'refuse':
                github.refuse(name, 404 if repo.refusal is None else None)
            case _:
                self._move(what, *name.split('/'))

    def _move(self, what: str, owner: str, short: str) -> None:
        """Rename it, also so that another one takes its name; or let it leave, and come back."""
        name, new = f'{owner}/{short}', OTHER if owner == OWNER else OWNER
        if what != 'leave':
            self._github.rename(name, f'{owner}/{short.rstrip("0123456789")}{next(self._names)}')
            if what == 'replace' and owner == OWNER:
                self._add(name)
        elif not any(each.data['full_name'] == f'{new}/{short}' for each in self._github.repos):
            self._github.transfer(name, new)

    def _add(self, name: str) -> None:
        if len(self._github.repos) < MOST:
            self._github.add_repository(name)
            self._github.open_pull(name, 'The first', author='ben')

    def _begin(self, fate: Fate) -> int:
        """Say what becomes of the webhooks of what happens now; give how many wait before."""
        self._github.sender.usual = fate
        return self._github.sender.waiting

    def _at(self, home: int) -> Repo | None:
        return self._github.repos[home] if home < len(self._github.repos) else None

    @staticmethod
    def _having(repo: Repo, pull: dict[str, Any], what: str) -> frozenset[Key]:
        """Give the pulls that have the label or milestone which is to be changed."""

        def has(other: Pull) -> bool:
            if what == 'rename milestone':
                return pull['milestone'] is not None and other.listed['milestone'] is pull['milestone']
            mine = {label['name'] for label in pull['labels']}
            return any(label['name'] in mine for label in other.listed['labels'])

        return frozenset((repo.data['id'], number) for number, other in repo.pulls.items() if has(other))
