"""What ``status`` finds out without a server: the database is looked at, never written."""

import asyncio
import logging
from collections import Counter
from pathlib import Path

from sqlalchemy import make_url

from reviewflow.as_json import Json, moment, stats_json
from reviewflow.connection import merged
from reviewflow.errors import StoreError
from reviewflow.keys import Keys
from reviewflow.models import TrackedRepository
from reviewflow.settings import Settings
from reviewflow.store.accounts import AccountStore
from reviewflow.store.connections import ConnectionStore
from reviewflow.store.database import Age, Database, age, check, read_only
from reviewflow.store.store import Store


def look(settings: Settings) -> Json:
    """Say what is stored, as far as this program understands it.

    Raises:
        StartError, StoreError: the database is damaged, or out of reach.
    """
    logging.basicConfig(level=logging.ERROR, format='%(message)s')
    file = Path(make_url(settings.database).database or '')
    if not file.exists():
        return {'database': 'missing'}
    try:
        return asyncio.run(_look(settings, read_only(file)))
    except StoreError:
        check(file)  # says better what is wrong with it
        raise


async def _look(settings: Settings, url: str) -> Json:
    database = Database(url)
    try:
        found = await age(database)
        stored = await _stored(settings, database) if found is Age.CURRENT else {}
    finally:
        await database.close()
    return {'database': found.value, **stored}


async def _stored(settings: Settings, database: Database) -> Json:
    kept = await ConnectionStore(database, Keys(settings.data_dir / 'keys')).load()
    store = Store(database)
    tracked = await _shown(merged(settings, kept), store)
    counts = Counter[str](card.status for card in await store.cards(tracked))
    users = await AccountStore(database).users()
    read_to = max((each.read_to for each in tracked if each.read_to), default=None)
    return {
        'repositories': sorted(each.repository.name for each in tracked),
        'read_to': moment(read_to),
        'pulls': stats_json(counts),
        'accounts': {
            'total': len(users),
            'administrators': sum(user.is_administrator for user in users),
            'disabled': sum(user.disabled_at is not None for user in users),
        },
    }


async def _shown(settings: Settings, store: Store) -> list[TrackedRepository]:
    """List what a server would show."""
    if settings.is_demo:
        return await store.repositories('demo')
    names = settings.github.repositories
    return [each for each in await store.repositories(None) if any(map(each.is_meant_by, names))]
