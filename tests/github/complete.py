"""What GitHub adds to its objects when it delivers them: all the addresses, and fields that nobody reads.

The shapes are those of the npm package ``@octokit/webhooks-examples``.
"""

import zlib
from typing import Any

from tests.github.shape import WEB, Json, user

API = f'{WEB}/api/v3'
EPOCH = '2020-03-01T12:00:00Z'
USER_PATHS = {
    'url': '', 'followers_url': '/followers', 'following_url': '/following{/other_user}',
    'gists_url': '/gists{/gist_id}', 'starred_url': '/starred{/owner}{/repo}',
    'subscriptions_url': '/subscriptions', 'organizations_url': '/orgs', 'repos_url': '/repos',
    'events_url': '/events{/privacy}', 'received_events_url': '/received_events',
}  # fmt: skip
REPOSITORY_PATHS = {
    'url': '', 'forks_url': '/forks', 'keys_url': '/keys{/key_id}', 'teams_url': '/teams',
    'collaborators_url': '/collaborators{/collaborator}', 'hooks_url': '/hooks',
    'issue_events_url': '/issues/events{/number}', 'events_url': '/events',
    'assignees_url': '/assignees{/user}', 'branches_url': '/branches{/branch}', 'tags_url': '/tags',
    'blobs_url': '/git/blobs{/sha}', 'git_tags_url': '/git/tags{/sha}', 'git_refs_url': '/git/refs{/sha}',
    'trees_url': '/git/trees{/sha}', 'statuses_url': '/statuses/{sha}', 'languages_url': '/languages',
    'stargazers_url': '/stargazers', 'contributors_url': '/contributors', 'subscribers_url': '/subscribers',
    'subscription_url': '/subscription', 'commits_url': '/commits{/sha}',
    'git_commits_url': '/git/commits{/sha}', 'comments_url': '/comments{/number}',
    'issue_comment_url': '/issues/comments{/number}', 'contents_url': '/contents/{+path}',
    'compare_url': '/compare/{base}...{head}', 'merges_url': '/merges',
    'archive_url': '/{archive_format}{/ref}', 'downloads_url': '/downloads',
    'issues_url': '/issues{/number}', 'pulls_url': '/pulls{/number}',
    'milestones_url': '/milestones{/number}', 'notifications_url': '/notifications{?since,all,participating}',
    'labels_url': '/labels{/name}', 'releases_url': '/releases{/id}', 'deployments_url': '/deployments',
}  # fmt: skip
REPOSITORY_REST: Json = {
    'description': None, 'fork': False, 'homepage': None, 'size': 0, 'stargazers_count': 0,
    'watchers_count': 0, 'language': None, 'has_issues': True, 'has_projects': True, 'has_downloads': True,
    'has_wiki': True, 'has_pages': False, 'forks_count': 0, 'mirror_url': None, 'open_issues_count': 0,
    'license': None, 'forks': 0, 'open_issues': 0, 'watchers': 0, 'is_template': False,
    'web_commit_signoff_required': False, 'topics': [], 'visibility': 'public', 'custom_properties': {},
    'created_at': EPOCH, 'updated_at': EPOCH,
}  # fmt: skip
REPOSITORY_OWN = (
    'id', 'node_id', 'name', 'full_name', 'private', 'html_url', 'archived', 'disabled', 'default_branch',
    'pushed_at',
)  # fmt: skip
PULL_PATHS = {
    'url': '/pulls/{n}', 'issue_url': '/issues/{n}', 'commits_url': '/pulls/{n}/commits',
    'review_comments_url': '/pulls/{n}/comments', 'review_comment_url': '/pulls/comments{{/number}}',
    'comments_url': '/issues/{n}/comments', 'statuses_url': '/statuses/{sha}',
}  # fmt: skip
LINKS = {
    'self': 'url', 'html': 'html_url', 'issue': 'issue_url', 'comments': 'comments_url',
    'review_comments': 'review_comments_url', 'review_comment': 'review_comment_url',
    'commits': 'commits_url', 'statuses': 'statuses_url',
}  # fmt: skip
PULL_OWN = (
    'id', 'node_id', 'html_url', 'number', 'state', 'locked', 'title', 'body', 'created_at', 'updated_at',
    'closed_at', 'merged_at', 'merge_commit_sha', 'author_association', 'auto_merge', 'draft',
)  # fmt: skip
SINGLE_OWN = (
    'merged', 'mergeable', 'rebaseable', 'mergeable_state', 'comments', 'review_comments',
    'maintainer_can_modify', 'commits', 'additions', 'deletions', 'changed_files',
)  # fmt: skip
EMOTIONS = ('+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes')


def api_of(repo: Json) -> str:
    """Give the address of a repository in the interface."""
    return f'{API}/repos/{repo["full_name"]}'


def node_id(data: Json) -> str:
    """Give the global id that an object has, or one made up."""
    return str(data.get('node_id') or f'N_{data["id"]}')


def person(data: Json | None) -> Json | None:
    """Somebody, or nobody where an account is gone."""
    if data is None:
        return None
    own = {key: data[key] for key in ('id', 'login', 'avatar_url', 'html_url', 'type', 'site_admin')}
    urls = {name: f'{API}/users/{data["login"]}{path}' for name, path in USER_PATHS.items()}
    return own | urls | {'node_id': node_id(data), 'gravatar_id': ''}


