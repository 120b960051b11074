"""``sync``: read the code host now."""

import asyncio
import json
import sys
from collections import deque
from dataclasses import asdict
from typing import Any

from reviewflow import models
from reviewflow.commands.alone import alone
from reviewflow.commands.ask import LONG_S, ask
from reviewflow.commands.command import JSON, Call, Command
from reviewflow.commands.progress import Progress
from reviewflow.data_dir import Address, DataDir
from reviewflow.errors import CommandError
from reviewflow.words import counted

LOOK_S = 2
"""How long a running server may take to say how far it got."""


def sync(call: Call) -> int:
    """Sync now: in the running server, so that its pages change at once, else by ourselves."""
    if (address := DataDir(call.settings.data_dir).address()) is not None:
        report = _sync_there(address)
    else:
        report = _sync_alone(call)
    if call.arguments['json']:
        print(json.dumps(report))
    elif report['repositories'] or not report['errors']:
        read, changed = counted(report['repositories'], 'repository'), counted(report['changed'], 'pull')
        pages = counted(report['pages'], 'page')
        print(f'{read} read, {changed} changed, {report["left"]} left for later, {pages} told')
    if report['errors']:
        print(f'reviewflow: {"; ".join(report["errors"])}', file=sys.stderr)
    return 1 if report['errors'] else 0


def _sync_there(address: Address) -> dict[str, Any]:
    try:
        with Progress('The running server reads the code host', look=lambda: _progress_there(address)):
            return ask(address, 'POST', 'sync', patience_s=LONG_S)
    except KeyboardInterrupt:
        print('reviewflow: the running server goes on', file=sys.stderr)
        raise


def _progress_there(address: Address) -> models.Progress | None:
    """Ask the running server how far its first read got, if there is one."""
    try:
        progress = ask(address, 'GET', 'sync', patience_s=LOOK_S).get('progress')
        return models.Progress(**progress) if progress else None
    except (CommandError, TypeError):  # whoever asked for the sync hears of it
        return None


def _sync_alone(call: Call) -> dict[str, Any]:
    seen = deque[models.Progress | None]([None], maxlen=1)
    try:
        with alone(call.settings), Progress('Reading the code host', look=lambda: seen[-1]):
            report = asyncio.run(call.outside.sync_once(call.settings, seen.append))
    except KeyboardInterrupt:
        print('reviewflow: stopped; the next sync goes on from there', file=sys.stderr)
        raise
    return asdict(report) | {'pages': 0}


SYNC = Command(name='sync', help='read the code host now', run=sync, arguments=(JSON,))
