"""The command line, with what it starts replaced; real processes are in ``test_program``."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from reviewflow import __version__, commands
from reviewflow.data_dir import Address, DataDir
from reviewflow.errors import SettingsError, StartError, StoreError
from reviewflow.forge import SyncReport
from reviewflow.settings import Settings

REPORT = SyncReport(repositories=2, changed=3, left=4)
KEY = 'the-key'
SECRET = 'hunter2'


class Program:
    """What the command line starts."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.settings: Settings | None = None
        self.error: BaseException | None = None
        self.report = REPORT
        self.was_claimed = False

    def run(self, *argv: str) -> int:
        return commands.run(argv, serve=self.serve, sync_once=self.sync_once)

    def serve(self, settings: Settings) -> int:
        self.settings = settings
        if self.error is not None:
            raise self.error
        return 7

    async def sync_once(self, settings: Settings) -> SyncReport:
        self.settings = settings
        self.was_claimed = DataDir(self.data_dir).is_claimed()
        if self.error is not None:
            raise self.error
        return self.report


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """In an empty folder, with an environment that says nothing else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('REVIEWFLOW_DATA_DIR', str(tmp_path / 'data'))
    return Program(tmp_path / 'data')


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[], tuple[list[str], list[str]]]:
    """Give the lines printed since the last time, ordinary ones and complaints."""

    def read() -> tuple[list[str], list[str]]:
        printed = capsys.readouterr()
        return printed.out.splitlines(), printed.err.splitlines()

    return read


Said = Callable[[], tuple[list[str], list[str]]]


def refused(program: Program, said: Said, *argv: str) -> str:
    """Give the line with which the arguments are refused."""
    with pytest.raises(SystemExit) as caught:
        program.run(*argv)
    assert caught.value.code == 2
    assert program.settings is None, 'nothing was started'
    (line,) = said()[1]
    return line


# Arguments


def test_without_a_word_it_is_the_server(program: Program) -> None:
    assert program.run() == 7
    assert program.settings is not None


@pytest.mark.parametrize(
    'argv',
    [
        ('--port', '9000', '--github.api-url=http://localhost:4000'),
        ('--port=9000', '--github.api-url', 'http://localhost:4000', 'sync'),
        ('sync', '--port', '9000', '--github.api-url', 'http://localhost:4000'),
        ('--port', '9000', 'sync', '--github.api-url', 'http://localhost:4000'),
    ],
)
def test_settings_are_flags_before_or_after_the_word(program: Program, argv: tuple[str, ...]) -> None:
    program.run(*argv)

    assert program.settings is not None
    assert (program.settings.port, program.settings.github.api_url) == (9000, 'http://localhost:4000')


@pytest.mark.parametrize(
    'argv',
    [
        ('--prot', '9000'),
        ('--por', '9000'),
        ('--port',),
        ('sink',),
        ('sync', '--often'),
        ('sync', 'acme/api'),
    ],
)
def test_what_is_not_understood_is_refused_in_one_line(
    program: Program, said: Said, argv: tuple[str, ...]
) -> None:
    line = refused(program, said, *argv)

    assert line.startswith('reviewflow: ')
    assert next(word for word in argv if word != 'sync') in line


@pytest.mark.parametrize(
    'argv', [('--github.token', SECRET), (f'--github.token={SECRET}',), ('sync', '--github.token', SECRET)]
)
def test_a_secret_is_no_flag_and_not_repeated(program: Program, said: Said, argv: tuple[str, ...]) -> None:
    line = refused(program, said, *argv)

    assert 'REVIEWFLOW_GITHUB__TOKEN_FILE' in line
    assert SECRET not in line


def test_help_and_version_end_well(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    for argv, expected in (['--help'], 'sync'), (['sync', '--help'], '--json'), (['--version'], __version__):
        with pytest.raises(SystemExit) as caught:
            program.run(*argv)
        assert caught.value.code in {0, None}
        assert expected in capsys.readouterr().out


def test_a_wrong_setting_is_status_2(program: Program, said: Said) -> None:
    assert program.run('--port', 'eighty') == 2

    (line,) = said()[1]
    assert line.startswith('reviewflow: REVIEWFLOW_PORT: ')
    assert program.settings is None


def test_an_unknown_variable_is_a_warning(
    program: Program, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('REVIEWFLOW_PROT', '9000')

    assert program.run() == 7
    assert said()[1] == ['warning: REVIEWFLOW_PROT is not a setting']


@pytest.mark.parametrize(
    ('error', 'status'), [(StartError('no'), 1), (SettingsError('no'), 2), (StoreError('no'), 1)]
)
@pytest.mark.parametrize('argv', [(), ('sync',)])
def test_an_error_is_a_line_and_a_status(
    program: Program, said: Said, argv: tuple[str, ...], error: Exception, status: int
) -> None:
    program.error = error

    assert program.run(*argv) == status
    assert said() == ([], ['reviewflow: no'])


# A sync without a server


def test_a_sync_alone_holds_the_folder_and_says_what_it_did(program: Program, said: Said) -> None:
    assert program.run('sync') == 0

    assert program.was_claimed
    assert not DataDir(program.data_dir).is_claimed()
    assert said() == (['2 repositories read, 3 pulls changed, 4 left for later, 0 pages told'], [])


def test_a_sync_can_be_read_by_programs(program: Program, said: Said) -> None:
    assert program.run('sync', '--json') == 0

    assert json.loads(said()[0][0]) == {
        'repositories': 2,
        'changed': 3,
        'left': 4,
        'errors': [],
        'pages': 0,
    }


def test_a_sync_that_failed_says_why(program: Program, said: Said) -> None:
    program.report = SyncReport(repositories=0, changed=0, left=0, errors=('GitHub refused the token',))

    assert program.run('sync') == 1
    assert said()[1] == ['reviewflow: GitHub refused the token']


def test_a_sync_beside_another_command_is_refused(program: Program, said: Said) -> None:
    other = DataDir(program.data_dir)
    other.claim()

    assert program.run('sync') == 1
    assert said() == ([], [f'reviewflow: another ReviewFlow works in {program.data_dir}'])
    other.release()


def test_a_sync_that_is_interrupted_ends_without_a_word(program: Program, said: Said) -> None:
    program.error = KeyboardInterrupt()

    assert program.run('sync') == 130
    assert said() == ([], [])


def test_a_folder_that_cannot_be_used_is_a_line(program: Program, said: Said) -> None:
    program.data_dir.write_text('a file')

    assert program.run('sync') == 1
    assert said()[1] == [f'reviewflow: the data directory {program.data_dir} cannot be used: File exists']


# A sync in the running server


@pytest.fixture
def serving(program: Program) -> Iterator[Callable[..., None]]:
    """Pretend to be the server, with this answer for a sync."""
    data_dir = DataDir(program.data_dir)
    data_dir.claim()
    answers: list[Response] = []

    async def sync(request: Request) -> Response:
        if request.headers.get('authorization') != f'Bearer {KEY}':
            return PlainTextResponse('wrong key', 500)
        return answers[-1]

    with listening(Starlette(routes=[Route('/dashboard/api/sync', sync, methods=['POST'])])) as url:

        def answer(response: Response, *, key: str = KEY, at: str = url) -> None:
            answers.append(response)
            data_dir.publish(Address(url=at, key=key))

        yield answer
    data_dir.release()


@contextmanager
def listening(app: Starlette) -> Iterator[str]:
    with socket.create_server(('127.0.0.1', 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level='critical', lifespan='off'))
        thread = threading.Thread(target=server.run, kwargs={'sockets': [listener]})
        thread.start()
        try:
            yield f'http://127.0.0.1:{listener.getsockname()[1]}'
        finally:
            server.should_exit = True
            thread.join()


def test_a_running_server_does_the_sync(program: Program, said: Said, serving: Callable[..., None]) -> None:
    serving(JSONResponse({'repositories': 1, 'changed': 5, 'left': 0, 'errors': [], 'pages': 8}))

    assert program.run('sync') == 0
    assert program.settings is None, 'not here'
    assert said() == (['1 repositories read, 5 pulls changed, 0 left for later, 8 pages told'], [])


def test_what_failed_there_is_said_here(program: Program, said: Said, serving: Callable[..., None]) -> None:
    serving(JSONResponse({'repositories': 0, 'changed': 0, 'left': 0, 'errors': ['It hangs'], 'pages': 0}))

    assert program.run('sync') == 1
    assert said()[1] == ['reviewflow: It hangs']


@pytest.mark.parametrize(
    ('answer', 'expected'),
    [
        (JSONResponse({'detail': 'Sign in first.'}, 401), 'the running server refused: Sign in first.'),
        (JSONResponse({}, 503), 'the running server refused: 503'),
        (JSONResponse(['a list']), 'does not answer'),
        (PlainTextResponse('<html>'), 'does not answer'),
    ],
)
def test_a_server_that_does_not_help_is_a_line(
    program: Program, said: Said, serving: Callable[..., None], answer: Response, expected: str
) -> None:
    serving(answer)

    assert program.run('sync') == 1
    (line,) = said()[1]
    assert expected in line


def test_a_server_that_is_not_there_is_a_line(
    program: Program, said: Said, serving: Callable[..., None]
) -> None:
    with socket.create_server(('127.0.0.1', 0)) as gone:
        port = gone.getsockname()[1]
    serving(Response(), at=f'http://127.0.0.1:{port}')

    assert program.run('sync') == 1
    (line,) = said()[1]
    assert f'http://127.0.0.1:{port} does not answer' in line
    assert KEY not in line


def test_no_proxy_of_the_environment_gets_the_key(
    program: Program, serving: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('HTTP_PROXY', 'http://127.0.0.1:1')
    monkeypatch.setenv('http_proxy', 'http://127.0.0.1:1')
    serving(JSONResponse({'repositories': 1, 'changed': 0, 'left': 0, 'errors': [], 'pages': 0}))

    assert program.run('sync') == 0
