"""Where GitHub calls: what it says is checked, stored, and only then answered.

Source: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hmac
import logging
import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from reviewflow.delivery import HookParser, Outcome
from reviewflow.errors import StoreError
from reviewflow.flow import ReviewFlow
from reviewflow.web import paths
from reviewflow.web.payload import BIG, Payloads
from reviewflow.web.problem import problem
from reviewflow.web.room import Left, NoRoom, Room, TooBig, TooSlow
from reviewflow.window import Window

log = logging.getLogger(__name__)

SIGNATURE = re.compile(r'sha256=([0-9a-f]{64})')
WORD = re.compile('[!-~]{1,100}')
AGAIN_AFTER_S = 5
MINUTE_S = 60
CLOSE = {'Connection': 'close'}


class Refused(Exception):
    """What is answered instead of being accepted."""

    def __init__(
        self, status: int, detail: str, outcome: Outcome, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.outcome = outcome
        self.headers = headers or {}


class Webhook:
    """Everybody may call; who does not know the secret costs little, and leaves nothing behind."""

    def __init__(
        self,
        flow: ReviewFlow,
        parser: HookParser,
        secret: SecretStr,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        room: Room | None = None,
    ) -> None:
        self.route = Route(paths.WEBHOOK, self)
        self._flow = flow
        self._parser = parser
        self._mac = hmac.new(secret.get_secret_value().encode(), digestmod='sha256')
        self._clock = clock
        self._room = room or Room()
        self._payloads = Payloads()
        self._troubles = Window(MINUTE_S, monotonic)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, unless nobody is there any more."""
        with suppress(Left):
            answer = await self._answer(scope, receive)
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        headers = Headers(scope=scope)
        if scope['method'] != 'POST':
            return problem(405, 'Deliveries are posted.', {'Allow': 'POST'})
        event = headers.get('x-github-event', '')
        try:
            outcome = await self._receive(headers, event, receive, peer=_peer(scope))
        except Refused as refused:
            self._note(event, refused.outcome)
            return problem(refused.status, str(refused), refused.headers)
        return JSONResponse({'outcome': outcome}, 202)

    async def _receive(self, headers: Headers, event: str, receive: Receive, *, peer: str) -> Outcome:
        """Take in a delivery: its signature first, since nothing else of it can be believed before."""
        given = SIGNATURE.fullmatch(headers.get('x-hub-signature-256', ''))
        if given is None:
            raise Refused(401, 'X-Hub-Signature-256 is missing, or no signature.', Outcome.REFUSED)
        self._check_length(headers)
        mac = self._mac.copy()
        try:
            async with self._room.body(receive, mac.update, peer=peer) as body:
                if not hmac.compare_digest(mac.hexdigest(), given[1]):
                    raise Refused(401, 'The signature is not of our secret.', Outcome.REFUSED)
                return await self._keep(headers, event, body)
        except TooBig:
            raise self._too_big from None
        except TooSlow:
            detail = f'It did not come within {self._room.within_s:g} s, or stood still.'
            raise Refused(408, detail, Outcome.TOO_SLOW, CLOSE) from None
        except NoRoom:
            wait = {'Retry-After': str(AGAIN_AFTER_S)}
            raise Refused(503, 'Too much is on its way already.', Outcome.BUSY, wait | CLOSE) from None

    async def _keep(self, headers: Headers, event: str, body: bytearray) -> Outcome:
        """Store what a signed body hints at."""
        id_ = headers.get('x-github-delivery', '')
        if not WORD.fullmatch(id_) or not WORD.fullmatch(event):
            detail = 'X-GitHub-Event or X-GitHub-Delivery is missing, or no such thing.'
            raise Refused(400, detail, Outcome.MALFORMED)
        is_needless = event not in self._parser.events and len(body) >= BIG
        payload = {} if is_needless else await self._payloads.read(body, headers.get('content-type', ''))
        if payload is None:
            raise Refused(400, 'The body is no JSON object, or nested too deep.', Outcome.MALFORMED)
        delivery = self._parser.parse(payload, event=event, id=id_, received_at=self._clock())
        try:
            return await self._flow.receive(delivery)
        except StoreError as error:
            if self._troubles.count(Outcome.FAILED) == 1:
                log.warning('webhook deliveries cannot be stored: %s', error)
            wait = {'Retry-After': str(AGAIN_AFTER_S)}
            raise Refused(503, 'It could not be stored.', Outcome.FAILED, wait) from None

    def _check_length(self, headers: Headers) -> None:
        length = headers.get('content-length', '')
        if length.isdecimal() and (len(length) > 20 or int(length) > self._room.body_max):
            raise self._too_big

    @property
    def _too_big(self) -> Refused:
        return Refused(413, f'At most {self._room.body_max:,} bytes.', Outcome.TOO_BIG, CLOSE)

    def _note(self, event: str, outcome: Outcome) -> None:
        """Count it; of those that are not signed by us say so, once a minute."""
        self._flow.hooks.count(event, outcome)
        if outcome is Outcome.REFUSED and self._troubles.count(outcome) == 1:
            log.warning(
                'refused a webhook delivery that is not signed with our secret: is it the same at GitHub?'
            )


def _peer(scope: Scope) -> str:
    """Say who calls; a proxy that is not named as one stands for all behind it."""
    return str(scope['client'][0]) if scope.get('client') else ''
