"""What a window of Qt lacks of a browser: keys, a menu to copy and paste, a title that says where one is.

It imports PySide6 first, so that webview takes it too, whatever else is installed.
"""

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

import webview
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from reviewflow.desktop import page

Action = QWebEnginePage.WebAction

ACTIONS = {
    ('Alt+Left', 'Back'): Action.Back,  # Qt's own list of keys has backspace too, which people type
    ('Alt+Right', 'Forward'): Action.Forward,
    ('F5', 'Ctrl+R', 'Refresh'): Action.Reload,
}
"""Keys → what they do."""
ZOOM = {('Ctrl++', 'Ctrl+=', 'Zoom In'): 1.1, ('Ctrl+-', 'Zoom Out'): 1 / 1.1}
"""Keys → by how much they enlarge."""
MENU = (*ACTIONS.values(), Action.Cut, Action.Copy, Action.Paste, Action.SelectAll)


SHARED_MEMORY = Path('/dev/shm')  # noqa: S108  # nothing of ours is put there
ENOUGH_BYTES = 256 * 2**20
"""Chromium crashes where it finds less shared memory than it wants; containers have 64 MB."""


def start_engine(name: str) -> QApplication:
    """Start it before webview does, with a flag by which every page gets the microphone unasked."""
    if SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free < ENOUGH_BYTES:
        flags = os.environ.get('QTWEBENGINE_CHROMIUM_FLAGS', '')
        os.environ['QTWEBENGINE_CHROMIUM_FLAGS'] = f'{flags} --disable-dev-shm-usage'.lstrip()
    application = QApplication([name])
    QWebEngineProfile.defaultProfile()
    return application


def complete(window: webview.Window, url: str, folder: Path) -> None:
    """Add it all, before the window is shown."""
    frame = cast('QMainWindow', window.native)
    view = cast('QWebEngineView', frame.centralWidget())
    ours = page.put_into(view, url, folder)
    ours.titleChanged.connect(frame.setWindowTitle)
    for keys, action in ACTIONS.items():
        _on_keys(frame, keys, partial(ours.triggerAction, action))
    for keys, factor in ZOOM.items():
        _on_keys(frame, keys, partial(_zoom, view, factor))
    _on_keys(frame, ('Ctrl+0',), partial(view.setZoomFactor, 1))
    _on_keys(frame, ('Ctrl+W', 'Ctrl+Q'), frame.close)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    view.customContextMenuRequested.connect(partial(_show_menu, view))


def _on_keys(frame: QMainWindow, keys: tuple[str, ...], do: Callable[[], object]) -> None:
    for key in keys:
        QShortcut(QKeySequence(key), frame).activated.connect(do)


def _zoom(view: QWebEngineView, factor: float) -> None:
    view.setZoomFactor(view.zoomFactor() * factor)


def _show_menu(view: QWebEngineView, place: QPoint) -> None:
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addActions([view.page().action(action) for action in MENU])
    menu.popup(view.mapToGlobal(place))
