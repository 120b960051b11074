"""What our own GitHub holds, and what people do there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.github import shape
from tests.github.shape import Json


@dataclass(slots=True, kw_only=True)
class Pull:
    listed: Json
    """As a list shows it."""
    single: Json = field(default_factory=shape.single_only)
    """What the single pull has besides."""
    reviews: list[Json] = field(default_factory=list)
    touched: int
    """Rises with every touch, as two may fall into one second."""


@dataclass(slots=True, kw_only=True)
class Repo:
    data: Json
    pulls: dict[int, Pull] = field(default_factory=dict)
    check_runs: dict[str, list[Json]] = field(default_factory=dict)
    statuses: dict[str, list[Json]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    """Name → the commit that it is at; of a pull that a test opens there is none."""
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    """Branch and path → what was put there, in base64."""
    refusal: int | None = None
    """The HTTP status with which all of it is refused."""


class State:
    """Repositories and their pulls; repositories are named ``owner/name``, pulls by repository and number."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.repos: list[Repo] = []
        self.organisations: set[str] = set()
        self.moved: dict[str, int] = {}
        """Former name → id of a renamed repository."""
        self._ids = count(1000)
        self._touches = count(1)

    def add_repository(self, name: str, *, is_private: bool = False, is_archived: bool = False) -> int:
        """Create a repository; gives its id."""
        id_ = next(self._ids)
        data = shape.repository(id_, name, is_private=is_private, is_archived=is_archived)
        if name.partition('/')[0] in self.organisations:
            data['owner']['type'] = 'Organization'
        self.repos.append(Repo(data=data, branches={'main': shape.sha(name, 'main')}))
        return id_

    def rename(self, name: str, new: str) -> None:
        """Rename a repository; its old addresses redirect."""
        data = self.repo(name).data
        self.moved[name] = data['id']
        owner, _, short = new.partition('/')
        data.update(full_name=new, name=short, owner=shape.user(owner))

    def refuse(self, name: str, status: int | None = 404) -> None:
        """Make a repository missing (404), forbidden (403), blocked (451) or, with None, there again."""
        self.repo(name).refusal = status

    def open_pull(self, name: str, title: str = 'A pull', /, *, author: str = 'ann', **fields: Any) -> int:
        """Open a pull; ``fields`` overwrite what a list says of it. Gives its number."""
        repo = self.repo(name)
        number = len(repo.pulls) + 1
        listed = shape.listed_pull(
            repo.data, next(self._ids), number, title=title, author=author, at=self._time()
        )
        repo.pulls[number] = Pull(listed=listed | fields, touched=next(self._touches))
        return number

    def edit(self, name: str, number: int, /, **fields: Any) -> None:
        """Overwrite fields of a pull, also with rubbish; what only the single pull has stays there."""
        pull = self.pull(name, number)
        self._touch(pull)
        for key, value in fields.items():
            (pull.single if key in pull.single else pull.listed)[key] = value

    def push(self, name: str, number: int) -> str:
        """Push a commit; gives its sha."""
        pull = self.pull(name, number)
        commit = shape.sha(name, number, next(self._ids))
        self.edit(name, number, head=pull.listed['head'] | {'sha': commit})
        return commit

    def request_review(self, name: str, number: int, *logins: str) -> None:
        """Ask these people, and nobody else, for a review."""
        self.edit(name, number, requested_reviewers=[shape.user(login) for login in logins])

    def review(
        self,
        name: str,
        number: int,
        *,
        by: str = 'ben',
        state: str = 'APPROVED',
        association: str = 'MEMBER',
        touches: bool = True,
    ) -> int:
        """Submit a review, which ends its request; gives its id."""
        pull = self.pull(name, number)
        id_ = next(self._ids)
        pull.reviews.append(
            shape.review(
                id_,
                by=by,
                state=state,
                association=association,
                at=self._time(),
                commit=pull.listed['head']['sha'],
            )
        )
        asked = pull.listed['requested_reviewers']
        pull.listed['requested_reviewers'] = [person for person in asked if person['login'] != by]
        if touches:
            self._touch(pull)
        return id_

    def dismiss(self, name: str, number: int, review_id: int) -> None:
        """Dismiss a review."""
        pull = self.pull(name, number)
        next(review for review in pull.reviews if review['id'] == review_id)['state'] = 'DISMISSED'
        self._touch(pull)

    def check(
        self,
        name: str,
        number: int,
        check: str = 'test',
        conclusion: str | None = 'success',
        *,
        app: str = 'ci',
    ) -> None:
        """Run a check on the head, unfinished without a conclusion; ``updated_at`` stays, as on GitHub."""
        commit = self.pull(name, number).listed['head']['sha']
        run = shape.check_run(
            next(self._ids), name=check, conclusion=conclusion, app=app, at=self._time(), commit=commit
        )
        self.repo(name).check_runs.setdefault(commit, []).append(run)

    def status(self, name: str, number: int, context: str = 'build', state: str = 'success') -> None:
        """Set a commit status of the head; ``updated_at`` stays, as on GitHub."""
        commit = self.pull(name, number).listed['head']['sha']
        status = shape.status(next(self._ids), context=context, state=state, at=self._time())
        self.repo(name).statuses.setdefault(commit, []).append(status)

    def merge(self, name: str, number: int) -> None:
        """Merge a pull."""
        now = self._time()
        self.edit(name, number, state='closed', closed_at=now, merged_at=now, merged=True, mergeable=None)

    def close(self, name: str, number: int) -> None:
        """Close a pull."""
        self.edit(name, number, state='closed', closed_at=self._time())

    def reopen(self, name: str, number: int) -> None:
        """Open a closed pull again."""
        self.edit(name, number, state='open', closed_at=None)

    def repo(self, name: str) -> Repo:
        """Find a repository."""
        return next(repo for repo in self.repos if repo.data['full_name'] == name)

    def pull(self, name: str, number: int) -> Pull:
        """Find a pull."""
        return self.repo(name).pulls[number]

    def _time(self) -> str:
        return shape.timestamp(self.now())

    def _touch(self, pull: Pull) -> None:
        pull.listed['updated_at'] = self._time()
        pull.touched = next(self._touches)
