"""From what happened to what GitHub would deliver, in its full shape.

Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from collections.abc import Callable

from tests.github import complete, complete_parts
from tests.github.complete import api_of
from tests.github.shape import Json

Find = Callable[[str, int], Json]
"""Repository's name and number → what a list says of the pull."""
SHOWN = ('type', 'id', 'name', 'active', 'events', 'config', 'updated_at', 'created_at')
NOT_A_COMMIT = '0' * 40


def payload(event: str, action: str | None, said: Json, find: Find) -> Json:
    """Complete what a listener hears; of a pull full of rubbish it is told as it is."""
    repo = said['repository']
    try:
        parts = _EVENTS[event](said, find)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        parts = said
    around = {'repository': complete.repository(repo), 'sender': complete.person(said['sender'])}
    if 'organization' in said:
        around['organization'] = complete.organisation(repo['owner']['login'])
    return ({} if action is None else {'action': action}) | parts | around


def _pull_request(said: Json, _: Find) -> Json:
    repo, pull = said['repository'], said['pull_request']
    completing: dict[str, Callable[[Json], Json | None]] = {
        'assignee': complete.person,
        'label': lambda data: complete.label(repo, data),
        'milestone': lambda data: complete.milestone(repo, data),
        'requested_reviewer': complete.person,
        'requested_team': complete.team,
    }
    extra = {key: value for key, value in said.items() if key in EXTRA}
    parts = {key: complete_it(said[key]) for key, complete_it in completing.items() if key in said}
    whole = complete.pull(pull, pull)
    if 'milestone' in parts:  # that it was taken away is in the action only
        whole['milestone'] = parts['milestone']
    return {'number': said['number'], 'pull_request': whole} | extra | parts


EXTRA = {'after', 'before', 'changes', 'reason'}


def _review(said: Json, _: Find) -> Json:
    pull = complete.simple_pull(said['pull_request'])
    return {'review': complete_parts.review(pull, said['review']), 'pull_request': pull}


def _review_comment(said: Json, _: Find) -> Json:
    pull = complete.simple_pull(said['pull_request'])
    return {'comment': complete_parts.review_comment(pull, said['comment']), 'pull_request': pull}


def _thread(said: Json, _: Find) -> Json:
    pull, thread = complete.simple_pull(said['pull_request']), said['thread']
    comments = [complete_parts.review_comment(pull, comment) for comment in thread['comments']]
    return {'thread': {'node_id': thread['node_id'], 'comments': comments}, 'pull_request': pull}


def _issue_comment(said: Json, find: Find) -> Json:
    listed = find(said['repository']['full_name'], said['issue']['number'])
    issue = complete_parts.issue(complete.simple_pull(listed))
    return {'issue': issue, 'comment': complete_parts.issue_comment(issue, said['comment'])}


def _check_run(said: Json, find: Find) -> Json:
    run = said['check_run']
    pulls = [find(said['repository']['full_name'], each['number']) for each in run['pull_requests']]
    return {'check_run': complete_parts.check_run(said['repository'], run, pulls)}


def _check_suite(said: Json, find: Find) -> Json:
    suite = said['check_suite']
    pulls = [find(said['repository']['full_name'], each['number']) for each in suite['pull_requests']]
    return {'check_suite': complete_parts.whole_suite(said['repository'], suite, pulls)}


def _status(said: Json, _: Find) -> Json:
    repo, own = said['repository'], ('id', 'sha', 'target_url', 'context', 'description', 'state')
    branches = [
        {
            'name': branch['name'],
            'commit': complete_parts.commit_reference(repo, branch['commit']['sha']),
            'protected': False,
        }
        for branch in said['branches']
    ]
    return {key: said.get(key) for key in own} | {
        'name': repo['full_name'],
        'avatar_url': None,
        'commit': complete_parts.commit(repo, said['sha']),
        'branches': branches,
        'created_at': said['created_at'],
        'updated_at': said['updated_at'],
    }


def _push(said: Json, _: Find) -> Json:
    repo, before, after = said['repository'], said['before'], said['after']
    new = complete_parts.pushed_commit(repo, after, said['sender']['login'])
    return {
        'ref': said['ref'],
        'before': before,
        'after': after,
        'created': before == NOT_A_COMMIT,
        'deleted': after == NOT_A_COMMIT,
        'forced': said.get('forced', False),
        'base_ref': None,
        'compare': f'{repo["html_url"]}/compare/{before[:12]}...{after[:12]}',
        'commits': [new],
        'head_commit': new,
        'pusher': {'name': said['sender']['login'], 'email': f'{said["sender"]["login"]}@github.example'},
    }


def _label(said: Json, _: Find) -> Json:
    return _with_changes(said, {'label': complete.label(said['repository'], said['label'])})


def _milestone(said: Json, _: Find) -> Json:
    return _with_changes(said, {'milestone': complete.milestone(said['repository'], said['milestone'])})


def _repository(said: Json, _: Find) -> Json:
    changes = said.get('changes', {})
    if 'owner' in changes:
        before = changes['owner']['from']
        changes = {'owner': {'from': {kind: _owner(kind, data) for kind, data in before.items()}}}
    return _with_changes({'changes': changes} if changes else {}, {})


def _owner(kind: str, data: Json) -> Json | None:
    return complete.person(data) if kind == 'user' else complete.organisation(data['login'])


def _with_changes(said: Json, parts: Json) -> Json:
    return parts | ({'changes': said['changes']} if 'changes' in said else {})


def ping(hook: Json, said: Json) -> Json:
    """What a hook hears first, or when somebody asks for it; ``said`` says whose it is."""
    repo = said.get('repository')
    shown = {key: hook[key] for key in SHOWN}
    if repo is None:
        shown |= {key: hook[key] for key in ('url', 'ping_url', 'deliveries_url')}
    else:
        url = f'{api_of(repo)}/hooks/{hook["id"]}'
        unused = {'code': None, 'status': 'unused', 'message': None}
        shown |= {'url': url, 'test_url': f'{url}/test', 'ping_url': f'{url}/pings'}
        shown |= {'deliveries_url': f'{url}/deliveries', 'last_response': unused}
    around = {} if repo is None else {'repository': complete.repository(repo)}
    return {
        'zen': 'Anything added dilutes everything else.',
        'hook_id': hook['id'],
        'hook': shown,
        'sender': complete.person(said['sender']),
    } | around


_EVENTS: dict[str, Callable[[Json, Find], Json]] = {
    'check_run': _check_run,
    'check_suite': _check_suite,
    'issue_comment': _issue_comment,
    'label': _label,
    'milestone': _milestone,
    'pull_request': _pull_request,
    'pull_request_review': _review,
    'pull_request_review_comment': _review_comment,
    'pull_request_review_thread': _thread,
    'push': _push,
    'repository': _repository,
    'status': _status,
}
