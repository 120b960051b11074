"""Pictures of people: the server fetches them from the code host, so that pages load nothing from outside."""

import asyncio
import hashlib
import logging
import time
from asyncio import Task
from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from nicegui import background_tasks

from reviewflow.album import Album
from reviewflow.errors import ForgeError
from reviewflow.forge import Forge
from reviewflow.models import Person
from reviewflow.people import People
from reviewflow.picture import Picture
from reviewflow.web.problem import problem

log = logging.getLogger(__name__)

AT_ONCE = 4
FRESH_FOR = timedelta(days=1)
MISSING_FOR = timedelta(minutes=10)
PAUSE = timedelta(minutes=1)
"""How long nobody is asked for once the host did not answer: else all connections of a browser would wait."""
REMEMBERED = 10_000

FOUND = {
    'Cache-Control': f'private, max-age={FRESH_FOR.total_seconds():.0f}',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",  # opened by itself
}


def create(people: People, avatars: 'Avatars') -> APIRouter:
    """Make the route ``/dashboard/avatars/{picture}``."""
    router = APIRouter(include_in_schema=False)

    @router.get('/dashboard/avatars/{picture}')
    async def avatar(picture: str, request: Request) -> Response:
        person = people.find(picture)
        if person is None:
            return problem(404, 'Nobody here has this picture.')
        found = await avatars.find(person)
        if found is None:  # an error would be one in the console of every page
            return Response(status_code=204, headers={'Cache-Control': f'private, max-age={PAUSE.seconds}'})
        headers = FOUND | {'ETag': found.etag}
        if request.headers.get('if-none-match') == found.etag:
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=found.media_type, headers=headers)

    return router


class Avatars:
    """Fetches each picture once for all who ask, and again after a day while the old one is served.

    ``forge`` gives the code host that is read now: it can be exchanged.
    """

    def __init__(
        self, forge: Callable[[], Forge], album: Album, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._forge = forge
        self._album = album
        self._monotonic = monotonic
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._fetches: dict[str, Task[Picture | None]] = {}
        self._missing_until: dict[str, float] = {}
        self._paused_until = monotonic()

    async def find(self, person: Person) -> Picture | None:
        """Give somebody's picture; None when there is none, or none for now."""
        name = hashlib.blake2s(
            f'{self._forge().key} {person.avatar_url}'.encode(), digest_size=20
        ).hexdigest()
        kept = await asyncio.to_thread(self._album.find, name)
        if kept is not None and kept.age_s < FRESH_FOR.total_seconds():
            return kept.picture
        fetch = self._fetch(name, person)
        if kept is not None:
            return kept.picture
        return None if fetch is None else await asyncio.shield(fetch)  # others may wait for it, too

    def _fetch(self, name: str, person: Person) -> Task[Picture | None] | None:
        """Begin to fetch a picture, unless somebody did, or it was in vain a moment ago."""
        if name not in self._fetches:
            if self._is_paused or self._monotonic() < self._missing_until.get(name, 0):
                return None
            task = background_tasks.create(self._read(name, person), name='avatar')
            task.add_done_callback(lambda _: self._fetches.pop(name))
            self._fetches[name] = task
        return self._fetches[name]

    async def _read(self, name: str, person: Person) -> Picture | None:
        async with self._slots:
            if self._is_paused:
                return None  # it turned out while this one waited
            try:
                found = await self._forge().avatar(person)
            except ForgeError as error:
                log.info('no pictures for a minute: %s', error)
                self._paused_until = self._monotonic() + PAUSE.total_seconds()
                found = None
        if found is None:
            self._missing_until.pop(name, None)
            self._missing_until[name] = self._monotonic() + MISSING_FOR.total_seconds()
            if len(self._missing_until) > REMEMBERED:
                del self._missing_until[next(iter(self._missing_until))]
        else:
            await asyncio.to_thread(self._album.keep, name, found)
        return found

    @property
    def _is_paused(self) -> bool:
        return self._monotonic() < self._paused_until
