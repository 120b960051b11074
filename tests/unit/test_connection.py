"""What was set where the server runs wins over what was chosen on the page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from reviewflow.connection import Connection, fixed, merged
from reviewflow.settings import GitHub, Settings, load
from tests.builders import NOW

ELSEWHERE = 'https://ghe.example.com/api/v3'


def of(**environ: str) -> Settings:
    named = {f'REVIEWFLOW_{name}': value for name, value in environ.items()}
    return load({}, named, Path('no such file'))


def kept(**changes: Any) -> Connection:
    values: dict[str, Any] = {
        'api_url': 'https://api.github.com',
        'token': SecretStr('of-the-page'),
        'token_since': NOW,
        'repositories': ('acme/page',),
        'set_by': 'ann',
        'set_at': NOW,
    }
    return Connection(**values | changes)


def shown(github: GitHub) -> tuple[str, str | None, tuple[str, ...]]:
    token = None if github.token is None else github.token.get_secret_value()
    return github.api_url, token, github.repositories


def test_nothing_chosen_leaves_everything_as_it_is_set() -> None:
    settings = of(GITHUB__REPOSITORIES='acme/env')

    assert merged(settings, None) is settings


def test_a_choice_turns_the_pretend_team_off() -> None:
    assert of().is_demo
    assert not merged(of(), kept()).is_demo
    assert shown(merged(of(), kept()).github) == ('https://api.github.com', 'of-the-page', ('acme/page',))


@pytest.mark.parametrize(
    ('environ', 'expected', 'names'),
    [
        ({}, ('https://api.github.com', 'of-the-page', ('acme/page',)), set()),
        (
            {'GITHUB__TOKEN': 'of-env'},
            ('https://api.github.com', 'of-env', ('acme/page',)),
            {'token', 'api_url'},
        ),
        (
            {'GITHUB__REPOSITORIES': 'acme/env'},
            ('https://api.github.com', 'of-the-page', ('acme/env',)),
            {'repositories'},
        ),
        (
            {'GITHUB__API_URL': 'https://api.github.com'},
            ('https://api.github.com', 'of-the-page', ('acme/page',)),
            {'api_url'},
        ),
        (
            {'GITHUB__GRAPHQL_URL': 'https://api.github.com/graphql'},
            ('https://api.github.com', 'of-the-page', ('acme/page',)),
            {'api_url'},
        ),
        (
            {'GITHUB__TOKEN': 'of-env', 'GITHUB__REPOSITORIES': 'acme/env', 'GITHUB__API_URL': ELSEWHERE},
            (ELSEWHERE, 'of-env', ('acme/env',)),
            {'token', 'api_url', 'repositories'},
        ),
    ],
)
def test_each_setting_wins_by_itself(
    environ: Mapping[str, str], expected: tuple[object, ...], names: set[str]
) -> None:
    settings = of(**environ)

    assert shown(merged(settings, kept()).github) == expected
    assert set(fixed(settings)) == names


def test_the_variable_is_named() -> None:
    assert fixed(of(GITHUB__REPOSITORIES='acme/env', DEMO='false')) == {
        'repositories': 'REVIEWFLOW_GITHUB__REPOSITORIES'
    }
    assert fixed(of(GITHUB__TOKEN='x')) == {
        'token': 'REVIEWFLOW_GITHUB__TOKEN',
        'api_url': 'REVIEWFLOW_GITHUB__TOKEN',
    }
    assert fixed(of(DEMO='true')) == {'demo': 'REVIEWFLOW_DEMO'}


def test_a_kept_token_goes_to_no_address_but_its_own() -> None:
    settings = merged(of(GITHUB__API_URL=ELSEWHERE), kept())

    assert shown(settings.github) == (ELSEWHERE, None, ('acme/page',))


def test_a_pretend_team_that_is_asked_for_stays() -> None:
    settings = of(DEMO='true')

    assert merged(settings, kept()) is settings


def test_without_a_pretend_team_nothing_is_shown_until_something_is_chosen() -> None:
    settings = of(DEMO='false')

    assert not settings.is_demo
    assert merged(settings, kept()).github.repositories == ('acme/page',)


def test_nothing_shows_the_token() -> None:
    settings = merged(of(), kept())

    assert 'of-the-page' not in f'{kept()!r}{settings!r}{settings.github!r}{settings.model_dump_json()}'


def test_what_is_set_besides_stays() -> None:
    settings = merged(of(SYNC__INTERVAL_S='7', PORT='9000'), kept())

    assert (settings.sync.interval_s, settings.port) == (7, 9000)
