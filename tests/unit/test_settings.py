"""Where settings come from, which of them wins, and what is refused in one line."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from reviewflow.settings import GitHub, Settings, all_settings, load

SECRET = 'hunter2-hunter2'


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / '.env'


def of(environ: Mapping[str, str] | None = None, flags: Mapping[str, str] | None = None) -> Settings:
    """Load without any file."""
    named = {f'REVIEWFLOW_{name}': value for name, value in (environ or {}).items()}
    return load(flags or {}, named, Path('no such file'))


def test_defaults() -> None:
    settings = of()

    assert (settings.host, settings.port, settings.data_dir) == ('127.0.0.1', 8000, Path('data'))
    assert settings.github == GitHub()
    assert (settings.github.api_url, settings.github.token, settings.github.repositories) == (
        'https://api.github.com',
        None,
        (),
    )
    assert (settings.sync.interval_s, settings.sync.closed_days) == (30, 90)
    assert (
        settings.limits.sockets_per_user,
        settings.limits.pages_per_minute,
        settings.limits.events_per_10_s,
    ) == (
        200,
        300,
        100,
    )
    assert (settings.public_url, settings.admin.username, settings.admin.password) == (None, None, None)
    assert settings.database == f'sqlite+aiosqlite:///{Path("data/reviewflow.db").absolute()}'


def test_without_a_secret_no_webhooks_are_received() -> None:
    assert of().github.webhook_secret is None
    assert of({'GITHUB__WEBHOOK_SECRET': ''}).github.webhook_secret is None


def test_a_secret_of_webhooks_is_taken_without_what_is_around_it(tmp_path: Path) -> None:
    file = tmp_path / 'secret'
    file.write_text("It's a Secret to Everybody\n")
    by_file = of({'GITHUB__WEBHOOK_SECRET_FILE': str(file)}).github.webhook_secret
    directly = of({'GITHUB__WEBHOOK_SECRET': " It's a Secret to Everybody\n"}).github.webhook_secret

    assert by_file == directly == SecretStr("It's a Secret to Everybody")


# Sources


def test_each_source_wins_over_the_ones_behind_it(env_file: Path, tmp_path: Path) -> None:
    env_file.write_text('REVIEWFLOW_PORT=1\nREVIEWFLOW_GITHUB__TOKEN=from-dotenv\n')
    assert load({}, {}, env_file).port == 1
    assert load({}, {'REVIEWFLOW_PORT': '2'}, env_file).port == 2
    assert load({'--port': '3'}, {'REVIEWFLOW_PORT': '2'}, env_file).port == 3

    assert token(load({}, {}, env_file)) == 'from-dotenv'
    assert token(load({}, {'REVIEWFLOW_GITHUB__TOKEN': 'from-environment\n'}, env_file)) == 'from-environment'
    (tmp_path / 'token').write_text(' from-file \n')
    both = {
        'REVIEWFLOW_GITHUB__TOKEN': 'from-environment',
        'REVIEWFLOW_GITHUB__TOKEN_FILE': str(tmp_path / 'token'),
    }
    assert token(load({}, both, env_file)) == 'from-file'


def token(settings: Settings) -> str:
    assert settings.github.token is not None
    return settings.github.token.get_secret_value()


def test_a_file_named_in_dotenv_is_read(env_file: Path, tmp_path: Path) -> None:
    (tmp_path / 'password').write_text(f'{SECRET}\n')
    env_file.write_text(
        f'REVIEWFLOW_ADMIN__USERNAME=mei\nREVIEWFLOW_ADMIN__PASSWORD_FILE={tmp_path / "password"}\n'
    )

    assert load({}, {}, env_file).admin.password == SecretStr(SECRET)


def test_sections_are_merged_over_sources(env_file: Path) -> None:
    env_file.write_text('REVIEWFLOW_SYNC__INTERVAL_S=7\n')
    settings = load({'--sync.closed-days': '5'}, {}, env_file)

    assert (settings.sync.interval_s, settings.sync.closed_days) == (7, 5)


def test_names_may_be_written_in_lower_case() -> None:
    assert load({}, {'reviewflow_port': '81'}, Path('no such file')).port == 81


def test_an_empty_variable_is_not_set() -> None:
    assert of({'PORT': '', 'GITHUB__TOKEN': ''}).github.token is None


def test_a_dollar_in_dotenv_is_a_dollar(env_file: Path) -> None:
    env_file.write_text('REVIEWFLOW_GITHUB__TOKEN=a$HOME-b\n')

    assert token(load({}, {}, env_file)) == 'a$HOME-b'


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('REVIEWFLOW_PORT', '8123')

    assert load(env_file=Path('no such file')).port == 8123


# Values


@pytest.mark.parametrize(
    'value',
    ['acme/api,acme/web', ' acme/api , acme/web ,', '["acme/api", "acme/web"]', 'acme/api,ACME/API,acme/web'],
)
def test_repositories_are_a_list_of_either_kind(value: str) -> None:
    named = of({'GITHUB__REPOSITORIES': value}).github.repositories

    assert [name.lower() for name in named] == ['acme/api', 'acme/web']


@pytest.mark.parametrize(
    ('given', 'expected'),
    [
        ('https://github.example.com/api/v3/', 'https://github.example.com/api/v3'),
        ('http://127.0.0.1:4000', 'http://127.0.0.1:4000'),
        ('http://localhost', 'http://localhost'),
        ('http://127.0.0.2:1', 'http://127.0.0.2:1'),
        ('http://[::1]:4000', 'http://[::1]:4000'),
        ('http://[::1]:4000/', 'http://[::1]:4000'),
    ],
)
def test_api_addresses(given: str, expected: str) -> None:
    assert of({'GITHUB__API_URL': given}).github.api_url == expected


@pytest.mark.parametrize(
    ('api_url', 'graphql_url', 'expected'),
    [
        ('', '', 'https://api.github.com/graphql'),
        ('https://api.acme.ghe.com', '', 'https://api.acme.ghe.com/graphql'),
        ('https://github.example.com/api/v3/', '', 'https://github.example.com/api/graphql'),
        ('http://127.0.0.1:4000', '', 'http://127.0.0.1:4000/graphql'),
        ('http://127.0.0.1:4000', 'http://127.0.0.1:4001/g/', 'http://127.0.0.1:4001/g'),
    ],
)
def test_the_address_of_graphql_is_derived_unless_it_is_set(
    api_url: str, graphql_url: str, expected: str
) -> None:
    settings = of({'GITHUB__API_URL': api_url, 'GITHUB__GRAPHQL_URL': graphql_url})

    assert settings.github.graphql_address == expected


@pytest.mark.parametrize(
    ('environ', 'is_demo'),
    [
        ({}, True),
        ({'GITHUB__REPOSITORIES': 'acme/api'}, False),
        ({'DEMO': 'false'}, False),
        ({'DEMO': '1'}, True),
        ({'GITHUB__REPOSITORIES': 'acme/api', 'DEMO': 'no'}, False),
    ],
)
def test_the_demo_is_on_when_no_repository_is_set(environ: Mapping[str, str], *, is_demo: bool) -> None:
    assert of(environ).is_demo is is_demo


@pytest.mark.parametrize(
    ('environ', 'expected'),
    [
        ({}, 'http://127.0.0.1:8000'),
        ({'HOST': '::1', 'PORT': '80'}, 'http://[::1]:80'),
        ({'PUBLIC_URL': 'https://reviews.example.com/'}, 'https://reviews.example.com'),
        ({'PUBLIC_URL': 'https://example.com:8443/reviews'}, 'https://example.com:8443'),
    ],
)
def test_the_origin(environ: Mapping[str, str], expected: str) -> None:
    assert of(environ).origin == expected


@pytest.mark.parametrize('folder', ['plain', 'with space', 'what?', '100%20', 'a#b', 'ä'])
def test_the_database_lies_in_the_data_dir_whatever_that_is_called(folder: str, tmp_path: Path) -> None:
    settings = of({'DATA_DIR': str(tmp_path / folder)})

    address = make_url(settings.database)
    assert address.database == str(tmp_path / folder / 'reviewflow.db')
    assert not address.query


def test_another_database() -> None:
    assert of({'DATABASE_URL': 'sqlite+aiosqlite:////srv/x.db'}).database == 'sqlite+aiosqlite:////srv/x.db'


# Names


def test_every_setting_has_names_and_a_meaning() -> None:
    listed = list(all_settings())

    assert {(setting.variable, setting.flag) for setting in listed} >= {
        ('REVIEWFLOW_PORT', '--port'),
        ('REVIEWFLOW_GITHUB__API_URL', '--github.api-url'),
        ('REVIEWFLOW_LIMITS__EVENTS_PER_10_S', '--limits.events-per-10-s'),
    }
    assert all(setting.field.description for setting in listed)
    assert [setting.variable for setting in listed if setting.is_secret] == [
        'REVIEWFLOW_DATABASE_URL',
        'REVIEWFLOW_GITHUB__TOKEN',
        'REVIEWFLOW_GITHUB__WEBHOOK_SECRET',
        'REVIEWFLOW_ADMIN__PASSWORD',
    ]


def test_secrets_are_never_printed() -> None:
    settings = of(
        {
            'GITHUB__TOKEN': SECRET,
            'ADMIN__USERNAME': 'mei',
            'ADMIN__PASSWORD': SECRET,
            'DATABASE_URL': f'sqlite+aiosqlite:///{SECRET}',
        }
    )

    shown = itertools.chain(map(str, (settings, settings.github, settings.admin)), [repr(settings)])
    assert not any(SECRET in text for text in shown)