def organisation(login: str) -> Json:
    """An organisation as it stands beside its repository."""
    data, url = user(login), f'{API}/orgs/{login}'
    paths = {
        'url': '', 'repos_url': '/repos', 'events_url': '/events', 'hooks_url': '/hooks',
        'issues_url': '/issues', 'members_url': '/members{/member}',
        'public_members_url': '/public_members{/member}',
    }  # fmt: skip
    own = {'login': login, 'id': data['id'], 'node_id': node_id(data), 'avatar_url': data['avatar_url']}
    return own | {name: url + path for name, path in paths.items()} | {'description': None}


def repository(repo: Json | None) -> Json | None:
    """A repository, or none where a fork is gone."""
    if repo is None:
        return None
    web, name = repo['html_url'], repo['full_name']
    own = {key: repo[key] for key in REPOSITORY_OWN if key in repo}
    urls = {key: api_of(repo) + path for key, path in REPOSITORY_PATHS.items()}
    clones = {
        'git_url': f'git://{web.partition("://")[2]}.git',
        'ssh_url': f'git@github.example:{name}.git',
        'clone_url': f'{web}.git',
        'svn_url': web,
    }
    kind = {'owner': person(repo['owner']), 'node_id': node_id(repo)}
    seen = {'visibility': 'private' if repo['private'] else 'public'}
    return REPOSITORY_REST | own | urls | clones | kind | seen


def label(repo: Json, data: Json) -> Json:
    """A label."""
    name = data['name']
    made_up = zlib.crc32(name.encode('utf-8', 'surrogatepass')) + 1
    own = {'id': data.get('id', made_up), 'name': name, 'color': data.get('color', 'ededed')}
    url = f'{api_of(repo)}/labels/{made_up}'
    rest = {'default': False, 'description': data.get('description'), 'url': url}
    return own | rest | {'node_id': node_id(own | data)}


def milestone(repo: Json, data: Json | None) -> Json | None:
    """A milestone, or none."""
    if data is None:
        return None
    url, now = f'{api_of(repo)}/milestones/{data["number"]}', data.get('created_at', EPOCH)
    own = {key: data.get(key) for key in ('id', 'number', 'title', 'description', 'due_on', 'closed_at')}
    rest = {
        'url': url,
        'labels_url': f'{url}/labels',
        'html_url': f'{repo["html_url"]}/milestone/{data["number"]}',
        'node_id': node_id(data),
        'creator': person(data.get('creator') or repo['owner']),
        'open_issues': 0,
        'closed_issues': 0,
        'state': data.get('state', 'open'),
        'created_at': now,
        'updated_at': data.get('updated_at', now),
    }
    return own | rest


def team(data: Json) -> Json:
    """A team that is asked for a review."""
    organisation_id, slug = zlib.crc32(b'organisation') + 1, data['slug']
    url = f'{API}/organizations/{organisation_id}/team/{data["id"]}'
    own = {key: data.get(key) for key in ('id', 'slug', 'name', 'description')}
    rest = {
        'node_id': node_id(data),
        'privacy': data.get('privacy', 'closed'),
        'url': url,
        'html_url': data.get('html_url', f'{WEB}/orgs/o/teams/{slug}'),
        'members_url': f'{url}/members{{/member}}',
        'repositories_url': f'{url}/repos',
        'permission': 'push',
    }
    return own | rest


def simple_pull(listed: Json) -> Json:
    """A pull as reviews and comments bring it along."""
    repo, number = listed['base']['repo'], listed['number']
    api, web = api_of(repo), listed['html_url']
    own = {key: listed[key] for key in PULL_OWN}
    sha = listed['head']['sha']
    urls = {key: api + path.format(n=number, sha=sha) for key, path in PULL_PATHS.items()}
    urls |= {'diff_url': f'{web}.diff', 'patch_url': f'{web}.patch', 'html_url': web}
    return own | urls | {
        'node_id': node_id(listed),
        'active_lock_reason': listed.get('active_lock_reason'),
        'user': person(listed['user']),
        'assignee': person(listed['assignees'][0]) if listed['assignees'] else None,
        'assignees': [person(each) for each in listed['assignees']],
        'requested_reviewers': [person(each) for each in listed['requested_reviewers']],
        'requested_teams': [team(each) for each in listed['requested_teams']],
        'labels': [label(repo, each) for each in listed['labels']],
        'milestone': milestone(repo, listed['milestone']),
        'head': _branch(listed['head']),
        'base': _branch(listed['base']),
        '_links': {name: {'href': urls[key]} for name, key in LINKS.items()},
    }  # fmt: skip


def pull(listed: Json, single: Json) -> Json:
    """A pull with all there is about it."""
    more = {key: single[key] for key in SINGLE_OWN} | {'merged_by': person(single.get('merged_by'))}
    return simple_pull(listed) | more


def reactions(url: str) -> Json:
    """Nobody reacted."""
    return {'url': f'{url}/reactions', 'total_count': 0} | dict.fromkeys(EMOTIONS, 0)


def _branch(data: Json) -> dict[str, Any]:
    return {
        'label': data['label'],
        'ref': data['ref'],
        'sha': data['sha'],
        'user': person(data['user']),
        'repo': repository(data['repo']),
    }
