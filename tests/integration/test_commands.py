"""The command line, with what it starts replaced; real processes are in ``test_program``."""

import pytest

from reviewflow import __version__
from reviewflow.errors import SettingsError, StartError, StoreError
from tests.integration.command_line import Program, Said

SECRET = 'hunter2'


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
