"""The command line: the server by default, else a word for it or for the store."""

import os
import sys
from collections.abc import Callable, Sequence

from reviewflow.commands.command import Call, OnProgress, Outside
from reviewflow.commands.line import parse
from reviewflow.commands.table import COMMANDS
from reviewflow.errors import ReviewFlowError, StartError
from reviewflow.settings import load, unknown_variables
from reviewflow.text import shown

__all__ = ['OnProgress', 'Outside', 'run']

INTERRUPTED = 130
"""The exit status by which shells know Ctrl-C."""


def run(argv: Sequence[str], outside: Outside) -> int:
    """Do what the command line says; give the exit status."""
    os.umask(0o077)  # whatever we write is nobody else's business
    line = parse(argv, COMMANDS)
    try:
        settings = load(flags=line.flags)
        for name in unknown_variables(os.environ):
            print(f'warning: {name} is not a setting', file=sys.stderr)
        if line.command is None or line.command.run is None:
            return outside.serve(settings, in_window=line.in_window)
        return _answer(line.command.run, Call(settings=settings, outside=outside, arguments=line.arguments))
    except KeyboardInterrupt:
        return INTERRUPTED if line.command else 0  # a server is meant to be ended like this
    except ReviewFlowError as error:
        print(f'reviewflow: {shown(str(error))}', file=sys.stderr)
        return error.exit_status if isinstance(error, StartError) else 1


def _answer(command: Callable[[Call], int], call: Call) -> int:
    try:
        status = command(call)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has enough; there is nobody to be told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python writes the rest at its end
        return 1
    return status
