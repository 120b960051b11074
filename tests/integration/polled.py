"""A board after its first poll, to see what becomes of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rig import Rig

NAME = 'acme/api'


@asynccontextmanager
async def polled(github: FakeGitHub, clock: Clock, database: Database) -> AsyncIterator[Rig]:
    """Open three pulls and read them by GraphQL; what was asked and told by then is forgotten."""
    for number in range(3):
        github.open_pull(NAME, f'Pull {number}')
    clock.forward(minutes=1)
    async with Rig.running(github, clock, database, by_graph=True) as rig:
        await rig.tick()
        await rig.settle()
        rig.told.clear()
        rig.asked()
        yield rig
