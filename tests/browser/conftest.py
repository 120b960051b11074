"""A real server, a GitHub of our own, and people with browsers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import chromium, nginx
from tests.browser.server import NAME, PASSWORD, Server
from tests.browser.visitors import Visitors
from tests.contracts import emulate
from tests.github import FakeGitHub, serve

CHROMIUM = chromium.find()
PATIENCE_MS = 20_000
NOT_RUN = pytest.StashKey[list[str]]()
expect.set_options(timeout=PATIENCE_MS)

Launch = Callable[..., Server]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what lacks something, and remember to say so."""
    ours = [item for item in items if item.path.parent == Path(__file__).parent]
    emulated, proxied = wanting(ours, 'emulator'), wanting(ours, 'proxies')
    reasons = config.stash[NOT_RUN] = []
    left_out: list[pytest.Item] = []
    if ours and CHROMIUM is None:
        left_out = ours
        reasons.append('browser: no Chromium found')
    elif emulated and (reason := emulate.missing()):
        left_out += emulated
        reasons.append(f'browser with emulator: {reason}')
    if proxied and nginx.find() is None:
        left_out += proxied
        reasons.append('browser behind a proxy: no nginx found (apt-get install nginx-light)')
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def wanting(items: list[pytest.Item], fixture: str) -> list[pytest.Item]:
    return [item for item in items if fixture in getattr(item, 'fixturenames', ())]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for reason in config.stash.get(NOT_RUN, ()):
        terminalreporter.write_line(f'NOT RUN: {reason}')


@pytest.fixture(scope='package')
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=chromium.OPTIONS)
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
