"""``setup-webhook`` beside a real server, which then hears at once what happens, and without one."""

import json
import signal
from collections.abc import Iterator

import pytest

from reviewflow.our_hook import PATH
from tests.github import FakeGitHub, serve
from tests.github.delivering import delivering
from tests.integration.program import Program
from tests.waiting import until

SECRET = 'canary-77c1-secret'


@pytest.fixture(scope='module')
def github() -> FakeGitHub:
    github = FakeGitHub()
    for name in ('acme/api', 'acme/web', 'acme/elsewhere'):
        github.add_repository(name)
    return github


@pytest.fixture(scope='module')
def server(github: FakeGitHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with serve(github) as url:
        settings = {
            'ADMIN__USERNAME': 'ana',
            'ADMIN__PASSWORD': 'a sentence is easiest',
            'GITHUB__API_URL': url,
            'GITHUB__TOKEN': github.token,
            'GITHUB__REPOSITORIES': 'acme/api,acme/web',
            'GITHUB__WEBHOOK_SECRET': SECRET,
            'SYNC__INTERVAL_S': '3600',
        }
        server = Program(tmp_path_factory.mktemp('server'), settings)
        server.start()
        assert server.command('sync').returncode == 0
        yield server
        assert server.end(signal.SIGTERM) == 0
        assert server.complaints == []
        without = server.command('setup-webhook', '--repo', 'acme/elsewhere', '--url', server.url)
        assert without.returncode == 0, without.stderr
        assert without.stdout.startswith('acme/elsewhere: created; its ping did not arrive (502 failed')
        assert len(github.hooks('acme/elsewhere')) == 1
        assert SECRET not in server.printed + without.stdout


def test_it_is_created_and_its_ping_arrives(server: Program) -> None:
    done = server.command('setup-webhook', '--repo', 'acme/api', '--url', server.url)

    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.splitlines() == ['acme/api: created; its ping arrived', server.url + PATH]


async def test_a_pull_is_there_long_before_the_next_poll(server: Program, github: FakeGitHub) -> None:
    with delivering(github):
        number = github.open_pull('acme/api', 'Told by webhook')
        path = f'pulls/acme/api/{number}'
        await until(lambda: server.api('GET', path).status_code == 200)
        github.edit('acme/api', number, title='Told again')
        await until(lambda: server.api('GET', path).json()['title'] == 'Told again')

    assert {each.answer for each in github.sender.deliveries} == {(202, 'Accepted')}


def test_all_that_are_shown_are_repaired_in_one_go(server: Program, github: FakeGitHub) -> None:
    github.add_hook('acme/web', server.url + PATH, events=('push',), active=False)

    done = server.command('setup-webhook', '--all', '--url', server.url, '--json')

    assert done.returncode == 0, done.stderr
    said = {hook['repository']: hook for hook in json.loads(done.stdout)['hooks']}
    assert set(said) == {'acme/api', 'acme/web'}
    assert said['acme/api']['repaired'] == []
    assert set(said['acme/web']['repaired']) == {'content type', 'no secret', 'inactive', 'events'}
    assert all(hook['has_arrived'] for hook in said.values())


def test_what_cannot_be_done_is_a_line(server: Program, github: FakeGitHub) -> None:
    nowhere = server.command('setup-webhook', '--repo', 'acme/api')
    github.may_manage_hooks = False
    forbidden = server.command('setup-webhook', '--repo', 'acme/api', '--url', server.url)
    github.may_manage_hooks = True

    assert [done.returncode for done in (nowhere, forbidden)] == [1, 1]
    assert 'REVIEWFLOW_PUBLIC_URL' in nowhere.stderr
    assert 'admin:repo_hook' in forbidden.stderr
    assert all(len(done.stderr.splitlines()) == 1 for done in (nowhere, forbidden))
