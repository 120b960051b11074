"""Ports for servers that are started in a moment."""

import socket
from contextlib import suppress
from random import SystemRandom

BELOW_OUTGOING = range(20_000, 32_000)
"""The system gives outgoing connections, and whoever asks for any port, higher ones."""


def free_port() -> int:
    """Find a port where nothing listens, and that nobody beside us is likely to take meanwhile."""
    while True:
        port = SystemRandom().choice(BELOW_OUTGOING)
        with suppress(OSError), socket.create_server(('127.0.0.1', port)):
            return port
