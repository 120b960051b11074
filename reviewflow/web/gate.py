"""The gate: the outermost layer, for HTTP and sockets alike. Nothing behind it is asked by strangers.

It reads ``scope['path']`` and never builds an address from the ``Host`` header.
"""

import hmac
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request, cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from reviewflow.accounts import Accounts, Action, Actor, Session, may
from reviewflow.accounts.role import OPERATOR
from reviewflow.loopback import is_loopback
from reviewflow.settings import Settings
from reviewflow.web.form import page
from reviewflow.web.framework.dam import Dam
from reviewflow.web.framework.frames import Frames
from reviewflow.web.framework.leaving import answer_unless_left
from reviewflow.web.framework.refusal import refuse_page_socket
from reviewflow.web.headers import HTTPS_ONLY, NO_STORE, SECURITY, with_headers
from reviewflow.web.origin import (
    is_foreign,
    is_loopback_host,
    is_loopback_peer,
    is_own_machine,
    plain_origin,
)
from reviewflow.web.paths import API, FEED, LOGIN, Kind, is_page_socket, kind_of, known_path
from reviewflow.web.prefix import answering_below, below, without
from reviewflow.web.problem import problem
from reviewflow.window import Window

SIGN_IN = 'Sign in first.'
RELOADS_AFTER_START = timedelta(minutes=1)
FOR_PROGRAMS = {Kind.DATA, Kind.METRICS}


def session_of(request: HTTPConnection) -> Session | None:
    """Give the session that the gate found."""
    session: Session | None = request.scope.get('state', {}).get('session')
    return session


def actor_of(request: HTTPConnection) -> Actor:
    """Give whoever asks, behind the gate.

    Raises:
        LookupError: the route is open, and nobody is signed in.
        HTTPException: the session ended while the request was still being sent.
    """
    state = request.scope.get('state', {})
    actor: Actor | None = state.get('actor')
    if actor is None:
        raise LookupError('nobody is signed in')
    if (session := session_of(request)) is not None and not state['is_live'](session):
        raise HTTPException(401, SIGN_IN)
    return actor


def is_https(settings: Settings) -> bool:
    """Whether people's browsers come over https."""
    return settings.origin.startswith('https:')


def cookie_name(settings: Settings) -> str:
    """Name the session's cookie; over https a name that browsers let nobody else set."""
    return '__Host-rf_session' if is_https(settings) else 'rf_session'


