"""The process that shows the window: what to show comes on its input, how that ended goes to its output.

It ends when its input does, so it does not outlive the server, however that ended.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any, TextIO, cast

import webview

from reviewflow.desktop import links

TITLE = 'ReviewFlow'
LOOK: dict[str, Any] = {
    'width': 1280,
    'height': 860,
    'min_size': (360, 480),
    'text_select': True,
    'zoomable': True,
}
ICON = Path(__file__).parents[1] / 'web/static/favicon.svg'


def main() -> None:
    """Show it until somebody closes it, or until nobody wants it any more."""
    voice = _take_voice()
    order = json.loads(sys.stdin.buffer.readline())
    sys.argv[:] = [TITLE]  # by which a desktop knows whose windows are whose
    show = _show_by_qt if sys.platform == 'linux' else _show
    show(order['url'], Path(order['folder']), voice)


def _take_voice() -> TextIO:
    """Keep the output to ourselves: whatever else prints in here complains instead."""
    voice = os.fdopen(os.dup(sys.stdout.fileno()), 'w')
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return voice


def _show_by_qt(url: str, folder: Path, voice: TextIO) -> None:
    """Show it by what we bring along; the page in it is ours, and webview's stays empty."""
    from reviewflow.desktop import qt  # noqa: PLC0415  # there is none elsewhere

    application = qt.start_engine(TITLE)
    window = _window(None, voice)
    window.events.before_show += partial(qt.complete, window, url, folder)
    webview.start(partial(_close_when_unwanted, window), gui='qt', icon=str(ICON))
    del application  # until now it had to be held


def _show(url: str, folder: Path, voice: TextIO) -> None:
    """Show it by what the system has."""
    window = _window(url, voice)
    links.keep(window, url)
    webview.start(
        partial(_close_when_unwanted, window),
        private_mode=False,  # what was chosen, such as the theme, is there again next time
        storage_path=str(folder),
        icon=str(ICON),
    )


def _window(url: str | None, voice: TextIO) -> webview.Window:
    """Make it, and say what becomes of it."""
    window = cast('webview.Window', webview.create_window(TITLE, url, **LOOK))
    window.events.shown += partial(print, 'shown', file=voice, flush=True)
    window.events.closed += partial(print, 'closed', file=voice, flush=True)
    return window


def _close_when_unwanted(window: webview.Window) -> None:
    sys.stdin.buffer.read()
    window.destroy()


if __name__ == '__main__':
    main()
