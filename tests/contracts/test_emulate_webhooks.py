"""A GitHub that we did not write calls the real program, which polls once in an hour."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contracts.emulate import Emulator
from tests.hooks import PATH, SECRET
from tests.integration.program import Program
from tests.waiting import PATIENCE_S

REPOSITORY = 'ann/api'


@pytest.fixture
def server(emulator: Emulator, tmp_path: Path) -> Iterator[Program]:
    """It has read the one pull that there is, and the hook is set up."""
    emulator.open_pull(REPOSITORY, 'The first', by='ann')
    settings = {
        'GITHUB__API_URL': emulator.url,
        'GITHUB__TOKEN': emulator.token('ann'),
        'GITHUB__REPOSITORIES': REPOSITORY,
        'GITHUB__WEBHOOK_SECRET': SECRET,
        'SYNC__INTERVAL_S': '3600',
    }
    folder = tmp_path / 'server'
    folder.mkdir()
    server = Program(folder, settings)
    server.start()
    try:
        until(server, 1, status='pending')
        config = {'url': f'{server.url}{PATH}', 'secret': SECRET, 'content_type': 'json'}
        created = httpx.post(
            f'{emulator.url}/repos/{REPOSITORY}/hooks',
            json={'name': 'web', 'active': True, 'events': ['*'], 'config': config},
            headers={'Authorization': f'Bearer {emulator.token("ann")}'},
            trust_env=False,
        )
        assert created.status_code == 201
        yield server
        assert server.end(signal.SIGTERM) == 0
    finally:
        server.kill()
    assert server.complaints == []


def until(server: Program, number: int, **said: Any) -> None:
    """Wait until a pull is like that."""
    ends_at = time.monotonic() + PATIENCE_S
    found: dict[str, Any] = {}
    while any(found.get(name) != value for name, value in said.items()):
        assert time.monotonic() < ends_at, found
        answer = server.api('GET', f'pulls/{REPOSITORY}/{number}')
        found = answer.json() if answer.status_code == 200 else {}


def test_what_people_do_there_is_seen_here_between_the_polls(server: Program, emulator: Emulator) -> None:
    number = emulator.open_pull(REPOSITORY, 'By webhook', by='ann')
    until(server, number, title='By webhook', status='pending')

    emulator.review(REPOSITORY, number, by='ben')
    until(server, number, status='approved')

    emulator.check(REPOSITORY, number, 'ci', 'failure')
    until(server, number, checks='failing')

    emulator.merge(REPOSITORY, number)
    until(server, number, status='merged')
