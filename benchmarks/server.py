"""The real server with a backlog of pulls, changed by whoever started it: a process of its own."""

import argparse
import os
import sys
from pathlib import Path

from nicegui import app, ui  # noqa: TID251  # this is the benchmark's main.py

import pages
from benchmarks.backlog import REPOSITORY
from benchmarks.control import allow_many_sockets, answer
from benchmarks.inside import Inside, Seeded
from reviewflow.settings import Settings, load
from reviewflow.web.server import Server
from sync.bootstrap import wire

USER, PASSWORD = 'bench', 'not a secret: it lives as long as a run'


def settings_for(port: str, data_dir: str) -> Settings:
    """Set what a benchmark needs: one user, caps out of the way, nothing from the surroundings."""
    return load(
        {
            '--port': port,
            '--data-dir': data_dir,
            '--github.repositories': REPOSITORY.name,
            '--admin.username': USER,
            '--limits.sockets-per-user': '100000',
            '--limits.pages-per-minute': '1000000',
            '--limits.events-per-10-s': '100000',
        },
        environ={'REVIEWFLOW_ADMIN__PASSWORD': PASSWORD},
        env_file=Path(os.devnull),
    )


def main() -> int:
    """Serve until told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument('port')
    parser.add_argument('data_dir')
    parser.add_argument('pulls', type=int)
    parser.add_argument('reconnect_s', type=float)
    arguments = parser.parse_args()
    allow_many_sockets()
    settings = settings_for(arguments.port, arguments.data_dir)
    core = Seeded(wire(settings), arguments.pulls)
    with Server(settings, core) as server:
        pages.create(server)
        app.storage.max_tab_storage_age = arguments.reconnect_s
        inside = Inside(core, server.views)

        async def listen() -> None:
            await answer(inside.commands)
            app.shutdown()

        app.on_startup(listen)
        ui.run(**server.options | {'reconnect_timeout': arguments.reconnect_s})
    return server.exit_status


if __name__ in {'__main__', '__mp_main__'}:
    sys.exit(main())
