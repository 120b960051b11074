"""``python main.py users``: in the running server, else in the store, with the same words."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from starlette.responses import JSONResponse

from reviewflow.data_dir import DataDir
from tests.integration.command_line import Program, Said, Terminal
from tests.integration.serving import Pretended

PASSWORD = 'correct horse staple'
MEI = {
    'name': 'mei',
    'role': 'admin',
    'is_disabled': False,
    'created_at': '2026-03-02T09:00:00Z',
    'disabled_at': None,
}

Pipe = Callable[[str], None]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Pipe:
    """Have something piped in."""
    return lambda text: monkeypatch.setattr('sys.stdin', io.StringIO(text))


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have somebody type passwords on a terminal."""

    def prepare(*words: str) -> None:
        answers: Iterator[str] = iter(words)

        def type_next(_: str) -> str:
            word = next(answers, None)
            if word is None:
                raise EOFError
            return word

        monkeypatch.setattr('sys.stdin', Terminal())
        monkeypatch.setattr('getpass.getpass', type_next)

    return prepare


# Without a server


def test_accounts_are_kept_without_a_server(program: Program, said: Said, pipe: Pipe) -> None:
    pipe(f'{PASSWORD}\n')
    assert program.run('users', 'add', ' Mei ', '--role', 'admin') == 0
    pipe(PASSWORD)
    assert program.run('users', 'add', 'Ben') == 0
    assert program.run('users', 'role', 'ben', 'reviewer') == 0
    assert program.run('users', 'disable', 'ben') == 0
    assert said() == (
        ['Mei was added as admin', 'Ben was added as viewer', 'Ben is reviewer', 'Ben is out, and stays out'],
        [],
    )

    assert program.run('users', 'list', '--json') == 0
    listed = json.loads(said()[0][0])
    assert [(user['name'], user['role'], user['is_disabled']) for user in listed] == [
        ('Mei', 'admin', False),
        ('Ben', 'reviewer', True),
    ]
    assert not DataDir(program.data_dir).is_claimed()


def test_a_list_is_in_columns(program: Program, said: Said) -> None:
    for name in ('Mei', 'Al', 'Ana Kovačić'):
        role = 'admin' if name == 'Mei' else 'viewer'
        program.run('users', 'add', name, '--generate', '--role', role)
    program.run('users', 'disable', 'al')
    program.run('users', 'enable', 'al')
    program.run('users', 'disable', 'al')
    said()

    assert program.run('users', 'list') == 0
    administrator, first, second = said()[0]
    assert administrator.startswith('Mei          admin       since 20')
    assert first.startswith('Al           viewer      since 20')
    assert '  disabled since 20' in first
    assert second.startswith('Ana Kovačić  viewer      since 20')


def test_a_password_that_is_made_up_is_printed_once(program: Program, said: Said) -> None:
    assert program.run('users', 'add', 'ana', '--generate', '--role', 'admin') == 0
    first = said()[0][1]
    assert program.run('users', 'password', 'ana', '--generate') == 0
    second = said()[0][1]

    assert first.startswith('password: ')
    assert len(first) > len('password: ') + 12
    assert first != second
    program.run('users', 'list')
    assert 'password' not in ' '.join(said()[0])


@pytest.mark.parametrize(
    ('argv', 'line'),
    [
        (('add', 'MEI', '--generate'), 'there is already somebody called MEI'),
        (('add', 'a\tb', '--generate'), 'name: only characters that can be seen, please'),
        (('role', 'nobody', 'viewer'), 'nobody is called nobody'),
        (('disable', 'mei'), 'mei is the only administrator: make somebody else one first'),
        (('role', 'mei', 'viewer'), 'mei is the only administrator: make somebody else one first'),
    ],
)
def test_what_cannot_be_is_a_line(program: Program, said: Said, argv: tuple[str, ...], line: str) -> None:
    program.run('users', 'add', 'mei', '--role', 'admin', '--generate')
    said()

    assert program.run('users', *argv) == 1
    assert said() == ([], [f'reviewflow: {line}'])


@pytest.mark.parametrize(
    ('piped', 'line'),
    [
        ('', 'pipe the password for ana in as a line, or use --generate'),
        ('\n', 'password: too short: at least 12 characters'),
        ('short\n', 'password: too short: at least 12 characters'),
        ('long but \udcff no text\n', 'the password that was piped in is no text'),
    ],
)
def test_a_password_that_cannot_be_is_a_line_and_not_repeated(
    program: Program, said: Said, pipe: Pipe, piped: str, line: str
) -> None:
    pipe(piped)

    assert program.run('users', 'add', 'ana') == 1
    assert said() == ([], [f'reviewflow: {line}'])


def test_on_a_terminal_it_is_typed_twice(program: Program, said: Said, typed: Callable[..., None]) -> None:
    typed(PASSWORD, PASSWORD)
    assert program.run('users', 'add', 'ana', '--role', 'admin') == 0
    typed(PASSWORD, f'{PASSWORD}!')
    assert program.run('users', 'password', 'ana') == 1
    typed()
    assert program.run('users', 'password', 'ana') == 1

    assert said()[1] == ['reviewflow: that was not the same twice', 'reviewflow: no password was typed']


def test_beside_another_command_it_is_refused(program: Program, said: Said) -> None:
    other = DataDir(program.data_dir)
    other.claim()

    assert program.run('users', 'list') == 1
    assert said() == ([], [f'reviewflow: another ReviewFlow works in {program.data_dir}'])
    other.release()


# In the running server


def test_a_running_server_does_it(program: Program, said: Said, pipe: Pipe, running: Pretended) -> None:
    running.answer = JSONResponse(MEI)
    pipe(f'{PASSWORD}\r\n')
    for argv in (
        ('add', 'Mei', '--role', 'admin'),
        ('role', 'mei', 'admin'),
        ('disable', 'mei'),
        ('enable', 'a/b'),
    ):
        assert program.run('users', *argv) == 0

    assert running.asked == [
        ('POST', 'users', {'name': 'Mei', 'role': 'admin', 'password': PASSWORD}),
        ('PATCH', 'users', {'name': 'mei', 'role': 'admin'}),
        ('PATCH', 'users', {'name': 'mei', 'is_disabled': True}),
        ('PATCH', 'users', {'name': 'a/b', 'is_disabled': False}),
    ]
    assert said() == (
        ['mei was added as admin', 'mei is admin', 'mei is out, and stays out', 'mei may come in again'],
        [],
    )


def test_a_running_server_says_who_there_is(program: Program, said: Said, running: Pretended) -> None:
    running.answer = JSONResponse({'items': [MEI]})

    assert program.run('users', 'list') == 0
    assert said() == (['mei  admin       since 2026-03-02'], [])


def test_what_a_running_server_refuses_is_said_in_its_words(
    program: Program, said: Said, running: Pretended
) -> None:
    running.answer = JSONResponse({'detail': 'there is already somebody called mei'}, 409)

    assert program.run('users', 'add', 'mei', '--generate') == 1
    assert said() == ([], ['reviewflow: there is already somebody called mei'])


def test_in_a_wrong_folder_nothing_is_made(program: Program, said: Said) -> None:
    for argv in (('list',), ('disable', 'ben')):
        assert program.run('users', *argv) == 1
        line = f'reviewflow: there is no data directory {program.data_dir}: is this the right folder?'
        assert said() == ([], [line])
    assert not program.data_dir.exists()
