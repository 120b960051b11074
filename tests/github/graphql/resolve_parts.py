"""What belongs to pulls: people, teams, labels, reviews, threads, comments."""

from typing import Any

from tests.github import node_id
from tests.github.graphql.asking import Info, Thing, no_access
from tests.github.graphql.connection import Page, page
from tests.github.graphql.resolve_repository import OWNER, pulls
from tests.github.graphql.values import Resolver, Resolvers, commit, data, path, someone, upper


def _login(actor: Thing, _: Info) -> str:
    """Unlike REST, without the end that says it is a bot."""
    return str(actor.data['login']).removesuffix('[bot]')


def _is_viewer(user: Thing, info: Info) -> bool:
    return bool(user.data['login'] == info.context.github.login)


def _asked(request: Thing, info: Info) -> Thing | None:
    if 'slug' not in request.data:
        return someone(request.data)
    if 'members' in info.context.github.withheld:
        raise no_access()
    return Thing('Team', request.data, request.repo)


def _request_id(request: Thing, _: Info) -> str:
    assert request.pull is not None
    return node_id.make('RRQ', request.pull.repo.data['id'], request.pull.listed['number'], _whose(request))


def _as_code_owner(request: Thing, _: Info) -> bool:
    assert request.pull is not None
    return _whose(request) in request.pull.code_owners


def _whose(request: Thing) -> str:
    """Of a person, whose login may be empty, or of a team."""
    return str(request.data['login'] if 'login' in request.data else request.data['slug'])


def _organisation(team: Thing) -> str:
    """Of a team; a test may say no more than its slug."""
    url = str(team.data.get('html_url', ''))
    if '/orgs/' in url:
        return url.split('/orgs/')[1].split('/', maxsplit=1)[0]
    assert team.repo is not None
    return str(team.repo.data['owner']['login'])


def _comments(thread: Thing, info: Info, **cut: Any) -> Page:
    found = thread.data['comments']
    comments = [Thing('PullRequestReviewComment', item, thread.repo, thread.pull) for item in found]
    return page(info, comments, **cut)


def _comments_of_review(review: Thing, info: Info, **cut: Any) -> Page:
    assert review.pull is not None
    found = [
        Thing('PullRequestReviewComment', item, review.repo, review.pull)
        for thread in review.pull.threads
        for item in thread['comments']
        if item['pull_request_review_id'] == review.data['id']
    ]
    return page(info, found, **cut)


def _pulls_with(label: Thing, info: Info, **cut: Any) -> Page:
    assert label.repo is not None
    return pulls(label.repo, info, labels=[label.data['name']], **cut)


def _full_id(thing: Thing, _: Info) -> str:
    return str(thing.data['id'])


def _commit(thing: Thing, _: Info) -> Thing | None:
    assert thing.repo is not None
    sha = thing.data['commit_id']
    return commit(thing.repo, sha, thing.pull) if sha else None


ACTOR: dict[str, Resolver] = {
    'avatarUrl': lambda actor, _, size=0: actor.data['avatar_url'],  # noqa: ARG005 - one for all sizes
    'databaseId': data('id'),
    'id': data('node_id'),
    'login': _login,
    'resourcePath': lambda actor, _: path(actor.data['html_url']),
    'url': data('html_url'),
}
NAMED: dict[str, Resolver] = {'name': lambda actor, _: actor.data['login'].title()}
COMMENT: dict[str, Resolver] = {
    'author': lambda thing, _: someone(thing.data['user']),
    'authorAssociation': data('author_association'),
    'body': data('body'),
    'bodyText': data('body'),
    'fullDatabaseId': _full_id,
    'id': data('node_id'),
    'pullRequest': lambda thing, _: thing.pull,
    'repository': lambda thing, _: thing.repo,
    'url': data('html_url'),
}
DATED: dict[str, Resolver] = {'createdAt': data('created_at'), 'updatedAt': data('updated_at')}
PARTS: Resolvers = {
    'User': ACTOR | NAMED | OWNER | {'isViewer': _is_viewer},
    'Bot': ACTOR,
    'Mannequin': ACTOR,
    'Organization': ACTOR | NAMED | OWNER,
    'Team': {
        'combinedSlug': lambda team, _: f'{_organisation(team)}/{team.data["slug"]}',
        'databaseId': data('id'),
        'id': lambda team, _: node_id.make('T', _organisation(team), team.data['slug']),
        'name': lambda team, _: team.data.get('name') or team.data['slug'],
        'organization': lambda team, info: someone(info.context.github.owner(_organisation(team))),
        'privacy': lambda *_: 'VISIBLE',
        'slug': data('slug'),
        'url': data('html_url'),
    },
    'Label': {
        'color': data('color'),
        'description': data('description'),
        'id': data('node_id'),
        'isDefault': data('default'),
        'name': data('name'),
        'pullRequests': _pulls_with,
        'repository': lambda label, _: label.repo,
    },
    'Milestone': DATED
    | {
        'closed': lambda milestone, _: milestone.data['state'] == 'closed',
        'closedAt': data('closed_at'),
        'creator': lambda milestone, _: someone(milestone.data['creator']),
        'description': data('description'),
        'dueOn': data('due_on'),
        'id': data('node_id'),
        'number': data('number'),
        'repository': lambda milestone, _: milestone.repo,
        'state': upper('state'),
        'title': data('title'),
        'url': data('html_url'),
    },
    'ReviewRequest': {
        'asCodeOwner': _as_code_owner,
        'id': _request_id,
        'pullRequest': lambda request, _: request.pull,
        'requestedReviewer': _asked,
    },
    'PullRequestReview': COMMENT
    | {
        'comments': _comments_of_review,
        'commit': _commit,
        'createdAt': data('submitted_at'),
        'databaseId': data('id'),
        'publishedAt': data('submitted_at'),
        'state': data('state'),
        'submittedAt': data('submitted_at'),
        'updatedAt': data('submitted_at'),
    },
    'PullRequestReviewThread': {
        'comments': _comments,
        'id': data('id'),
        'isCollapsed': data('is_resolved'),
        'isOutdated': data('is_outdated'),
        'isResolved': data('is_resolved'),
        'line': data('line'),
        'path': data('path'),
        'pullRequest': lambda thread, _: thread.pull,
        'repository': lambda thread, _: thread.repo,
        'resolvedBy': lambda thread, _: someone(thread.data['resolved_by']),
    },
    'PullRequestReviewComment': COMMENT
    | DATED
    | {
        'commit': _commit,
        'databaseId': data('id'),
        'diffHunk': data('diff_hunk'),
        'line': data('line'),
        'originalLine': data('original_line'),
        'path': data('path'),
    },
    'IssueComment': COMMENT | DATED | {'databaseId': data('id')},
}
