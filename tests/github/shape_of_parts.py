"""The shapes of what belongs to a repository or a pull: labels, milestones, teams, comments.

Sources:
    https://docs.github.com/en/rest/issues/labels
    https://docs.github.com/en/rest/issues/milestones
    https://docs.github.com/en/rest/pulls/comments
"""

import zlib

from tests.github import node_id
from tests.github.shape import WEB, Json, user


def label(repo: Json, name: str, *, color: str = 'ededed', description: str | None = None) -> Json:
    return {
        'id': zlib.crc32(f'{repo["id"]}/{name}'.encode('utf-8', 'surrogatepass')) + 1,
        'node_id': node_id.make('LA', repo['id'], name),
        'name': name,
        'color': color,
        'description': description,
        'default': False,
    }


def milestone(repo: Json, id_: int, number: int, *, title: str, at: str) -> Json:
    return {
        'id': id_,
        'node_id': node_id.make('MI', repo['id'], number),
        'number': number,
        'title': title,
        'state': 'open',
        'description': None,
        'due_on': None,
        'created_at': at,
        'updated_at': at,
        'closed_at': None,
        'creator': repo['owner'],
        'html_url': f'{repo["html_url"]}/milestone/{number}',
    }


def team(organisation: str, slug: str) -> Json:
    return {
        'id': zlib.crc32(f'{organisation}/{slug}'.encode()) + 1,
        'node_id': node_id.make('T', organisation, slug),
        'slug': slug,
        'name': slug.replace('-', ' ').title(),
        'description': None,
        'privacy': 'closed',
        'html_url': f'{WEB}/orgs/{organisation}/teams/{slug}',
    }


def comment(pull: Json, id_: int, *, by: str, body: str, at: str) -> Json:
    """A comment under the pull."""
    return {
        'id': id_,
        'user': user(by),
        'body': body,
        'author_association': 'MEMBER',
        'created_at': at,
        'updated_at': at,
        'html_url': f'{pull["html_url"]}#issuecomment-{id_}',
    }


def review_comment(pull: Json, id_: int, *, by: str, path: str, line: int, at: str) -> Json:
    """A comment on a line."""
    return {
        'id': id_,
        'user': user(by),
        'body': 'Why this way?',
        'path': path,
        'line': line,
        'original_line': line,
        'diff_hunk': f'@@ -{line} +{line} @@',
        'commit_id': pull['head']['sha'],
        'original_commit_id': pull['head']['sha'],
        'author_association': 'MEMBER',
        'created_at': at,
        'updated_at': at,
        'html_url': f'{pull["html_url"]}#discussion_r{id_}',
    }
