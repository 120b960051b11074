"""``broadcast``, ``status`` and ``create-test-pr``, with the server pretended or none there."""

import io
import json
from typing import Any

import pytest
from starlette.responses import JSONResponse

from reviewflow.data_dir import DataDir
from reviewflow.errors import LeftBehind, WriteRefused
from tests.integration.command_line import Program, Said, Terminal
from tests.integration.serving import Pretended

STATUS: dict[str, Any] = {
    'version': '0.1.0',
    'pid': 17,
    'address': 'http://127.0.0.1:8000/dashboard/',
    'since': '2020-03-02T09:00:00Z',
    'data_dir': '/data',
    'open': {'pages': 1, 'feed_readers': 2},
    'sync': {
        'state': 'live',
        'forge': 'GitHub',
        'interval_s': 30.0,
        'error': None,
        'errors': [],
        'read_at': '2020-03-02T09:00:00Z',
        'event_at': None,
    },
    'limit': {'limit': 5000, 'remaining': 4980, 'resets_at': '2026-03-02T10:00:00Z'},
    'reads': ['acme/api', 'acme/web'],
    'pulls': {'total': 2, 'pending': 1, 'changes_requested': 1},
}
CREATED: dict[str, Any] = {
    'repository': 'acme/api',
    'number': 7,
    'title': 'A test',
    'url': 'https://github.example/acme/api/pull/7',
    'is_on_board': True,
    'page': 'http://reviews.example/dashboard/pulls/acme/api/7',
    'pages': 2,
}


# broadcast


def test_a_broadcast_says_how_many_pages_heard_it(program: Program, said: Said, running: Pretended) -> None:
    running.answer = JSONResponse({'pages': 3})

    assert program.run('broadcast', 'Deploy at noon') == 0
    assert program.run('broadcast', 'Deploy at noon', '--json') == 0

    assert running.asked == [('POST', 'broadcast', {'message': 'Deploy at noon'})] * 2
    assert said() == (['3 pages told', '{"pages": 3}'], [])


def test_without_a_server_nobody_hears_it(program: Program, said: Said) -> None:
    assert program.run('broadcast', 'Hello') == 1
    assert said() == ([], [f'reviewflow: no server is running in {program.data_dir}'])
    assert not program.data_dir.exists(), 'nothing was touched'


def test_bytes_that_are_no_text_are_the_servers_to_refuse(program: Program, running: Pretended) -> None:
    running.answer = JSONResponse({'pages': 1})

    assert program.run('broadcast', 'lone \ud800') == 0
    assert running.asked == [('POST', 'broadcast', {'message': 'lone \ud800'})]


def test_what_cannot_be_said_is_a_line(program: Program, said: Said, running: Pretended) -> None:
    running.answer = JSONResponse({'detail': 'message: at most 500 characters'}, 422)

    assert program.run('broadcast', 'x' * 501) == 1
    assert said() == ([], ['reviewflow: message: at most 500 characters'])


# status


def test_a_status_is_calm_and_in_columns(program: Program, said: Said, running: Pretended) -> None:
    running.answer = JSONResponse(STATUS)

    assert program.run('status') == 0
    lines = said()[0]
    assert lines[0] == 'ReviewFlow 0.1.0, running'
    assert {line.index(': ') for line in lines[1:]} == {14}
    assert '          open: 1 page, 2 feed readers' in lines
    assert '          sync: live, GitHub, every 30 s' in lines
    assert '         reads: acme/api, acme/web' in lines
    assert '         pulls: 2: 1 pending, 1 changes requested' in lines
    assert '     allowance: 4,980 of 5,000 requests left until 2026-03-02 10:00 UTC' in lines
    assert any(line.startswith('     last read: ') and line.endswith(' days ago') for line in lines)


def test_a_status_can_be_read_by_programs(program: Program, said: Said, running: Pretended) -> None:
    running.answer = JSONResponse(STATUS)

    assert program.run('status', '--json') == 0
    assert json.loads(said()[0][0]) == {'running': True, **STATUS}


