"""The command line: the server by default, else a word for it or for the store."""

import asyncio
import os
import sys
from collections.abc import Sequence
from typing import Protocol

from reviewflow.commands.line import parse
from reviewflow.commands.sync import SyncOnce, sync
from reviewflow.errors import ReviewFlowError, StartError
from reviewflow.settings import Settings, load, unknown_variables

INTERRUPTED = 130
"""The exit status by which shells know Ctrl-C."""


class Serve(Protocol):
    """Runs the server; gives the exit status."""

    def __call__(self, settings: Settings, *, in_window: bool) -> int:
        """Run it, with its pages in a window of their own or for browsers."""


def run(argv: Sequence[str], *, serve: Serve, sync_once: SyncOnce) -> int:
    """Do what the command line says; give the exit status."""
    os.umask(0o077)  # whatever we write is nobody else's business
    arguments = vars(parse(argv))
    command = arguments.pop('command')
    try:
        settings = load(flags={flag: value for flag, value in arguments.items() if flag.startswith('--')})
        for name in unknown_variables(os.environ):
            print(f'warning: {name} is not a setting', file=sys.stderr)
        if command == 'sync':
            return asyncio.run(sync(settings, sync_once, as_json=arguments['json']))
        return serve(settings, in_window=arguments['native'])
    except KeyboardInterrupt:
        return INTERRUPTED if command else 0  # a server is meant to be ended like this
    except ReviewFlowError as error:
        print(f'reviewflow: {error}', file=sys.stderr)
        return error.exit_status if isinstance(error, StartError) else 1
