"""Turn what GraphQL says into the JSON of REST, so that one normaliser makes our values of both; pure."""

from typing import Any

from reviewflow.forge import Pulse
from reviewflow.text import NAME_MAX, line
from sync.github import value

Json = dict[str, Any]

MERGEABLE = {'MERGEABLE': True, 'CONFLICTING': False}
ACTIONS_BOT = '[bot]'
PULSE = (
    'updatedAt', 'state', 'isDraft', 'headRefOid', 'totalCommentsCount', 'reviewDecision', 'isInMergeQueue',
)  # fmt: skip
COUNTS = ('checkRunCountsByState', 'statusContextCountsByState')


def pull(node: Json) -> Json:
    """Give a pull as ``GET /repos/{owner}/{repo}/pulls/{number}`` would."""
    repository = value.dig(node, 'repository')
    requested = [reviewer for reviewer, _ in _requests(node)]
    return {
        'id': number(node.get('fullDatabaseId')),
        'node_id': node.get('id'),
        'number': node.get('number'),
        'title': node.get('title'),
        'html_url': node.get('url'),
        'body': node.get('body'),
        'state': 'open' if node.get('state') == 'OPEN' else 'closed',
        'draft': node.get('isDraft'),
        'user': person(node.get('author')),
        'base': {'ref': node.get('baseRefName'), 'repo': home(repository)},
        'head': {'ref': node.get('headRefName'), 'sha': node.get('headRefOid')},
        'milestone': node.get('milestone'),
        'labels': nodes(node, 'labels'),
        'assignees': [person(item) for item in nodes(node, 'assignees')],
        'requested_reviewers': [person(item) for item in requested if 'login' in item],
        'requested_teams': [item for item in requested if 'slug' in item],
        'created_at': node.get('createdAt'),
        'updated_at': node.get('updatedAt'),
        'closed_at': node.get('closedAt'),
        'merged_at': node.get('mergedAt'),
        'additions': node.get('additions'),
        'deletions': node.get('deletions'),
        'changed_files': node.get('changedFiles'),
        'comments': node.get('totalCommentsCount'),
        'mergeable': _mergeable(node),
    }


def home(node: Any) -> Json:
    """Give a repository."""
    return {
        'id': value.dig(node, 'databaseId'),
        'full_name': value.dig(node, 'nameWithOwner'),
        'node_id': value.dig(node, 'id'),
    }


def code_owners(node: Json) -> list[Any]:
    """List the logins and slugs of those who were asked since the code is theirs."""
    owners = [reviewer for reviewer, is_owner in _requests(node) if is_owner]
    return [(person(item) or item).get('login') or item.get('slug') for item in owners]


def review(node: Json) -> Json:
    """Give a review as a list of them would."""
    return {
        'id': number(node.get('fullDatabaseId')),
        'user': person(node.get('author')),
        'state': node.get('state'),
        'submitted_at': node.get('submittedAt'),
        'author_association': node.get('authorAssociation'),
        'commit_id': value.dig(node, 'commit', 'oid'),
    }


def checks(contexts: list[Json]) -> tuple[Json, Json]:
    """Give what ``…/check-runs`` and ``…/status`` of a commit would."""
    runs = [_run(item) for item in contexts if 'name' in item]
    statuses = [_status(item) for item in contexts if 'context' in item]
    return {'check_runs': runs}, {'statuses': statuses}


def pulse(node: Json) -> str:
    """Sum up what moves without a trace in a list; Detail and Heartbeat say it in the same words.

    Conflicts are left out: see :class:`reviewflow.forge.Pulse`.
    """
    rollup = node.get('statusCheckRollup')
    contexts = value.dig(rollup, 'contexts')
    moving = [node.get(name) for name in PULSE] + [value.dig(rollup, 'state')]
    for name in COUNTS:
        counts = value.some(value.dig(contexts, name))
        moving.append(sorted(f'{_word(item, "state")}={value.count(item.get("count"))}' for item in counts))
    return value.digest(moving, size=12)


def felt(node: Json) -> Pulse:
    """Take a pulse."""
    return Pulse(digest=pulse(node), mergeable=_mergeable(node))


def nodes(node: Json, name: str) -> list[Json]:
    """Take what is in a connection; GitHub leaves holes where the token may not look."""
    found = value.dig(node, name, 'nodes')
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def person(node: Any) -> Json | None:
    """Give somebody, with the name that REST has for a bot."""
    login = value.dig(node, 'login')
    if not isinstance(login, str):
        return None
    kind, id_ = node.get('__typename'), node.get('databaseId')
    if kind == 'Bot' and not login.endswith(ACTIONS_BOT):
        login += ACTIONS_BOT
    return {'id': id_, 'login': login, 'avatar_url': node.get('avatarUrl'), 'type': kind}


def number(text: Any) -> Any:
    """Take a BigInt, which comes as a text."""
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 20 else text


def _requests(node: Json) -> list[tuple[Json, bool]]:
    """List whose review was asked for, and whether since the code is theirs."""
    asked = [
        (item.get('requestedReviewer'), bool(item.get('asCodeOwner')))
        for item in nodes(node, 'reviewRequests')
    ]
    return [(reviewer, is_owner) for reviewer, is_owner in asked if isinstance(reviewer, dict)]


def _mergeable(node: Json) -> bool | None:
    return MERGEABLE.get(line(node.get('mergeable')))


def _word(node: Json, name: str) -> str:
    return line(node.get(name), at_most=NAME_MAX)


def _run(node: Json) -> Json:
    return {
        'id': node.get('databaseId'),
        'name': node.get('name'),
        'status': _lower(node.get('status')),
        'conclusion': _lower(node.get('conclusion')),
        'started_at': node.get('startedAt'),
        'completed_at': node.get('completedAt'),
        'details_url': node.get('detailsUrl'),
        'html_url': node.get('permalink'),
        'app': value.dig(node, 'checkSuite', 'app'),
    }


def _status(node: Json) -> Json:
    return {
        'context': node.get('context'),
        'state': _lower(node.get('state')),
        'created_at': node.get('createdAt'),
        'target_url': node.get('targetUrl'),
    }


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text
