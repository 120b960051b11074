"""One pull over REST, with all that the contract promises of it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from reviewflow.board import Board
from reviewflow.flow import ReviewFlow
from reviewflow.models import GHOST, Label
from reviewflow.store.database import Database
from reviewflow.store.store import Store
from reviewflow.views import Views
from reviewflow.web import rest
from reviewflow.web.prose.prose import Prose
from tests.builders import NOW, after, card, check, detail, merged, person, pull, review
from tests.integration.rest_client import client, fill, get


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
async def api(board: Board) -> AsyncIterator[httpx.AsyncClient]:
    store = Store(Database('sqlite+aiosqlite:///unused.db'))
    flow = ReviewFlow(store=store, board=board, forge='demo')
    async with client(rest.create(flow, Views(board), Prose(), pages=lambda: 3)) as api:
        yield api


async def test_a_pull_says_what_the_contract_promises(api: httpx.AsyncClient, board: Board) -> None:
    whole = pull(
        number=17,
        author=person('ann', avatar_url='https://github.example/ann.png'),
        is_draft=True,
        labels=(Label(name='bug', color='ff0000'),),
        assignees=(person('cy'),),
        requested_reviewers=(person('dee'),),
        requested_teams=('core',),
        milestone='Spring sale',
        updated_at=after(hours=1),
        detail=detail(
            review('ben', 'APPROVED', commit_sha='b' * 40),
            checks=(replace(check('test', 'passing'), started_at=NOW, ended_at=after(minutes=2)),),
            review_decision='APPROVED',
            comments=3,
            threads=8,
            open_threads=2,
            code_owners=('dee', 'core'),
        ),
    )
    board.put([card(whole, key=4)])
    expected = {
        'id': 4,
        'repository': 'acme/api',
        'number': 17,
        'title': 'Fix the lamp',
        'url': 'https://github.example/acme/api/pull/17',
        'author': 'ann',
        'author_avatar': 'https://github.example/ann.png',
        'status': 'approved',
        'marks': ['draft', 'stale_approval'],
        'is_draft': True,
        'base': 'main',
        'head': 'topic',
        'head_sha': 'a' * 40,
        'additions': 10,
        'deletions': 2,
        'changed_files': 1,
        'checks': 'passing',
        'mergeable': True,
        'review_decision': 'APPROVED',
        'labels': [{'name': 'bug', 'color': 'ff0000'}],
        'assignees': ['cy'],
        'requested_reviewers': ['dee'],
        'requested_teams': ['core'],
        'milestone': 'Spring sale',
        'comments': 3,
        'threads': 8,
        'open_threads': 2,
        'code_owners': ['dee', 'core'],
        'created_at': '2026-03-02T09:00:00Z',
        'updated_at': '2026-03-02T10:00:00Z',
        'closed_at': None,
        'merged_at': None,
    }

    assert (await get(api, '/pulls'))['items'] == [expected]
    assert await get(api, '/pulls/acme/api/17') == expected | {
        'reviews': [
            {
                'id': 1,
                'reviewer': 'ben',
                'state': 'APPROVED',
                'submitted_at': '2026-03-02T09:00:00Z',
                'author_association': 'MEMBER',
                'commit_id': 'b' * 40,
            }
        ],
        'check_runs': [
            {
                'app': 'ci',
                'name': 'test',
                'state': 'passing',
                'url': None,
                'started_at': '2026-03-02T09:00:00Z',
                'ended_at': '2026-03-02T09:02:00Z',
            }
        ],
    }


async def test_what_was_not_read_is_null(api: httpx.AsyncClient, board: Board) -> None:
    board.put([card(merged(author=GHOST))])

    found = await get(api, '/pulls/acme/api/1')

    unknown = (
        'additions',
        'deletions',
        'changed_files',
        'comments',
        'checks',
        'mergeable',
        'review_decision',
        'threads',
        'open_threads',
        'code_owners',
    )
    assert {name: found[name] for name in unknown} == dict.fromkeys(unknown)
    assert (found['reviews'], found['check_runs']) == (None, None)
    assert (found['author'], found['author_avatar']) == ('ghost', None)
    assert found['merged_at'] == found['closed_at'] == '2026-03-02T09:00:00Z'


async def test_checks_of_an_older_head_are_null(api: httpx.AsyncClient, board: Board) -> None:
    board.put([card(pull(head_sha='b' * 40, detail=detail(checks=(check('test', 'passing'),))))])

    found = await get(api, '/pulls/acme/api/1')

    assert (found['checks'], found['check_runs'], found['mergeable']) == (None, None, None)


async def test_names_are_found_in_any_case(api: httpx.AsyncClient, board: Board) -> None:
    fill(board)

    assert (await get(api, '/pulls/ACME/web/4'))['repository'] == 'acme/Web'
