"""The public address and the proxies, as they are given."""

import os
from pathlib import Path

import pytest

from reviewflow.errors import SettingsError
from reviewflow.public import LOOPBACK_NETWORKS
from reviewflow.settings import Settings, load


def loaded(**values: str) -> Settings:
    return load(
        environ={f'REVIEWFLOW_{name}': value for name, value in values.items()}, env_file=Path(os.devnull)
    )


@pytest.mark.parametrize(
    ('url', 'origin', 'prefix'),
    [
        ('https://reviews.example.com/', 'https://reviews.example.com', ''),
        ('https://example.com/reviewflow/', 'https://example.com', '/reviewflow'),
        ('http://example.com:8080/a/b.c~d_-e', 'http://example.com:8080', '/a/b.c~d_-e'),
        ('https://[2001:db8::1]:8443/x', 'https://[2001:db8::1]:8443', '/x'),
    ],
)
def test_an_address_is_an_origin_and_a_path(url: str, origin: str, prefix: str) -> None:
    settings = loaded(PUBLIC_URL=url)
    assert (settings.origin, settings.prefix) == (origin, prefix)
    assert settings.public_url == f'{origin}{prefix}'


@pytest.mark.parametrize(
    'url',
    [
        'https://example.com//x',
        'https://example.com/a/../b',
        'https://example.com/./b',
        'https://example.com/a%20b',
        'https://example.com/"><script>',
        'https://example.com/ä',
        'https://example.com/dashboard/',
        'https://example.com/metrics/x',
        'https://example.com/_nicegui',
        'https://example.com/?x',
        f'https://example.com/{"x" * 200}',
        'example.com/reviewflow',
    ],
)
def test_a_path_that_could_not_be_served_is_refused_in_a_line(url: str) -> None:
    with pytest.raises(SettingsError, match=r'^REVIEWFLOW_PUBLIC_URL: (must|may) [^\n]+$'):
        loaded(PUBLIC_URL=url)


@pytest.mark.parametrize(
    ('given', 'proxies'),
    [
        ({}, ()),
        ({'PUBLIC_URL': 'https://example.com'}, LOOPBACK_NETWORKS),
        ({'TRUSTED_PROXIES': '10.0.0.7'}, ('10.0.0.7',)),
        (
            {'PUBLIC_URL': 'https://example.com', 'TRUSTED_PROXIES': ' 10.0.0.0/8 ,fd00::7'},
            ('10.0.0.0/8', 'fd00::7'),
        ),
        ({'PUBLIC_URL': 'https://example.com', 'TRUSTED_PROXIES': '[]'}, ()),
    ],
)
def test_nobody_is_trusted_unless_named_but_this_machine_behind_a_public_address(
    given: dict[str, str], proxies: tuple[str, ...]
) -> None:
    assert loaded(**given).proxies == proxies


@pytest.mark.parametrize(
    'given', ['*', 'localhost', '10.0.0.1/8', '10.0.0.256', '0.0.0.0/0', '::/0', '1.2.3.4;']
)
def test_what_is_no_proxy_is_refused_in_a_line(given: str) -> None:
    with pytest.raises(SettingsError, match=r"^REVIEWFLOW_TRUSTED_PROXIES: '[^\n]+$"):
        loaded(TRUSTED_PROXIES=given)
