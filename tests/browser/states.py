"""Every state that a page can be in, to be looked at: add a page by adding a function to ``STATES``."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.broken import PATH as BROKEN
from tests.browser.inbox import Inbox
from tests.browser.server import NAME
from tests.browser.visitors import DESKTOP, OUTAGE, PHONE, Visitors
from tests.github import FakeGitHub, fault


class Stage:
    """Two servers, one that reads a GitHub and one that is new, and people who look at their pages."""

    def __init__(self, visitors: Visitors, newcomers: Visitors, github: FakeGitHub, **look: Any) -> None:
        self.visitors = visitors
        self.newcomers = newcomers
        self.github = github
        self.look = look

    def inbox(self, path: str = '/dashboard/', **look: Any) -> Inbox:
        return self.visitors.admin(path, **self.look, **look)


def fill(github: FakeGitHub) -> None:
    """Open a pull of every kind that there is."""
    api = 'acme/api'
    labels = [{'name': color, 'color': color} for color in ('b60205', 'ffffff', '000000', 'fbca04')]
    for number in range(1, 9):
        github.open_pull(api, f'Pull number {number}', author='ann', labels=labels[: number % 5])
        github.status(api, number, state=('success', 'failure', 'pending')[number % 3])
        github.edit(api, number, comments=number % 3, additions=10**number, deletions=number)
    github.edit(api, 1, draft=True)
    github.review(api, 2, by='ben')
    github.review(api, 3, by='ben')
    github.push(api, 3)
    github.review(api, 4, by='ben', state='CHANGES_REQUESTED')
    github.review(api, 4, by='cam', state='COMMENTED')
    github.edit(api, 4, milestone=github.add_milestone(api, 'Spring sale'))
    github.resolve_thread(api, 4, github.open_thread(api, 4, by='cam'))
    github.open_thread(api, 4, by='cam')
    github.request_review(api, 4, 'dan', as_code_owner=True)
    github.request_team(api, 4, 'core', as_code_owner=True)
    github.check(api, 4, 'unit', None, details_url='https://ci.example/1')
    github.enqueue(api, 4)
    github.request_review(api, 5, 'ben', 'renovate[bot]')
    github.merge(api, 6)
    github.close(api, 7)


def login(stage: Stage) -> Page:
    return stage.visitors.stranger('/dashboard/login?next=/dashboard/?q=x', **stage.look)


def first_login(stage: Stage) -> Page:
    return stage.newcomers.stranger('/dashboard/login', **stage.look)


def refused_login(stage: Stage) -> Page:
    stage.visitors.excuse('status of 401')
    page = login(stage)
    page.get_by_label('User name').fill(NAME)
    page.get_by_label('Password').fill('a wrong one')
    page.get_by_role('button', name='Sign in').click()
    expect(page.get_by_role('alert')).to_be_visible()
    return page


def setup(stage: Stage) -> Page:
    return stage.newcomers.stranger('/dashboard/setup', **stage.look)


def refused_setup(stage: Stage) -> Page:
    stage.newcomers.excuse('status of 422')
    page = setup(stage)
    page.get_by_label('One-time code').fill('ABCD-EFGH-IJKL-MNOP')
    page.get_by_label('User name').fill(NAME)
    page.get_by_label('Password').fill('short')
    page.get_by_role('button', name='Create').click()
    expect(page.get_by_role('alert').first).to_be_visible()
    return page


def nowhere(stage: Stage) -> Page:
    stage.visitors.excuse('status of 404')
    return stage.visitors.stranger('/dashboard/nowhere', **stage.look)


def failure(stage: Stage) -> Page:
    stage.newcomers.excuse('status of 500')
    page = first_login(stage)
    page.get_by_role('button', name='Look at the pretend team').click()
    Inbox(page)
    page.goto(BROKEN)
    expect(page.get_by_role('heading', name='Something went wrong')).to_be_visible()
    return page


def loading(stage: Stage) -> Page:
    page = stage.visitors.stranger('/dashboard/login', **stage.look)
    stage.visitors.excuse(*OUTAGE)
    page.route('**/api/live/*', _fail)
    stage.visitors.sign_in(page)
    page.goto('/dashboard/')
    expect(page.locator('.rf-list')).to_have_attribute('aria-busy', 'true')
    return page


def filled(stage: Stage) -> Page:
    inbox = stage.inbox()
    expect(inbox.rows).to_have_count(8)
    return inbox.page


def one_channel(stage: Stage) -> Page:
    inbox = stage.inbox('/dashboard/?channel=approved')
    expect(inbox.rows).to_have_count(2)
    return inbox.page


def nothing_matches(stage: Stage) -> Page:
    inbox = stage.inbox('/dashboard/?q=nothing+of+the+kind')
    expect(inbox.list.get_by_role('button', name='Show all')).to_be_visible()
    return inbox.page


def offline(stage: Stage) -> Page:
    stage.visitors.excuse(*OUTAGE)
    page = filled(stage)
    page.context.set_offline(True)
    expect(Inbox(page).bar).to_contain_text('Offline')
    return page


def sync_failed(stage: Stage) -> Page:
    stage.github.fail(*[fault.status(503)] * 500)  # more than there are while it is looked at
    page = filled(stage)
    expect(Inbox(page).bar).to_contain_text('GitHub cannot be read')
    return page


def sync_health(stage: Stage) -> Page:
    page = stage.visitors.signed_in('/dashboard/sync', **stage.look)
    expect(page.locator('.rf-health')).to_contain_text('Current')
    return page


def sync_trouble(stage: Stage) -> Page:
    stage.github.fail(*[fault.status(503)] * 500)
    page = stage.visitors.signed_in('/dashboard/sync', **stage.look)
    expect(page.locator('.rf-troubles')).to_contain_text('GitHub cannot be read')
    return page


def account(stage: Stage) -> Page:
    page = filled(stage)
    page.get_by_label('Account of').click()
    expect(page.get_by_role('button', name='Sign out')).to_be_visible()
    return page


def searching(stage: Stage) -> Page:
    inbox = stage.inbox('/dashboard/?q=is:open+author:ann+draft:perhaps')
    inbox.search.press_sequentially('-label:')
    expect(inbox.page.get_by_role('listbox').get_by_role('option').first).to_be_visible()
    return inbox.page


def menu(stage: Stage) -> Page:
    page = filled(stage)
    page.set_viewport_size(DESKTOP)
    page.locator('[data-facet=label]').click()
    expect(page.get_by_role('group', name='Label')).to_be_visible()
    return page


def grouped(stage: Stage) -> Page:
    inbox = stage.inbox('/dashboard/?group=status')
    inbox.page.evaluate("document.body.dataset.density = 'compact'")
    for key in ('j', 'x', 'j'):
        inbox.page.keyboard.press(key)
    expect(inbox.list).to_contain_text('1 selected')
    return inbox.page


def drawer(stage: Stage) -> Page:
    inbox = stage.inbox('/dashboard/pulls/acme/api/4')
    expect(inbox.drawer.locator('.rf-prose')).to_be_visible()
    return inbox.page


def palette(stage: Stage) -> Page:
    page = filled(stage)
    page.keyboard.press('Control+k')
    page.keyboard.type('pull')
    expect(page.get_by_role('dialog').get_by_role('option').first).to_contain_text('Pull number')
    return page


def keys(stage: Stage) -> Page:
    page = filled(stage)
    page.keyboard.press('?')
    expect(page.get_by_role('dialog', name='Keys')).to_be_visible()
    return page


def rail(stage: Stage) -> Page:
    page = filled(stage)
    page.set_viewport_size(PHONE)
    page.get_by_role('button', name='Channels').click()
    expect(Inbox(page).channel('pending')).to_be_visible()
    return page


def _fail(route: Route) -> None:
    route.abort()


STATES: tuple[Callable[[Stage], Page], ...] = (
    login,
    first_login,
    refused_login,
    setup,
    refused_setup,
    nowhere,
    failure,
    loading,
    filled,
    one_channel,
    nothing_matches,
    offline,
    sync_failed,
    sync_health,
    sync_trouble,
    account,
    searching,
    menu,
    grouped,
    drawer,
    palette,
    keys,
    rail,
)
"""Each opens a page and brings it into its state; the caller changes its width and its theme."""
