"""The command line, with what it starts replaced."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from reviewflow import commands
from reviewflow.data_dir import DataDir
from reviewflow.models import PullRequest
from reviewflow.our_hook import HooksReport
from reviewflow.settings import Settings
from reviewflow.syncs import SyncReport
from tests.builders import pull

REPORT = SyncReport(repositories=2, changed=3, left=4)

Said = Callable[[], tuple[list[str], list[str]]]
"""Gives the lines printed since the last time, ordinary ones and complaints."""


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


class Program:
    """What the command line starts."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.settings: Settings | None = None
        self.in_window = False
        self.error: BaseException | None = None
        self.report = REPORT
        self.hooks = HooksReport(url='https://reviews.example.com/webhooks/github', hooks=(), errors=())
        self.asked: tuple[Sequence[str], str] | None = None
        self.was_claimed = False

    def run(self, *argv: str) -> int:
        outside = commands.Outside(
            serve=self.serve,
            sync_once=self.sync_once,
            create_test_pull=self.create_test_pull,
            set_up_webhooks=self.set_up_webhooks,
        )
        return commands.run(argv, outside)

    def serve(self, settings: Settings, *, in_window: bool) -> int:
        self.settings, self.in_window = settings, in_window
        if self.error is not None:
            raise self.error
        return 7

    async def sync_once(self, settings: Settings, _: commands.OnProgress) -> SyncReport:
        self.settings = settings
        self.was_claimed = DataDir(self.data_dir).is_claimed()
        if self.error is not None:
            raise self.error
        return self.report

    async def create_test_pull(self, settings: Settings, repository: str) -> PullRequest:
        self.settings = settings
        self.was_claimed = DataDir(self.data_dir).is_claimed()
        if self.error is not None:
            raise self.error
        return pull(repository=repository, number=12, title='A test')

    async def set_up_webhooks(self, settings: Settings, names: Sequence[str], url: str) -> HooksReport:
        self.settings = settings
        self.was_claimed = DataDir(self.data_dir).is_claimed()
        self.asked = names, url
        if self.error is not None:
            raise self.error
        return self.hooks
