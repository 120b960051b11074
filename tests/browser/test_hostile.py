"""What strangers write on GitHub is shown as text, whatever it is."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitors import Visitors
from tests.github import FakeGitHub

RUN = 'window.ran = true'
MARKUP = f'<img src=x onerror="{RUN}"><script>{RUN}</script>'
HOSTILE = {
    'markup': MARKUP,
    'quotes': f'"\'`><svg/onload={RUN}>',
    'template': '{{ constructor.constructor("' + RUN + '")() }}',
    'right to left': 'one \u202e two \u2066 three',
    'lone surrogate': 'half \ud800 a pair',
    'NUL': 'before \x00 after',
    'empty': '',
    '64 KB': 'x' * 65_536,
}


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    for name, text in HOSTILE.items():
        user = {'id': 7, 'login': text, 'avatar_url': f'javascript:{RUN}', 'type': 'User'}
        github.open_pull(
            'acme/api',
            f'{name}: {text}',
            user=user,
            labels=[{'name': text, 'color': f'0;background:url(javascript:{RUN})'}],
            requested_reviewers=[user],
            html_url=f'javascript:{RUN}',
            head={'ref': text, 'sha': '1', 'repo': None},
        )
    return github


def test_texts_of_strangers_stay_texts(visitors: Visitors) -> None:
    inbox = visitors.admin()

    expect(inbox.rows).to_have_count(len(HOSTILE))
    for name in ('markup', 'quotes', 'template'):
        expect(inbox.row(f'{name}: {HOSTILE[name]}').locator('.title')).to_contain_text(HOSTILE[name])
    expect(inbox.list).to_contain_text('one \\u202e two \\u2066 three')
    expect(inbox.list).to_contain_text('half \ufffd a pair')
    expect(inbox.list).to_contain_text('before \ufffd after')
    expect(inbox.rows.filter(has_text='64 KB: xxxx')).to_have_count(1)
    expect_harmless(inbox.page)


def test_no_link_of_a_pull_is_a_script(visitors: Visitors) -> None:
    inbox = visitors.admin()

    addresses = inbox.rows.locator('a').evaluate_all('links => links.map(link => link.href)')

    assert len(addresses) == len(HOSTILE)
    assert not [address for address in addresses if not re.match('https?://|$', address)]


def test_words_that_are_searched_stay_texts_too(visitors: Visitors) -> None:
    inbox = visitors.admin(f'/dashboard/?q={quote(MARKUP)}&channel={quote(MARKUP)}&page={quote(MARKUP)}')

    expect(inbox.search).to_have_value(MARKUP)
    expect(inbox.rows).to_have_count(1)
    expect_harmless(inbox.page)


def expect_harmless(page: Page) -> None:
    """Nothing ran, and nothing was built that could have."""
    assert page.evaluate('window.ran') is None
    assert page.locator('img[src=x], [onerror], [onload]').count() == 0
