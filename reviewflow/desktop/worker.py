"""The process that shows the window: what to show comes on its input, how that ended goes to its output.

It ends when its input does, so it does not outlive the server, however that ended.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any, Literal, TextIO, cast

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
    window = cast('webview.Window', webview.create_window(TITLE, order['url'], **LOOK))
    window.events.closed += partial(print, 'closed', file=voice, flush=True)
    links.keep(window, order['url'])
    webview.start(
        partial(_close_when_unwanted, window),
        gui=_gui(window),
        private_mode=False,  # what was chosen, such as the theme, is there again next time
        storage_path=order['folder'],
        icon=str(ICON),
    )


def _take_voice() -> TextIO:
    """Keep the output to ourselves: whatever else prints in here complains instead."""
    voice = os.fdopen(os.dup(sys.stdout.fileno()), 'w')
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return voice


def _gui(window: webview.Window) -> Literal['qt'] | None:
    """Choose what draws it: on Linux Qt, which we bring along; elsewhere what the system has."""
    if sys.platform != 'linux':
        return None
    from reviewflow.desktop.qt import complete  # noqa: PLC0415  # there is none elsewhere

    window.events.before_show += partial(complete, window)
    return 'qt'


def _close_when_unwanted(window: webview.Window) -> None:
    sys.stdin.buffer.read()
    window.destroy()


if __name__ == '__main__':
    main()
