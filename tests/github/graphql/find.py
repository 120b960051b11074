"""Find things by their global ids."""

from collections.abc import Callable, Iterable
from typing import Any

from tests.github import node_id, shape, shape_of_parts
from tests.github.graphql.asking import Asking, Refused, Thing
from tests.github.graphql.values import commit, someone
from tests.github.holding import Pull, Repo
from tests.github.shape import Json


def find(asking: Asking, id_: str) -> Any:
    """Find whatever has this id.

    Raises:
        Refused: there is nothing, or it may not be seen.
    """
    try:
        kind, (first, *rest) = node_id.read(id_)
        found: Any = _outside(asking, kind, first, *rest)
        if found is None and (repo := asking.repo_by_id(first)) is not None:
            found = repo if kind == 'R' else _inside(repo, kind, id_, *rest)
    except (LookupError, ValueError, TypeError):
        found = None
    except Refused as error:
        if error.type != 'NOT_FOUND':
            raise
        found = None
    if found is None:
        raise Refused('NOT_FOUND', f"Could not resolve to a node with the global id of '{id_}'.")
    return found


def _outside(asking: Asking, kind: str, first: Any, *rest: Any) -> Thing | None:
    if kind == 'O':
        return someone(asking.github.owner(first))
    if kind == 'T':
        return Thing('Team', shape_of_parts.team(first, rest[0]))
    if kind == 'A':
        return Thing('App', {'node_id': node_id.make('A', first), 'id': 1, 'slug': first, 'name': first})
    people = {prefix: kind for kind, prefix in shape.PREFIXES.items()}
    return someone(shape.user(first, people[kind])) if kind in people else None


def _inside(repo: Repo, kind: str, id_: str, part: Any, *rest: Any) -> Any:
    if kind in IN_REPO:
        return IN_REPO[kind](repo, part, *rest)
    pull = repo.pulls[part]
    return pull if kind == 'PR' else _in_pull(pull, kind, id_)


def _in_pull(pull: Pull, kind: str, id_: str) -> Thing | None:
    type_, of = IN_PULL[kind]
    found = next((item for item in of(pull) if id_ in {item.get('node_id'), item.get('id')}), None)
    return Thing(type_, found, pull.repo, pull) if found else None


def _milestone(repo: Repo, number: int) -> Thing:
    return Thing('Milestone', repo.milestones[number], repo)


def _label(repo: Repo, name: str) -> Thing | None:
    """A label keeps its id when it is renamed."""
    id_ = node_id.make('LA', repo.data['id'], name)
    found = next((label for label in repo.labels.values() if label['node_id'] == id_), None)
    return Thing('Label', found, repo) if found else None


def _run(repo: Repo, sha: str, id_: int) -> Thing:
    return Thing('CheckRun', next(run for run in repo.check_runs[sha] if run['id'] == id_), repo)


def _suite(repo: Repo, sha: str, app: str) -> Thing:
    run = next(run for run in repo.check_runs[sha] if run['app']['slug'] == app)
    return Thing('CheckSuite', run, repo)


def _status(repo: Repo, sha: str, id_: int) -> Thing:
    return Thing('StatusContext', next(known for known in repo.statuses[sha] if known['id'] == id_), repo)


IN_REPO: dict[str, Callable[..., Thing | None]] = {
    'C': commit,
    'CR': _run,
    'CS': _suite,
    'LA': _label,
    'MI': _milestone,
    'SC': _status,
}
"""How ids begin → how to find what they mean in a repository."""
IN_PULL: dict[str, tuple[str, Callable[[Pull], Iterable[Json]]]] = {
    'IC': ('IssueComment', lambda pull: pull.comments),
    'PRR': ('PullRequestReview', lambda pull: pull.reviews),
    'PRRC': (
        'PullRequestReviewComment',
        lambda pull: (comment for thread in pull.threads for comment in thread['comments']),
    ),
    'PRRT': ('PullRequestReviewThread', lambda pull: pull.threads),
}
"""How ids begin → the type, and where to look in a pull."""
