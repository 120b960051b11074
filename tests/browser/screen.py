"""A screen that nobody sees, with a hand on its keys and its mouse: what a person at a desktop has."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from importlib.util import find_spec

PROGRAMS = {'Xvfb': 'xvfb'}
LIBRARIES = {
    'libX11.so.6': 'libx11-6',
    'libXtst.so.6': 'libxtst6',
    'libxcb-cursor.so.0': 'libxcb-cursor0',
    'libxcb-icccm.so.4': 'libxcb-icccm4',
    'libxcb-keysyms.so.1': 'libxcb-keysyms1',
    'libxkbcommon-x11.so.0': 'libxkbcommon-x11-0',
    'libEGL.so.1': 'libegl1',
    'libnss3.so': 'libnss3',
}
"""What Qt, or this hand, wants of the system → the package that has it."""
CLIENT_MESSAGE = 33


def _overlook(_display: int, _error: int) -> int:
    """Go on when a window was gone before it was asked; stock ends the whole process."""
    return 0


ON_ERROR = CFUNCTYPE(c_int, c_void_p, c_void_p)(_overlook)


class _ClientMessage(ctypes.Structure):
    _fields_ = (
        ('type', c_int),
        ('serial', c_ulong),
        ('send_event', c_int),
        ('display', c_void_p),
        ('window', c_ulong),
        ('message_type', c_ulong),
        ('format', c_int),
        ('data', c_long * 5),
        ('room', c_long * 24),
    )


def missing() -> str | None:
    """Say what keeps a window from being shown here."""
    if sys.platform != 'linux':
        return 'only tried on Linux'
    if not all(map(find_spec, ('webview', 'qtpy', 'PySide6'))):
        return "no pip install '.[native]'"
    return next((f'no {name}' for name in _lacking()), None)


def install() -> None:
    """Let apt bring what is missing, which works only for root; where it cannot, the tests say so."""
    if missing() and shutil.which('apt-get') and os.geteuid() == 0:
        command = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', *_lacking().values()]
        for each in (['apt-get', 'update', '-qq'], command):
            subprocess.run(each, check=False)


@contextmanager
def turned_on(width: int = 1440, height: int = 1000) -> Iterator['Screen']:
    """Have one, until it is turned off."""
    command = ['Xvfb', '-displayfd', '1', '-screen', '0', f'{width}x{height}x24', '-nolisten', 'tcp']
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            yield Screen(f':{server.stdout.readline().strip()}')
        finally:
            server.terminate()


class Screen:
    """What is on it, by the titles of windows."""

    def __init__(self, name: str) -> None:
        self.name = name
        """What ``DISPLAY`` is to be."""
        self._x = ctypes.CDLL('libX11.so.6')
        self._test = ctypes.CDLL('libXtst.so.6')
        self._x.XOpenDisplay.restype = c_void_p
        self._x.XOpenDisplay.argtypes = [c_char_p]
        self._x.XDefaultRootWindow.restype = c_ulong
        self._x.XInternAtom.restype = c_ulong
        self._x.XStringToKeysym.restype = c_ulong
        self._x.XSetErrorHandler(ON_ERROR)
        self._display = c_void_p(self._x.XOpenDisplay(name.encode()))
        self._root = c_ulong(self._x.XDefaultRootWindow(self._display))

    def titles(self) -> set[str]:
        """Read the titles of all windows that are shown."""
        return set(self._windows().values())

    def close(self, title: str) -> None:
        """Ask a window to close, as the button in its corner does."""
        window = next(window for window, name in self._windows().items() if name == title)
        message = _ClientMessage(
            type=CLIENT_MESSAGE, window=window, message_type=self._atom('WM_PROTOCOLS'), format=32
        )
        message.data[0] = self._atom('WM_DELETE_WINDOW')
        self._x.XSendEvent(self._display, c_ulong(window), 0, c_long(0), byref(message))
        self._x.XSync(self._display, 0)

    def press(self, *keys: str) -> None:
        """Press keys together, named as X does."""
        codes = [
            self._x.XKeysymToKeycode(self._display, c_ulong(self._x.XStringToKeysym(key.encode())))
            for key in keys
        ]
        for code, is_down in [*((code, 1) for code in codes), *((code, 0) for code in reversed(codes))]:
            self._test.XTestFakeKeyEvent(self._display, c_uint(code), c_int(is_down), c_ulong(0))
        self._x.XSync(self._display, 0)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click somewhere."""
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, c_ulong(0))
        for is_down in (1, 0):
            self._test.XTestFakeButtonEvent(self._display, c_uint(button), c_int(is_down), c_ulong(0))
        self._x.XSync(self._display, 0)

    def _windows(self) -> dict[int, str]:
        root, parent, children, count = c_ulong(), c_ulong(), POINTER(c_ulong)(), c_uint()
        self._x.XQueryTree(
            self._display, self._root, byref(root), byref(parent), byref(children), byref(count)
        )
        names = {}
        for window in children[: count.value]:
            name = c_char_p()
            if self._x.XFetchName(self._display, c_ulong(window), byref(name)) and name.value:
                names[window] = name.value.decode('latin-1')
        return names

    def _atom(self, name: str) -> int:
        return int(self._x.XInternAtom(self._display, name.encode(), 0))


def _lacking() -> dict[str, str]:
    """Name what is not there, with the package that has it."""
    programs = {name: package for name, package in PROGRAMS.items() if shutil.which(name) is None}
    return programs | {name: package for name, package in LIBRARIES.items() if not _has(name)}


def _has(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
