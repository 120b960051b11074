"""What GitHub adds to reviews, comments, checks and commits when it delivers them."""

from collections.abc import Sequence

from tests.github.complete import EPOCH, api_of, node_id, person, reactions
from tests.github.shape import WEB, Json, sha, user

REVIEW_OWN = ('id', 'body', 'commit_id', 'submitted_at', 'author_association')
COMMENT_OWN = (
    'id', 'body', 'path', 'diff_hunk', 'commit_id', 'original_commit_id', 'created_at', 'updated_at',
    'html_url', 'author_association', 'line', 'original_line',
)  # fmt: skip
ISSUE_OWN = (
    'html_url', 'id', 'node_id', 'number', 'title', 'user', 'labels', 'state', 'locked', 'assignee',
    'assignees', 'milestone', 'created_at', 'updated_at', 'closed_at', 'author_association',
    'active_lock_reason', 'body', 'draft',
)  # fmt: skip
RUN_OWN = ('id', 'head_sha', 'html_url', 'status', 'conclusion', 'started_at', 'completed_at', 'name')


def review(pull: Json, data: Json) -> Json:
    """A review of a completed ``pull``; its state is written small here, unlike in the interface."""
    web = data.get('html_url') or f'{pull["html_url"]}#pullrequestreview-{data["id"]}'
    links = {'html': {'href': web}, 'pull_request': {'href': pull['url']}}
    return {key: data[key] for key in REVIEW_OWN} | {
        'node_id': node_id(data),
        'user': person(data['user']),
        'state': data['state'].lower(),
        'html_url': web,
        'pull_request_url': pull['url'],
        '_links': links,
    }


def review_comment(pull: Json, data: Json) -> Json:
    """A comment on a line of a completed ``pull``."""
    url = f'{pull["url"].rpartition("/")[0]}/comments/{data["id"]}'
    links = {'self': url, 'html': data['html_url'], 'pull_request': pull['url']}
    reply = {'in_reply_to_id': data['in_reply_to_id']} if 'in_reply_to_id' in data else {}
    return {key: data[key] for key in COMMENT_OWN} | reply | {
        'url': url,
        'node_id': node_id(data),
        'user': person(data['user']),
        'pull_request_review_id': data['pull_request_review_id'],
        'pull_request_url': pull['url'],
        'position': 1,
        'original_position': 1,
        'start_line': None,
        'original_start_line': None,
        'start_side': None,
        'side': 'RIGHT',
        'reactions': reactions(url),
        '_links': {name: {'href': address} for name, address in links.items()},
    }  # fmt: skip


def issue(pull: Json) -> Json:
    """A completed ``pull`` as the issue that each of them is too."""
    url, api = pull['issue_url'], pull['issue_url'].rpartition('/issues/')[0]
    addresses = {key: pull[key] for key in ('url', 'html_url', 'diff_url', 'patch_url', 'merged_at')}
    return {key: pull[key] for key in ISSUE_OWN} | {
        'url': url,
        'repository_url': api,
        'labels_url': f'{url}/labels{{/name}}',
        'comments_url': f'{url}/comments',
        'events_url': f'{url}/events',
        'timeline_url': f'{url}/timeline',
        'comments': 0,
        'reactions': reactions(url),
        'pull_request': addresses,
        'performed_via_github_app': None,
        'state_reason': None,
    }


def issue_comment(of: Json, data: Json) -> Json:
    """A comment under a completed issue."""
    url = f'{of["repository_url"]}/issues/comments/{data["id"]}'
    own = ('id', 'body', 'author_association', 'created_at', 'updated_at', 'html_url')
    return {key: data[key] for key in own} | {
        'url': url,
        'issue_url': of['url'],
        'node_id': node_id(data),
        'user': person(data['user']),
        'performed_via_github_app': None,
        'reactions': reactions(url),
    }


def check_run(repo: Json, data: Json, pulls: Sequence[Json]) -> Json:
    """A check run with the suite that it belongs to."""
    url = f'{api_of(repo)}/check-runs/{data["id"]}'
    output = {'title': None, 'summary': None, 'text': None, 'annotations_count': 0}
    status = data['status'] if data['status'] in {'queued', 'in_progress', 'completed'} else 'queued'
    return {key: data[key] for key in RUN_OWN} | {
        'node_id': node_id(data),
        'external_id': data.get('external_id', ''),
        'url': url,
        'details_url': data.get('details_url', data['html_url']),
        'started_at': data['started_at'] or EPOCH,
        'output': output | {'annotations_url': f'{url}/annotations'},
        'check_suite': _suite(repo, data['check_suite'] | {'status': status}, data['app'], pulls),
        'app': app(data['app']),
        'pull_requests': [pull_reference(each) for each in pulls],
    }


