"""What a server wants of its machine: a port, many sockets, signals, a display."""

import os
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

from reviewflow.errors import StartError

ANYWHERE = {'0.0.0.0': '127.0.0.1', '::': '::1'}  # noqa: S104


def local_url(host: str, port: int) -> str:
    """Say where a server that listens there can be reached from this machine."""
    host = ANYWHERE.get(host, host)
    return f'http://{f"[{host}]" if ":" in host else host}:{port}'


def check_port(host: str, port: int) -> None:
    """Find out whether it can be listened on.

    Raises:
        StartError: it cannot.
    """
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise StartError(f'{host}:{port} cannot be listened on: {error.strerror or error}') from None


def allow_many_sockets() -> None:
    """Open as many files as the system lets us: each page is one, and a shell's usual limit is 1,024."""
    if sys.platform != 'win32':
        import resource  # noqa: PLC0415  # Windows has neither

        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def on_signal(handler: Callable[[int, FrameType | None], object]) -> None:
    """Have Ctrl-C and SIGTERM taken by ``handler``."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def can_draw() -> bool:
    """Tell whether somebody looks at what we print, at a terminal that knows more than letters."""
    return sys.stdout.isatty() and sys.stdout.encoding.lower().startswith('utf')


def has_display() -> bool:
    """Tell whether a window could be seen."""
    return sys.platform in {'darwin', 'win32'} or bool({'DISPLAY', 'WAYLAND_DISPLAY'} & os.environ.keys())
