"""``sync``: read the code host now."""

import asyncio
import json
import sys
from dataclasses import asdict
from typing import Any

from reviewflow.commands.alone import alone
from reviewflow.commands.ask import LONG_S, ask
from reviewflow.commands.command import JSON, Call, Command
from reviewflow.commands.progress import Progress
from reviewflow.data_dir import DataDir
from reviewflow.words import counted


def sync(call: Call) -> int:
    """Sync now: in the running server, so that its pages change at once, else by ourselves."""
    if (address := DataDir(call.settings.data_dir).address()) is not None:
        with Progress('The running server reads the code host'):
            report = ask(address, 'POST', 'sync', patience_s=LONG_S)
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


def _sync_alone(call: Call) -> dict[str, Any]:
    with alone(call.settings), Progress('Reading the code host'):
        return asdict(asyncio.run(call.outside.sync_once(call.settings))) | {'pages': 0}


SYNC = Command(name='sync', help='read the code host now', run=sync, arguments=(JSON,))
