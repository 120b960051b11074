"""Deliveries at once, as GitHub makes them, while a test does something else."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.github.hooks import Hooks


@contextmanager
def delivering(github: Hooks) -> Iterator[None]:
    """Let whatever happens be delivered at once, by a thread, so that it suits async and sync tests alike."""
    loop = asyncio.new_event_loop()
    running = loop.create_task(github.sender.run())

    def run() -> None:
        try:
            loop.run_until_complete(running)
        except asyncio.CancelledError:
            loop.close()

    thread = threading.Thread(target=run, name='deliveries')
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(running.cancel)
        thread.join()
