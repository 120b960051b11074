"""A wrong setting is one line that names it, and never shows a secret."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from reviewflow.errors import SettingsError
from reviewflow.settings import Settings, load, unknown_variables

SECRET = 'hunter2-hunter2'


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / '.env'


def of(environ: Mapping[str, str] | None = None, flags: Mapping[str, str] | None = None) -> Settings:
    """Load without any file."""
    named = {f'REVIEWFLOW_{name}': value for name, value in (environ or {}).items()}
    return load(flags or {}, named, Path('no such file'))


def refusal(environ: Mapping[str, str] | None = None, flags: Mapping[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        of(environ, flags)
    assert caught.value.exit_status == 2
    return str(caught.value)


BAD_VALUES = [
    ('HOST', 'a b'),
    ('HOST', 'ä' * 80),
    ('HOST', 'http://localhost'),
    ('PORT', 'eighty'),
    ('PORT', '0'),
    ('PORT', '65536'),
    ('PUBLIC_URL', 'reviews.example.com'),
    ('PUBLIC_URL', 'ftp://example.com'),
    ('PUBLIC_URL', 'https://'),
    ('PUBLIC_URL', 'https://[half'),
    ('PUBLIC_URL', 'https://example.com:99999'),
    ('PUBLIC_URL', 'https://example.com:port'),
    ('PUBLIC_URL', 'https://example.com:0'),
    ('PUBLIC_URL', 'https://example.com/?a=b'),
    ('DATABASE_URL', f'mysql://me:{SECRET}@host/db'),
    ('DATABASE_URL', f'postgresql+psycopg://me:{SECRET}@host/db'),
    ('DATABASE_URL', 'sqlite+aiosqlite:///'),
    ('DATABASE_URL', 'sqlite+aiosqlite:///:memory:'),
    ('DATABASE_URL', 'sqlite+aiosqlite:////srv/x.db?mode=ro'),
    ('DEMO', 'perhaps'),
    ('GITHUB__TOKEN', f'{SECRET}\N{NO-BREAK SPACE}x'),
    ('GITHUB__TOKEN', f'{SECRET}\nx'),
    ('GITHUB__API_URL', 'api.github.com'),
    ('GITHUB__API_URL', 'ftp://api.github.com'),
    ('GITHUB__API_URL', 'http://github.example.com'),
    ('GITHUB__API_URL', f'https://me:{SECRET}@github.example.com'),
    ('GITHUB__API_URL', f'https://:{SECRET}@github.example.com'),
    ('GITHUB__API_URL', 'https://github.example.com/?a=b'),
    ('GITHUB__API_URL', 'https://github.example.com/#a'),
    ('GITHUB__API_URL', 'https://github.example.com:99999'),
    ('GITHUB__API_URL', 'https://github.example.com:port'),
    ('GITHUB__API_URL', 'https://git hub.example.com'),
    ('GITHUB__API_URL', 'https://[half'),
    ('GITHUB__GRAPHQL_URL', 'http://github.example.com/graphql'),
    ('GITHUB__GRAPHQL_URL', f'https://me:{SECRET}@github.example.com'),
    ('GITHUB__REPOSITORIES', 'acme'),
    ('GITHUB__REPOSITORIES', 'acme/api/web'),
    ('GITHUB__REPOSITORIES', '*/api'),
    ('GITHUB__REPOSITORIES', 'https://github.com/acme/api'),
    ('GITHUB__REPOSITORIES', 'acme/..'),
    ('GITHUB__REPOSITORIES', '{acme'),
    ('GITHUB__REPOSITORIES', '["acme/api"'),
    ('GITHUB__REPOSITORIES', '[1]'),
    ('GITHUB__REPOSITORIES', 'acme/a\nb'),
    ('GITHUB__WEBHOOK_SECRET', SECRET),
    ('GITHUB__WEBHOOK_SECRET', ' ' * 20),
    ('GITHUB__WEBHOOK_SECRET', f'   {SECRET}   '),
    ('SYNC__INTERVAL_S', '0.5'),
    ('SYNC__INTERVAL_S', 'nan'),
    ('SYNC__INTERVAL_S', 'inf'),
    ('SYNC__CLOSED_DAYS', '-1'),
    ('SYNC__CLOSED_DAYS', '1.5'),
    ('SYNC__CLOSED_DAYS', '999999999'),
    ('SYNC__SHARE', '0.04'),
    ('SYNC__SHARE', '80'),
    ('SYNC__SHARE', 'nan'),
    ('LIMITS__SOCKETS_PER_USER', '0'),
    ('LIMITS__PAGES_PER_MINUTE', '-3'),
    ('LIMITS__EVENTS_PER_10_S', 'many'),
]


@pytest.mark.parametrize(('name', 'value'), BAD_VALUES)
def test_a_bad_value_is_refused_in_one_line(name: str, value: str) -> None:
    message = refusal({name: value})

    assert message.startswith(f'REVIEWFLOW_{name}: ')
    assert len(message) > len(f'REVIEWFLOW_{name}: ') + 5
    assert len(message.splitlines()) == 1
    assert SECRET not in message


@pytest.mark.parametrize(
    ('name', 'value', 'wrong'),
    [
        ('PORT', 'eighty', 'must be a whole number'),
        ('PORT', '65536', 'must be 65535 or less'),
        ('SYNC__INTERVAL_S', 'often', 'must be a number'),
        ('SYNC__INTERVAL_S', '0.5', 'must be 1 or more'),
        ('DEMO', 'perhaps', 'must be true or false'),
        ('HOST', 'a b', 'must be a name or an address, and nothing else'),
        ('ADMIN__USERNAME', 'a' * 65, 'must have 64 characters or fewer'),
        ('ADMIN__PASSWORD', 'hunter2', 'must have 12 characters or more'),
        ('GITHUB__WEBHOOK_SECRET', SECRET, 'must have 16 characters or more'),
    ],
)
def test_what_is_wrong_is_said_in_words(name: str, value: str, wrong: str) -> None:
    assert refusal({name: value}) == f'REVIEWFLOW_{name}: {wrong}'


def test_a_short_password_is_refused_and_not_shown() -> None:
    message = refusal({'ADMIN__USERNAME': 'mei', 'ADMIN__PASSWORD': 'hunter2'})

    assert message.startswith('REVIEWFLOW_ADMIN__PASSWORD: ')
    assert 'hunter2' not in message


@pytest.mark.parametrize('environ', [{'ADMIN__USERNAME': 'mei'}, {'ADMIN__PASSWORD': SECRET}])
def test_an_administrator_needs_name_and_password(environ: Mapping[str, str]) -> None:
    message = refusal(environ)

    assert message.startswith('REVIEWFLOW_ADMIN')
    assert 'username and password' in message
    assert SECRET not in message


def test_the_demo_is_never_mixed_with_real_pulls() -> None:
    message = refusal({'DEMO': 'true', 'GITHUB__REPOSITORIES': 'acme/api'})

    assert message.startswith('REVIEWFLOW_DEMO: ')


def test_a_bad_flag_is_named_like_its_variable() -> None:
    assert refusal(flags={'--sync.interval-s': 'often'}).startswith('REVIEWFLOW_SYNC__INTERVAL_S: ')


@pytest.mark.parametrize(
    'line', ['REVIEWFLOW_PROT=8000', 'PORT=8000', 'REVIEWFLOW_PORT_FILE=port', 'REVIEWFLOW_GITHUB=x']
)
def test_an_unknown_name_in_dotenv_is_refused(env_file: Path, line: str) -> None:
    env_file.write_text(f'{line}\n')

    with pytest.raises(SettingsError, match=f'{line.partition("=")[0]} is not a setting') as caught:
        load({}, {}, env_file)
    assert str(env_file) in str(caught.value)


@pytest.mark.parametrize(
    'line', ['REVIEWFLOW_GITHUB__TOKEN="abc', 'REVIEWFLOW_PORT: 9000', 'garbage line here', 'REVIEWFLOW_PORT']
)
def test_a_line_of_dotenv_that_is_not_understood_is_refused(env_file: Path, line: str) -> None:
    env_file.write_text(f'# ours\nREVIEWFLOW_HOST=127.0.0.1\n{line}\n')

    with pytest.raises(SettingsError, match='line 3 is not like NAME=value') as caught:
        load({}, {}, env_file)
    assert 'abc' not in str(caught.value)


@pytest.mark.parametrize(
    'name', ['DATA_DIR', 'GITHUB__WEBHOOK_SECRET', 'GITHUB__TOKEN_FILE', 'ADMIN__PASSWORD']
)
@pytest.mark.parametrize('value', ['sixteen letters \udcff', 'sixteen letters \0'], ids=['bytes', 'NUL'])
def test_what_is_no_text_is_refused(name: str, value: str) -> None:
    assert refusal({name: value}) == f'REVIEWFLOW_{name}: must be text in UTF-8'


def test_a_flag_that_is_no_text_is_refused() -> None:
    assert refusal(flags={'--data-dir': 'd\udcff'}) == '--data-dir: must be text in UTF-8'


def test_a_dotenv_that_is_no_text_is_refused(env_file: Path) -> None:
    env_file.write_bytes(b'REVIEWFLOW_HOST=\xff\xfe\n')

    with pytest.raises(SettingsError, match='cannot be read') as caught:
        load({}, {}, env_file)
    assert len(str(caught.value).splitlines()) == 1


def test_a_secret_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    message = refusal({'GITHUB__TOKEN_FILE': str(tmp_path / 'missing')})

    assert message.startswith('REVIEWFLOW_GITHUB__TOKEN_FILE: ')


def test_unknown_variables_are_named_for_a_warning() -> None:
    environ = {
        'REVIEWFLOW_PROT': '8000',
        'REVIEWFLOW_PORT': '8000',
        'reviewflow_host': 'x',
        'REVIEWFLOW_GITHUB__TOKEN_FILE': 'x',
        'REVIEWFLOW_PORT_FILE': 'x',
        'PATH': '/bin',
    }

    assert unknown_variables(environ) == ['REVIEWFLOW_PORT_FILE', 'REVIEWFLOW_PROT']


def test_unknown_variables_do_not_stop_the_start() -> None:
    assert of({'PROT': '1'}) == of()
