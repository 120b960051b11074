"""Processes of our own beside the server."""

import asyncio
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]


async def start(worker: Sequence[str], *, stderr: int | IO[bytes], limit: int = 65_536) -> Process:
    """Start one that hears and speaks in lines, of up to ``limit`` bytes; it knows none of our settings.

    It is no child of :mod:`multiprocessing`, which would run ``main.py`` in it once more.

    Raises:
        OSError: it cannot be started.
    """
    return await asyncio.create_subprocess_exec(
        *worker,
        stdin=PIPE,
        stdout=PIPE,
        stderr=stderr,
        limit=limit,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith('REVIEWFLOW_')},
        start_new_session=True,  # Ctrl-C is meant for the server
    )
