"""What our own GitHub delivers has the shape that GitHub's deliveries have, by a schema that is not ours."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft7Validator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sync.github.hints import GitHubHooks
from sync.github.our_hook import EVENTS
from tests.builders import NOW
from tests.github import FakeGitHub

SCHEMA = '@octokit/webhooks-schemas/schema.json'
ABOUT_PULLS = {event for event in EVENTS if event.startswith(('pull', 'check', 'issue', 'status'))}
Told = list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope='module')
def definitions(npm: Path) -> dict[str, Any]:
    return dict(json.loads((npm / SCHEMA).read_text())['definitions'])


def live(github: FakeGitHub) -> None:
    """Let everything happen of which anybody is told."""
    name = 'acme/api'
    number = github.open_pull(name, 'Fix it', author='ann')
    github.edit(name, number, title='Fix it well', body='Really.')
    github.edit(name, number, labels=[{'name': 'bug'}], assignees=[])
    github.edit(name, number, labels=[])
    github.edit(name, number, locked=True)
    github.request_review(name, number, 'ben', 'cyd')
    github.request_review(name, number, 'cyd')
    github.request_team(name, number, 'reviewers')
    review = github.review(name, number, by='cyd', state='CHANGES_REQUESTED')
    github.dismiss(name, number, review)
    github.review(name, number, by='ben')
    thread = github.open_thread(name, number, by='ben')
    github.reply(name, number, thread)
    github.resolve_thread(name, number, thread)
    github.unresolve_thread(name, number, thread)
    github.comment(name, number, body='Well.')
    github.push(name, number)
    github.force_push(name, number)
    github.retarget(name, number, 'stable')
    github.convert_to_draft(name, number)
    github.mark_ready(name, number)
    for conclusion in ('success', 'failure', None):
        github.check(name, number, 'test', conclusion)
    for state in ('pending', 'success', 'failure', 'error'):
        github.status(name, number, state=state)
    milestone = github.add_milestone(name, 'One')
    github.edit(name, number, milestone=milestone)
    github.edit(name, number, milestone=None)
    github.edit_milestone(name, milestone['number'], state='closed', closed_at='2026-01-01T00:00:00Z')
    github.edit_label(name, 'bug', color='ff0000')
    github.delete_label(name, 'bug')
    github.close(name, number)
    github.reopen(name, number)
    github.merge(name, number)
    github.edit(name, github.open_pull(name, 'From a fork that is gone'), head=gone_head(github, name))
    github.rename(name, 'acme/core')
    github.archive('acme/core')
    github.unarchive('acme/core')
    github.transfer('acme/core', 'zoe')
    github.transfer('zoe/core', 'acme')
    github.delete_repository('acme/core')


def gone_head(github: FakeGitHub, name: str) -> dict[str, Any]:
    head: dict[str, Any] = github.pull(name, 2).listed['head']
    return head | {'repo': None, 'sha': 'f' * 40}


async def test_every_payload_that_is_about_a_pull_hints_at_it() -> None:
    github = FakeGitHub()
    github.add_repository('acme/api')
    github.add_hook('acme/api', 'http://hook.example/', content_type='json')
    parser, silent = GitHubHooks(), set()

    for event, payload in await told(github):
        delivery = parser.parse(payload, event=event, id='1', received_at=NOW)
        hints = delivery.hints
        if hints is None:
            silent.add((event, delivery.action))
        elif event in ABOUT_PULLS:
            assert set(hints.numbers) <= {1, 2}
            assert hints.numbers or hints.shas

    assert silent == {('label', 'created'), ('milestone', 'created'), ('milestone', 'closed'), ('push', '')}


async def told(github: FakeGitHub) -> Told:
    """Let it all happen, and take in what is delivered."""
    taken: Told = []

    async def take(request: Request) -> Response:
        taken.append((request.headers['x-github-event'], await request.json()))
        return Response(status_code=202)

    app = Starlette(routes=[Route('/', take, methods=['POST'])])
    github.sender.transport = httpx.ASGITransport(app)
    for hook in github.sender.hooks:
        await github.sender.ping(hook)
    live(github)
    await github.sender.flush()
    return taken


@pytest.mark.parametrize('is_of_organisation', [False, True])
async def test_every_payload_is_as_github_describes_it(
    definitions: dict[str, Any], is_of_organisation: bool
) -> None:
    github = FakeGitHub()
    if is_of_organisation:
        github.organisations.add('acme')
        github.add_hook('acme', 'http://hook.example/', content_type='json')
    github.add_repository('acme/api')
    if not is_of_organisation:
        github.add_hook('acme/api', 'http://hook.example/', content_type='json')

    taken = await told(github)

    wrong = {}
    for event, payload in taken:
        name = f'{event}${payload.get("action", "event")}'
        validator = Draft7Validator({'$ref': f'#/definitions/{name}', 'definitions': definitions})
        for error in validator.iter_errors(payload):
            wrong[name, error.json_path] = error.message[:300]
    assert wrong == {}
    assert {event for event, _ in taken} == {*EVENTS, 'ping', 'push'}
    actions = {payload.get('action') for event, payload in taken if event == 'repository'}
    assert actions >= {'renamed', 'archived', 'transferred', 'deleted'}
