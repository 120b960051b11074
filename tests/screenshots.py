"""Take the pictures of ``docs/screenshots/``; run by `make screenshots`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import npm
from tests.browser import chromium
from tests.browser.server import NAME, PASSWORD, Server
from tests.browser.visitors import DESKTOP, PHONE
from tests.github import FakeGitHub, fault, serve, shape

FOLDER = Path(__file__).parents[1] / 'docs' / 'screenshots'
LOOKS: dict[str, dict[str, Any]] = {
    'desktop-light': {'viewport': DESKTOP, 'color_scheme': 'light'},
    'desktop-dark': {'viewport': DESKTOP, 'color_scheme': 'dark'},
    'phone-light': {'viewport': PHONE, 'color_scheme': 'light', 'has_touch': True, 'is_mobile': True},
    'phone-dark': {'viewport': PHONE, 'color_scheme': 'dark', 'has_touch': True, 'is_mobile': True},
}
ADMIN = {'ADMIN__USERNAME': NAME, 'ADMIN__PASSWORD': PASSWORD}
TOKEN = 'made-up-token'
BODY = 'A provider that comes back is asked for its rates at once, and not with the next payment.'
TITLES = (
    'Sort the results by price',
    'Fix the filter for sizes',
    'Show the delivery date',
    'Drop the old basket',
)
FOR_LONG = 10_000
"""Requests, more than there are while pictures are taken."""


def inbox(page: Page) -> None:
    """The list as it opens."""


def compact(page: Page) -> None:
    page.evaluate("document.body.dataset.density = 'compact'")
    page.goto('/dashboard/?group=repository')
    expect(page.locator('.rf-group').first).to_be_visible()
    page.evaluate("document.body.dataset.density = 'compact'")


def search(page: Page) -> None:
    page.goto('/dashboard/?q=is:open+-is:draft')
    page.get_by_label('Search', exact=True).press_sequentially('author:')
    expect(page.get_by_role('listbox').get_by_role('option').first).to_be_visible()


def drawer(page: Page) -> None:
    page.locator('.rf-row').nth(1).click()
    expect(page.locator('.rf-prose')).to_be_visible()


def palette(page: Page) -> None:
    page.keyboard.press('Control+k')
    page.keyboard.type('the')
    expect(page.get_by_role('dialog').get_by_role('option').first).to_be_visible()


def keys(page: Page) -> None:
    page.keyboard.press('?')
    expect(page.get_by_role('dialog')).to_be_visible()


def nothing_matches(page: Page) -> None:
    page.goto('/dashboard/?q=nothing+of+the+kind')
    expect(page.locator('.rf-empty')).to_be_visible()


def offline(page: Page) -> None:
    page.context.set_offline(True)
    expect(page.locator('.rf-bar')).to_be_visible()


def loading(page: Page) -> None:
    page.route('**/api/live/*', lambda route: route.abort())
    page.reload()
    expect(page.locator('.rf-list[aria-busy=true]')).to_be_visible()


def connect(page: Page) -> None:
    page.goto('/dashboard/connect')
    page.get_by_label('Token', exact=True).fill(TOKEN)
    page.get_by_label('Token', exact=True).press('Enter')
    expect(page.locator('.rf-repos input[type=checkbox]').first).to_be_visible()


def all_done(page: Page) -> None:
    page.goto('/dashboard/?channel=pending')
    expect(page.locator('.rf-empty')).to_be_visible()


def stale(page: Page) -> None:
    expect(page.locator('.rf-bar')).to_contain_text('cannot be read')


def failed(page: Page) -> None:
    expect(page.locator('.rf-empty')).to_contain_text('Nothing could be read')


def sync_health(page: Page) -> None:
    page.goto('/dashboard/sync')
    page.get_by_role('button', name='Reconcile now').click()
    expect(page.locator('.rf-said')).to_contain_text('compared')
    expect(page.locator('[data-tile=drift]')).to_contain_text('0 of')
    page.wait_for_function("document.querySelectorAll('.rf-lag i[title]').length")


def sync_trouble(page: Page) -> None:
    page.goto('/dashboard/sync')
    expect(page.locator('.rf-troubles')).to_contain_text('cannot be read')


def everything(page: Page) -> None:
    page.goto('/dashboard/pulls/acme/api/2')
    expect(page.locator('.rf-prose')).to_be_visible()


def first_read(page: Page) -> None:
    expect(page.get_by_role('progressbar', name='First read')).to_be_visible()


def first_read_begins(page: Page) -> None:
    expect(page.locator('.rf-empty')).to_contain_text('on their way')


Scene = Callable[[Page], None]
DEMO: tuple[Scene, ...] = (
    inbox,
    compact,
    search,
    drawer,
    palette,
    keys,
    nothing_matches,
    sync_health,
    loading,
    offline,
)


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.OPTIONS)
        with started(ADMIN) as server:
            take(browser, server, DEMO)
        github = FakeGitHub(token=TOKEN)
        github.scopes = 'repo, read:org'
        for name in ('api', 'web', 'mobile', 'infra', 'docs', 'design-system'):
            github.add_repository(f'acme/{name}', is_private=name != 'docs')
        github.merge('acme/api', github.open_pull('acme/api', 'Send receipts by mail'))
        with serve(github) as url:
            with started(ADMIN | {'GITHUB__API_URL': url}) as server:
                take(browser, server, (connect,))
            reading = {'GITHUB__API_URL': url, 'GITHUB__TOKEN': github.token, 'SYNC__INTERVAL_S': '1'}
            with started(ADMIN | reading | {'GITHUB__REPOSITORIES': 'acme/api'}) as server:
                take(browser, server, (all_done,))
                github.fail(*[fault.status(503)] * FOR_LONG)
                take(browser, server, (stale, sync_trouble))
            with started(ADMIN | reading | {'GITHUB__REPOSITORIES': 'acme/api'}) as server:
                take(browser, server, (failed,))
        if npm.missing() is None:
            take_by_graphql(browser)
        browser.close()


def take_by_graphql(browser: Browser) -> None:
    """Take what only GraphQL tells, and a first read."""
    github = FakeGitHub(token=TOKEN)
    github.add_repository('acme/api')
    github.merge('acme/api', github.open_pull('acme/api', 'Send receipts by mail'))
    furnish(
        github, github.open_pull('acme/api', 'Read the rates again when the provider comes back', body=BODY)
    )
    with serve(github) as url:
        reading = {'GITHUB__API_URL': url, 'GITHUB__TOKEN': github.token, 'SYNC__INTERVAL_S': '1'}
        with started(ADMIN | reading | {'GITHUB__REPOSITORIES': 'acme/api'}) as server:
            take(browser, server, (everything,))
        for name in ('web', 'mobile'):
            github.add_repository(f'acme/{name}')
            github.open_pulls_in_bulk(
                f'acme/{name}', 2000, lambda number: {'author': 'ana', 'title': TITLES[number % 4]}
            )
        wide = ADMIN | reading | {'GITHUB__REPOSITORIES': 'acme/web,acme/mobile'}
        github.always(fault.slow(60), on='Detail')
        with started(wide) as server:
            take(browser, server, (first_read_begins,))
        github.fail(*[None] * 30, *[fault.slow(60)] * FOR_LONG, on='Detail')
        with started(wide) as server:
            take(browser, server, (first_read,))


def furnish(github: FakeGitHub, number: int) -> None:
    """Let everything be said of a pull."""
    api = 'acme/api'
    github.require_reviews(api)
    github.edit(
        api, number, milestone=github.add_milestone(api, 'Provider switch'), additions=186, deletions=42
    )
    threads = [github.open_thread(api, number, by='ben') for _ in range(8)]
    for thread in threads[3:]:
        github.resolve_thread(api, number, thread)
    github.review(api, number, by='cho', state='APPROVED', association='MEMBER')
    github.request_review(api, number, 'dan', as_code_owner=True)
    github.edit(api, number, requested_reviewers=[shape.user('cho'), shape.user('dan')])  # cho once more
    github.request_team(api, number, 'payments', as_code_owner=True)
    now = datetime.now(UTC)
    for name, seconds in (('unit / python 3.13', 124), ('contract / providers', 372), ('lint', 48)):
        begun = {'started_at': stamp(now, 700), 'completed_at': stamp(now, 700 - seconds)}
        github.check(api, number, name, 'success', details_url='https://ci.example/7', **begun)
    github.check(api, number, 'deploy a preview', None, started_at=stamp(now, 190))
    github.enqueue(api, number)


def stamp(now: datetime, ago_s: float) -> str:
    return f'{now - timedelta(seconds=ago_s):%Y-%m-%dT%H:%M:%SZ}'


def take(browser: Browser, server: Server, scenes: tuple[Scene, ...]) -> None:
    """Take each scene in every look."""
    for scene in scenes:
        for look, options in LOOKS.items():
            context = browser.new_context(base_url=server.url, reduced_motion='reduce', **options)
            context.add_cookies([{'name': 'rf_session', 'value': server.session, 'url': server.url}])
            page = context.new_page()
            page.goto('/dashboard/')
            expect(page.locator('.rf-list[aria-busy=false]')).to_be_visible()
            scene(page)
            page.evaluate("document.querySelectorAll('.rf-toast > button').forEach((each) => each.click())")
            page.wait_for_timeout(500)  # pictures of people come last
            path = FOLDER / f'{scene.__name__}-{look}.jpg'
            page.screenshot(path=path, type='jpeg', quality=72)
            context.close()
            print(path.name)  # noqa: T201


@contextmanager
def started(settings: dict[str, str]) -> Iterator[Server]:
    """Run a server of its own."""
    with TemporaryDirectory() as folder:
        server = Server(Path(folder), settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()


if __name__ == '__main__':
    main()
