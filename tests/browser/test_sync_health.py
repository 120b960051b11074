"""Sync health: what goes wrong and that it is over, drift, and how fast changes get here."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests import hooks
from tests.browser.conftest import PATIENCE_MS, Launch, reading
from tests.browser.server import Server
from tests.browser.visitors import OUTAGE, PHONE, Visitors
from tests.github import FakeGitHub, fault, serve

WEB = 'acme/web'
PATH = '/dashboard/sync'


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    github.add_repository(WEB)
    github.graphql_limit = 100_000  # enough for a read every second
    for number in range(1, 7):
        github.open_pull('acme/api', f'Pull {number}')
    return github


@pytest.fixture(scope='module')
def server(github: FakeGitHub, launch: Launch) -> Iterator[Server]:
    with serve(github) as url:
        yield launch(**reading(github, url), GITHUB__WEBHOOK_SECRET=hooks.SECRET)


class Health:
    """The page, as somebody sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pills = page.locator('.rf-page > header .rf-pill')
        self.troubles = page.locator('.rf-troubles')
        self.rows = page.locator('.rf-table [data-repository]')
        self.button = page.get_by_role('button', name=re.compile('Reconcile|Comparing'))
        expect(page.locator('.rf-health')).to_have_attribute('aria-busy', 'false')
        page.evaluate('window.hasStayed = true')

    def row(self, name: str) -> str:
        return self.page.locator(f'[data-repository="{name}"]').inner_text()

    def expect_row(self, name: str, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator(f'[data-repository="{name}"]')).to_contain_text(text)

    def expect_tile(self, tile: str, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator(f'[data-tile={tile}]')).to_contain_text(text)


def test_trouble_with_a_repository_comes_and_goes_in_every_window(
    github: FakeGitHub, visitors: Visitors
) -> None:
    windows = [Health(visitors.signed_in(PATH)) for _ in range(2)]
    for health in windows:
        expect(health.pills).to_have_text(['Current'])
        expect(health.troubles).to_have_count(0)
        expect(health.rows.locator('.name')).to_have_text(['acme/api', WEB])
        health.expect_row('acme/api', re.compile(r'Current.*Polling only.*s ago.*6'))

    github.refuse(WEB)
    for health in windows:
        expect(health.pills).to_have_text(['1 of 2 repositories in trouble'])
        expect(health.troubles).to_contain_text(f'{WEB} cannot be found: it may be deleted')
        expect(health.troubles).to_contain_text('Correct its name')
        expect(health.rows.locator('.name')).to_have_text([WEB, 'acme/api'])
        health.expect_row(WEB, 'the token may not see it')

    github.refuse(WEB, None)
    for health in windows:
        expect(health.pills).to_have_text(['Current'])
        expect(health.troubles).to_have_count(0)
        expect(health.rows.locator('.name')).to_have_text(['acme/api', WEB])
        assert health.page.evaluate('window.hasStayed')


def test_everything_is_compared_by_a_click_and_every_window_hears_of_it(visitors: Visitors) -> None:
    health, witness = (Health(visitors.signed_in(PATH)) for _ in range(2))

    health.button.click()
    expect(health.page.get_by_role('status').filter(has_text='compared')).to_have_text(
        re.compile(r'^\d+ pulls compared, none drifted$')
    )
    expect(health.button).to_have_text('Reconcile now')
    for each in (health, witness):
        each.expect_tile('drift', re.compile(r'0\s+of \d+ pulls\s*compared \d+ s ago$'))
        each.expect_tile('left', re.compile(r'\d of \d[\d,]+, new at .* at most 80 %'))


def test_a_comparison_of_nothing_says_so_and_leaves_the_last_result(
    github: FakeGitHub, visitors: Visitors
) -> None:
    health = Health(visitors.signed_in(PATH))
    health.expect_tile('drift', re.compile(r'of \d+ pulls\s*compared \d+ \w+ ago$'))

    github.fail(*[fault.status(503)] * 5000)
    expect(health.troubles).to_contain_text('It is tried again by itself, about twice a minute')
    expect(health.page.locator('.rf-head .rf-age')).to_have_text(re.compile(r'^\s*as it was \d+ \w+ ago'))
    health.button.click()
    expect(health.page.locator('.rf-said')).to_have_text(
        'Nothing could be compared: 2 repositories could not be read'
    )
    health.expect_tile('drift', re.compile(r'of \d+ pulls\s*compared \d+ \w+ ago$'))

    github.calm()
    health.page.get_by_role('button', name='Sync now').click()
    expect(health.pills).to_have_text(['Current'])