def whole_suite(repo: Json, data: Json, pulls: Sequence[Json]) -> Json:
    """A check suite that is told of by itself."""
    suite = _suite(repo, data, data['app'], pulls)
    head = pushed_commit(repo, data['head_sha'], repo['owner']['login'])
    simple = {key: head[key] for key in ('id', 'tree_id', 'message', 'timestamp', 'author', 'committer')}
    more = {'latest_check_runs_count': 1, 'check_runs_url': f'{suite["url"]}/check-runs'}
    return suite | more | {'head_commit': simple}


def _suite(repo: Json, data: Json, of_app: Json, pulls: Sequence[Json]) -> Json:
    return {
        'id': data['id'],
        'node_id': node_id(data),
        'head_branch': data['head_branch'],
        'head_sha': data['head_sha'],
        'status': data.get('status', 'in_progress'),
        'conclusion': data.get('conclusion'),
        'url': f'{api_of(repo)}/check-suites/{data["id"]}',
        'before': sha(data['head_sha'], 'before'),
        'after': data['head_sha'],
        'pull_requests': [pull_reference(each) for each in pulls],
        'app': app(of_app),
        'created_at': EPOCH,
        'updated_at': EPOCH,
    }


def app(data: Json) -> Json:
    """A program that checks."""
    slug = data['slug']
    web = f'{WEB}/apps/{slug}'
    own = {'id': data['id'], 'slug': slug, 'name': data['name'], 'node_id': node_id(data)}
    rest = {'owner': person(user('checkers')), 'description': None, 'external_url': web, 'html_url': web}
    return own | rest | {'created_at': EPOCH, 'updated_at': EPOCH}


def pull_reference(listed: Json) -> Json:
    """A pull as checks name it."""
    api = api_of(listed['base']['repo'])
    ends = {end: _end(listed[end]) for end in ('head', 'base')}
    return {'url': f'{api}/pulls/{listed["number"]}', 'id': listed['id'], 'number': listed['number']} | ends


def _end(data: Json) -> Json:
    repo = data['repo'] or {'id': 1, 'name': 'gone', 'full_name': 'ghost/gone'}
    short = {'id': repo['id'], 'url': api_of(repo), 'name': repo['name']}
    return {'ref': data['ref'], 'sha': data['sha'], 'repo': short}


def commit_reference(repo: Json, of: str) -> Json:
    """A commit as a branch names it."""
    return {'sha': of, 'url': f'{api_of(repo)}/commits/{of}'}


def commit(repo: Json, of: str) -> Json:
    """A commit as a status brings it along."""
    api, owner = api_of(repo), person(repo['owner'])
    who = {'name': repo['owner']['login'], 'email': 'someone@github.example', 'date': EPOCH}
    tree = sha(of, 'tree')
    unsigned = {'verified': False, 'reason': 'unsigned', 'signature': None, 'payload': None}
    return {
        'sha': of,
        'node_id': f'C_{of}',
        'commit': {
            'author': who,
            'committer': who,
            'message': 'Change something',
            'tree': {'sha': tree, 'url': f'{api}/git/trees/{tree}'},
            'url': f'{api}/git/commits/{of}',
            'comment_count': 0,
            'verification': unsigned,
        },
        'url': f'{api}/commits/{of}',
        'html_url': f'{repo["html_url"]}/commit/{of}',
        'comments_url': f'{api}/commits/{of}/comments',
        'author': owner,
        'committer': owner,
        'parents': [],
    }


def pushed_commit(repo: Json, of: str, by: str) -> Json:
    """A commit as a push brings it along."""
    who = {'name': by, 'email': f'{by}@github.example', 'username': by}
    return {
        'id': of,
        'tree_id': sha(of, 'tree'),
        'distinct': True,
        'message': 'Change something',
        'timestamp': EPOCH,
        'url': f'{repo["html_url"]}/commit/{of}',
        'author': who,
        'committer': who,
        'added': [],
        'removed': [],
        'modified': ['README.md'],
    }
