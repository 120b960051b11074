"""What one token may do, whoever uses it: the hour's allowances, silences, the minute's pace, its refusal.

Nothing here sends anything. Before each request: :meth:`Governor.pause_s` until it is 0, then
:meth:`Governor.begin`; after it either :meth:`Governor.book`, or :meth:`Governor.end` if no answer came.
"""

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

from reviewflow.errors import BadCredentials, RateLimited, ToldToWait
from reviewflow.forge import SHARE, Budget
from reviewflow.settings import GitHub
from sync.github.allowance import Allowance
from sync.github.effort import Effort
from sync.github.pace import Pace
from sync.github.protocol import Resource

AT_ONCE = 8
PER_MINUTE = {Resource.CORE: 900, Resource.GRAPHQL: 2000}
"""Points: a request that reads is one, one that writes is :data:`WRITE_POINTS`."""
WRITE_POINTS = 5
SHORT_S = 5
"""A server in trouble that wants to be left alone for no longer is waited for."""
PAUSE_MAX_S = 1.0
"""After which one asks again: an answer may have come sooner than it was expected."""
FIRST_GUESS = timedelta(minutes=1)
"""How long to keep still when GitHub refuses without saying how long; it doubles from refusal to refusal."""
LONGEST_GUESS = timedelta(hours=1)
TRIAL_AFTER_S = 300
"""How long a refused token rests before one request finds out whether it is accepted again."""
REMEMBERED = 64
"""Tokens whose silences are known although nobody uses them right now."""


def utc_now() -> datetime:
    """Give the time of our own clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """What a request takes."""

    resource: Resource
    cost: int = 1
    """Of the hour's allowance, as far as it can be known before."""
    points: int = 1
    """Of what a minute allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A request that is under way."""

    toll: Toll
    sent_at_s: float
    expected_s: float
    """How long its answer is expected to take."""
    is_trial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an answer tells."""

    status: int
    spent: int
    """Of the hour's allowance."""
    budget: Budget | None
    """What it says is left."""
    is_limit: bool = False
    """Whether it is that we ask too often."""
    wait: timedelta | None = None
    """For how long nothing may be sent, then or since the server is in trouble; None: it does not say."""
    is_used_up: bool = False
    """Whether that is only for the resource that was asked."""


