"""A first read: every page says how far it got, and it goes on after a power cut."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.visitors import OUTAGE, Visitors
from tests.github import FakeGitHub, fault

pytestmark = pytest.mark.usefixtures('npm')


@pytest.fixture(scope='module')
def github() -> FakeGitHub:
    """It stops answering amid a first read."""
    github = FakeGitHub()
    github.add_repository('acme/api')
    github.open_pulls_in_bulk('acme/api', 1000)
    github.fail(*[None] * 8, *[fault.slow(5)] * 1000, on='Detail')
    return github


def test_every_page_says_how_far_it_got_and_it_goes_on_after_a_power_cut(
    github: FakeGitHub, server: Server, visitors: Visitors
) -> None:
    visitors.excuse(*OUTAGE)
    inbox = visitors.admin()
    bar = inbox.page.get_by_role('progressbar', name='First read')
    expect(bar).to_have_attribute(
        'aria-valuetext', re.compile(r'^Reading 1 repository: \d+ pulls so far, \d+ %$')
    )
    before = int(bar.get_attribute('aria-valuenow') or 0)
    assert 0 < before < 100
    expect(inbox.badge).to_contain_text(re.compile(r'^Reading 1 repository.*\d+ %'))
    top = inbox.tile('all').bounding_box()
    health = visitors.signed_in('/dashboard/sync')
    reconcile = health.get_by_role('button', name='Reconcile now')
    expect(reconcile).to_be_disabled()
    expect(health.get_by_text('After the first read')).to_be_visible()

    server.kill()
    expect(bar).to_have_count(0)
    server.start()
    expect(bar).to_be_visible()
    assert int(bar.get_attribute('aria-valuenow') or 0) >= before
    github.calm()

    expect(inbox.tile('all').locator('b')).to_have_text('1,000', timeout=120_000)
    inbox.expect_numbers({'all': 1000})
    expect(reconcile).to_be_enabled()
    expect(bar).to_have_count(0)
    expect(inbox.badge).to_contain_text('Live')
    assert inbox.tile('all').bounding_box() == top, 'nothing moved'
