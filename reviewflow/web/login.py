"""Coming in and going out: plain HTML that works without a script."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from reviewflow.accounts import Accounts
from reviewflow.accounts.accounts import DEMO_LIFETIME, LIFETIME
from reviewflow.accounts.credentials import name_problem, password_problem
from reviewflow.errors import NotAllowed, StoreError
from reviewflow.settings import Settings
from reviewflow.web import paths
from reviewflow.web.form import Form, page
from reviewflow.web.gate import cookie_name, is_https, session_of, set_session_cookie
from reviewflow.web.origin import is_loopback_host, is_loopback_peer, safe_target

READ = ['GET', 'HEAD']
PULL = re.compile(r'/dashboard/pulls/[^/]+/([^/]+)/(\d+)')
WRONG = 'That name and password do not match.'
LOCKED = 'Too many wrong tries. Wait a quarter of an hour, then try again.'
WRONG_CODE = 'That is not the code. The newest one is in what the server printed at its last start.'
BUSY = 'The server cannot use its database right now. Try again in a minute.'


def create(accounts: Accounts, settings: Settings) -> APIRouter:
    """Make the routes of signing in and out, of the first account, and of the demo's entrance."""
    router = APIRouter(include_in_schema=False)
    door = Door(accounts, settings)
    router.api_route(paths.LOGIN, methods=READ)(door.show_login)
    router.post(paths.LOGIN)(door.sign_in)
    router.post(paths.LOGOUT)(door.sign_out)
    router.api_route(paths.SETUP, methods=READ)(door.show_setup)
    router.post(paths.SETUP)(door.set_up)
    router.post(paths.DEMO)(door.enter_demo)
    return router


class Door:
    """The operations."""

    def __init__(self, accounts: Accounts, settings: Settings) -> None:
        self._accounts = accounts
        self._settings = settings
        self._cookie = cookie_name(settings)

    async def show_login(self, request: Request, next: str = '') -> Response:  # noqa: A002  # its name in the address
        """Ask for name and password."""
        if session_of(request) is not None:
            return RedirectResponse(safe_target(next), 303)
        return self._login(request, {'next': next})

    async def sign_in(self, request: Request, form: Form) -> Response:
        """Let somebody in, or say that it did not work, but not why."""
        name, address = form.get('username', ''), _address(request)
        try:
            token = await self._accounts.sign_in(name, form.get('password', ''), address)
        except StoreError:
            return self._login(request, form, BUSY, 503)
        if token is None:
            error = LOCKED if self._accounts.is_locked(name, address) else WRONG
            return self._login(request, form, error, 401)
        return self._welcome(request, token, form.get('next', ''))

    async def sign_out(self, request: Request) -> Response:
        """End the session, with all its pages."""
        try:
            await self._accounts.sign_out(request.cookies.get(self._cookie, ''), _address(request))
        except StoreError:
            return self._login(request, {}, BUSY, 503)
        response = RedirectResponse(paths.LOGIN, 303)
        response.delete_cookie(self._cookie, secure=is_https(self._settings), httponly=True, samesite='lax')
        return response

    async def show_setup(self, request: Request) -> Response:
        """Ask for the code, and for the first account's name and password."""
        return self._setup(request, {}, {})

    async def set_up(self, request: Request, form: Form) -> Response:
        """Create the first account, or say what is wrong."""
        code, name, password = (form.get(field, '') for field in ('code', 'username', 'password'))
        problems = {'username': name_problem(name), 'password': password_problem(password)}
        if any(problems.values()) or self._accounts.setup_code is None:
            return self._setup(request, form, problems)
        try:
            token = await self._accounts.create_first(code, name, password, _address(request))
        except StoreError:
            return self._setup(request, form, {'form': BUSY}, 503)
        if token is None:
            return self._setup(request, form, {'code': WRONG_CODE})
        return self._welcome(request, token, paths.CONNECT if self._wants_connection else '')

    async def enter_demo(self, request: Request, form: Form) -> Response:
        """Let somebody look at the pretend team."""
        if not self._offers_demo(request):
            return nothing_here(request)
        try:
            token = await self._accounts.enter_demo()
        except NotAllowed:  # it ended a moment ago
            return nothing_here(request)
        except StoreError:
            return self._login(request, form, BUSY, 503)
        return self._welcome(request, token, form.get('next', ''), is_demo=True)

    @property
    def _wants_connection(self) -> bool:
        """Whether nothing says yet what to read: before the first account nobody can have chosen it."""
        return self._settings.demo is not True and not self._settings.github.repositories

    def _offers_demo(self, request: Request) -> bool:
        """Only to whoever sits at this very machine: nobody else is meant to come in without an account."""
        return (
            self._accounts.has_demo
            and self._settings.public_url is None
            and is_loopback_peer(request.scope)
            and is_loopback_host(request.headers.get('host', ''))
        )

    def _welcome(self, request: Request, token: str, target: str = '', *, is_demo: bool = False) -> Response:
        """Hand over the new session; a former one ends once this is answered."""
        former = request.cookies.get(self._cookie, '')
        response = RedirectResponse(
            safe_target(target), 303, background=BackgroundTask(self._accounts.sign_out, former)
        )
        set_session_cookie(response, self._settings, token, DEMO_LIFETIME if is_demo else LIFETIME)
        return response

    def _login(
        self, request: Request, form: dict[str, str], error: str | None = None, status: int = 200
    ) -> Response:
        target = safe_target(form.get('next', ''))
        pull = PULL.fullmatch(target)
        return page(
            request,
            'login.html',
            status,
            error=error,
            name=form.get('username', ''),
            target=target,
            place=f'{pull[1]} #{pull[2]}' if pull else None,
            offers_demo=self._offers_demo(request),
            wants_setup=self._accounts.setup_code is not None,
        )

    def _setup(
        self, request: Request, form: dict[str, str], problems: dict[str, str | None], status: int = 0
    ) -> Response:
        if self._accounts.setup_code is None:
            return nothing_here(request)
        status = status or (422 if any(problems.values()) else 200)
        return page(
            request,
            'setup.html',
            status,
            problems=problems,
            focus=next((field for field, problem in problems.items() if problem), 'code'),
            wants_connection=self._wants_connection,
            offers_demo=self._offers_demo(request),
            code=form.get('code', ''),
            name=form.get('username', ''),
        )


def nothing_here(request: Request) -> Response:
    """Answer as where there is no route."""
    return page(request, 'refusal.html', 404, detail='Nothing is here.')


def _address(request: Request) -> str:
    return request.client.host if request.client else ''
