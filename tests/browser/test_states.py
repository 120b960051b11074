"""The inbox with nothing in it, and with a GitHub that stops answering."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Launch, reading
from tests.browser.server import NAME, PASSWORD, Server
from tests.browser.visitors import Visitors
from tests.github import FakeGitHub, fault, serve

FOR_LONG = 500
"""Requests, more than there are while a test runs."""


@pytest.fixture
def github() -> FakeGitHub:
    """A new one for each test, since each spoils it."""
    github = FakeGitHub()
    github.add_repository('acme/api')
    return github


@pytest.fixture
def server(github: FakeGitHub, launch: Launch) -> Iterator[Server]:
    with serve(github) as url:
        yield launch(**reading(github, url))


def test_an_empty_board_says_what_will_happen_and_fills_by_itself(
    github: FakeGitHub, visitors: Visitors
) -> None:
    inbox = visitors.admin()
    expect(inbox.list.get_by_role('heading', name='No pull requests yet')).to_be_visible()
    inbox.expect_numbers(dict.fromkeys(inbox.numbers, 0))

    github.open_pull('acme/api', 'The first')

    inbox.expect_status('The first', 'Pending')
    expect(inbox.list.get_by_role('heading', name='No pull requests yet')).to_be_hidden()
    assert inbox.has_stayed


def test_what_was_read_stays_with_its_age_when_github_fails_and_moves_on_when_it_is_back(
    github: FakeGitHub, visitors: Visitors
) -> None:
    number = github.open_pull('acme/api', 'Read before')
    inbox = visitors.admin()
    inbox.expect_status('Read before', 'Pending')
    expect(inbox.badge).to_contain_text('Live')

    github.fail(*[fault.status(503)] * FOR_LONG)
    github.merge('acme/api', number)
    expect(inbox.badge).to_have_text(re.compile(r'Sync failed\s*as it was \d+ s ago'))
    expect(inbox.foot).to_contain_text('GitHub cannot be read: ')
    expect(inbox.bar).to_contain_text(re.compile(r'GitHub cannot be read: .* · all is as it was \d+ s ago'))
    inbox.expect_status('Read before', 'Pending')

    github.fail()
    inbox.expect_status('Read before', 'Merged')
    expect(inbox.badge).to_contain_text('Live')
    expect(inbox.bar).to_be_hidden()
    assert inbox.has_stayed


def test_where_nothing_is_connected_one_step_leads_on(browser: Browser, launch: Launch) -> None:
    server = launch(ADMIN__USERNAME=NAME, ADMIN__PASSWORD=PASSWORD, DEMO='false')
    visitors = Visitors(browser, server)
    inbox = visitors.admin()

    expect(inbox.list.get_by_role('heading', name='No repository is connected')).to_be_visible()
    inbox.list.get_by_role('link', name='Connect GitHub').click()

    expect(inbox.page.get_by_role('heading', level=1)).to_have_text('Token and repositories')
    visitors.leave()
    assert visitors.complaints == []


def test_a_channel_without_pulls_says_that_all_is_done_and_others_can_be_searched(
    github: FakeGitHub, visitors: Visitors
) -> None:
    github.merge('acme/api', github.open_pull('acme/api', 'Done'))
    inbox = visitors.admin('/dashboard/?channel=pending')
    expect(inbox.list.get_by_role('heading', name='Nothing waits for a review')).to_be_visible()

    inbox.search.fill('done')
    expect(inbox.list.get_by_role('heading', name='Nothing matches')).to_be_visible()
    inbox.list.get_by_role('button', name='Search all channels').click()

    inbox.expect_status('Done', 'Merged')
    expect(inbox.search).to_have_value('done')
