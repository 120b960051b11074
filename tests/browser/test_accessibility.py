"""Everybody can use every page: by WCAG 2.2 AA as far as axe can tell, on narrow phones, without motion."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any, Literal

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser import broken
from tests.browser.server import Server
from tests.browser.states import STATES, Stage, fill, filled, loading, login
from tests.browser.visitors import DESKTOP, PHONE, Visitors
from tests.github import FakeGitHub

AXE = (files('axe_playwright_python') / 'axe.min.js').read_text('utf-8')
RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
Theme = Literal['light', 'dark']
CANVAS: dict[Theme, str] = {'light': 'rgb(246, 248, 250)', 'dark': 'rgb(13, 17, 23)'}
LOOKS: list[tuple[ViewportSize, Theme]] = [(PHONE, 'light'), (DESKTOP, 'dark')]
if settings.get_current_profile_name() == 'prove':
    LOOKS += [(DESKTOP, 'light'), (PHONE, 'dark')]
TOUCH = 44
NARROW = ViewportSize(width=320, height=640)
TARGETS = """
    () => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), [role=button]')]
        .filter((target) => target.checkVisibility({ visibilityProperty: true }))
        .filter((target) => !target.closest('p, .rf-banner, .rf-skip'))
        .map((target) => target.closest('.rf-row, .rf-field, label, .q-field__control') ?? target)
        .map((target) => [target.outerHTML.slice(0, 120), target.getBoundingClientRect().height])
"""
"""What one can tap, with its height. Of a row the whole is a link; one within a sentence is as high as it."""
MOVING = """
    () => document.getAnimations().filter((each) => each.playState === 'running')
        .map((each) => [each.animationName ?? each.transitionProperty, each.effect.target.outerHTML])
"""


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    fill(github)
    return github


@pytest.fixture(scope='module')
def new_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Nothing is set, nobody has an account, and one page cannot be built."""
    server = Server(tmp_path_factory.mktemp('new'), {}, main=broken.FILE)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def stage(browser: Browser, visitors: Visitors, new_server: Server, github: FakeGitHub) -> Iterator[Stage]:
    newcomers = Visitors(browser, new_server)
    yield Stage(visitors, newcomers, github, color_scheme='light', reduced_motion='reduce')
    github.fail()
    newcomers.leave()
    assert newcomers.complaints == []


@pytest.mark.parametrize('state', STATES, ids=lambda state: state.__name__)
def test_no_rule_is_broken_and_no_thumb_misses_in_any_width_or_theme(
    stage: Stage, state: Callable[[Stage], Page]
) -> None:
    page = state(stage)
    for size in (NARROW, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate('document.scrollingElement.scrollWidth') <= size['width']
        for pane in page.locator('main, .rf-rail:popover-open').all():
            assert pane.evaluate('pane => pane.scrollWidth <= pane.clientWidth')
        assert [target for target in page.evaluate(TARGETS) if target[1] < TOUCH] == []
    page.evaluate(AXE)
    found: list[str] = []
    for size, theme in LOOKS:
        page.set_viewport_size(size)
        turn(page, theme)
        found += [f'{size["width"]} px, {theme}: {line}' for line in violations(page, RULES)]

    assert found == [], '\n'.join(found)


def test_what_is_wrong_is_found(stage: Stage) -> None:
    page = login(stage)
    page.set_content('<html><title>A page</title><main style="color: #999">pale<input></main>')
    page.evaluate(AXE)

    assert {line.partition(' ')[0] for line in violations(page, RULES)} == {
        'color-contrast',
        'html-has-lang',
        'label',
    }


def test_nothing_moves_for_people_who_asked_for_that(stage: Stage) -> None:
    assert moving(loading(stage)) == []
    page = filled(stage)
    stage.github.edit('acme/api', 1, title='Changed before your eyes')
    row = page.locator('.rf-row.is-changed')
    expect(row).to_contain_text('Changed before your eyes')

    assert moving(page) == []


def turn(page: Page, theme: Theme) -> None:
    """Let the system turn light or dark, and wait until the page has followed."""
    page.emulate_media(color_scheme=theme)
    expect(page.locator('body')).to_have_css('background-color', CANVAS[theme])


def moving(page: Page) -> list[list[str]]:
    """Say what runs, and on what."""
    found: list[list[str]] = page.evaluate(MOVING)
    return found


def violations(page: Page, rules: list[str]) -> list[str]:
    """Ask axe; rules are named by id or by tag. One line for each element and rule."""
    only = {'type': 'tag' if rules == RULES else 'rule', 'values': rules}
    options = {'runOnly': only, 'resultTypes': ['violations']}
    found: list[dict[str, Any]] = page.evaluate('options => axe.run(options)', options)['violations']
    return [
        f'{rule["id"]} at {node["target"]}: {" ".join(node["failureSummary"].split())}'
        for rule in found
        for node in rule['nodes']
    ]
