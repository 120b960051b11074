"""Repositories, and whose they are."""

from typing import Any

from tests.github import node_id
from tests.github.graphql.asking import Info, Thing, not_there
from tests.github.graphql.connection import Page, page
from tests.github.graphql.values import Resolvers, commit, in_order, path, someone
from tests.github.holding import Pull, Repo
from tests.github.shape import Json

LABEL_ORDERS = {'NAME': 'name'}
ORDERS = {'NAME': 'name', 'PUSHED_AT': 'pushed_at', 'CREATED_AT': 'id', 'UPDATED_AT': 'pushed_at'}


def pulls(
    repo: Repo,
    info: Info,
    *,
    orderBy: dict[str, str] | None = None,  # noqa: N803
    states: list[str] | None = None,
    labels: list[str] | None = None,
    baseRefName: str | None = None,  # noqa: N803
    headRefName: str | None = None,  # noqa: N803
    **cut: Any,
) -> Page:
    """Give a page of a repository's pulls; cursors stay right while pulls move."""
    order = orderBy or {'field': 'CREATED_AT', 'direction': 'ASC'}
    by_update = order['field'] == 'UPDATED_AT'
    if not by_update and order['field'] != 'CREATED_AT':
        raise NotImplementedError(f'pulls by {order["field"]}')
    found = repo.by_touch() if by_update else list(repo.pulls.values())
    if states is not None:
        found = [pull for pull in found if state(pull) in states]
    if labels is not None:
        found = [pull for pull in found if any(label['name'] in labels for label in pull.listed['labels'])]
    for end, branch in (('base', baseRefName), ('head', headRefName)):
        if branch is not None:
            found = [pull for pull in found if pull.listed[end]['ref'] == branch]
    falls = -1 if order['direction'] == 'DESC' else 1
    found = found[::falls]
    keys = [falls * (pull.touched if by_update else pull.listed['number']) for pull in found]
    return page(info, found, keys=keys, **cut)


def state(pull: Pull) -> str:
    """Say what GraphQL calls the state of a pull."""
    return 'MERGED' if pull.listed['merged_at'] else pull.listed['state'].upper()


def _pull(repo: Repo, _: Info, number: int) -> Pull:
    if number not in repo.pulls:
        raise not_there('PullRequest', f'number of {number}')
    return repo.pulls[number]


def _branch(repo: Repo, name: str) -> Thing | None:
    if name not in repo.branches:
        return None
    return Thing('Ref', {'name': name, 'sha': repo.branches[name]}, repo)


def _labels(repo: Repo, info: Info, *, orderBy: Json | None = None, **cut: Any) -> Page:  # noqa: N803
    found = in_order(list(repo.labels.values()), orderBy, LABEL_ORDERS)
    return page(info, [Thing('Label', label, repo) for label in found], **cut)


def _milestones(repo: Repo, info: Info, **cut: Any) -> Page:
    return page(info, [Thing('Milestone', found, repo) for found in repo.milestones.values()], **cut)


def _repositories(
    owner: Thing,
    info: Info,
    *,
    isArchived: bool | None = None,  # noqa: N803
    privacy: str | None = None,
    orderBy: dict[str, str] | None = None,  # noqa: N803
    affiliations: list[str] | None = None,  # noqa: ARG001 - whoever owns it is affiliated
    ownerAffiliations: list[str] | None = None,  # noqa: ARG001, N803
    **cut: Any,
) -> Page:
    login, github = owner.data['login'], info.context.github
    if login in github.unapproved:
        info.context.seen(next(repo for repo in github.repos if repo.data['owner']['login'] == login))
    found = [repo for repo in github.repos if repo.data['owner']['login'] == login and not repo.refusal]
    if isArchived is not None:
        found = [repo for repo in found if repo.data['archived'] == isArchived]
    if privacy is not None:
        found = [repo for repo in found if repo.data['private'] == (privacy == 'PRIVATE')]
    if orderBy is not None:
        falls = orderBy['direction'] == 'DESC'
        found.sort(key=lambda repo: repo.data[ORDERS[orderBy['field']]], reverse=falls)
    return page(info, found, **cut)


def _repository_of(
    owner: Thing,
    info: Info,
    name: str,
    followRenames: bool = True,  # noqa: N803
) -> Any:
    return info.context.repo_by_name(f'{owner.data["login"]}/{name}', follows=followRenames)


def _queue(repo: Repo, _: Info, branch: str | None = None) -> Thing | None:  # noqa: ARG001
    return Thing('MergeQueue', {}, repo) if repo.has_merge_queue else None


def _queued(queue: Thing, info: Info, **cut: Any) -> Page:
    return page(
        info, [Thing('MergeQueueEntry', {}, queue.repo, pull) for pull in in_queue(queue.repo)], **cut
    )


def in_queue(repo: Repo | None) -> list[Pull]:
    """Give the pulls that wait to be merged, first the first."""
    assert repo is not None
    waiting = [pull for pull in list(repo.pulls.values()) if pull.queued_at is not None]
    return sorted(waiting, key=lambda pull: pull.turn)


OWNER: dict[str, Any] = {'repositories': _repositories, 'repository': _repository_of}
REPOSITORIES: Resolvers = {
    'Repository': {
        'createdAt': lambda repo, _: repo.data['pushed_at'],
        'databaseId': lambda repo, _: repo.data['id'],
        'defaultBranchRef': lambda repo, _: _branch(repo, repo.data['default_branch']),
        'id': lambda repo, _: repo.data['node_id'],
        'isArchived': lambda repo, _: repo.data['archived'],
        'isDisabled': lambda repo, _: repo.data['disabled'],
        'isEmpty': lambda *_: False,
        'isFork': lambda *_: False,
        'isInOrganization': lambda repo, _: repo.data['owner']['type'] == 'Organization',
        'isLocked': lambda *_: False,
        'isPrivate': lambda repo, _: repo.data['private'],
        'label': lambda repo, _, name: (
            Thing('Label', repo.labels[name], repo) if name in repo.labels else None
        ),
        'labels': _labels,
        'mergeQueue': _queue,
        'milestones': _milestones,
        'name': lambda repo, _: repo.data['name'],
        'nameWithOwner': lambda repo, _: repo.data['full_name'],
        'owner': lambda repo, _: someone(repo.data['owner']),
        'pullRequest': _pull,
        'pullRequests': pulls,
        'pushedAt': lambda repo, _: repo.data['pushed_at'],
        'ref': lambda repo, _, qualifiedName: _branch(repo, qualifiedName.removeprefix('refs/heads/')),  # noqa: N803
        'resourcePath': lambda repo, _: path(repo.data['html_url']),
        'updatedAt': lambda repo, _: repo.data['pushed_at'],
        'url': lambda repo, _: repo.data['html_url'],
        'viewerPermission': lambda *_: 'WRITE',
        'visibility': lambda repo, _: 'PRIVATE' if repo.data['private'] else 'PUBLIC',
    },
    'Ref': {
        'id': lambda ref, _: node_id.make('REF', ref.repo.data['id'], ref.data['name']),
        'name': lambda ref, _: ref.data['name'],
        'prefix': lambda *_: 'refs/heads/',
        'repository': lambda ref, _: ref.repo,
        'target': lambda ref, _: commit(ref.repo, ref.data['sha']),
    },
    'MergeQueue': {
        'entries': _queued,
        'id': lambda queue, _: node_id.make('MQ', queue.repo.data['id']),
        'repository': lambda queue, _: queue.repo,
        'url': lambda queue, _: f'{queue.repo.data["html_url"]}/queue/main',
    },
}
