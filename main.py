"""Start ReviewFlow: the server, or a command for it."""

import sys

from reviewflow import commands
from reviewflow.settings import Settings
from sync.bootstrap import wire


def serve(settings: Settings) -> int:
    """Run the server until it is told to stop; give the exit status."""
    from nicegui import ui  # noqa: PLC0415  # it costs a second, and no command needs it

    import pages  # noqa: PLC0415
    from reviewflow.web.server import Server  # noqa: PLC0415

    with Server(settings, wire(settings)) as server:
        pages.create(server)
        ui.run(**server.options)
    return server.exit_status


if __name__ in {'__main__', '__mp_main__'}:
    sys.exit(commands.run(sys.argv[1:], wire=wire, serve=serve))
