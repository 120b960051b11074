"""What is wrong with the sync: named whole, readable on a phone, and with a way that whoever looks may go."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.conftest import Launch, reading
from tests.browser.server import Server
from tests.browser.visitors import PHONE, Visitors
from tests.github import FakeGitHub, serve

PATH = '/dashboard/sync'


@pytest.fixture(scope='module')
def server(github: FakeGitHub, launch: Launch) -> Iterator[Server]:
    """It is to read a repository that there is, and one that there is not."""
    github.open_pull('acme/api', 'A pull')
    with serve(github) as url:
        yield launch(**reading(github, url) | {'GITHUB__REPOSITORIES': 'acme/api,acme/nothing'})


def bar(page: Page, text: str = 'acme/nothing cannot be found') -> None:
    expect(page.locator('.rf-bar')).to_contain_text(text)


def box(page: Page, selector: str) -> FloatRect:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return found


def test_a_repository_that_was_not_found_has_a_row_with_its_reason(visitors: Visitors) -> None:
    page = visitors.signed_in(PATH)

    row = page.locator('[data-repository="acme/nothing"]')
    expect(row).to_contain_text('Trouble')
    expect(row).to_contain_text('it may be deleted, or the token may not see it')
    expect(page.locator('.rf-page > header .rf-pill')).to_have_text(['1 of 2 repositories in trouble'])
    expect(page.get_by_role('heading', name='Repositories')).to_contain_text('2, GitHub')
    expect(page.locator('.rf-foot')).to_contain_text(re.compile(r'Sync failed\s*acme/nothing'))


def test_whoever_may_not_connect_is_led_to_what_is_wrong_and_back(server: Server, visitors: Visitors) -> None:
    added = server.command('users', 'add', 'Vic', '--role', 'viewer', '--generate')
    page = visitors.stranger('/dashboard/login')
    page.get_by_label('User name').fill('Vic')
    page.get_by_label('Password').fill(added.stdout.splitlines()[1].split()[1])
    page.get_by_role('button', name='Sign in').click()
    bar(page)
    expect(page.get_by_role('link', name='Connection')).to_have_count(0)
    page.locator('.rf-bar').get_by_role('link', name='Sync health').click()
    expect(page.get_by_role('heading', name='Sync health')).to_be_visible()
    expect(page.locator('.rf-bar').get_by_role('link')).to_have_count(0)

    page.goto('/dashboard/connect')
    expect(page.get_by_role('main')).to_contain_text('acme/nothing cannot be found')
    page.get_by_role('main').get_by_role('link', name='Go to the inbox').click()
    expect(page.get_by_text('A pull')).to_be_visible()


def test_on_a_phone_the_reason_has_the_width_of_the_page(visitors: Visitors) -> None:
    page = visitors.signed_in(PATH, viewport=PHONE, has_touch=True)
    bar(page)

    label, reason, link = (box(page, f'.rf-bar {each}') for each in ('> b', '.rf-bar-error', 'a'))
    assert reason['y'] >= label['y'] + label['height']
    assert reason['width'] > 300
    assert link['y'] < reason['y']
    left = box(page, '[data-tile=left]')
    assert left['width'] > 300
    assert left['height'] < 160


def test_nobody_is_waited_for_on_a_pull_that_is_closed(github: FakeGitHub, visitors: Visitors) -> None:
    number = github.open_pull('acme/api', 'Soon closed')
    drawer = visitors.admin(f'/dashboard/pulls/acme/api/{number}').drawer
    expect(drawer.get_by_text('Nobody was asked yet', exact=True)).to_be_visible()

    github.close('acme/api', number)
    expect(drawer.get_by_text('Nobody was asked', exact=True)).to_be_visible()


def test_a_refused_token_leads_to_where_a_new_one_is_entered(github: FakeGitHub, visitors: Visitors) -> None:
    page = visitors.signed_in(PATH)
    github.is_revoked = True
    try:
        page.locator('.rf-troubles').get_by_role('link', name='Connect GitHub').click()
        expect(page).to_have_url(re.compile('/dashboard/connect'))
        button = page.locator('.rf-end').get_by_role('button', name=re.compile('^Connect'))
        expect(button).to_be_disabled()
        before = button.evaluate('button => getComputedStyle(button).backgroundColor')
        button.hover(force=True)
        expect(button).to_have_css('background-color', before)
    finally:
        github.is_revoked = False
