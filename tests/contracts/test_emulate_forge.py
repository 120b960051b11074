"""The forge against a GitHub that we did not write, and against real-shaped payloads."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from reviewflow.errors import RepositoryUnavailable
from reviewflow.models import CheckState, PullRequest, Repository, ReviewState, Status
from reviewflow.policy import latest_opinions, rollup, status
from reviewflow.settings import GitHub
from sync.github import check, normalise
from sync.github.forge import GitHubForge
from tests.contracts.emulate import Emulator
from tests.integration.asking import changed_pulls, open_pulls, read_pull

NOT_IN_LISTS = {
    'additions', 'changed_files', 'comments', 'commits', 'deletions', 'maintainer_can_modify', 'mergeable',
    'mergeable_state', 'merged', 'merged_by', 'rebaseable', 'review_comments',
}  # fmt: skip
"""What GitHub's own lists of pulls lack."""


class SmallPages(httpx.AsyncHTTPTransport):
    """Asks for seven items a page, however many the forge asks for."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_merge_params({'per_page': 7})
        return await super().handle_async_request(request)


class BareLists(httpx.AsyncHTTPTransport):
    """Takes out of lists what GitHub's own lists lack, and remembers what that was."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if not request.url.path.endswith('/pulls'):
            return response
        data = json.loads(await response.aread())
        await response.aclose()
        for item in data:
            self.taken |= set(item) & NOT_IN_LISTS
        bare = [{key: value for key, value in item.items() if key not in NOT_IN_LISTS} for item in data]
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(bare).encode()))


def make_forge(emulator: Emulator, transport: httpx.AsyncBaseTransport | None = None) -> GitHubForge:
    settings = GitHub(api_url=emulator.url, token=SecretStr(emulator.token('ann')))
    return GitHubForge(settings, transport=transport)


@pytest.fixture
async def forge(emulator: Emulator) -> AsyncIterator[GitHubForge]:
    forge = make_forge(emulator)
    yield forge
    await forge.aclose()


@pytest.fixture
async def api(forge: GitHubForge) -> Repository:
    (api,) = await forge.repositories('ann/api')
    return api


async def read_all(forge: GitHubForge, repository: Repository) -> list[PullRequest]:
    page = await changed_pulls(forge, repository)
    assert page is not None
    pulls = list(page.pulls)
    while page is not None and page.next is not None:
        page = await changed_pulls(forge, repository, after=page.next)
        pulls += page.pulls if page else ()
    return pulls


async def test_sixty_pulls_of_three_repositories_are_read_page_by_page(emulator: Emulator) -> None:
    titles = {(f'ann/{name}', f'Pull {index}') for name in ('api', 'web', 'app') for index in range(20)}
    for repository, title in sorted(titles):
        emulator.open_pull(repository, title, by='ben')
    forge = make_forge(emulator, SmallPages())

    repositories = await forge.repositories('ann/*')
    pulls = [pull for repository in repositories for pull in await read_all(forge, repository)]

    assert {(pull.repository, pull.title) for pull in pulls} == titles
    assert len(pulls) == 60
    assert {pull.author.login for pull in pulls} == {'ben'}
    assert {status(pull) for pull in pulls} == {Status.PENDING}
    await forge.aclose()


async def test_a_collaborators_review_counts_and_a_strangers_does_not(
    emulator: Emulator, forge: GitHubForge, api: Repository
) -> None:
    number = emulator.open_pull('ann/api', 'Fix', by='ann')
    assert status(await read_pull(forge, api, number)) is Status.PENDING

    emulator.review('ann/api', number, by='eve')
    by_stranger = await read_pull(forge, api, number)
    emulator.review('ann/api', number, by='ben', event='REQUEST_CHANGES')
    by_member = await read_pull(forge, api, number)
    emulator.review('ann/api', number, by='ben')
    changed_mind = await read_pull(forge, api, number)

    assert [opinion.state for opinion in latest_opinions(by_stranger)] == [ReviewState.APPROVED]
    assert status(by_stranger) is Status.PENDING
    assert status(by_member) is Status.CHANGES_REQUESTED
    assert status(changed_mind) is Status.APPROVED


async def test_who_is_asked_again_has_no_standing_opinion(
    emulator: Emulator, forge: GitHubForge, api: Repository
) -> None:
    number = emulator.open_pull('ann/api', 'Fix', by='ann')
    emulator.review('ann/api', number, by='ben')

    emulator.request_review('ann/api', number, 'ben')
    asked = await read_pull(forge, api, number)
    emulator.end_request('ann/api', number, 'ben')
    answered = await read_pull(forge, api, number)

    assert [person.login for person in asked.requested_reviewers] == ['ben']
    assert status(asked) is Status.PENDING
    assert answered.requested_reviewers == ()
    assert status(answered) is Status.APPROVED


