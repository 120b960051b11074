"""ReviewFlow as its operator meets it: real processes, their output, their exit status."""

import asyncio
import re
import shutil
import signal
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen

import httpx
import pytest

from reviewflow.store.database import prepare
from tests import hooks
from tests.integration.program import Program

ROOT = Path(__file__).parents[2]
NAME, PASSWORD = 'ana', 'a sentence is easiest'


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One that shows the pretend team, with an administrator."""
    folder = tmp_path_factory.mktemp('server')
    server = Program(folder, {'ADMIN__USERNAME': NAME, 'ADMIN__PASSWORD': PASSWORD})
    server.start()
    yield server
    assert server.end(signal.SIGTERM) == 0
    assert not (server.data / 'server.json').exists()
    assert server.complaints == []


@pytest.fixture
def visitor(server: Program) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, trust_env=False) as visitor:
        yield visitor


# A running server


def test_it_is_ready_and_says_where(server: Program, visitor: httpx.Client) -> None:
    assert visitor.get('/readyz').status_code == 200
    assert visitor.get('/livez').status_code == 200
    assert f'ReviewFlow is at {server.url}/dashboard/' in server.printed.splitlines()


def test_the_root_leads_to_the_dashboard_and_that_to_the_login(visitor: httpx.Client) -> None:
    root = visitor.get('/')
    assert (root.status_code, root.headers['location']) == (303, '/dashboard/')
    assert visitor.head('/').status_code == 303
    assert visitor.get('/dashboard/').headers['location'].startswith('/dashboard/login')


def test_without_a_secret_there_is_nothing_where_github_would_call(visitor: httpx.Client) -> None:
    answers = [
        visitor.post(path, content=b'{}', headers=hooks.headers(b'{}'))
        for path in (hooks.PATH, '/webhooks/gitlab')
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert set(answers[0].headers) == set(answers[1].headers)


@pytest.mark.parametrize(
    'path', ['/nothing', '/dashboard/nothing', '/dashboard/api/nothing', '/dashboard/window', '/.env']
)
def test_an_unknown_path_is_a_404(visitor: httpx.Client, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_the_api_is_closed_to_strangers(visitor: httpx.Client) -> None:
    assert visitor.get('/dashboard/api/stats').status_code == 401


def test_whoever_signed_in_sees_the_pretend_team(visitor: httpx.Client, server: Program) -> None:
    assert sign_in(visitor) == 303

    server.api('POST', 'sync').raise_for_status()  # it may not have read yet
    stats = visitor.get('/dashboard/api/stats').json()
    pulls = visitor.get('/dashboard/api/pulls', params={'limit': 200}).json()
    assert stats['total'] == pulls['total'] == len(pulls['items']) > 20
    assert sum(stats.values()) == 2 * stats['total']
    assert visitor.get('/dashboard/').status_code == 200


def sign_in(visitor: httpx.Client) -> int:
    form = visitor.get('/dashboard/login').text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    answer = visitor.post('/dashboard/login', data=hidden | {'username': NAME, 'password': PASSWORD})
    return answer.status_code


def test_what_it_keeps_is_nobody_elses(server: Program) -> None:
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.data / 'server.json').stat().st_mode) == 0o600
    assert open_to_others(server.data) == set()


def open_to_others(folder: Path) -> set[str]:
    return {file.name for file in folder.rglob('*') if file.stat().st_mode & 0o077}


def test_a_sync_reaches_it(server: Program) -> None:
    done = server.command('sync')

    assert done.returncode == 0, done.stderr
    assert re.fullmatch(
        r'7 repositories read, \d+ pulls? changed, \d+ left for later, \d+ pages? told\n', done.stdout
    )


def test_a_second_server_is_refused_and_leaves_it_alone(server: Program, visitor: httpx.Client) -> None:
    refused = server.command()

    assert refused.returncode == 1
    assert refused.stderr == f'reviewflow: another ReviewFlow works in {server.data}\n'
    assert visitor.get('/readyz').status_code == 200
    assert (server.data / 'server.json').exists()


# What is refused: one line, a status, nothing touched


def nothing(_: Path, __: Path) -> None:
    """Begin in an empty folder."""


def a_file_for_a_folder(data: Path, _: Path) -> None:
    data.write_text('a file')


def half_a_database(data: Path, whole: Path) -> None:
    data.mkdir()
    (data / 'reviewflow.db').write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])


def a_newer_database(data: Path, whole: Path) -> None:
    data.mkdir()
    shutil.copy(whole, data)
    with closing(sqlite3.connect(data / 'reviewflow.db')) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


REFUSALS: Mapping[str, tuple[Callable[[Path, Path], None], list[str], int, str]] = {
    'a wrong setting': (nothing, ['--port', 'eighty'], 2, 'REVIEWFLOW_PORT'),
    'an unknown flag': (nothing, ['--prot', '9000'], 2, '--prot'),
    'a file for a folder': (a_file_for_a_folder, [], 1, 'cannot be used'),
    'half a database': (half_a_database, [], 1, 'damaged'),
    'a newer database': (a_newer_database, [], 1, 'newer ReviewFlow'),
}


@pytest.fixture(scope='module')
def refusals(
    server: Program, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[CompletedProcess[str], bool]]:
    """Start them all, some at once: case → how it went, and whether the folder is as it was."""
    whole = tmp_path_factory.mktemp('whole') / 'reviewflow.db'
    with (
        closing(sqlite3.connect(server.data / whole.name)) as source,
        closing(sqlite3.connect(whole)) as copy,
    ):
        source.backup(copy)

    def run(case: str) -> tuple[CompletedProcess[str], bool]:
        prepare, argv, _, _ = REFUSALS[case]
        program = Program(tmp_path_factory.mktemp('refused'), {})
        prepare(program.data, whole)
        before = content(program.data)
        return program.command(*argv), content(program.data) == before

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(REFUSALS, pool.map(run, REFUSALS), strict=True))


def content(path: Path) -> object:
    """All that is in a place, but for locks and logs."""
    if not path.is_dir():
        return path.read_bytes() if path.exists() else None
    return {file.name: file.read_bytes() for file in path.glob('*.db')}


@pytest.mark.parametrize('case', REFUSALS)
def test_a_start_that_cannot_be_is_one_line_and_a_status(
    refusals: Mapping[str, tuple[CompletedProcess[str], bool]], case: str
) -> None:
    done, is_untouched = refusals[case]
    _, _, status, reason = REFUSALS[case]

    assert (done.returncode, done.stdout) == (status, ''), done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert reason in done.stderr
    assert is_untouched


def test_a_database_that_cannot_be_understood_ends_the_start_with_a_reason(tmp_path: Path) -> None:
    whole = Program(tmp_path, {'GITHUB__REPOSITORIES': 'acme/api', 'GITHUB__API_URL': 'http://127.0.0.1:1'})
    whole.data.mkdir()
    asyncio.run(prepare(f'sqlite+aiosqlite:///{whole.data / "reviewflow.db"}'))
    with closing(sqlite3.connect(whole.data / 'reviewflow.db')) as connection, connection:
        connection.execute("INSERT INTO users VALUES (1, 'a', 'a', 'hash', 'emperor', '2026-01-01', NULL)")
        connection.execute("INSERT INTO sessions VALUES ('hash', 1, '2026-01-01', '2099-01-01')")

    done = whole.command()

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith('reviewflow: the server cannot start: ')


def test_a_used_port_is_one_line_and_a_status(server: Program, tmp_path: Path) -> None:
    other = Program(tmp_path, {'PORT': server.url.rpartition(':')[2]})

    done = other.command()

    assert (done.returncode, done.stdout) == (1, '')
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert 'cannot be listened on' in done.stderr


def test_a_sync_alone_in_an_empty_folder_prints_its_line(tmp_path: Path) -> None:
    program = Program(tmp_path, {})
    program.data.mkdir(mode=0o755)

    done = program.command('sync')

    assert (done.returncode, done.stderr) == (0, '')
    said = re.fullmatch(
        r'7 repositories read, (\d+) pulls changed, 0 left for later, 0 pages told\n', done.stdout
    )
    assert said
    assert int(said[1]) > 20
    assert open_to_others(program.data) == set()


def test_help_comes_without_a_server(tmp_path: Path) -> None:
    done = Program(tmp_path, {}).command('--help')

    assert (done.returncode, done.stderr) == (0, '')
    assert '--github.repositories' in done.stdout
    assert not (tmp_path / 'data').exists()


def test_whoever_reads_only_the_beginning_of_what_it_says_sees_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / 'main.py'), 'status', '--data-dir', str(tmp_path)]
    with Popen(command, cwd=tmp_path, stdout=PIPE, stderr=PIPE, text=True) as status:
        assert status.stdout is not None
        assert status.stderr is not None
        status.stdout.close()

        assert status.stderr.read() == ''
        assert status.wait() == 1
