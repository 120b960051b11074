"""The page of a window of Qt: it shows our server and nothing else, and may do what reading needs.

It takes the place of the page that webview makes, which goes wherever it is led, hears and sees whoever
sits there without asking, and holds a bridge to Python that we have no use for.
"""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import (
    QWebEngineNavigationRequest,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
)
from PySide6.QtWebEngineWidgets import QWebEngineView

from reviewflow.desktop.cookies import Cookies
from reviewflow.desktop.links import beginning_of, open_elsewhere

Attribute = QWebEngineSettings.WebAttribute
SETTINGS = {Attribute.JavascriptCanAccessClipboard: True, Attribute.NavigateOnDropEnabled: False}


def put_into(view: QWebEngineView, url: str, folder: Path) -> QWebEnginePage:
    """Show this address; ``folder`` holds what is kept, nothing else of it is on disk."""
    profile = QWebEngineProfile(view)  # one without a name keeps all in memory
    page = QWebEnginePage(profile, view)
    for attribute, is_on in SETTINGS.items():
        page.settings().setAttribute(attribute, is_on)
    page.permissionRequested.connect(QWebEnginePermission.deny)
    page.navigationRequested.connect(partial(_go, beginning_of(url)))
    page.newWindowRequested.connect(partial(_go_from_new_window, page, beginning_of(url)))
    former = view.page()
    view.setPage(page)
    former.deleteLater()
    Cookies(profile, folder / 'cookies').restore(url)
    page.setUrl(QUrl(url))
    return page


def _go(beginning: str, request: QWebEngineNavigationRequest) -> None:
    """Stay here: whatever is elsewhere is shown elsewhere."""
    url = request.url().toString()
    if url.startswith(beginning):
        return
    request.reject()
    if request.isMainFrame():
        open_elsewhere(url)


def _go_from_new_window(page: QWebEnginePage, beginning: str, request: QWebEngineNewWindowRequest) -> None:
    """Do without the new window, since no second page is ever made, not even one that nobody sees."""
    url = request.requestedUrl()
    if url.toString().startswith(beginning):
        page.setUrl(url)
    else:
        open_elsewhere(url.toString())
