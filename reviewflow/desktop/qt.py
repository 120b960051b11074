"""What a window of Qt lacks of a browser: keys, a menu to copy and paste, a title that says where one is.

It imports PySide6 first, so that webview takes it too, whatever else is installed.
"""

from collections.abc import Callable
from functools import partial
from typing import cast

import webview
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineSettings
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMainWindow, QMenu

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


def complete(window: webview.Window) -> None:
    """Add it all, before the window is shown."""
    frame = cast('QMainWindow', window.native)
    view = cast('QWebEngineView', frame.centralWidget())
    page = view.page()
    page.profile().setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
    can_copy = QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard
    page.settings().setAttribute(can_copy, True)  # noqa: FBT003  # it takes no name
    page.titleChanged.connect(frame.setWindowTitle)
    for keys, action in ACTIONS.items():
        _on_keys(frame, keys, partial(page.triggerAction, action))
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
