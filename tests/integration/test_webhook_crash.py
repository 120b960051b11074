"""A delivery that was answered 202 is on the disk, whatever happens then."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import httpx
from hypothesis import settings

from tests.hooks import PATH, SECRET, body, headers, pull_event
from tests.integration.program import Program
from tests.integration.sqlite_file import sqlite

ROOT = Path(__file__).parents[2]
KILLS = settings().max_examples * 5 // 6
"""50, and 1,000 when it is to be proved."""
PULL = body(pull_event(7))


class Mortal:
    """A server that is killed and comes back."""

    def __init__(self, process: 'subprocess.Popen[str]') -> None:
        self._process = process
        self.port = int(self._said())

    def live(self) -> int:
        """Begin anew; gives the process."""
        assert self._process.stdin is not None
        self._process.stdin.write('\n')
        self._process.stdin.flush()
        return int(self._said())

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def mortal(folder: Path) -> Iterator[Mortal]:
    command = [sys.executable, '-m', 'tests.integration.hook_server', str(folder)]
    pipe = subprocess.PIPE
    environ = {name: value for name, value in os.environ.items() if not name.startswith('COVERAGE')}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdin=pipe, stdout=pipe, text=True) as process:
        yield Mortal(process)
        assert process.stdin is not None
        process.stdin.close()


def request(id_: str) -> bytes:
    lines = [f'POST {PATH} HTTP/1.1', 'host: localhost', f'content-length: {len(PULL)}']
    lines += [f'{name}: {text}' for name, text in headers(PULL, id=id_).items()]
    return '\r\n'.join([*lines, '', '']).encode() + PULL


def stored(file: Path) -> set[str]:
    with sqlite(file) as connection:
        return {id_ for (id_,) in connection.execute('SELECT id FROM deliveries')}


def test_killed_straight_after_the_answer_it_has_the_delivery(tmp_path: Path) -> None:
    file, answered = tmp_path / 'reviewflow.db', set()
    with mortal(tmp_path) as server:
        for number in range(KILLS):
            pid = server.live()
            with socket.create_connection(('127.0.0.1', server.port), 10) as connection:
                connection.sendall(request(f'delivery-{number}'))
                status = connection.recv(12)
                os.kill(pid, signal.SIGKILL)
            assert status == b'HTTP/1.1 202'
            answered.add(f'delivery-{number}')
            assert stored(file) == answered

    with sqlite(file) as connection:
        assert connection.execute('PRAGMA integrity_check').fetchall() == [('ok',)]


def test_killed_in_a_burst_it_has_what_it_answered_and_goes_on_with_it(tmp_path: Path) -> None:
    """The real program; what it had no time for is handled after the next start."""
    server = Program(tmp_path, {'GITHUB__WEBHOOK_SECRET': SECRET})
    server.start()
    half_way, answered = Event(), set[str]()

    def post(number: int) -> None:
        id_ = f'delivery-{number}'
        try:
            answer = httpx.post(
                f'{server.url}{PATH}', content=PULL, headers=headers(PULL, id=id_), trust_env=False
            )
        except httpx.TransportError:
            return
        assert answer.status_code == 202
        answered.add(id_)
        if len(answered) >= 20:
            half_way.set()

    with ThreadPoolExecutor(8) as callers:
        posts = [callers.submit(post, number) for number in range(200)]
        is_half_way = half_way.wait(30)
        server.kill()
    assert is_half_way
    for done in posts:
        done.result()
    assert 20 <= len(answered) < 200
    assert answered <= stored(server.data / 'reviewflow.db')

    server.start()

    with sqlite(server.data / 'reviewflow.db') as connection:
        for _ in range(10_000):
            query = 'SELECT count(*) FROM deliveries WHERE handled_at IS NULL'
            if connection.execute(query).fetchone() == (0,):
                break
            httpx.get(f'{server.url}/livez', trust_env=False)  # it takes a moment
        assert connection.execute(query).fetchone() == (0,)
        assert connection.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
    assert server.end(signal.SIGTERM) == 0
    assert server.complaints == []