class Governor:
    """One token's; time passes on a ``monotonic`` clock, and ``now`` only tells people when things go on."""

    def __init__(
        self,
        *,
        has_token: bool,
        share: float = SHARE,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.has_token = has_token
        self.slots = asyncio.Semaphore(AT_ONCE)
        """Hold one while asking."""
        self.queues = {each: asyncio.Lock() for each in Resource}
        """Hold it while waiting for the pace and then a slot: whoever must wait keeps no slot from others."""
        self.writing = asyncio.Lock()
        """Hold it while changing something."""
        self.wrote_at_s = float('-inf')
        """When something was last changed."""
        self.allowances = {each: Allowance(share=share, monotonic=monotonic) for each in Resource}
        self._paces = {each: Pace(PER_MINUTE[each], monotonic=monotonic) for each in Resource}
        self._effort = Effort(monotonic=monotonic)
        self._monotonic = monotonic
        self.now = now
        self._silent_until_s = float('-inf')
        self._left_alone_until_s = float('-inf')  # while the server is in trouble, as it asked for
        self._limited_at_s = float('-inf')
        self._guess = FIRST_GUESS
        self._trial_from_s: float | None = None  # None: the token is accepted
        self._is_tried = False

    @property
    def is_refused(self) -> bool:
        """Whether the token was refused, and was not accepted since."""
        return self._trial_from_s is not None

    def forgive(self) -> None:
        """Let one request find out at once whether a refused token is accepted again: a person asks."""
        if self._trial_from_s is not None:
            self._trial_from_s = self._monotonic()

    def pause_s(self, toll: Toll) -> float:
        """Say how long to wait, for a second at the most, before asking this again; 0: it may be sent now.

        Raises:
            BadCredentials: the token was refused; nothing is sent with it.
            RateLimited: nothing may be sent for longer.
        """
        now_s = self._monotonic()
        if self._trial_from_s is not None and (self._is_tried or now_s < self._trial_from_s):
            raise BadCredentials('GitHub refused the token')
        wait_s = max(self._silent_until_s - now_s, self.allowances[toll.resource].wait_s(toll.cost))
        left_alone_s = self._left_alone_until_s - now_s
        if left_alone_s > max(wait_s, SHORT_S):
            raise ToldToWait(self._in(left_alone_s))
        if wait_s > 0:
            raise RateLimited(self._in(wait_s))
        pace = self._paces[toll.resource]
        pause_s = max(left_alone_s, pace.wait_s(toll.points), self._effort.wait_s(toll.resource), 0)
        return min(pause_s, PAUSE_MAX_S)

    def begin(self, toll: Toll) -> Ticket:
        """Note that it is being sent."""
        self._paces[toll.resource].take(toll.points)
        self.allowances[toll.resource].begin(toll.cost)
        is_trial = self._is_tried = self.is_refused
        expected_s = self._effort.begin(toll.resource)
        return Ticket(toll=toll, sent_at_s=self._monotonic(), expected_s=expected_s, is_trial=is_trial)

    def end(self, ticket: Ticket) -> None:
        """Note that no answer came."""
        resource = ticket.toll.resource
        self.allowances[resource].end(ticket.toll.cost)
        took_s = self._monotonic() - ticket.sent_at_s
        self._effort.end(resource, expected_s=ticket.expected_s, took_s=took_s)
        if ticket.is_trial:
            self._is_tried = False

    def book(self, ticket: Ticket, receipt: Receipt) -> None:
        """Learn from an answer.

        Raises:
            RateLimited: if the answer is that we ask too often.
        """
        self.end(ticket)
        allowance = self.allowances[ticket.toll.resource]
        allowance.spent += receipt.spent if self.has_token else 1  # not even "not modified" is free then
        if receipt.budget is not None:
            allowance.learn(receipt.budget, sent_at_s=ticket.sent_at_s)
        self._judge_token(ticket, receipt.status)
        # Several requests are under way at once: what was sent before the last refusal tells nothing new.
        is_news = ticket.sent_at_s > self._limited_at_s
        if receipt.is_limit:
            raise RateLimited(self._in(self._keep_still(allowance, receipt, is_news=is_news)))
        if receipt.wait is not None:
            until_s = self._monotonic() + receipt.wait.total_seconds()
            self._left_alone_until_s = max(self._left_alone_until_s, until_s)
        if is_news and receipt.status < 400:
            self._guess = FIRST_GUESS

    def _judge_token(self, ticket: Ticket, status: int) -> None:
        if status == 401 and self.has_token:
            self._trial_from_s = self._monotonic() + TRIAL_AFTER_S
        elif ticket.is_trial and status < 500:  # a proxy's word on its own trouble says nothing of the token
            self._trial_from_s = None

    def _keep_still(self, allowance: Allowance, receipt: Receipt, *, is_news: bool) -> float:
        """Give how long, in seconds; what is under way when a limit begins would double it for nothing."""
        wait = receipt.wait
        now_s = self._limited_at_s = self._monotonic()
        if wait is None and is_news:
            wait = self._guess
            self._guess = min(2 * self._guess, LONGEST_GUESS)
        if wait is not None and receipt.is_used_up:
            allowance.exhaust(wait)
            return wait.total_seconds()
        if wait is not None:
            self._silent_until_s = max(self._silent_until_s, now_s + wait.total_seconds())
        return max(self._silent_until_s - now_s, 0.0)

    def _in(self, wait_s: float) -> datetime:
        return self.now() + timedelta(seconds=wait_s)


class Governors:
    """One for each token at each address, however many clients use it and however often they are made."""

    def __init__(self, *, share: float = SHARE) -> None:
        self._share = share
        self._used = WeakValueDictionary[tuple[str, bytes], Governor]()
        self._last = deque[Governor](maxlen=REMEMBERED)

    def of(self, settings: GitHub) -> Governor:
        """Give that of these settings' token."""
        token = b'' if settings.token is None else settings.token.get_secret_value().encode()
        key = settings.api_url, hashlib.sha256(token).digest()
        governor = self._used.get(key)
        if governor is None:
            governor = Governor(has_token=settings.token is not None, share=self._share)
            self._used[key] = governor
        if governor not in self._last:
            self._last.append(governor)
        return governor
