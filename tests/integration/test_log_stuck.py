"""A terminal that nobody reads, and a disk that hangs: neither costs more than itself."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.program import Program

GOODBYE_WITHIN_S = 30
LOGS_A_LOT = """
import logging
import pathlib
import sys

from reviewflow.log import Log

Log(pathlib.Path(sys.argv[1]))
for number in range(1000):
    logging.getLogger('reviewflow').warning('number %d', number)
"""


@contextmanager
def full(*, reading: int, writing: int) -> Iterator[int]:
    """Fill a pipe, of which nobody takes anything, and keep it open; gives the end to write into."""
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writing, b'x' * fcntl.fcntl(writing, fcntl.F_GETPIPE_SZ))
    try:
        yield writing
    finally:
        os.close(writing)
        os.close(reading)


def test_a_terminal_that_nobody_reads_costs_the_log_nothing_and_keeps_no_server(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with full(reading=reading, writing=writing) as terminal:
        server = Program(tmp_path, {}, stderr=terminal)
        server.start()
        host, port = server.url.removeprefix('http://').split(':')
        for _ in range(120):
            with socket.create_connection((host, int(port))) as nonsense:
                nonsense.sendall(b'NONSENSE\r\n\r\n')
                nonsense.recv(1000)

        begun_at_s = time.monotonic()
        status = server.end(signal.SIGTERM)
        lasted_s = time.monotonic() - begun_at_s

    assert status == 0
    assert lasted_s < GOODBYE_WITHIN_S
    lines = (server.data / 'logs' / 'reviewflow.log').read_text('utf-8').splitlines()
    messages = [json.loads(line)['message'] for line in lines]
    assert messages.count('Invalid HTTP request received.') == 120
    assert messages[-1].startswith('stopping')


def test_a_disk_that_hangs_keeps_no_process_and_the_terminal_has_it_all(tmp_path: Path) -> None:
    disk = tmp_path / 'logs' / 'reviewflow.log'
    disk.parent.mkdir()
    os.mkfifo(disk)
    reading = os.open(disk, os.O_RDONLY | os.O_NONBLOCK)
    with full(reading=reading, writing=os.open(disk, os.O_WRONLY)):
        done = subprocess.run(
            [sys.executable, '-c', LOGS_A_LOT, tmp_path],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    said = [line.rpartition(': ')[2] for line in done.stderr.splitlines()]
    assert said == [f'number {number}' for number in range(1000)]
    assert done.returncode == 0
