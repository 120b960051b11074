"""Where links lead: those of ours stay in the window, others go to the browser of the system, or nowhere."""

import webbrowser
from threading import Thread

import webview

OURS = '/dashboard/'
FOR_A_BROWSER = ('http://', 'https://')
"""Nothing else is opened elsewhere: a link in a description must not start a program."""


def beginning_of(url: str) -> str:
    """Give what all addresses of the server begin with that has this one."""
    return url.partition(OURS)[0] + OURS


def open_elsewhere(url: str) -> None:
    """Show it in the browser of the system."""
    if url.startswith(FOR_A_BROWSER):
        Thread(target=webbrowser.open, args=[url]).start()  # some browsers are waited for


def keep(window: webview.Window, url: str) -> None:
    """Keep links to the server of this address in the window; webview asks ``webbrowser`` for all of them."""
    webbrowser.register('ReviewFlow', None, _Ours(window, beginning_of(url)), preferred=True)


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
