"""The shapes of GitHub's JSON, with exactly the fields of a list where a list is meant.

Source: https://docs.github.com/en/rest/pulls/pulls
"""

import hashlib
import zlib
from datetime import datetime
from typing import Any

from tests.github import node_id

WEB = 'https://github.example'
Json = dict[str, Any]
PREFIXES = {'User': 'U', 'Bot': 'BOT', 'Organization': 'O', 'Mannequin': 'M'}
"""Kind of somebody → how the global id begins."""


def timestamp(at: datetime) -> str:
    return at.strftime('%Y-%m-%dT%H:%M:%SZ')


def sha(*parts: object) -> str:
    return hashlib.sha1('/'.join(map(str, parts)).encode('utf-8', 'surrogatepass')).hexdigest()


def user(login: str, kind: str | None = None) -> Json:
    """Somebody: a ``User``, a ``Bot`` (by the end of its name), or whatever kind is said."""
    id_ = zlib.crc32(login.encode()) + 1
    kind = kind or ('Bot' if login.endswith('[bot]') else 'User')
    return {
        'id': id_,
        'node_id': node_id.make(PREFIXES[kind], login),
        'login': login,
        'avatar_url': f'{WEB}/avatars/{id_}',
        'html_url': f'{WEB}/{login}',
        'type': kind,
        'site_admin': False,
    }


def repository(id_: int, name: str, *, is_private: bool, is_archived: bool) -> Json:
    owner, _, short = name.partition('/')
    return {
        'id': id_,
        'node_id': node_id.make('R', id_),
        'name': short,
        'full_name': name,
        'owner': user(owner),
        'private': is_private,
        'archived': is_archived,
        'disabled': False,
        'html_url': f'{WEB}/{name}',
        'default_branch': 'main',
        'pushed_at': '2026-03-01T12:00:00Z',
    }


def listed_pull(repo: Json, id_: int, number: int, *, title: str, author: str, at: str) -> Json:
    """What a list says of a new pull."""
    branch = f'{author}/{number}'
    owner = repo['owner']
    return {
        'id': id_,
        'node_id': node_id.make('PR', repo['id'], number),
        'number': number,
        'state': 'open',
        'locked': False,
        'active_lock_reason': None,
        'title': title,
        'user': user(author),
        'body': f'**Pull {number}** of {author}.\r\n',
        'labels': [],
        'milestone': None,
        'html_url': f'{repo["html_url"]}/pull/{number}',
        'created_at': at,
        'updated_at': at,
        'closed_at': None,
        'merged_at': None,
        'merge_commit_sha': None,
        'assignee': None,
        'assignees': [],
        'requested_reviewers': [],
        'requested_teams': [],
        'head': {
            'label': f'{owner["login"]}:{branch}',
            'ref': branch,
            'sha': sha(repo['id'], number, 0),
            'user': owner,
            'repo': repo,
        },
        'base': {
            'label': f'{owner["login"]}:main',
            'ref': 'main',
            'sha': sha(repo['id']),
            'user': owner,
            'repo': repo,
        },
        'author_association': 'MEMBER',
        'auto_merge': None,
        'draft': False,
    }


def single_only() -> Json:
    """What only the single pull says besides."""
    return {
        'merged': False,
        'mergeable': True,
        'rebaseable': True,
        'mergeable_state': 'clean',
        'merged_by': None,
        'comments': 0,
        'review_comments': 0,
        'maintainer_can_modify': False,
        'commits': 1,
        'additions': 10,
        'deletions': 2,
        'changed_files': 1,
    }


def review(id_: int, *, by: str, state: str, association: str, at: str, commit: str) -> Json:
    return {
        'id': id_,
        'user': user(by),
        'body': '',
        'state': state,
        'submitted_at': at,
        'commit_id': commit,
        'author_association': association,
    }


def check_run(
    id_: int,
    *,
    name: str,
    conclusion: str | None,
    app: str,
    at: str,
    commit: str,
    status: str = '',
) -> Json:
    status = status or ('completed' if conclusion else 'in_progress')
    return {
        'id': id_,
        'head_sha': commit,
        'name': name,
        'status': status,
        'conclusion': conclusion,
        'started_at': at,
        'completed_at': at if status == 'completed' else None,
        'html_url': f'{WEB}/checks/{id_}',
        'details_url': f'{WEB}/runs/{id_}',
        'external_id': '',
        'app': {'id': 1, 'node_id': node_id.make('A', app), 'slug': app, 'name': app},
    }


def status(id_: int, *, context: str, state: str, at: str) -> Json:
    return {
        'id': id_,
        'state': state,
        'context': context,
        'description': None,
        'target_url': f'{WEB}/builds/{id_}',
        'created_at': at,
        'updated_at': at,
    }
