"""The addresses of a GitHub."""

import pytest

from reviewflow.address import better_address, is_mistaken, new_token_address, repository_at, web_address


@pytest.mark.parametrize(
    ('api', 'web'),
    [
        ('https://api.github.com', 'https://github.com'),
        ('https://api.acme.ghe.com', 'https://acme.ghe.com'),
        ('https://ghe.example.com/api/v3', 'https://ghe.example.com'),
        ('https://api.example.com/api/v3', 'https://api.example.com'),
        ('http://127.0.0.1:4010', 'http://127.0.0.1:4010'),
    ],
)
def test_pages_belong_to_an_api(api: str, web: str) -> None:
    assert web_address(api) == web
    assert new_token_address(api) == f'{web}/settings/personal-access-tokens/new'
    assert new_token_address(api, classic=True) == (
        f'{web}/settings/tokens/new?scopes=repo%2Cread%3Aorg&description=ReviewFlow'
    )


@pytest.mark.parametrize(
    ('entered', 'better'),
    [
        ('https://github.com', 'https://api.github.com'),
        ('https://github.com/acme/api', 'https://api.github.com'),
        ('https://acme.ghe.com', 'https://api.acme.ghe.com'),
        ('https://ghe.example.com', 'https://ghe.example.com/api/v3'),
        ('https://ghe.example.com:8443', 'https://ghe.example.com:8443/api/v3'),
        ('https://ghe.example.com/api/v3', None),
        ('https://api.github.com', None),
        ('https://api.acme.ghe.com', None),
    ],
)
def test_pages_lead_to_their_api(entered: str, better: str | None) -> None:
    assert better_address(entered) == better


@pytest.mark.parametrize(
    ('entered', 'mistaken'),
    [
        ('https://github.com', True),
        ('https://acme.ghe.com', True),
        ('https://ghe.example.com', False),
        ('https://api.github.com', False),
        ('https://notgithub.com', False),
    ],
)
def test_some_addresses_are_surely_pages(entered: str, *, mistaken: bool) -> None:
    assert is_mistaken(entered) is mistaken


@pytest.mark.parametrize(
    ('entered', 'name'),
    [
        ('https://github.com/acme/web', 'acme/web'),
        ('https://GitHub.com/acme/web/', 'acme/web'),
        ('https://github.com/acme/web.git', 'acme/web'),
        ('https://github.com/acme/web/pull/7?diff=split#top', 'acme/web'),
        ('https://github.com/acme', 'acme'),
        ('https://gitlab.com/acme/web', 'https://gitlab.com/acme/web'),
        ('https://github.com.evil.example/acme/web', 'https://github.com.evil.example/acme/web'),
        ('acme/web', 'acme/web'),
        ('acme/*', 'acme/*'),
    ],
)
def test_the_address_of_a_page_names_its_repository(entered: str, name: str) -> None:
    assert repository_at(entered, 'https://api.github.com') == name
