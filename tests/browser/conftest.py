"""A real server, a GitHub of our own, and people with browsers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser import chromium
from tests.browser.server import NAME, PASSWORD, Server
from tests.browser.visitors import Visitors
from tests.github import FakeGitHub, serve

PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

Launch = Callable[..., Server]


@pytest.fixture(scope='package')
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope='package')
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.OPTIONS)
    yield browser
    browser.close()


@pytest.fixture(scope='module')
def github() -> FakeGitHub:
    """What the server reads; a module may open pulls there before the server starts."""
    github = FakeGitHub()
    github.add_repository('acme/api')
    return github


@pytest.fixture(scope='module')
def launch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launch]:
    """Start servers, and stop them in the end; none may complain in all its life."""

    def end(server: Server) -> None:
        server.stop()
        assert server.complaints == [], server.printed

    with ExitStack() as stack:

        def launch(**settings: str) -> Server:
            server = Server(tmp_path_factory.mktemp('server'), settings)
            stack.callback(end, server)
            server.start()
            return server

        yield launch


@pytest.fixture(scope='module')
def server(github: FakeGitHub, launch: Launch) -> Iterator[Server]:
    """The server that this module is about."""
    with serve(github) as url:
        yield launch(**reading(github, url))


@pytest.fixture
def visitors(browser: Browser, server: Server) -> Iterator[Visitors]:
    """Open pages; no page, and no line in the server's log, may complain."""
    before = len(server.complaints)
    visitors = Visitors(browser, server)
    yield visitors
    visitors.leave()
    assert visitors.complaints == []
    assert server.complaints[before:] == [], server.printed


def reading(github: FakeGitHub, url: str) -> dict[str, str]:
    """Settings for a server with an administrator that reads this GitHub every second."""
    return {
        'ADMIN__USERNAME': NAME,
        'ADMIN__PASSWORD': PASSWORD,
        'GITHUB__API_URL': url,
        'GITHUB__TOKEN': github.token,
        'GITHUB__REPOSITORIES': ','.join(repo.data['full_name'] for repo in github.repos),
        'SYNC__INTERVAL_S': '1',
    }
