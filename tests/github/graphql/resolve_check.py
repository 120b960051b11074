"""Commits and what programs say of them."""

from collections import Counter
from dataclasses import replace
from typing import Any

from tests.github import node_id
from tests.github.checking import latest_of
from tests.github.graphql.asking import Info, Thing, no_access
from tests.github.graphql.connection import Page, page
from tests.github.graphql.values import Resolvers, data, path, upper
from tests.github.holding import Pull
from tests.github.shape import WEB

WITHHELD = {'CheckRun': 'check-runs', 'StatusContext': 'status'}
"""Type → what is withheld by REST from whoever may not see it."""
FAILED = {'FAILURE', 'TIMED_OUT', 'CANCELLED', 'ACTION_REQUIRED', 'STARTUP_FAILURE'}
UNFINISHED = {'QUEUED', 'IN_PROGRESS', 'PENDING', 'WAITING', 'REQUESTED', 'EXPECTED'}


def rollup(pull: Pull, info: Info) -> Thing | None:
    """Roll up the checks of a pull's head; None when there are none."""
    return _rollup(Thing('Commit', {'sha': pull.listed['head']['sha']}, pull.repo, pull), info)


def _rollup(commit: Thing, _: Info) -> Thing | None:
    contexts = _contexts(commit)
    return (
        Thing('StatusCheckRollup', {'contexts': contexts, **commit.data}, commit.repo, commit.pull)
        if contexts
        else None
    )


def _contexts(commit: Thing) -> list[Thing]:
    assert commit.repo is not None
    runs, statuses = latest_of(commit.repo, commit.data['sha'])
    return [Thing('CheckRun', run, commit.repo, commit.pull) for run in runs] + [
        Thing('StatusContext', status, commit.repo, commit.pull) for status in statuses
    ]


def _state_of(context: Thing) -> str:
    """As the counts by state name it."""
    if context.kind == 'StatusContext':
        return str(context.data['state']).upper()
    return str(context.data['conclusion'] or context.data['status']).upper()


def _state(rollup: Thing, _: Info) -> str:
    states = {_state_of(context) for context in rollup.data['contexts']}
    if states & FAILED:
        return 'FAILURE'
    if 'ERROR' in states:
        return 'ERROR'
    return 'PENDING' if states & UNFINISHED else 'SUCCESS'


def _page(rollup: Thing, info: Info, **cut: Any) -> Page:
    """Each context that the token may not see is null, with an error of its own; they count all the same."""
    found = page(info, rollup.data['contexts'], **cut)
    withheld = info.context.github.withheld
    nodes = [no_access() if WITHHELD[each.kind] in withheld else each for each in found.nodes]
    return replace(found, nodes=nodes)


def _count(kind: str) -> Any:
    return lambda page, _: sum(context.kind == kind for context in page.whole)


def _counts(kind: str) -> Any:
    def resolve(page: Page, _: Info) -> list[Thing]:
        counts = Counter(_state_of(context) for context in page.whole if context.kind == kind)
        return [Thing('', {'state': state, 'count': count}) for state, count in counts.items()]

    return resolve


def _suite(run: Thing, _: Info) -> Thing:
    return Thing('CheckSuite', run.data, run.repo, run.pull)


def _commit(thing: Thing, _: Info) -> Thing:
    return Thing('Commit', {'sha': thing.data.get('head_sha') or thing.data['sha']}, thing.repo, thing.pull)


def _oid(commit: Thing, _: Info) -> str:
    return str(commit.data['sha'])


def _url(commit: Thing, _: Info) -> str:
    assert commit.repo is not None
    return f'{commit.repo.data["html_url"]}/commit/{commit.data["sha"]}'


def _statuses(commit: Thing, _: Info) -> Thing | None:
    contexts = [context for context in _contexts(commit) if context.kind == 'StatusContext']
    return Thing('Status', {'contexts': contexts, **commit.data}, commit.repo) if contexts else None


COUNT: dict[str, Any] = {'state': data('state'), 'count': data('count')}
CHECKS: Resolvers = {
    'Commit': {
        'abbreviatedOid': lambda commit, info: _oid(commit, info)[:7],
        'commitUrl': _url,
        'id': lambda commit, _: node_id.make('C', commit.repo.data['id'], commit.data['sha']),
        'messageHeadline': lambda commit, _: f'Commit {commit.data["sha"][:7]}',
        'oid': _oid,
        'repository': lambda commit, _: commit.repo,
        'status': _statuses,
        'statusCheckRollup': _rollup,
        'url': _url,
    },
    'StatusCheckRollup': {
        'commit': _commit,
        'contexts': _page,
        'id': lambda found, _: node_id.make('SCR', found.repo.data['id'], found.data['sha']),
        'state': _state,
    },
    'StatusCheckRollupContextConnection': {
        'checkRunCount': _count('CheckRun'),
        'checkRunCountsByState': _counts('CheckRun'),
        'statusContextCount': _count('StatusContext'),
        'statusContextCountsByState': _counts('StatusContext'),
    },
    'CheckRunStateCount': COUNT,
    'StatusContextStateCount': COUNT,
    'CheckRun': {
        'checkSuite': _suite,
        'completedAt': data('completed_at'),
        'conclusion': upper('conclusion'),
        'databaseId': data('id'),
        'detailsUrl': data('details_url'),
        'externalId': data('external_id'),
        'id': data('node_id'),
        'isRequired': lambda *_, **__: False,
        'name': data('name'),
        'permalink': data('html_url'),
        'repository': lambda run, _: run.repo,
        'resourcePath': lambda run, _: path(run.data['html_url']),
        'startedAt': data('started_at'),
        'status': upper('status'),
        'url': data('html_url'),
    },
    'CheckSuite': {
        'app': lambda suite, _: Thing('App', suite.data['app']),
        'commit': _commit,
        'databaseId': lambda suite, _: suite.data['check_suite']['id'],
        'id': lambda suite, _: suite.data['check_suite']['node_id'],
        'repository': lambda suite, _: suite.repo,
    },
    'App': {
        'databaseId': data('id'),
        'id': data('node_id'),
        'name': data('name'),
        'slug': data('slug'),
        'url': lambda app, _: f'{WEB}/apps/{app.data["slug"]}',
    },
    'StatusContext': {
        'context': data('context'),
        'createdAt': data('created_at'),
        'description': data('description'),
        'id': data('node_id'),
        'isRequired': lambda *_, **__: False,
        'state': upper('state'),
        'targetUrl': data('target_url'),
    },
    'Status': {
        'commit': _commit,
        'contexts': lambda status, _: status.data['contexts'],
        'id': lambda status, _: node_id.make('S', status.repo.data['id'], status.data['sha']),
        'state': _state,
    },
}
