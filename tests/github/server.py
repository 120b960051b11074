"""Our own GitHub on a loopback port."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.github.app import FakeGitHub


class Listening:
    """A GitHub that listens on a loopback port, in a thread of its own."""

    def __init__(self, github: FakeGitHub, port: int = 0) -> None:
        self._github = github
        self._port = port
        self.start()

    @property
    def url(self) -> str:
        return f'http://127.0.0.1:{self._port}'

    def start(self) -> None:
        """Listen, again on the same port."""
        self._socket = socket.create_server(('127.0.0.1', self._port))  # connections wait for uvicorn there
        self._port = self._socket.getsockname()[1]
        config = uvicorn.Config(
            self._github.app,
            log_config=None,
            log_level='critical',  # faults are asked for, and no errors of the test
            lifespan='off',
            ws='none',
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={'sockets': [self._socket]}, name='fake-github'
        )
        self._thread.start()

    def stop(self) -> None:
        """Refuse connections from now on; those that are open end."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


@contextmanager
def listen(github: FakeGitHub, port: int = 0) -> Iterator[Listening]:
    """Let others connect, with the means to stop that for a while."""
    listening = Listening(github, port)
    try:
        yield listening
    finally:
        listening.stop()


@contextmanager
def serve(github: FakeGitHub) -> Iterator[str]:
    """Let others connect; gives the address. Runs in a thread, so it suits async and sync tests alike."""
    with listen(github) as listening:
        yield listening.url
