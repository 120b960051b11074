"""Starting, connecting and waiting, as the tests of a switch do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from reviewflow.accounts import Actor, Role
from reviewflow.settings import Settings
from reviewflow.store.database import prepare
from sync.bootstrap import Core, wire

ANA = Actor(user_id=1, name='ana', role=Role.ADMIN)
TOKEN = 'canary-5b0c'
PATIENCE_S = 20


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Core]:
    """Start as the server does."""
    await prepare(settings.database)
    core = wire(settings)
    await core.open()
    try:
        yield core
    finally:
        await core.close()


async def until(core: Core, condition: Callable[[], object]) -> None:
    """Wait until the board is so."""
    changed = asyncio.Event()
    core.flow.board.on_change(lambda _: changed.set())
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await changed.wait()
            changed.clear()


async def connect(core: Core, url: str, *repositories: str, token: str = TOKEN) -> None:
    draft = core.connector.draft(api_url=url, token=token, repositories=repositories)
    await core.connector.connect(ANA, draft)


def titles(core: Core) -> set[str]:
    return {card.pull.title for card in core.flow.board.cards.values()}


def repositories(core: Core) -> set[str]:
    return {card.pull.repository for card in core.flow.board.cards.values()}
