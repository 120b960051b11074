"""What a benchmark does and reads inside of the server's process."""

import asyncio
import gc
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nicegui import Client, app
from nicegui.app.app import prune_tab_storage

from benchmarks.backlog import LATEST, REPOSITORY, backlog
from benchmarks.control import Command, cpu_seconds
from reviewflow.accounts import Accounts
from reviewflow.board import Query
from reviewflow.connector import Connector
from reviewflow.delivery import HookParser
from reviewflow.flow import ReviewFlow
from reviewflow.models import PullRequest, SyncState, SyncStatus
from reviewflow.views import Views
from sync.bootstrap import Core

QUIET = 100


class Seeded:
    """The wired core with a backlog; nobody polls, so nothing changes but what the benchmark changes."""

    def __init__(self, core: Core, pulls: int) -> None:
        self.is_open = asyncio.Event()
        self._core = core
        self._pulls = pulls

    @property
    def accounts(self) -> Accounts:
        return self._core.accounts

    @property
    def flow(self) -> ReviewFlow:
        return self._core.flow

    @property
    def connector(self) -> Connector:
        return self._core.connector

    @property
    def hook_parser(self) -> HookParser:
        return self._core.hook_parser

    async def hear(self) -> None:
        await self._core.hear()

    async def open(self) -> None:
        await self._core.open_accounts()
        await self._core.hydrate()
        if not self.flow.board.cards:
            tracked = await self.flow.track(REPOSITORY.name, REPOSITORY)
            await self.flow.record(tracked.id, backlog(self._pulls), self.flow.next_read())
            await self.flow.reached(replace(tracked, read_to=LATEST))  # from now on there are toasts
        self.flow.report(SyncStatus(state=SyncState.LIVE, forge='Benchmark', interval_s=30))
        self.is_open.set()

    async def close(self) -> None:
        await self._core.close()


class Inside:
    """The commands."""

    def __init__(self, core: Seeded, views: Views) -> None:
        self._core = core
        self._views = views
        self._flow = core.flow
        self._put_at = 0
        self._collected_at = 0
        self._pauses: list[tuple[int, int]] = []
        core.flow.board.on_change(self._note)  # the first to be told: nothing is on its way yet
        gc.callbacks.append(self._note_collection)

    @property
    def commands(self) -> dict[str, Command]:
        """What may be asked."""
        commands = (self.ready, self.pulls, self.change, self.change_in_turn, self.find_nothing)
        return {command.__name__: command for command in (*commands, self.figures, self.tidied)}

    async def ready(self) -> None:
        """Answer once there is something to see."""
        await self._core.is_open.wait()

    async def pulls(self) -> dict[str, Any]:
        """List all pulls as the inbox has them, and the totals."""
        cards = [self._flow.board.cards[key] for key in self._flow.board.ranking(Query())]
        return {
            'pulls': [[card.pull.number, card.status] for card in cards],
            'totals': dict(self._flow.board.totals),
        }

    async def change(self, changes: list[dict[str, Any]]) -> dict[str, int]:
        """Take over a page of changed pulls, as a read of the code host does; say when, in nanoseconds."""
        pulls = [self._changed(**change) for change in changes]
        started = time.monotonic_ns()
        await self._flow.record(self._repository, pulls, self._flow.next_read())
        return {'started': started, 'put': self._put_at}

    async def change_in_turn(self, changes: list[dict[str, Any]], interval_s: float) -> list[dict[str, int]]:
        """Take over one change after another."""
        loop = asyncio.get_running_loop()
        due, times = loop.time(), []
        for change in changes:
            times.append(await self.change([change]))
            due += interval_s
            await asyncio.sleep(max(due - loop.time(), 0))
        return times

    async def find_nothing(self) -> None:
        """Take over a page of pulls that are what they were, as most reads of the code host do."""
        pulls = [card.pull for card in list(self._flow.board.cards.values())[:QUIET]]
        await self._flow.record(self._repository, pulls, self._flow.next_read())
        self._flow.report(self._flow.board.sync)

    async def figures(self) -> dict[str, Any]:
        """Say what it costs so far, and which pauses the collector made since this was last asked."""
        pauses, self._pauses = self._pauses, []
        return {
            'cpu_s': await cpu_seconds(),
            'rss_kb': _rss_kb(),
            'elements': max((len(client.elements) for client in Client.instances.values()), default=0),
            'collections_ms': [[generation, nanoseconds / 1e6] for generation, nanoseconds in pauses],
        }

    async def tidied(self) -> dict[str, Any]:
        """Say what is there of pages, after a look at all the garbage."""
        await prune_tab_storage()
        gc.collect()
        return await self.figures() | {
            'clients': len(Client.instances),
            'tasks': len(asyncio.all_tasks()),
            'tabs': len(app.storage._tabs),  # noqa: SLF001  # nothing else tells
            'views': len(list(self._views)),
        }

    def _changed(self, number: int, title: str, *, is_merged: bool) -> PullRequest:
        now = datetime.now(UTC)
        card = self._flow.board.find(self._repository, number)
        assert card is not None
        pull = replace(card.pull, title=title, updated_at=now)
        return replace(pull, is_open=False, closed_at=now, merged_at=now) if is_merged else pull

    @property
    def _repository(self) -> int:
        return next(iter(self._flow.board.cards.values())).repository_id

    def _note(self, _: object) -> None:
        self._put_at = time.monotonic_ns()

    def _note_collection(self, phase: str, info: Mapping[str, int]) -> None:
        if phase == 'start':
            self._collected_at = time.monotonic_ns()
        else:
            self._pauses.append((info['generation'], time.monotonic_ns() - self._collected_at))


def _rss_kb() -> int:
    with suppress(OSError):
        for line in Path('/proc/self/status').read_text().splitlines():
            if line.startswith('VmRSS:'):
                return int(line.split()[1])
    return 0