async def test_merge_close_and_reopen_are_seen_in_the_list(
    emulator: Emulator, forge: GitHubForge, api: Repository
) -> None:
    merged, closed, reopened, draft = (
        emulator.open_pull('ann/api', title, by='ann', draft=title == 'draft')
        for title in ('merged', 'closed', 'reopened', 'draft')
    )

    emulator.merge('ann/api', merged)
    emulator.close('ann/api', closed)
    emulator.close('ann/api', reopened)
    emulator.reopen('ann/api', reopened)

    pulls = {pull.number: pull for pull in await read_all(forge, api)}
    assert {number: status(pull) for number, pull in pulls.items()} == {
        merged: Status.MERGED,
        closed: Status.CLOSED,
        reopened: Status.PENDING,
        draft: Status.PENDING,
    }
    assert pulls[merged].merged_at is not None
    assert pulls[closed].closed_at is not None
    assert pulls[reopened].closed_at is None
    assert [pull.number for pull in pulls.values() if pull.is_draft] == [draft]
    still_open = await open_pulls(forge, api)
    assert {pull.number for pull in still_open.pulls} == {reopened, draft}


async def test_check_runs_are_seen_though_statuses_are_unknown_there(
    emulator: Emulator, forge: GitHubForge, api: Repository
) -> None:
    number = emulator.open_pull('ann/api', 'Fix', by='ann')
    emulator.check('ann/api', number, 'test', 'failure')
    failing = await read_pull(forge, api, number)
    emulator.check('ann/api', number, 'test', 'success')
    passing = await read_pull(forge, api, number)

    assert failing.detail is not None
    assert rollup(failing.detail.checks) is CheckState.FAILING
    assert passing.detail is not None
    assert rollup(passing.detail.checks) is CheckState.PASSING


async def test_a_repository_that_is_not_there_is_missing(forge: GitHubForge) -> None:
    with pytest.raises(RepositoryUnavailable):
        await forge.repositories('ann/nothing')


async def test_a_list_never_needs_a_field_that_githubs_own_lists_lack(
    emulator: Emulator, forge: GitHubForge, api: Repository
) -> None:
    for title in ('open', 'merged', 'closed', 'reviewed'):
        emulator.open_pull('ann/api', title, by='ben')
    emulator.merge('ann/api', 2)
    emulator.close('ann/api', 3)
    emulator.request_review('ann/api', 4, 'eve')
    bare = BareLists()
    bare_forge = make_forge(emulator, bare)

    assert await read_all(bare_forge, api) == await read_all(forge, api)
    assert await open_pulls(bare_forge, api) == await open_pulls(forge, api)

    assert bare.taken >= {'merged', 'mergeable', 'additions', 'comments', 'merged_by'}
    await bare_forge.aclose()


def examples(npm: Path, key: str) -> list[dict[str, Any]]:
    """Gather the objects under this key of all example payloads, of GitHub and of every Enterprise Server."""
    files = (npm / '@octokit/webhooks-examples').glob('*/index.json')
    events = [event for file in files for event in json.loads(file.read_text('utf-8'))]
    payloads = [payload for event in events for payload in event['examples']]
    return [payload[key] for payload in payloads if isinstance(payload.get(key), dict)]


def home(data: dict[str, Any]) -> Repository:
    """Where a pull belongs, under a former name."""
    return Repository(id=data['base']['repo']['id'], name='for/merly')


def test_real_shaped_pulls_are_read(npm: Path) -> None:
    pulls = examples(npm, 'pull_request')

    for data in pulls:
        pull, _ = normalise.pull(data, home(data))

        assert pull.repository == data['base']['repo']['full_name']
        assert (pull.number, pull.title, pull.url) == (data['number'], data['title'], data['html_url'])
        assert (pull.author.login, pull.author.id) == (data['user']['login'], data['user']['id'])
        assert (pull.head, pull.head_sha) == (data['head']['ref'], data['head']['sha'])
        assert pull.is_open == (data['state'] == 'open')
        assert pull.updated_at == datetime.fromisoformat(data['updated_at'])
        assert [label.name for label in pull.labels] == [label['name'] for label in data['labels']]
        assert len(pull.requested_reviewers) == len(data['requested_reviewers'])
        assert len(pull.requested_teams) == len(data['requested_teams'])
    assert len(pulls) > 50


def test_real_shaped_details_are_read(npm: Path) -> None:
    details = [data for data in examples(npm, 'pull_request') if 'additions' in data]

    for data in details:
        _, detail = normalise.pull(data, home(data))

        assert (detail.additions, detail.deletions) == (data['additions'], data['deletions'])
        assert detail.changed_files == data['changed_files']
        assert detail.comments == data['comments'] + data['review_comments']
        assert detail.mergeable == data['mergeable']
    assert len(details) > 10


def test_real_shaped_check_runs_are_read(npm: Path) -> None:
    runs = [data for data in examples(npm, 'check_run') if 'app' in data]

    for data in runs:
        (run,) = check.check_runs({'check_runs': [data]})

        assert run.check.app in {data['app'].get('slug'), data['app']['name']}
        assert run.check.name == data['name']
        assert (run.check.state is CheckState.PENDING) == (data['status'] != 'completed')
    assert len(runs) > 5
