"""Where links lead that want a window of their own: to the browser of the system, unless they are ours."""

import webbrowser
from threading import Thread

import webview

OURS = '/dashboard/'


class _Ours(webbrowser.BaseBrowser):
    """Takes addresses of our server, where only the window is signed in; leaves others to the next one."""

    def __init__(self, window: webview.Window, beginning: str) -> None:
        super().__init__('ReviewFlow')
        self._window = window
        self._beginning = beginning

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: ARG002  # as it is asked
        """Show it in the window; whether it did."""
        if not url.startswith(self._beginning):
            return False
        Thread(target=self._window.load_url, args=[url]).start()  # it waits for a page that is still loading
        return True


def keep(window: webview.Window, url: str) -> None:
    """Keep links to the server of this address in the window; webview asks ``webbrowser`` for all of them."""
    beginning = url.partition(OURS)[0] + OURS
    webbrowser.register('ReviewFlow', None, _Ours(window, beginning), preferred=True)
