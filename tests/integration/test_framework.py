"""What we use of NiceGUI, Socket.IO, Engine.IO, Starlette, Uvicorn and h11 beyond what they promise.

An upgrade that moves any of it must fail here, by a name that says what to look at.
"""

import inspect
from pathlib import Path

import engineio
import engineio.packet
import h11
import nicegui
import pytest
import socketio.packet
import uvicorn
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from nicegui import Client, core, ui_run
from nicegui.page import page
from socketio.exceptions import ConnectionRefusedError as SocketRefused
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from uvicorn.server import ServerState
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Message, Ping, TextMessage
from wsproto.events import Request as Upgrade

from reviewflow.web.framework import pieces, refusal, sockets, wire


@pytest.mark.parametrize('event', ['connect', 'handshake'])
def test_nicegui_handles_what_binds_a_page_asynchronously(event: str) -> None:
    assert inspect.iscoroutinefunction(core.sio.handlers['/'][event])


@pytest.mark.parametrize('event', [*sockets.MESSAGES, 'disconnect'])
def test_nicegui_handles_what_a_page_sends_synchronously(event: str) -> None:
    assert callable(core.sio.handlers['/'][event])
    assert not inspect.iscoroutinefunction(core.sio.handlers['/'][event])


def test_nicegui_handles_nothing_that_we_do_not_guard() -> None:
    guarded = {'connect', 'handshake', 'disconnect', *sockets.MESSAGES}
    assert set(core.sio.handlers) == {'/'}
    assert set(core.sio.handlers['/']) == guarded
    assert not core.sio.namespace_handlers


@pytest.mark.parametrize('event', ['connect', 'message', 'disconnect'])
def test_engine_io_tells_of_connections_through_handlers_that_can_be_replaced(event: str) -> None:
    server = socketio.AsyncServer(async_mode='asgi')
    assert inspect.iscoroutinefunction(server.eio.handlers[event])

    async def ours() -> None: ...

    server.eio.on(event, ours)
    assert server.eio.handlers[event] is ours


def test_an_unknown_socket_has_no_connection() -> None:
    assert socketio.AsyncServer(async_mode='asgi').manager.eio_sid_from_sid('no-such-sid', '/') is None


async def test_nicegui_refuses_a_page_that_is_gone_with_the_words_that_we_use() -> None:
    environ = {'QUERY_STRING': 'implicit_handshake=true&client_id=no-such-page&tab_id=t&document_id=d'}
    with pytest.raises(SocketRefused) as refused:
        await core.sio.handlers['/']['connect']('sid', environ)
    assert refused.value.error_args == {'message': refusal.MESSAGE}


def test_nicegui_loads_the_page_again_at_these_words_and_runs_what_we_send() -> None:
    script = (Path(nicegui.__file__).parent / 'static' / 'nicegui.js').read_text()
    condition = script.index(f'err.message == "{refusal.MESSAGE}"')
    assert 'window.location.reload()' in script[condition : condition + 300]
    assert 'run_javascript: (msg) => runJavascript(msg.code, msg.request_id)' in script


def test_our_ready_made_packets_are_what_the_servers_would_send() -> None:
    opened = engineio.packet.Packet(encoded_packet=refusal.OPEN_PACKET)
    assert opened.packet_type == engineio.packet.OPEN
    assert set(opened.data) == {'sid', 'upgrades', 'pingTimeout', 'pingInterval', 'maxPayload'}
    error = socketio.packet.Packet(socketio.packet.CONNECT_ERROR, {'message': refusal.MESSAGE})
    refused = engineio.packet.Packet(engineio.packet.MESSAGE, error.encode())
    assert refused.encode() == refusal.REFUSED_PACKET


async def test_a_page_remembers_its_request_and_is_forgotten_when_it_is_deleted() -> None:
    request = Request({'type': 'http', 'path': '/', 'headers': [], 'state': {'session': 'theirs'}})
    client = Client(page('/'), request=request)
    assert Client.instances[client.id] is client
    assert client.request.scope['state'] == {'session': 'theirs'}
    assert client._delete_tasks == {}
    client.handle_disconnect('no-such-sid')
    client.delete()
    assert client.id not in Client.instances


