"""``broadcast``: say something on every open page."""

import json

from reviewflow.commands.ask import ask, server
from reviewflow.commands.command import JSON, Argument, Call, Command
from reviewflow.words import counted


def broadcast(call: Call) -> int:
    """Have the running server say it."""
    said = ask(server(call.settings), 'POST', 'broadcast', {'message': call.arguments['text']})
    print(json.dumps(said) if call.arguments['json'] else f'{counted(said["pages"], "page")} told')
    return 0


BROADCAST = Command(
    name='broadcast',
    help='say something on every open page of the running server',
    run=broadcast,
    arguments=(
        Argument(name='text', help='one line, at most 500 characters', options={'metavar': 'TEXT'}),
        JSON,
    ),
)
