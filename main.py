"""Start ReviewFlow: the server, or a command for it.

What costs a second to import is imported where it is needed.
"""

import signal
import sys
from collections.abc import Sequence

from reviewflow import commands
from reviewflow.models import PullRequest
from reviewflow.our_hook import HooksReport
from reviewflow.settings import Settings
from reviewflow.syncs import SyncReport


def serve(settings: Settings, *, in_window: bool) -> int:
    """Run the server until it is told to stop, or its window is closed; give the exit status."""
    from reviewflow.desktop import desktop  # noqa: PLC0415

    window = desktop.Desktop(settings.data_dir / 'window') if in_window else None
    if window is not None:
        desktop.check()

    from nicegui import ui  # noqa: PLC0415

    import pages  # noqa: PLC0415
    from reviewflow.web.server import Server  # noqa: PLC0415
    from sync.bootstrap import wire  # noqa: PLC0415

    with Server(settings, wire(settings), desktop=window) as server:
        pages.create(server)
        ui.run(**server.options)
    return server.exit_status


async def sync_once(settings: Settings, on_progress: commands.OnProgress) -> SyncReport:
    """Sync without a server."""
    from sync import bootstrap  # noqa: PLC0415

    return await bootstrap.sync_once(settings, on_progress)


async def create_test_pull(settings: Settings, repository: str) -> PullRequest:
    """Create a small real pull without a server."""
    from sync import bootstrap  # noqa: PLC0415

    return await bootstrap.create_test_pull(settings, repository)


async def set_up_webhooks(settings: Settings, names: Sequence[str], url: str) -> HooksReport:
    """Create or repair the webhooks of repositories without a server."""
    from sync import bootstrap  # noqa: PLC0415

    return await bootstrap.set_up_webhooks(settings, names, url)


if __name__ == '__main__':
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    outside = commands.Outside(
        serve=serve,
        sync_once=sync_once,
        create_test_pull=create_test_pull,
        set_up_webhooks=set_up_webhooks,
    )
    sys.exit(commands.run(sys.argv[1:], outside))