async def test_the_gate_stays_outside_of_middlewares_that_are_added_later() -> None:
    passed: list[str] = []

    class Layer:
        def __init__(self, app: ASGIApp, name: str) -> None:
            self.app, self.name = app, name

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            assert scope['app'] is app
            passed.append(self.name)
            await self.app(scope, receive, send)

    app = FastAPI()
    app.get('/')(lambda: 'page')
    sockets.outermost(app, lambda inner: Layer(inner, 'gate'))
    app.add_middleware(Layer, name='later')
    async with AsyncClient(transport=ASGITransport(app), base_url='http://test') as browser:
        for _ in range(2):
            assert (await browser.get('/')).status_code == 200
    assert passed == ['gate', 'later'] * 2


def test_nicegui_has_uvicorn_speak_websockets_with_wsproto() -> None:
    assert "ws='wsproto'" in inspect.getsource(ui_run)


def test_uvicorn_holds_what_we_use_of_a_websocket() -> None:
    source = inspect.getsource(WSProtocol)
    for part in ('self.close_sent', 'self.disconnected', 'self.transport', 'self.writable'):
        assert f'{part}: ' in source or f'{part} = ' in source, part
    assert 'self.writable = asyncio.Event()' in source
    assert 'for event in self.conn.events():' in source


def websockets() -> tuple[WSConnection, WSConnection]:
    """Make both ends of an open websocket: the browser's and the server's."""
    client, server = WSConnection(ConnectionType.CLIENT), WSConnection(ConnectionType.SERVER)
    server.receive_data(client.send(Upgrade(host='test', target='/')))
    list(server.events())
    client.receive_data(server.send(AcceptConnection()))
    list(client.events())
    return client, server


def test_wsproto_reads_no_frame_before_it_is_asked_for_it() -> None:
    client, server = websockets()
    server.receive_data(client.send(Ping(payload=b'x')) * 3 + client.send(Message(data='y')))
    assert isinstance(next(server.events()), Ping)
    assert [type(event) for event in server.events()] == [Ping, Ping, TextMessage]


def test_the_events_of_a_websocket_can_be_put_behind_ours() -> None:
    _, server = websockets()
    server.events = lambda: (event for event in [Ping()])  # type: ignore[method-assign]
    assert list(server.events()) == [Ping()]
    assert not list(WSConnection.events(server))
    assert hasattr(WSProtocol, '__weakref__')


def test_our_ready_made_frames_are_what_wsproto_would_send() -> None:
    _, server = websockets()
    for text in ('', 'short', 'ä' * 100, 'x' * 70_000):
        assert wire.frames([text, text]) == server.send(Message(data=text)) * 2


def test_uvicorn_asks_for_each_event_of_a_request_where_ours_can_count_it() -> None:
    assert 'self.conn = h11.Connection(' in inspect.getsource(H11Protocol.__init__)
    assert 'event = self.conn.next_event()' in inspect.getsource(H11Protocol.handle_events)
    assert 'self.handle_events()' in inspect.getsource(H11Protocol.data_received)
    assert 'self.send_400_response(' in inspect.getsource(H11Protocol.handle_events)
    assert 'if self.disconnected:\n            return' in inspect.getsource(RequestResponseCycle.send)


def test_h11_reads_no_chunk_before_it_is_asked_for_it() -> None:
    server = h11.Connection(h11.SERVER, 1000)
    assert server._max_incomplete_event_size == 1000
    server.receive_data(b'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n2\r\nb')
    assert isinstance(server.next_event(), h11.Request)
    first, second = server.next_event(), server.next_event()
    assert isinstance(first, h11.Data)
    assert isinstance(second, h11.Data)
    assert [(event.data, event.chunk_start) for event in (first, second)] == [(b'a', True), (b'b', True)]
    server.receive_data(b'c\r\n')
    assert server.next_event() == h11.Data(data=b'c', chunk_start=False, chunk_end=True)


async def test_what_ours_counts_with_is_what_uvicorn_would_have_made() -> None:
    config = uvicorn.Config(
        FastAPI(), http=pieces.Protocol, log_config=None, h11_max_incomplete_event_size=999
    )
    protocol = pieces.Protocol(config=config, server_state=ServerState(), app_state={})
    assert type(protocol.conn) is pieces.Pieces
    assert protocol.conn._max_incomplete_event_size == 999
