"""Whose socket is whose: NiceGUI itself would let anybody who knows a page's id use that page.

The gate has put the session of its own cookie into each socket's scope, as into each page's.
Here both are compared, once when they meet and again, at the cost of a look-up, for every message.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI
from nicegui import Client, background_tasks
from socketio import AsyncServer
from socketio.exceptions import ConnectionRefusedError as SocketRefused
from starlette.types import ASGIApp, Scope

from reviewflow.accounts import Accounts, Session
from reviewflow.settings import Limits
from reviewflow.text import line
from reviewflow.web.framework.refusal import MESSAGE
from reviewflow.web.framework.wire import Wire

log = logging.getLogger(__name__)

CUT_TIMEOUT_S = 0.5
CLOSING_S = 2
"""How long a browser may take to read that its socket is closed."""
RELOAD = {'code': 'window.location.reload()'}
MALFORMED = (AttributeError, KeyError, TypeError, ValueError)
MESSAGES = ('event', 'ack', 'log', 'javascript_response')

Environ = dict[str, Any]


def outermost(app: FastAPI, gate: Callable[[ASGIApp], ASGIApp]) -> None:
    """Put a gate around all there is; ``ui.run`` adds its own middlewares later, around any of ours."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: gate(build())  # type: ignore[method-assign]  # no other way around it


def install(sio: AsyncServer, accounts: Accounts, limits: Limits) -> 'Sockets':
    """Bind NiceGUI's sockets to sessions, from now on."""
    return Sockets(sio, accounts, limits)


class Socket:
    """One browser's connection, and the page it serves."""

    __slots__ = ('client_id', 'eio_sid', 'environ', 'place', 'session', 'sid')

    def __init__(self, eio_sid: str, environ: Environ, session: Session) -> None:
        self.eio_sid = eio_sid
        self.environ = environ
        self.session = session
        self.sid: str | None = None
        self.client_id: str | None = None
        self.place = _query(environ).get('client_id', eio_sid)
        """What it counts as: the page that it says it serves, since a reconnect is no second page."""


