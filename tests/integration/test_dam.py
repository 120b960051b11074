"""Floods of frames that no layer of ASGI sees are cut while they are read, and nobody else has to wait."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import uvloop
from wsproto.frame_protocol import FrameDecoder

from reviewflow.web.framework import dam
from reviewflow.web.framework.dam import FRAMES_MIN, LATE_MAX
from tests.integration.bare_peer import CONTINUATION, OPEN_TEXT, PING, PONG, TEXT, BarePeer, frame
from tests.integration.feed_server import Place, feed_server
from tests.integration.live_server import Page, clients, enter, serve
from tests.integration.people import KEY
from tests.waiting import until

FLOOD = 40_000
PAGE_SOCKET = '/_nicegui_ws/socket.io/?EIO=4&transport=websocket'
OPERATOR = {'Authorization': f'Bearer {KEY}'}
FLOODS = {
    'pings': frame(PING) * FLOOD,
    'pongs': frame(PONG) * FLOOD,
    'pieces': frame(OPEN_TEXT) + frame(CONTINUATION) * FLOOD,
}
floods = pytest.mark.parametrize('flood', FLOODS.values(), ids=FLOODS.keys())


class Taken:
    """How many frames wsproto took out of what it was given."""

    def __init__(self) -> None:
        self.frames = 0


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    """Count at the place where frames are made."""
    count, process = Taken(), FrameDecoder.process_buffer

    def counted(decoder: FrameDecoder) -> Any:
        made = process(decoder)
        count.frames += made is not None
        return made

    monkeypatch.setattr(FrameDecoder, 'process_buffer', counted)
    return count


def served(folder: Path, test: Callable[[Place], Awaitable[None]]) -> None:
    """Run a test on the loop that the server has."""

    async def run() -> None:
        async with feed_server(folder) as place:
            await test(place)

    uvloop.run(run())


@floods
def test_a_flood_over_the_feed_is_cut_before_all_of_it_was_taken(
    tmp_path: Path, taken: Taken, flood: bytes
) -> None:
    async def test(place: Place) -> None:
        well, peer = await place.reader(), await BarePeer.open(place.address, OPERATOR)
        await peer.send(flood)
        await peer.rest()
        await until(lambda: place.feed.readers == 1)
        assert FRAMES_MIN < taken.frames <= FRAMES_MIN + 10
        await well.silence()

    served(tmp_path, test)


@floods
def test_a_flood_over_the_socket_of_a_page_needs_no_session_to_be_cut(
    tmp_path: Path, taken: Taken, flood: bytes
) -> None:
    async def test(place: Place) -> None:
        well = await place.reader()
        peer = await BarePeer.open(f'http://127.0.0.1:{place.port}{PAGE_SOCKET}', {})
        await peer.send(flood)
        await peer.rest()
        await until(lambda: place.connections == 1)
        assert LATE_MAX < taken.frames <= LATE_MAX + 10  # it was refused, and so closed, before
        await well.silence()

    served(tmp_path, test)


def test_a_flood_over_the_socket_of_a_page_is_cut(tmp_path: Path) -> None:
    async def test(address: str) -> None:
        page = Page(address, enter(address))
        peer = await BarePeer.open(page.url(), {'Cookie': page.cookie})
        await peer.send(FLOODS['pings'])
        pongs = (await peer.rest()).count(bytes([PONG, 0]))
        assert pongs <= FRAMES_MIN

    with serve(tmp_path) as address:
        uvloop.run(test(address))
        assert clients(address)  # it answers


def test_a_session_that_floods_gains_nothing_by_connecting_again(tmp_path: Path, taken: Taken) -> None:
    async def test(place: Place) -> None:
        cookie = await place.sign_in()
        for _ in range(5):
            peer = await BarePeer.open(place.address, {'Cookie': cookie})
            await peer.send(FLOODS['pongs'])
            await peer.rest()
        assert taken.frames <= 2 * FRAMES_MIN + 10
        await place.reader()  # the operator's commands are somebody else

    served(tmp_path, test)


def test_as_much_as_a_busy_page_sends_is_no_flood(tmp_path: Path) -> None:
    async def test(place: Place) -> None:
        peer = await BarePeer.open(place.address, OPERATOR)
        await peer.send(frame(PING, b'x') * (FRAMES_MIN - 1) + frame(TEXT, b'ping'))
        taken = b''
        while b'{"type":"pong"}' not in taken:
            taken += await peer.read()
        assert taken.count(bytes([PONG, 1]) + b'x') == FRAMES_MIN - 1
        peer.close()

    served(tmp_path, test)


def test_the_pongs_of_somebody_who_never_reads_do_not_pile_up_and_the_system_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dam, 'STALLED_S', 0.5)

    async def test(place: Place) -> None:
        peer = await BarePeer.open(place.address, OPERATOR, buffer=4096)
        try:
            (connection,) = place.server.server_state.connections
            high = connection.transport.get_write_buffer_limits()[1]
            await peer.send(frame(PING, b'x' * 125) * (FRAMES_MIN - 1))
            await until(lambda: connection.transport.get_write_buffer_size() > high)
            assert connection.transport.get_write_buffer_size() <= high + 200
            await until(lambda: place.connections == place.feed.readers == 0)
        finally:
            peer.close()

    served(tmp_path, test)
