"""Commands beside a real server that reads a GitHub of our own, and after its end."""

import json
import signal
from collections.abc import Iterator

import httpx
import pytest

from tests.github import FakeGitHub, serve
from tests.integration.program import Program

NAME, PASSWORD = 'ana', 'a sentence is easiest'


@pytest.fixture(scope='module')
def github() -> FakeGitHub:
    github = FakeGitHub()
    for name in ('acme/api', 'acme/elsewhere'):
        github.add_repository(name)
        github.open_pull(name)
    return github


@pytest.fixture(scope='module')
def server(github: FakeGitHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with serve(github) as url:
        settings = {
            'ADMIN__USERNAME': NAME,
            'ADMIN__PASSWORD': PASSWORD,
            'GITHUB__API_URL': url,
            'GITHUB__TOKEN': github.token,
            'GITHUB__REPOSITORIES': 'acme/api',
            'SYNC__INTERVAL_S': '3600',
        }
        server = Program(tmp_path_factory.mktemp('server'), settings)
        server.start()
        assert server.command('sync').returncode == 0
        yield server
        assert server.end(signal.SIGTERM) == 0
        assert server.complaints == []
        # what is left without it
        done = server.command('status')
        assert (done.returncode, done.stderr) == (3, '')
        assert '  repositories: acme/api\n' in done.stdout
        real = server.command('create-test-pr', '--repo', 'acme/api', '--yes')
        assert real.returncode == 0, real.stderr
        assert github.token not in real.stdout + done.stdout + server.printed


def test_a_real_pull_is_on_the_board_before_any_sync(server: Program, github: FakeGitHub) -> None:
    done = server.command('create-test-pr', '--repo', 'acme/api', '--yes', '--json')

    assert (done.returncode, done.stderr) == (0, '')
    created = json.loads(done.stdout)
    assert created['is_on_board']
    shown = server.api('GET', f'pulls/acme/api/{created["number"]}').json()
    assert shown['title'] == created['title'] == github.pull('acme/api', created['number']).listed['title']


def test_a_real_pull_elsewhere_is_on_no_board(server: Program) -> None:
    done = server.command('create-test-pr', '--repo', 'acme/elsewhere', '--yes')

    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.endswith('\nits repository is on no board here\n')


def test_what_github_refuses_is_a_line(server: Program, github: FakeGitHub) -> None:
    missing = server.command('create-test-pr', '--repo', 'acme/none', '--yes')
    github.may_write = False
    forbidden = server.command('create-test-pr', '--repo', 'acme/api', '--yes')
    github.may_write = True
    unnamed = server.command('create-test-pr')

    assert [done.returncode for done in (missing, forbidden, unnamed)] == [1, 1, 1]
    assert missing.stderr.startswith('reviewflow: acme/none cannot be found')
    assert forbidden.stderr.startswith('reviewflow: GitHub takes no changes to acme/api: Resource not')
    assert '--repo owner/name' in unnamed.stderr
    assert all(len(done.stderr.splitlines()) == 1 for done in (missing, forbidden, unnamed))


def test_the_status_is_that_of_the_server(server: Program) -> None:
    done = server.command('status', '--json')

    assert (done.returncode, done.stderr) == (0, '')
    status = json.loads(done.stdout)
    assert (status['running'], status['address']) == (True, f'{server.url}/dashboard/')
    assert (status['sync']['state'], status['reads']) == ('live', ['acme/api'])
    assert 0 < status['limit']['remaining'] < status['limit']['limit'] == 5000
    assert status['pulls']['total'] == server.api('GET', 'stats').json()['total']


def test_a_role_and_a_password_hold_at_once(server: Program) -> None:
    password = server.command('users', 'add', 'Ben', '--generate').stdout.split()[-1]
    with httpx.Client(base_url=server.url, trust_env=False) as ben:
        sign_in(ben, password)
        assert ben.get('/dashboard/api/status').status_code == 403

        assert server.command('users', 'role', 'ben', 'admin').stdout == 'Ben is admin\n'

        assert ben.get('/dashboard/api/status').status_code == 401, 'as what he was, he is out'
        sign_in(ben, password)
        assert ben.get('/dashboard/api/status').status_code == 200
        assert ben.post('/dashboard/api/broadcast', json={'message': 'Hello'}).status_code == 200
        assert server.command('users', 'password', 'ben', '--generate').returncode == 0
        assert ben.get('/dashboard/api/status').status_code == 401


def sign_in(visitor: httpx.Client, password: str) -> None:
    answer = visitor.post('/dashboard/login', data={'username': 'ben', 'password': password})
    assert answer.status_code == 303
