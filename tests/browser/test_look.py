"""Themes, widths, and the way of the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.inbox import Inbox
from tests.browser.visitors import DESKTOP, PHONE, Visitors
from tests.github import FakeGitHub

LIGHT, DARK, DARK_CANVAS = 'rgb(255, 255, 255)', 'rgb(17, 22, 29)', 'rgb(13, 17, 23)'
WORD = 'an-endless-word-'


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    """Nothing but the longest names that there can be, and enough of them for a second page."""
    labels = [{'name': f'{number} {WORD * 6}', 'color': 'b60205'} for number in range(12)]
    for number in range(1, 60):
        github.open_pull('acme/api', WORD * 16, author='a' * 39, labels=labels)
        github.review('acme/api', number, by='b' * 39)
    return github


def test_a_theme_holds_from_the_moment_it_is_chosen(visitors: Visitors) -> None:
    inbox = visitors.admin(color_scheme='light')
    expect_surface(inbox.page, LIGHT)

    choose_theme(inbox, 'Dark')
    expect_surface(inbox.page, DARK)
    inbox.page.reload()

    expect_surface(inbox.page, DARK)
    inbox.page.goto('about:blank')
    inbox.page.context.clear_cookies(name='rf_session')
    inbox.page.goto('/dashboard/')
    expect(inbox.page.locator('.rf-center')).to_have_css('background-color', DARK_CANVAS)


def test_the_systems_theme_is_followed_when_it_changes(visitors: Visitors) -> None:
    inbox = visitors.admin(color_scheme='dark')
    expect_surface(inbox.page, DARK)

    inbox.page.emulate_media(color_scheme='light')

    expect_surface(inbox.page, LIGHT)


@pytest.mark.parametrize('viewport', [DESKTOP, PHONE], ids=['desktop', 'phone'])
def test_no_page_scrolls_sideways(visitors: Visitors, viewport: dict[str, int]) -> None:
    login = visitors.stranger(
        '/dashboard/login?next=/dashboard/pulls/o/' + 'x' * 90 + '/1', viewport=viewport
    )
    inbox = visitors.admin(viewport=viewport)
    expect(inbox.rows).to_have_count(50)
    nothing = visitors.admin(f'/dashboard/?q={WORD * 12}z', viewport=viewport)
    expect(nothing.list.get_by_role('heading', name='Nothing matches')).to_be_visible()

    for page in (login, inbox.page, nothing.page):
        assert page.evaluate('document.scrollingElement.scrollWidth <= window.innerWidth')
        assert page.get_by_role('main').evaluate('main => main.scrollWidth <= main.clientWidth')


def test_labels_give_way_to_their_number(visitors: Visitors) -> None:
    inbox = visitors.admin()
    tags = inbox.rows.first.locator('.rf-tag').filter(visible=True)

    for width, shown, more in ((1440, 3, '+9'), (1240, 2, '+10'), (1000, 1, '+11')):
        inbox.page.set_viewport_size({'width': width, 'height': 900})
        expect(tags).to_have_count(shown + 1)
        expect(tags.last).to_have_text(more)


def test_on_the_phone_the_channels_are_a_drawer(visitors: Visitors) -> None:
    inbox = visitors.admin(viewport=PHONE, has_touch=True, is_mobile=True)
    expect(inbox.channel('pending')).to_be_hidden()

    inbox.page.get_by_role('button', name='Channels').tap()
    inbox.channel('approved').tap()

    expect(inbox.rows).to_have_count(50)
    expect(inbox.page.get_by_role('heading', name='Approved', exact=True)).to_be_visible()
    expect(inbox.channel('pending')).to_be_hidden()


def test_the_keyboard_reaches_the_content_with_two_keys(visitors: Visitors) -> None:
    inbox = visitors.admin()

    inbox.page.keyboard.press('Tab')
    expect(inbox.page.get_by_role('link', name='Skip to content')).to_be_focused()
    expect(inbox.page.get_by_role('link', name='Skip to content')).to_be_in_viewport()
    inbox.page.keyboard.press('Enter')

    expect(inbox.page.get_by_role('main')).to_be_focused()
    assert inbox.has_stayed


def choose_theme(inbox: Inbox, name: str) -> None:
    inbox.page.get_by_label('Account of').click()
    inbox.page.get_by_role('button', name=name, exact=True).click()


def expect_surface(page: Page, color: str) -> None:
    expect(page.get_by_role('main')).to_have_css('background-color', color)
