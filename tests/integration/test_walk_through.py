"""The manuals of the operator: their commands print what they say, and nothing is missing from them."""

import re
import signal
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from reviewflow.errors import (
    ApprovalNeeded,
    BadCredentials,
    ForgeUnavailable,
    RateLimited,
    Reason,
    RepositoryUnavailable,
    ReviewFlowError,
    StoreError,
)
from reviewflow.words import sentence
from tests.browser.server import NAME, PASSWORD
from tests.integration import walk_through
from tests.integration.program import Program
from tests.integration.walk_through import DOCS, Step, is_as_shown, prepare, steps

PAGES = ('operations.md', 'troubleshooting.md')
STEPS = [
    pytest.param(step, id=step.place, marks=pytest.mark.wants(*step.tools))
    for page in PAGES
    for step in steps(page)
]
TOKEN, WRONG = 'canary-61fe-token', 'canary-8d02 typed in haste'
OPERATIONS, TROUBLES = ((DOCS / page).read_text('utf-8') for page in PAGES)


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One that shows the pretend team, as most people see it first."""
    folder = tmp_path_factory.mktemp('walk')
    settings = {'ADMIN__USERNAME': NAME, 'ADMIN__PASSWORD': PASSWORD, 'GITHUB__TOKEN': TOKEN}
    server = Program(folder, settings)
    prepare(folder)
    server.start()
    yield server
    assert server.end(signal.SIGTERM) == 0
    assert server.complaints == []


@pytest.mark.parametrize('step', STEPS)
def test_a_command_prints_what_the_page_shows(server: Program, step: Step) -> None:
    printed = walk_through.run(
        step, folder=server.folder, environ=server.environ, place=server.url.removeprefix('http://')
    )

    assert is_as_shown(step.printed, printed), f'{step.place} shows\n{step.printed}\nbut it prints\n{printed}'


def test_there_is_something_to_walk_through() -> None:
    assert all(len(steps(page)) > 5 for page in PAGES)


def test_what_happened_is_logged_and_no_secret_is(server: Program) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as browser:
        browser.post('/dashboard/login', data={'username': WRONG, 'password': WRONG})
        browser.post('/dashboard/login', data={'username': NAME, 'password': PASSWORD})
        session = browser.cookies['rf_session']
        metrics = browser.get('/metrics', headers={'X-Forwarded-For': '192.0.2.1'})
        browser.post('/dashboard/logout')
    key = server.api('GET', 'stats').request.headers['authorization'].removeprefix('Bearer ')

    for line in (
        'failed sign-in from 127.0.0.1',
        f'{NAME} signed in',
        f'{NAME} signed out',
        'operator asked',
    ):
        logged = log_with(server, f'"{line}')
    assert 'reviewflow_sign_in_failures_total 1.0' in metrics.text
    for secret in (TOKEN, WRONG, PASSWORD, session, key):
        assert secret not in f'{logged} {server.printed} {metrics.text}'


def test_what_the_web_server_itself_has_to_say_is_in_the_same_log(server: Program) -> None:
    host, port = server.url.removeprefix('http://').split(':')
    with socket.create_connection((host, int(port))) as nonsense:
        nonsense.sendall(b'NONSENSE \x1b[31m\r\n\r\n')

    assert log_with(server, '"uvicorn.error", "message": "Invalid HTTP request received."')


def log_with(server: Program, text: str) -> str:
    """Wait until the log has it: another thread writes it; gives the log."""
    until = time.monotonic() + 60
    while text not in (logged := (server.data / 'logs' / 'reviewflow.log').read_text('utf-8')):
        assert time.monotonic() < until, f'{text} is not in the log:\n{logged}'
        time.sleep(0.01)  # noqa: TID251  # another process: nothing to wait for but its file
    return logged


def test_every_metric_is_in_the_manual_and_no_other(server: Program) -> None:
    shown = httpx.get(f'{server.url}/metrics', trust_env=False).text
    families = set(re.findall(r'^# TYPE (\w+) ', shown, re.MULTILINE))
    table = OPERATIONS.partition('| metric |')[2].partition('\n\n')[0]

    assert set(re.findall(r'`((?:reviewflow|process|python)_\w+)`', table)) == families


def test_every_metric_that_a_query_or_a_command_asks_for_is_there(server: Program) -> None:
    shown = httpx.get(f'{server.url}/metrics', trust_env=False).text
    known = set(re.findall(r'^(?:# TYPE )?(\w+)[{ ]', shown, re.MULTILINE))
    asked = set(re.findall(r'\b(reviewflow_\w+)[\[{ )`]', OPERATIONS + TROUBLES))

    assert 'reviewflow_push_seconds_bucket' in asked
    assert asked <= known


WHAT_GOES_WRONG: list[ReviewFlowError] = [
    BadCredentials(),
    RateLimited(datetime(2026, 5, 1, tzinfo=UTC)),
    ForgeUnavailable('no connection'),
    RepositoryUnavailable('acme/api', Reason.MISSING),
    RepositoryUnavailable('acme/api', Reason.FORBIDDEN),
    RepositoryUnavailable('acme/api', Reason.FORBIDDEN, 'No access from this address'),
    ApprovalNeeded('acme/api', 'acme', None),
    StoreError('the database refused'),
]


@pytest.mark.parametrize('error', WHAT_GOES_WRONG, ids=lambda error: type(error).__name__)
def test_every_sentence_about_the_reading_is_explained(error: ReviewFlowError) -> None:
    explained = re.findall(r'^\| `([^`]+)` \|', TROUBLES.partition('| sentence |')[2], re.MULTILINE)

    assert [shown for shown in explained if is_as_shown(shown, sentence(error, 'GitHub'))]
