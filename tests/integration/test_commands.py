"""The command line, with what it starts replaced; real processes are in ``test_program``."""

from collections.abc import Iterator, Sequence

import pytest
from starlette.responses import JSONResponse

from reviewflow import __version__
from reviewflow.commands.command import Command
from reviewflow.commands.table import COMMANDS
from reviewflow.errors import SettingsError, StartError, StoreError
from tests.integration.command_line import Program, Said
from tests.integration.serving import Pretended

SECRET = 'hunter2'


def paths(commands: Sequence[Command], *before: str) -> Iterator[tuple[str, ...]]:
    for command in commands:
        yield (*before, command.name)
        yield from paths(command.parts, *before, command.name)


PATHS = list(paths(COMMANDS))


def flags_of(path: tuple[str, ...]) -> set[str]:
    commands: Sequence[Command] = COMMANDS
    flags = set[str]()
    for name in path:
        (found,) = [command for command in commands if command.name == name]
        commands, flags = found.parts, found.flags
    return flags


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
    assert not program.in_window


@pytest.mark.parametrize('argv', [('--native', '--port', '9000'), ('--port', '9000', '--native')])
def test_the_server_can_be_had_in_a_window(program: Program, argv: tuple[str, ...]) -> None:
    assert program.run(*argv) == 7
    assert program.settings is not None
    assert (program.in_window, program.settings.port) == (True, 9000)


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
        ('--native', 'sync'),
        ('sync', '--native'),
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


@pytest.mark.parametrize(
    ('argv', 'line'),
    [
        (('NOSUCH',), 'there is no command NOSUCH; there are sync, status, broadcast'),
        (('statsu',), 'there is no command statsu; did you mean status?'),
        (('users',), 'say what to do with users: add, list'),
        (('users', 'lisst'), 'there is no command users lisst; did you mean list?'),
        (('--json', 'status'), '--json goes behind status'),
        (('users', '--json', 'list'), '--json goes behind users list'),
        (('--port', '9000', '--role=admin', 'users', 'add', 'ana'), '--role goes behind users add'),
        (('sync', '--role', 'admin'), '--role is neither a flag of sync nor a setting'),
        (('users', 'list', '--role', 'admin'), '--role is neither a flag of users list nor a setting'),
        (('--prot', '9000', 'sync'), '--prot is not a setting'),
        (('broadcast',), 'the following arguments are required: TEXT'),
        (('users', 'add', 'ana', '--role', 'emperor'), "invalid choice: 'emperor'"),
        (('users', 'role', 'ana'), 'the following arguments are required: ROLE'),
    ],
)
def test_what_is_wrong_is_said_so_that_it_can_be_put_right(
    program: Program, said: Said, argv: tuple[str, ...], line: str
) -> None:
    assert line in refused(program, said, *argv)


@pytest.mark.parametrize(
    'argv',
    [
        ('--port', '9000', 'broadcast', '--json', '-- is a sentence'),
        ('broadcast', '--json', '--port=9000', '--', '--json'),
        ('broadcast', 'sync'),
    ],
)
def test_what_looks_like_a_flag_or_a_command_may_be_what_is_said(
    program: Program, running: Pretended, argv: tuple[str, ...]
) -> None:
    running.answer = JSONResponse({'pages': 1})

    assert program.run(*argv) == 0
    assert running.asked == [('POST', 'broadcast', {'message': argv[-1]})]


@pytest.mark.parametrize('path', [(), *PATHS], ids=' '.join)
def test_each_command_has_help_that_names_its_flags(
    program: Program, path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        program.run(*path, '--help')

    assert caught.value.code in {0, None}
    printed = capsys.readouterr().out
    assert printed.startswith(f'usage: {" ".join(["python main.py", *path])}')
    assert all(flag in printed for flag in flags_of(path))


def test_help_and_version_end_well(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    for argv, expected in (
        (['--help'], 'sync'),
        (['--help'], '--native'),
        (['sync', '--help'], '--json'),
        (['--version'], __version__),
    ):
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
