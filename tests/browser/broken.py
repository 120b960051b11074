"""The server with one page more, which cannot be built: a process of its own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from nicegui import ui  # noqa: TID251  # in the place of main.py

import pages
from reviewflow.settings import load
from reviewflow.web.server import Server
from sync.bootstrap import wire

FILE = Path(__file__)
PATH = '/dashboard/broken'

if __name__ in {'__main__', '__mp_main__'}:
    settings = load()
    with Server(settings, wire(settings)) as server:
        pages.create(server)

        @ui.page(PATH)
        def broken() -> None:
            raise LookupError('this page is broken on purpose')

        ui.run(**server.options)
