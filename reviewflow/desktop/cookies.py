"""What the window keeps from one time to the next: what its pages note for themselves, such as the theme.

Whatever lets somebody in is out of reach of a page's scripts, and stays in memory.
"""

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtNetwork import QNetworkCookie
from PySide6.QtWebEngineCore import QWebEngineProfile


class Cookies(QObject):
    """Follows the cookies of a profile that forgets everything, and writes down a few of them."""

    def __init__(self, profile: QWebEngineProfile, path: Path) -> None:
        super().__init__(profile)  # which keeps it for as long as it is needed
        self._store = profile.cookieStore()
        self._path = path
        self._kept: dict[bytes, QNetworkCookie] = {}
        self._store.cookieAdded.connect(self._add)

    def restore(self, url: str) -> None:
        """Bring back what was kept; ``url`` is the server's."""
        with suppress(OSError):
            for cookie in QNetworkCookie.parseCookies(self._path.read_bytes()):
                self._store.setCookie(cookie, QUrl(url))

    def _add(self, cookie: QNetworkCookie) -> None:
        if cookie.isSessionCookie() or cookie.isHttpOnly():
            return
        self._kept[bytes(cookie.name().data())] = QNetworkCookie(cookie)
        with suppress(OSError):  # a window that forgets the theme is still a window
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_bytes(b'\n'.join(each.toRawForm().data() for each in self._kept.values()))