@pytest.mark.parametrize(
    ('state', 'expected'), [('live', 0), ('starting', 0), ('limited', 0), ('failing', 1)]
)
def test_the_exit_status_says_whether_all_is_well(
    program: Program, said: Said, running: Pretended, state: str, expected: int
) -> None:
    sync = STATUS['sync'] | {'state': state, 'errors': ['It hangs', 'acme/no\u202e'], 'read_at': None}
    running.answer = JSONResponse(STATUS | {'sync': sync, 'limit': None, 'reads': []})

    assert program.run('status') == expected
    lines = said()[0]
    assert '         error: It hangs' in lines
    assert '         error: acme/no\\u202e' in lines
    assert '     last read: not yet' in lines
    assert '         reads: the pretend team' in lines


def test_without_a_server_and_a_database_there_is_nothing_and_nothing_is_made(
    program: Program, said: Said
) -> None:
    assert program.run('status') == 3
    assert said()[0] == [
        'ReviewFlow 0.1.0, not running',
        f'          data: {program.data_dir}',
        '      database: nothing is stored yet',
    ]
    assert not program.data_dir.exists()


def test_a_status_says_that_somebody_else_is_at_work(program: Program, said: Said) -> None:
    other = DataDir(program.data_dir)
    other.claim()

    assert program.run('status') == 3
    assert any('at work: another ReviewFlow' in line for line in said()[0])
    other.release()


# create-test-pr


def test_a_test_pull_is_named_with_its_addresses(program: Program, said: Said, running: Pretended) -> None:
    running.answer = JSONResponse(CREATED, 201)

    assert program.run('create-test-pr') == 0

    assert running.asked == [('POST', 'test-pull', {'repository': ''})]
    page = CREATED['page']
    assert said() == (['acme/api#7 A test', CREATED['url'], page], [])
    assert program.run('create-test-pr', '--json') == 0
    assert json.loads(said()[0][0]) == CREATED | {'page': page}


def test_a_test_pull_that_is_on_no_board_is_said_to_be(
    program: Program, said: Said, running: Pretended
) -> None:
    running.answer = JSONResponse(CREATED | {'is_on_board': False, 'page': None}, 201)

    assert program.run('create-test-pr', '--repo', 'acme/api', '--yes') == 0
    assert running.asked == [('POST', 'test-pull', {'repository': 'acme/api'})]
    assert said()[0][-1] == 'its repository is on no board here'


def test_without_a_server_the_pretend_team_has_no_board(program: Program, said: Said) -> None:
    assert program.run('create-test-pr') == 1
    assert said()[1] == [
        'reviewflow: no server is running that would show a pull; --repo creates one on GitHub'
    ]


def test_without_a_server_a_real_one_is_created_all_the_same(program: Program, said: Said) -> None:
    assert program.run('create-test-pr', '--repo', 'acme/api', '--yes') == 0

    assert program.was_claimed
    assert said()[0][:2] == ['acme/api#12 A test', 'https://github.example/acme/api/pull/12']


@pytest.mark.parametrize(
    ('argv', 'line'),
    [
        (('--repo', 'acme/api'), 'add --yes to create a pull request in acme/api'),
        (('--repo', 'acme/*', '--yes'), '--repo must be like owner/name'),
        (('--repo', 'api', '--yes'), '--repo must be like owner/name'),
    ],
)
def test_where_nobody_can_be_asked_it_has_to_be_said(
    program: Program, said: Said, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...], line: str
) -> None:
    monkeypatch.setattr('sys.stdin', io.StringIO('y\n'))

    assert program.run('create-test-pr', *argv) == 2
    assert said() == ([], [f'reviewflow: {line}'])
    assert program.settings is None


@pytest.mark.parametrize(
    ('answer', 'status'), [('y\n', 0), ('YES\n', 0), ('\n', 1), ('n\n', 1), ('yeah\n', 1), ('', 1)]
)
def test_on_a_terminal_it_is_asked(
    program: Program, said: Said, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    monkeypatch.setattr('sys.stdin', Terminal(answer))

    assert program.run('create-test-pr', '--repo', 'acme/api') == status

    assert 'in acme/api, for everybody there to see? [y/N]' in said()[0][0]
    assert (program.settings is not None) == (status == 0)


def test_what_github_refuses_is_a_line(program: Program, said: Said) -> None:
    program.error = LeftBehind(WriteRefused('acme/api', 422, 'No'), 'the branch b of acme/api')

    assert program.run('create-test-pr', '--repo', 'acme/api', '--yes') == 1
    assert said()[1] == [
        'reviewflow: GitHub takes no changes to acme/api: No; the branch b of acme/api is left behind'
    ]
