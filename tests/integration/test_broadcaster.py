"""One frame to everybody at once; who cannot take it is told later that there is something to fetch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from nicegui import core

from reviewflow.board import Board
from reviewflow.models import SyncStatus
from reviewflow.views import LiveView, Views, ViewSpec
from reviewflow.web import broadcaster as subject
from reviewflow.web.broadcaster import Broadcaster
from tests.builders import card, pull
from tests.waiting import until


class Browser:
    """A browser at the other end of a socket."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.sizes: list[int] = []
        self.is_stalled = False
        """Its buffer is full: a send would have to wait."""
        self.is_gone = False

    async def send(self, event: dict[str, Any]) -> None:
        if self.is_gone:
            raise RuntimeError('closed')
        if self.is_stalled:
            await asyncio.Event().wait()
        self.sizes.append(len(event['text'].encode()))
        self.frames.append(orjson.loads(event['text'].removeprefix('42'))[1])


class Rooms:
    """Who watches what, in the place of Socket.IO's own."""

    def __init__(self) -> None:
        self.browsers: dict[str, Browser] = {}
        self._rooms: dict[str, set[str]] = {}

    def enter(self, view: LiveView) -> Browser:
        sid = f'sid {len(self.browsers)}'
        self._rooms.setdefault(view.spec.id, set()).add(sid)
        self.browsers[sid] = Browser()
        return self.browsers[sid]

    def get_participants(self, _: str, room: str) -> list[tuple[str, str]]:
        return [(sid, sid) for sid in self._rooms.get(room, ())]

    def get_environ(self, sid: str) -> dict[str, Any] | None:
        return {'asgi.send': self.browsers[sid].send} if sid in self.browsers else None


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Rooms:
    rooms = Rooms()
    monkeypatch.setattr(core.sio, 'manager', rooms)
    monkeypatch.setattr(core.sio, 'get_environ', rooms.get_environ)
    monkeypatch.setattr(subject, 'PAUSE_S', 0.001)
    monkeypatch.setattr(subject, 'RETRY_S', 0.01)
    return rooms


@asynccontextmanager
async def running(views: Views) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(Broadcaster(views).run())
        yield
        task.cancel()


async def until_there_are(frames: int, browser: Browser) -> None:
    await until(lambda: len(browser.frames) >= frames)


async def test_who_cannot_take_a_frame_holds_up_nobody_and_catches_up(rooms: Rooms) -> None:
    board = Board()
    views = Views(board)
    view = views.watch(ViewSpec())
    quick, stalled, gone = rooms.enter(view), rooms.enter(view), rooms.enter(view)
    stalled.is_stalled = gone.is_gone = True

    async with running(views):
        board.put([card(pull(), key=1)])
        await until_there_are(1, quick)
        assert stalled.frames == gone.frames == []
        assert quick.frames[0]['order'] == [1]

        stalled.is_stalled = False
        await until_there_are(1, stalled)

    assert stalled.frames[0]['hello'] is True
    assert stalled.frames[0]['version'] == quick.frames[0]['version'] == view.version
    assert len(quick.frames) == 1


async def test_a_view_that_nobody_watches_any_more_is_not_told_again_and_again(rooms: Rooms) -> None:
    board = Board()
    views = Views(board)
    view, other = views.watch(ViewSpec()), views.watch(ViewSpec(page=2))
    stalled, witness = rooms.enter(view), rooms.enter(other)
    stalled.is_stalled = True
    broadcaster = Broadcaster(views)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(broadcaster.run())
        board.report(SyncStatus(error='anything'))
        await until_there_are(1, witness)
        views.leave(view)
        board.report(SyncStatus())
        await until_there_are(2, witness)
        await asyncio.sleep(0.01)
        task.cancel()

    assert not broadcaster.is_somebody_behind


async def test_a_socket_that_left_while_we_were_sending_is_passed_over(rooms: Rooms) -> None:
    board = Board()
    views = Views(board)
    view = views.watch(ViewSpec())
    stays = rooms.enter(view)
    rooms.enter(view)
    del rooms.browsers['sid 1']

    async with running(views):
        board.put([card(pull(), key=1)])
        await until_there_are(1, stays)


async def test_more_sockets_than_are_served_in_one_go(rooms: Rooms) -> None:
    board = Board()
    views = Views(board)
    browsers = [rooms.enter(views.watch(ViewSpec())) for _ in range(250)]

    async with running(views):
        board.put([card(pull(), key=1)])
        for browser in browsers:
            await until_there_are(1, browser)


async def test_what_is_sent_is_counted_and_timed_once_a_round(rooms: Rooms) -> None:
    board = Board()
    views = Views(board)
    view, other = views.watch(ViewSpec()), views.watch(ViewSpec(page=2))
    browser, umlaut, stalled = rooms.enter(view), rooms.enter(other), rooms.enter(other)
    stalled.is_stalled = True
    broadcaster = Broadcaster(views)
    took: list[float] = []
    broadcaster.pushed = took.append

    async with asyncio.TaskGroup() as group:
        task = group.create_task(broadcaster.run())
        board.report(SyncStatus(error='\N{GREEK SMALL LETTER ALPHA}'))
        await until_there_are(1, browser)
        await until_there_are(1, umlaut)
        while broadcaster.late < 3:  # noqa: ASYNC110  # it is told again and again
            await asyncio.sleep(0.001)
        task.cancel()

    assert broadcaster.frames == 2
    assert broadcaster.bytes == sum(browser.sizes + umlaut.sizes)
    assert len(took) == 1
    assert 0 < took[0] < 5


async def test_a_view_that_is_broken_does_not_silence_the_others(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    board = Board()
    views = Views(board)
    broken, whole = views.watch(ViewSpec()), views.watch(ViewSpec(page=2))
    browser = rooms.enter(whole)

    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(broken, 'patch', fail)

    async with running(views):
        board.report(SyncStatus(error='anything'))
        await until_there_are(1, browser)

    assert 'could not send a view' in caplog.text
    caplog.clear()
