"""From what GitHub calls to say to what anybody reads here, in the real program below a public address."""

import signal
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.github import FakeGitHub
from tests.github.server import serve
from tests.hooks import PATH, SECRET, body, headers, pull_event, repository
from tests.integration.program import Program
from tests.waiting import PATIENCE_S

AN_HOUR = '3600'
PUBLIC, PREFIX = 'https://reviews.example.com/reviewflow', '/reviewflow'


@pytest.fixture(scope='module')
def github() -> FakeGitHub:
    github = FakeGitHub()
    github.has_graphql = False
    github.add_repository('acme/api')
    github.open_pull('acme/api', 'The first')
    return github


@pytest.fixture(scope='module')
def server(github: FakeGitHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """It has polled once, and will not for an hour."""
    with serve(github) as url:
        settings = {
            'GITHUB__API_URL': url,
            'GITHUB__TOKEN': github.token,
            'GITHUB__REPOSITORIES': 'acme/api',
            'GITHUB__WEBHOOK_SECRET': SECRET,
            'PUBLIC_URL': PUBLIC,
            'SYNC__INTERVAL_S': AN_HOUR,
        }
        server = Program(tmp_path_factory.mktemp('server'), settings)
        server.start()
        try:
            assert 'The first' in until_read(server, 1)
            yield server
            assert server.end(signal.SIGTERM) == 0
        finally:
            server.kill()
    assert server.complaints == []


def until_read(server: Program, number: int) -> str:
    """Wait for a pull; gives what is said of it."""
    until = time.monotonic() + PATIENCE_S
    while (answer := server.api('GET', f'pulls/acme/api/{number}')).status_code != 200:
        assert time.monotonic() < until
    return answer.text


def post(server: Program, content: bytes, *, path: str = PATH, **changes: str) -> httpx.Response:
    return httpx.post(
        f'{server.url}{path}', content=content, headers=headers(content, **changes), trust_env=False
    )


def test_what_it_hears_of_anybody_can_read_at_once(server: Program, github: FakeGitHub) -> None:
    home = repository(github.repo('acme/api').data['id'])
    for at, path in enumerate((PATH, f'{PREFIX}{PATH}')):
        number = github.open_pull('acme/api', f'By webhook to {path}')
        updated_at = github.pull('acme/api', number).listed['updated_at']
        said = body(pull_event(number, updated_at=updated_at, repository=home))

        assert post(server, said, path=path, id=f'opened-{at}').json() == {'outcome': 'accepted'}
        assert f'By webhook to {path}' in until_read(server, number)


def test_a_page_of_somebody_else_cannot_make_a_browser_call(server: Program) -> None:
    said = body(pull_event(1))

    assert post(server, said, origin='https://evil.example').status_code == 403
    assert post(server, said, sec_fetch_site='cross-site').status_code == 403


def test_who_calls_gets_no_cookie_and_no_page(server: Program) -> None:
    answer = post(server, body(pull_event(1)), id='plain')

    assert (answer.status_code, answer.headers['content-type']) == (202, 'application/json')
    assert 'set-cookie' not in answer.headers
    assert answer.headers['cache-control'] == 'no-store'


def test_what_is_too_much_is_refused_through_all_layers(server: Program) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(26):
            yield b' ' * 1024 * 1024

    answer = httpx.post(f'{server.url}{PATH}', content=pieces(), headers=headers(b''), trust_env=False)

    assert answer.status_code == 413
    assert answer.headers['content-type'] == 'application/problem+json'


def test_it_is_counted_for_a_monitoring_system(server: Program) -> None:
    post(server, b'{}', event='a_stranger_made_this_up', x_hub_signature_256='')

    answer = httpx.get(f'{server.url}/metrics', trust_env=False)
    lines = [line for line in answer.text.splitlines() if line.startswith('reviewflow_webhooks')]

    assert 'reviewflow_webhooks_total{event="other",outcome="refused"} 1.0' in lines
    assert 'reviewflow_webhooks_waiting 0.0' in lines
    assert 'stranger' not in answer.text
