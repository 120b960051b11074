"""A small organisation that lives, for looking at by hand."""

from datetime import datetime, timedelta
from random import Random

from tests.github.happening import HAPPENINGS, Happening, happen
from tests.github.shape import Json, timestamp
from tests.github.state import State

OWNER = 'acme'
REPOSITORIES = ('api', 'web', 'app', 'docs', 'infra', 'design', 'billing', 'search')
PEOPLE = ('ann', 'ben', 'cy', 'dora', 'emil', 'fay', 'dependabot[bot]')
WORK = ('Fix', 'Speed up', 'Rename', 'Test', 'Document', 'Drop', 'Rework', 'Simplify')
PARTS = ('the sign-in', 'the list', 'retries', 'the cache', 'the index', 'paging', 'the form', 'time zones')
OFTEN = ('review', 'check', 'pass', 'push', 'comment', 'thread', 'ask people')
"""What happens more often than the rest."""
IN_DETAIL = 60
"""Of so many pulls there is more to be told than that they are open."""


class Organisation:
    """Its people open pulls and do whatever can be done to them; the same seed gives the same."""

    def __init__(self, github: State, *, seed: int = 1) -> None:
        self._github = github
        self._random = Random(seed)
        self._numbers: list[tuple[str, int]] = []

    def furnish(self, pulls: int) -> None:
        """Make the repositories, and so many pulls of the last weeks."""
        self._github.organisations.add(OWNER)
        now = self._github.now()
        for index, short in enumerate(REPOSITORIES):
            name = f'{OWNER}/{short}'
            self._github.add_repository(name, is_private=short == 'billing')
            many = pulls // len(REPOSITORIES) + (index < pulls % len(REPOSITORIES))
            numbers = self._github.open_pulls_in_bulk(name, many, lambda _: self._pull(now))
            self._numbers += [(name, number) for number in numbers]
        self._random.shuffle(self._numbers)
        self._github.require_reviews(f'{OWNER}/{REPOSITORIES[0]}')
        for name, number in self._numbers[-IN_DETAIL:]:
            for _ in range(self._random.randint(1, 4)):
                self._let_happen(name, number)

    def step(self) -> str:
        """Let one thing happen, and say what."""
        if self._random.random() < 0.1 or not self._numbers:
            name = f'{OWNER}/{self._random.choice(REPOSITORIES)}'
            number = self._github.open_pull(name, self._title(), author=self._random.choice(PEOPLE))
            self._numbers.append((name, number))
            return f'{name}#{number}: opened'
        name, number = self._random.choice(self._numbers[-IN_DETAIL:])
        return f'{name}#{number}: {self._let_happen(name, number)}'

    def _let_happen(self, name: str, number: int) -> str:
        what = self._random.choice(OFTEN if self._random.random() < 0.6 else list(HAPPENINGS))
        by, flag = self._random.choice(PEOPLE[:-1]), self._random.random() < 0.5
        happen(what, Happening(github=self._github, name=name, number=number, by=by, flag=flag))
        return f'{what}, by {by}'

    def _pull(self, now: datetime) -> Json:
        created = now - timedelta(hours=self._random.uniform(1, 24 * 40))
        updated = timestamp(created + (now - created) * self._random.random())
        made: Json = {
            'title': self._title(),
            'author': self._random.choice(PEOPLE),
            'created_at': timestamp(created),
            'updated_at': updated,
            'draft': self._random.random() < 0.1,
        }
        fate = self._random.random()
        if fate < 0.25:
            made |= {'state': 'closed', 'closed_at': updated}
        if fate < 0.2:
            made |= {'merged_at': updated}
        return made

    def _title(self) -> str:
        return f'{self._random.choice(WORK)} {self._random.choice(PARTS)}'
