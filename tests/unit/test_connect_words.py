"""What a token turned out to be, in words."""

from datetime import timedelta
from typing import Any

import pytest

from components.connect.words import account_line, warnings
from reviewflow.connection import Seen, SeenRepository, TokenReport
from reviewflow.forge import Budget
from tests.builders import NOW

LEFT = Budget(limit=5000, remaining=4812, resets_in=timedelta(minutes=9))


def report(**changes: Any) -> TokenReport:
    values: dict[str, Any] = {
        'host': 'api.github.com',
        'login': 'ann',
        'name': 'Ann',
        'scopes': None,
        'expires_at': None,
        'budget': LEFT,
    }
    return TokenReport(**values | changes)


@pytest.mark.parametrize(
    ('changes', 'line'),
    [
        ({}, 'Signed in as ann · fine-grained · 4,812 of 5,000 requests left'),
        (
            {'scopes': ('repo', 'read:org'), 'expires_at': NOW},
            'Signed in as ann · scopes repo, read:org · until 2 March 2026 · 4,812 of 5,000 requests left',
        ),
        ({'scopes': (), 'budget': None}, 'Signed in as ann · no scopes'),
        (
            {'host': 'ghe.example.com', 'budget': None},
            'Signed in as ann · fine-grained · at ghe.example.com',
        ),
        ({'login': None, 'budget': None}, 'The token works, and is of an app'),
        ({'login': 'a\u202enn', 'budget': None}, 'Signed in as a\\u202enn · fine-grained'),
    ],
)
def test_a_token_is_told_in_a_line(changes: dict[str, Any], line: str) -> None:
    assert account_line(report(**changes)) == line


def test_nothing_is_warned_of_when_all_is_well() -> None:
    assert warnings(report(scopes=('repo', 'read:org')), Seen()) == []
    assert warnings(report(scopes=('admin:org', 'repo')), Seen()) == []
    assert warnings(report(), Seen()) == []


def test_what_one_might_miss_is_told() -> None:
    seen = Seen(repositories=(SeenRepository(name='a/x'),) * 1000, has_more=True, hidden_organisations=2)

    assert warnings(report(scopes=('public_repo',)), seen) == [
        'Without the scope repo this token sees public repositories only',
        'Without the scope read:org this token is not told which teams are asked for a review',
        '2 organisations hide their repositories until the token is approved for single sign-on (SSO)',
        'The 1,000 last pushed to are listed; add others by name',
    ]
    assert warnings(report(scopes=('repo',)), Seen()) == [
        'Without the scope read:org this token is not told which teams are asked for a review'
    ]
    assert warnings(report(), Seen(hidden_organisations=1)) == [
        '1 organisation hides its repositories until the token is approved for single sign-on (SSO)'
    ]