class Sockets:
    """Every open socket; knows whose it is, and lets nobody use another's."""

    def __init__(self, sio: AsyncServer, accounts: Accounts, limits: Limits) -> None:
        self._sio = sio
        self._accounts = accounts
        self._limits = limits
        self._by_engine: dict[str, Socket] = {}
        self._by_sid: dict[str, Socket] = {}
        self._places: defaultdict[int | str, dict[str, Socket]] = defaultdict(dict)
        self._engine = dict(sio.eio.handlers)
        sio.eio.on('connect', self._open)
        sio.eio.on('message', self._message)
        sio.eio.on('disconnect', self._closed)
        self._nicegui = dict(sio.handlers['/'])
        sio.on('connect', self._connect)
        sio.on('handshake', self._handshake)
        sio.on('disconnect', self._disconnect)
        for event in MESSAGES:
            sio.on(event, self._guard(event))
        accounts.on_end(self._session_ended)

    def __len__(self) -> int:
        return sum(map(len, self._places.values()))

    async def _open(self, eio_sid: str, environ: Environ) -> bool | None:
        """Count a connection as it opens; False turns it away."""
        session = _session(environ['asgi.scope'])
        if session is None or not self._accounts.is_live(session):
            return False
        socket = Socket(eio_sid, environ, session)
        places = self._places[session.person]
        if (previous := places.get(socket.place)) is not None:
            background_tasks.create(self._cut(previous), name='cut a socket whose page reconnected')
        elif len(places) >= self._limits.sockets_per_user:
            log.warning('too many open pages of %s', session.actor.name)
            return False
        places[socket.place] = self._by_engine[eio_sid] = socket
        answer: bool | None = await self._engine['connect'](eio_sid, environ)
        return answer

    async def _closed(self, eio_sid: str, reason: str) -> None:
        await self._engine['disconnect'](eio_sid, reason)
        if (socket := self._by_engine.pop(eio_sid, None)) is None:
            return
        if socket.sid is not None:  # it left while it was still connecting, of which Socket.IO says nothing
            self._disconnect(socket.sid)
        person = socket.session.person
        if self._places[person].get(socket.place) is socket:
            del self._places[person][socket.place]
        if not self._places[person]:
            del self._places[person]

    async def _message(self, eio_sid: str, data: object) -> None:
        """Take a packet; one that cannot be read ends the connection, and is not worth a traceback."""
        try:
            await self._engine['message'](eio_sid, data)
        except (*MALFORMED, RecursionError):
            log.warning('a packet of a page could not be read')
            if (socket := self._by_engine.get(eio_sid)) is not None:
                await self._cut(socket)

    async def _connect(self, sid: str, environ: Environ, _auth: object = None) -> None:
        socket = self._socket_of(sid)
        query = _query(environ)
        is_handshake = query.get('implicit_handshake') == 'true'
        if socket is None or (is_handshake and not self._bind(socket, query.get('client_id'))):
            raise SocketRefused(MESSAGE)
        socket.sid = sid
        self._by_sid[sid] = socket
        try:
            await self._nicegui['connect'](sid, environ)
        except (SocketRefused, *MALFORMED):
            self._disconnect(sid)
            raise SocketRefused(MESSAGE) from None

    async def _handshake(self, sid: str, query: object = None, *_: object) -> bool:
        socket = self._by_sid.get(sid)
        if socket is None or not isinstance(query, dict) or not self._bind(socket, query.get('client_id')):
            return False
        is_done = False
        with suppress(*MALFORMED):
            is_done = await self._nicegui['handshake'](sid, query)
        if not is_done:
            self._unbind(socket, sid)
        return is_done

    def _bind(self, socket: Socket, client_id: object) -> bool:
        """Give a page its socket, when both are of the same live session and the socket serves no other."""
        client = Client.instances.get(client_id) if isinstance(client_id, str) else None
        if client is None or socket.client_id is not None or not self._accounts.is_live(socket.session):
            return False
        owner = _session(client.request.scope)
        if owner is None or owner.token_hash != socket.session.token_hash:
            log.debug('a socket asked for a page of another session')
            return False
        socket.client_id = client.id
        return True

    def _guard(self, event: str) -> Callable[..., None]:
        """Let only a page's own socket speak for it, while its session lives."""
        original = self._nicegui[event]

        def guarded(sid: str, message: object = None, *_: object) -> None:
            socket = self._by_sid.get(sid)
            if socket is None or not isinstance(message, dict) or socket.client_id is None:
                return
            if message.get('client_id') != socket.client_id:
                log.debug('ignored a foreign %s', event)
                return
            if not self._accounts.is_live(socket.session):
                return
            if event == 'log':
                message['message'] = line(message.get('message'))  # one line, since it goes to ours
            try:
                original(sid, message)
            except MALFORMED:
                log.debug('ignored a malformed %s', event)

        return guarded

    def _disconnect(self, sid: str, *_: object) -> None:
        """As NiceGUI does, without looking through every room for the page."""
        if (socket := self._by_sid.pop(sid, None)) is not None:
            socket.sid = None
            self._unbind(socket, sid)

    def _unbind(self, socket: Socket, sid: str) -> None:
        client_id, socket.client_id = socket.client_id, None
        if client_id is not None and (client := Client.instances.get(client_id)) is not None:
            client.handle_disconnect(sid)

    def _socket_of(self, sid: str) -> Socket | None:
        return self._by_engine.get(self._sio.manager.eio_sid_from_sid(sid, '/') or '')

    def _session_ended(self, token_hash: str) -> None:
        background_tasks.create(self._end(token_hash), name='close the pages of an ended session')

    async def _end(self, token_hash: str) -> None:
        """Take a session's pages away, and send its browsers to the login."""
        sockets = [socket for socket in self._by_engine.values() if socket.session.token_hash == token_hash]
        for socket in sockets:
            self._unwatch(socket)
        for client in [client for client in Client.instances.values() if _is_of(client, token_hash)]:
            for task in client._delete_tasks.values():  # noqa: SLF001  # it would delete the page again
                task.cancel()
            client.delete()
        async with asyncio.TaskGroup() as group:
            for socket in sockets:
                group.create_task(self._cut(socket, reload=True))

    def _unwatch(self, socket: Socket) -> None:
        """Take it out of every room at once: what is sent from now on is not for it."""
        for room in self._sio.rooms(socket.sid) if socket.sid is not None else ():
            if room != socket.sid:  # by that one it is told to load the page again
                self._sio.manager.basic_leave_room(socket.sid, '/', room)

    async def _cut(self, socket: Socket, *, reload: bool = False) -> None:
        """Close a socket for good; a browser that reads is told to load the page again first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CUT_TIMEOUT_S):
                if reload and socket.sid is not None:
                    await self._sio.emit('run_javascript', RELOAD, to=socket.sid)
                await self._sio.eio.disconnect(socket.eio_sid)
        wire = Wire(socket.environ['asgi.scope']['state']['send'])
        wire.close(1000, '')
        asyncio.get_running_loop().call_later(CLOSING_S, wire.abort)  # a browser that reads has left


def _session(scope: Scope) -> Session | None:
    session: Session | None = scope.get('state', {}).get('session')
    return session


def _is_of(client: Client, token_hash: str) -> bool:
    session = _session(client.request.scope)
    return session is not None and session.token_hash == token_hash


def _query(environ: Environ) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(environ.get('QUERY_STRING', '')).items()}
