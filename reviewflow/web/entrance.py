"""How the window of whoever runs the server comes in: by a key that opens once, and soon."""

import hmac
import secrets
import time
from collections.abc import Callable
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from reviewflow.accounts import Accounts
from reviewflow.settings import Settings
from reviewflow.web import paths
from reviewflow.web.gate import set_session_cookie
from reviewflow.web.login import nothing_here

OPEN_FOR_S = 60


class Entrance:
    """Closed until :meth:`unlock`; afterwards, and once somebody came in, nothing is there any more."""

    def __init__(
        self, accounts: Accounts, settings: Settings, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._accounts = accounts
        self._settings = settings
        self._clock = clock
        self._key = b''
        self._open_until = 0.0
        self.router = APIRouter(include_in_schema=False)
        self.router.get(paths.WINDOW)(self.enter)

    def unlock(self) -> str:
        """Make a key, the only one that fits; gives the path that holds it."""
        key = secrets.token_urlsafe(32)
        self._key = key.encode()
        self._open_until = self._clock() + OPEN_FOR_S
        return f'{paths.WINDOW}?{urlencode({"key": key})}'

    async def enter(self, request: Request, key: str = '') -> Response:
        """Begin the session of whoever runs the server; its cookie is gone with the window."""
        if not self._fits(key):
            return nothing_here(request)
        self._key = b''
        response = RedirectResponse(paths.HOME, 303)
        set_session_cookie(response, self._settings, self._accounts.enter_operator())
        return response

    def _fits(self, key: str) -> bool:
        is_same = hmac.compare_digest(key.encode('utf-8', 'replace'), self._key)
        return is_same and self._key != b'' and self._clock() < self._open_until