def test_a_webhook_is_seen_as_it_comes_and_one_of_somebody_else_is_counted(
    github: FakeGitHub, server: Server, visitors: Visitors
) -> None:
    health = Health(visitors.signed_in(PATH))
    health.expect_tile('event', re.compile(r'Last webhook\s*\S\s*none came yet\s*0 today'))

    repository = hooks.repository(github.repo(WEB).data['id'], WEB)
    content = hooks.body(hooks.pull_event(repository=repository))
    for event_id, headers in (
        ('1', hooks.headers(content, id='1')),
        ('2', hooks.headers(content, id='2', x_hub_signature_256=hooks.signature(content, 'another secret'))),
    ):
        answer = httpx.post(f'{server.url}{hooks.PATH}', content=content, headers=headers, trust_env=False)
        assert answer.is_success is (event_id == '1')

    health.expect_tile('event', re.compile(r'\d+ s\s+ago\s*1 today, 1 refused'))
    health.expect_row(WEB, re.compile(r'Current.*Webhook and polling.*s ago.*s ago'))
    health.expect_row('acme/api', 'no webhook')
    expect(health.troubles).to_contain_text('1 webhook refused today. If GitHub sent them')


def test_every_page_says_how_fast_changes_get_here(github: FakeGitHub, visitors: Visitors) -> None:
    inbox = visitors.admin()
    inbox.expect_live()
    github.open_pull('acme/api', 'How fast')
    expect(inbox.row('How fast')).to_be_visible()
    fresh = inbox.foot.locator('.rf-fresh')
    expect(fresh).to_have_text(re.compile(r'^event to screen (under )?[\d.]+ s · 95 % (under )?[\d.]+ s$'))
    expect(fresh).to_have_attribute('title', re.compile('to this server'))

    for number in range(1, 6):
        github.edit('acme/api', number, title=f'Changed {number}')
    expect(fresh).to_have_attribute('title', re.compile(r'to this page: half of the last 6 changes'))
    shown = [float(each) for each in re.findall(r'([\d.]+) s', fresh.inner_text())]
    assert all(0 < each < PATIENCE_MS / 1000 for each in shown)

    health = Health(visitors.signed_in(PATH))
    expect(health.page.locator('.rf-foot .rf-fresh')).to_be_visible()
    health.expect_tile('delay', re.compile(r's\s+median'))
    expect(
        health.page.get_by_role('img', name=re.compile(r'^\d+ changes in .* of the last hour'))
    ).to_be_visible()
    health.expect_row('acme/api', re.compile(r'[\d.]+ s$'))


def test_it_is_reached_from_foot_header_keys_and_palette(visitors: Visitors) -> None:
    inbox = visitors.admin()
    page = inbox.page
    title = page.get_by_role('heading', name='Sync health')

    inbox.foot.get_by_role('link').click()
    expect(title).to_be_visible()
    page.keyboard.type('gi')
    expect(inbox.list).to_be_visible()
    page.keyboard.type('gh')
    expect(title).to_be_visible()
    page.go_back()
    page.keyboard.press('Control+k')
    page.keyboard.type('sync health')
    expect(page.get_by_role('dialog').get_by_role('option')).to_have_count(1)
    page.keyboard.press('Enter')
    expect(title).to_be_visible()


def test_offline_it_says_when_it_was_so_and_comes_back_by_itself(visitors: Visitors) -> None:
    visitors.excuse(*OUTAGE)
    health = Health(visitors.signed_in(PATH))
    expect(health.pills).to_have_text(['Current'])

    health.page.context.set_offline(True)
    expect(health.pills).to_have_text([re.compile(r'As it was at \d{1,2}:\d{2}')])
    expect(health.button).to_be_disabled()
    health.expect_row(WEB, 'Current')

    health.page.context.set_offline(False)
    expect(health.pills).to_have_text(['Current'])
    expect(health.button).to_be_enabled()
    assert health.page.evaluate('window.hasStayed')


def test_on_a_phone_it_shows_what_matters(visitors: Visitors) -> None:
    page = visitors.admin(viewport=PHONE, has_touch=True).page
    page.locator('.rf-head').get_by_role('link', name=re.compile('Live')).tap()

    health = Health(page)
    expect(page.get_by_role('columnheader')).to_have_text(['Repository', 'State', 'Delay'])
    expect(health.rows.first.locator('.name')).to_have_text('api', use_inner_text=True)
    assert page.evaluate("document.querySelector('main').scrollWidth") <= PHONE['width']
