"""Our own GitHub on a loopback port."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.github.app import FakeGitHub


@contextmanager
def serve(github: FakeGitHub) -> Iterator[str]:
    """Let others connect; gives the address. Runs in a thread, so it suits async and sync tests alike."""
    with socket.create_server(('127.0.0.1', 0)) as listening:  # connections wait there until uvicorn is up
        config = uvicorn.Config(
            github.app,
            log_config=None,
            log_level='critical',  # faults are asked for, and no errors of the test
            lifespan='off',
            ws='none',
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={'sockets': [listening]}, name='fake-github')
        thread.start()
        try:
            yield f'http://127.0.0.1:{listening.getsockname()[1]}'
        finally:
            server.should_exit = True
            thread.join()
