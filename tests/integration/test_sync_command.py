"""``python main.py sync``: alone, and in the running server."""

import asyncio
import io
import json
import socket
import sys
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from reviewflow.data_dir import Address, DataDir
from reviewflow.syncs import SyncReport
from tests.integration.command_line import Program, Said
from tests.integration.serving import KEY, listening


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
    assert said() == ([], ['reviewflow: GitHub refused the token'])


def test_a_sync_that_failed_in_part_says_both(program: Program, said: Said) -> None:
    errors = ('acme/api cannot be found', 'acme/web may not be read')
    program.report = SyncReport(repositories=1, changed=1, left=0, errors=errors)

    assert program.run('sync') == 1
    assert said() == (
        ['1 repository read, 1 pull changed, 0 left for later, 0 pages told'],
        ['reviewflow: acme/api cannot be found; acme/web may not be read'],
    )


def test_a_sync_beside_another_command_is_refused(program: Program, said: Said) -> None:
    other = DataDir(program.data_dir)
    other.claim()

    assert program.run('sync') == 1
    assert said() == ([], [f'reviewflow: another ReviewFlow works in {program.data_dir}'])
    other.release()


def test_a_sync_that_is_interrupted_says_that_nothing_is_lost(program: Program, said: Said) -> None:
    program.error = KeyboardInterrupt()

    assert program.run('sync') == 130
    assert said() == ([], ['reviewflow: stopped; the next sync goes on from there'])


def test_a_folder_that_cannot_be_used_is_a_line(program: Program, said: Said) -> None:
    program.data_dir.write_text('a file')

    assert program.run('sync') == 1
    assert said()[1] == [f'reviewflow: the data directory {program.data_dir} cannot be used: File exists']


# In the running server


class Terminal(io.StringIO):
    """Somebody watches."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def serving(program: Program) -> Iterator[Callable[..., None]]:
    """Pretend to be the server, with this answer for a sync."""
    data_dir = DataDir(program.data_dir)
    data_dir.claim()
    answers: list[Response] = []
    looks: list[object] = []
    was_looked_at = asyncio.Event()

    async def sync(request: Request) -> Response:
        if request.headers.get('authorization') != f'Bearer {KEY}':
            return PlainTextResponse('wrong key', 500)
        if request.method == 'GET':
            was_looked_at.set()
            return JSONResponse({'progress': looks[-1]})
        if looks[-1] is not None:
            await was_looked_at.wait()
        return answers[-1]

    with listening(Starlette(routes=[Route('/dashboard/api/sync', sync, methods=['GET', 'POST'])])) as url:

        def answer(
            response: Response, *, key: str = KEY, at: str = url, progress: dict[str, float] | None = None
        ) -> None:
            answers.append(response)
            looks.append(progress)
            data_dir.publish(Address(url=at, key=key))

        yield answer
    data_dir.release()


def test_a_running_server_does_the_sync(program: Program, said: Said, serving: Callable[..., None]) -> None:
    serving(JSONResponse({'repositories': 1, 'changed': 5, 'left': 0, 'errors': [], 'pages': 8}))

    assert program.run('sync') == 0
    assert program.settings is None, 'not here'
    assert said() == (['1 repository read, 5 pulls changed, 0 left for later, 8 pages told'], [])


def test_a_first_read_of_a_running_server_is_a_bar(
    program: Program, monkeypatch: pytest.MonkeyPatch, serving: Callable[..., None]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, 'stderr', terminal)
    serving(
        JSONResponse({'repositories': 1, 'changed': 5, 'left': 0, 'errors': [], 'pages': 8}),
        progress={'repositories': 1, 'pulls': 40, 'share': 0.5},
    )

    assert program.run('sync') == 0
    assert '[##########----------] Reading 1 repository: 40 pulls so far, 50%' in terminal.getvalue()


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
