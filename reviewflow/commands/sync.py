"""``sync``: read the code host now."""

import json
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from reviewflow.commands.ask import ask
from reviewflow.data_dir import DataDir
from reviewflow.forge import SyncReport
from reviewflow.settings import Settings
from reviewflow.words import counted

SyncOnce = Callable[[Settings], Awaitable[SyncReport]]
"""Syncs without a server."""


async def sync(settings: Settings, sync_once: SyncOnce, *, as_json: bool) -> int:
    """Sync now: in the running server, so that its pages change at once, else by ourselves."""
    data_dir = DataDir(settings.data_dir)
    if (address := data_dir.address()) is not None:
        report = await ask(address, 'POST', 'sync')
    else:
        report = await _sync_alone(settings, data_dir, sync_once)
    if as_json:
        print(json.dumps(report))
    elif report['repositories'] or not report['errors']:
        read, changed = counted(report['repositories'], 'repository'), counted(report['changed'], 'pull')
        pages = counted(report['pages'], 'page')
        print(f'{read} read, {changed} changed, {report["left"]} left for later, {pages} told')
    if report['errors']:
        print(f'reviewflow: {"; ".join(report["errors"])}', file=sys.stderr)
    return 1 if report['errors'] else 0


async def _sync_alone(settings: Settings, data_dir: DataDir, sync_once: SyncOnce) -> dict[str, Any]:
    logging.basicConfig(level=logging.ERROR, format='%(message)s')
    data_dir.claim()
    try:
        return asdict(await sync_once(settings)) | {'pages': 0}
    finally:
        data_dir.release()
