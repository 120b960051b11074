"""What is asked for first: things by id or name, and what it costs."""

from typing import Any

from tests.github import shape
from tests.github.graphql.asking import Asking, Info, Refused, Thing
from tests.github.graphql.find import find
from tests.github.graphql.values import Resolvers, someone
from tests.github.holding import Repo

MOST_IDS = 100


def _nodes(_: Any, info: Info, ids: list[str]) -> list[Any]:
    if len(ids) > MOST_IDS:
        raise Refused(
            'ARGUMENT_LIMIT', f'You may not provide more than {MOST_IDS} node ids; you provided {len(ids)}.'
        )
    return [_found_or_error(info, id_) for id_ in ids]


def _found_or_error(info: Info, id_: str) -> Any:
    try:
        return find(info.context, id_)
    except Refused as error:
        return error  # of this one alone


def _repository(
    _: Any,
    info: Info,
    owner: str,
    name: str,
    followRenames: bool = True,  # noqa: N803
) -> Repo:
    return info.context.repo_by_name(f'{owner}/{name}', follows=followRenames)


def _viewer(_: Any, info: Info) -> Thing | None:
    login = info.context.github.login
    if not login:
        raise Refused('FORBIDDEN', 'Resource not accessible by integration')
    return someone(shape.user(login))


def _owner(info: Info, login: str) -> Thing | None:
    github = info.context.github
    owners = {repo.data['owner']['login'] for repo in github.repos} | github.organisations | {github.login}
    return someone(github.owner(login)) if login in owners else None


def _of_kind(kind: str, article: str) -> Any:
    def resolve(_: Any, info: Info, login: str) -> Thing:
        found = _owner(info, login)
        if found is None or found.kind != kind:
            message = f"Could not resolve to {article} {kind} with the login of '{login}'."
            raise Refused('NOT_FOUND', message)
        return found

    return resolve


def _rate_limit(_: Any, info: Info, dryRun: bool = False) -> Asking:  # noqa: N803
    if dryRun:
        raise NotImplementedError('a dry run')
    return info.context


def _used(asking: Asking, _: Info) -> int:
    return asking.allowance.used + asking.cost


ROOT: Resolvers = {
    'Query': {
        'node': lambda _, info, id: find(info.context, id),  # noqa: A006
        'nodes': _nodes,
        'organization': _of_kind('Organization', 'an'),
        'rateLimit': _rate_limit,
        'repository': _repository,
        'repositoryOwner': lambda _, info, login: _owner(info, login),
        'user': _of_kind('User', 'a'),
        'viewer': _viewer,
    },
    'RateLimit': {
        'cost': lambda asking, _: asking.cost,
        'limit': lambda asking, _: asking.allowance.limit,
        'nodeCount': lambda asking, _: asking.node_count,
        'remaining': lambda asking, info: max(0, asking.allowance.limit - _used(asking, info)),
        'resetAt': lambda asking, _: shape.timestamp(asking.allowance.resets_at),
        'used': _used,
    },
}
