"""Only what a page's script sends gets through, and not more of it than a person can cause."""

import logging

import pytest
from starlette.types import Message

from reviewflow.web.framework.frames import GROSS, PAGES, SIZE_MAX, Frames
from reviewflow.window import Window

CAP, SOCKETS = 5, 60
END = 'websocket.disconnect'


class Line:
    """A socket on which these packets arrive, and then nothing but its end."""

    def __init__(self, *packets: str | bytes, frames: Frames | None = None) -> None:
        self.now = 0.0
        self._packets = iter(packets)
        self._is_open = False
        frames = frames or Frames(Window(10, lambda: self.now), per_page=CAP, pages=SOCKETS)
        self._receive = frames.only(self._next, session='token', name='ana')

    async def _next(self) -> Message:
        if not self._is_open:
            self._is_open = True
            return {'type': 'websocket.connect'}
        packet = next(self._packets, None)
        if packet is None:
            return {'type': END, 'code': 1000}
        return {'type': 'websocket.receive', 'bytes' if isinstance(packet, bytes) else 'text': packet}

    async def take(self) -> str:
        """Receive a message; gives its text, or its type."""
        message = await self._receive()
        if message['type'] == 'websocket.connect':
            message = await self._receive()
        return str(message.get('text', message['type']))

    async def rest(self) -> list[str]:
        taken: list[str] = []
        while not taken or taken[-1] != END:
            taken.append(await self.take())
        return taken[:-1]


@pytest.mark.parametrize(
    'packet', ['1', '3', '40', '41', '42["event",{}]', '4217["event",{}]', '42["ack",{}]', '42["log",[]]']
)
async def test_what_our_pages_send_gets_through(packet: str) -> None:
    assert await Line(packet).rest() == [packet]


@pytest.mark.parametrize(
    'packet',
    [
        *(
            '',
            '0',
            '2',
            '2probe',
            '5',
            '6',
            '4',
            '42',
            '42{}',
            '44',
            '42/other,["event"]',
            '40/other,',
            '1e999',
        ),
        *('451-["x",{"_placeholder":true,"num":0}]', '461-[]', '42' + '9' * 11 + '["x"]', b'42["event"]'),
        *(
            '430[true]',
            '42["connect",{}]',
            '42["disconnect",1]',
            '42["sub_pages",1]',
            '42\N{ARABIC-INDIC DIGIT ONE}["event",1]',
        ),
        '42["event","' + 'x' * SIZE_MAX + '"]',
        '42["event",' + '{"a":' * 401 + '1' + '}' * 401 + ']',
    ],
)
async def test_anything_else_ends_the_connection(
    packet: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert await Line('40', packet, '42["event",{}]').rest() == ['40']
    assert 'a page of ana sent what no page sends' in caplog.text


async def test_events_above_the_cap_are_left_out_until_the_next_window(
    caplog: pytest.LogCaptureFixture,
) -> None:
    events = [f'42["event",{number}]' for number in range(12)]
    line = Line(*events, '3', '42["ack",{}]', '42["event","later"]')

    assert [await line.take() for _ in range(7)] == [*events[:CAP], '3', '42["ack",{}]']
    line.now = 10.1
    assert await line.rest() == ['42["event","later"]']
    assert [record.levelno for record in caplog.records] == [logging.WARNING], 'said once'


async def test_reconnecting_does_not_begin_anew() -> None:
    frames = Frames(Window(10, lambda: 0), per_page=CAP, pages=SOCKETS)

    taken = [len(await Line('42["event",{}]', frames=frames).rest()) for _ in range(2 * PAGES * CAP)]

    assert sum(taken) == PAGES * CAP


async def test_nor_does_opening_again_and_again() -> None:
    frames = Frames(Window(10, lambda: 0), per_page=CAP, pages=SOCKETS)

    taken = [await Line('40', frames=frames).rest() for _ in range(GROSS * SOCKETS)]

    assert taken[SOCKETS - 1] == ['40'], 'all pages at once after a restart'
    assert taken[-1] == []


@pytest.mark.parametrize('packet', ['3', '41', '42["event",{}]'])
async def test_a_flood_of_anything_ends_the_connection(packet: str) -> None:
    line = Line(*[packet] * 1000)

    assert len(await line.rest()) <= GROSS * CAP