def set_session_cookie(
    response: Response, settings: Settings, token: str, lifetime: timedelta | None = None
) -> None:
    """Hand over a session; without a ``lifetime`` it is gone with the window."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=None if lifetime is None else int(lifetime.total_seconds()),
        secure=is_https(settings),
        httponly=True,
        samesite='lax',
    )


class Gate:
    """Lets in who may come in, and answers all others itself."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        accounts: Accounts,
        settings: Settings,
        server_key: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._prefix = settings.prefix
        self._app = below(app, self._prefix)
        self._accounts = accounts
        self._operator = server_key.encode() if server_key else None
        self._cookie = cookie_name(settings)
        self._public_origin = plain_origin(settings.origin) if settings.public_url else None
        self._only_loopback = settings.public_url is None and is_loopback(settings.host)
        self._headers = SECURITY | (HTTPS_ONLY if is_https(settings) else {})
        self._clock = clock
        self._reloads_until = clock() + RELOADS_AFTER_START.total_seconds()
        self._pages = Window(60, clock)
        self._pages_per_minute = settings.limits.pages_per_minute
        limits = settings.limits
        self._frames = Frames(
            Window(10, clock), per_page=limits.events_per_10_s, pages=limits.sockets_per_user
        )
        self._dam = Dam(Window(10, clock), per_page=limits.events_per_10_s, pages=limits.sockets_per_user)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on or answer."""
        if scope['type'] == 'lifespan':
            await self._app(scope, receive, send)
            return
        scope = without(scope, self._prefix)
        kind = kind_of(scope)
        session = self._session(scope)
        actor = OPERATOR if self._is_operator(scope) else session.actor if session else None
        found = {
            'session': session,
            'actor': actor,
            'is_live': self._accounts.is_live,
            'prefix': self._prefix,
        }
        scope = {**scope, 'state': {**scope.get('state', {}), **found}}
        path = known_path(scope, scope['app'].routes)  # of the application that we are the outermost layer of
        answer = (
            self._turn_away(scope, kind, path) or self._check_in(scope, kind) or self._answer(scope, path)
        )
        if scope['type'] == 'http':
            send = answering_below(send, self._prefix, scope['path'])
            send = with_headers(send, self._headers | ({} if kind is Kind.STATIC else NO_STORE))
            await answer_unless_left(answer, scope, receive, send)
            return
        if isinstance(answer, Response) and 'websocket.http.response' not in scope.get('extensions', {}):
            await send({'type': 'websocket.close'})  # the server makes a 403 of it
            return
        if not isinstance(answer, Response):
            receive = self._watched(receive, send, kind, scope)
        scope['state']['send'] = send  # the server's own: layers further in wrap it
        await answer(scope, receive, send)

    def _watched(self, receive: Receive, send: Send, kind: Kind, scope: Scope) -> Receive:
        """Hold back what nobody sends who means well, over a socket that is about to be opened."""
        session: Session | None = scope['state']['session']
        actor: Actor | None = scope['state']['actor']
        key = session.token_hash if session is not None else None
        self._dam.put_below(send, session=key, name=actor.name if actor is not None else 'a stranger')
        if kind is not Kind.PAGE_SOCKET or actor is None:
            return receive
        return self._frames.only(receive, session=key or '', name=actor.name)

    def _session(self, scope: Scope) -> Session | None:
        token = cookie_parser(Headers(scope=scope).get('cookie', '')).get(self._cookie)
        return self._accounts.session(token) if token else None

    def _is_operator(self, scope: Scope) -> bool:
        """Whether one of our own commands asks, with the key of ``server.json``."""
        if self._operator is None or not scope['path'].startswith((API, FEED)) or not is_loopback_peer(scope):
            return False
        scheme, _, key = Headers(scope=scope).get('authorization', '').partition(' ')
        return scheme.lower() == 'bearer' and hmac.compare_digest(key.strip().encode(), self._operator)

    def _turn_away(self, scope: Scope, kind: Kind, path: str | None) -> Response | None:
        """Refuse what nobody may ask."""
        is_socket = scope['type'] == 'websocket' or kind is Kind.PAGE_SOCKET
        if path is None:
            return _refusal(scope, kind, 404, 'Nothing is here.')
        if self._only_loopback and not is_loopback_host(Headers(scope=scope).get('host', '')):
            return _refusal(scope, kind, 403, 'Open this server as localhost, or set REVIEWFLOW_PUBLIC_URL.')
        if is_foreign(scope, self._public_origin, is_socket=is_socket):
            return _refusal(scope, kind, 403, 'This came from another site.')
        if kind is Kind.PAGE_SOCKET and not is_page_socket(scope):
            return _refusal(scope, kind, 400, 'Pages are kept live over a websocket only.')
        return None

    def _answer(self, scope: Scope, path: str | None) -> ASGIApp:
        """Send on to where the slash is missing, as Starlette would: with an address built from ``Host``."""
        if path is None or path == scope['path']:
            return self._app
        return RedirectResponse(_with_query(quote(path), scope), 307)

    def _check_in(self, scope: Scope, kind: Kind) -> ASGIApp | None:
        """Refuse whoever may not ask this, or not as often."""
        session: Session | None = scope['state']['session']
        actor: Actor | None = scope['state']['actor']
        if kind in {Kind.STATIC, Kind.OPEN} or (kind is Kind.METRICS and is_own_machine(scope)):
            return None
        if actor is None:
            return _sign_in_first(scope, kind)
        if kind is Kind.METRICS and not may(actor, Action.SEE_METRICS):
            return _refusal(scope, kind, 403, 'Only administrators may see this.')
        if kind is Kind.PAGE and session is not None and self._is_over_cap(session):
            wait = {'Retry-After': str(int(self._pages.left_s) + 1)}
            return _refusal(scope, kind, 429, 'Too many pages. Wait a minute, then load this again.', wait)
        return None

    def _is_over_cap(self, session: Session) -> bool:
        if session.created_at < self._accounts.hydrated_at and self._clock() < self._reloads_until:
            return False  # all that was open before the restart now loads again, at once
        return self._pages.count(session.token_hash) > self._pages_per_minute


def _sign_in_first(scope: Scope, kind: Kind) -> ASGIApp:
    if kind is Kind.PAGE_SOCKET:
        return refuse_page_socket
    if kind in FOR_PROGRAMS:
        return _refusal(scope, kind, 401, SIGN_IN, {'WWW-Authenticate': 'Bearer'})
    target = _with_query(quote(scope['path']), scope)
    return RedirectResponse(f'{LOGIN}?next={quote(target, safe="/")}', 303)


def _with_query(path: str, scope: Scope) -> str:
    query = scope['query_string'].decode('latin-1')
    return f'{path}?{query}' if query else path


def _refusal(
    scope: Scope, kind: Kind, status: int, detail: str, headers: dict[str, str] | None = None
) -> Response:
    """Say it in a line; to programs as RFC 9457 has it, to people on a page that leads on."""
    if kind in FOR_PROGRAMS:
        return problem(status, detail, headers)
    if scope['type'] == 'http' and 'text/html' in Headers(scope=scope).get('accept', ''):
        response: Response = page(Request(scope), 'refusal.html', status, detail=detail)
        response.headers.update(headers or {})
        return response
    return PlainTextResponse(detail, status, headers)
