"""Whatever is answered, in whatever order, by whatever clocks: the limits are kept, and it always goes on."""

import json
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.errors import BadCredentials, RateLimited
from sync.github import graph
from sync.github.body import Body
from sync.github.client import REST
from sync.github.governor import AT_ONCE, PER_MINUTE, TRIAL_AFTER_S, Governor, Ticket, Toll
from sync.github.protocol import Resource
from sync.github.wire import Reply

HOUR_S = 3600
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
FATES = st.sampled_from(
    [*['well'] * 24, 'free', 'free', 'seconds', 'date', 'unsaid', 'unwell', 'refused', 'lost']
)
TOLLS = st.builds(
    Toll,
    resource=st.sampled_from(Resource),
    cost=st.sampled_from([1, 1, 1, 5]),
    points=st.sampled_from([1, 1, 5]),
)
SLOW_S = 25
"""An answer takes no longer."""


class Account:
    """What GitHub itself keeps of one resource."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.window = 0
        self.used = self.used_by_us = self.before_news = 0
        self.untold: dict[int, int] = {}
        """Which of ours went unanswered → what it cost, until the answer to a later one tells of it."""
        self.is_news = False
        """Whether an answer of this window arrived at us."""

    def turn(self, window: int) -> None:
        if window != self.window:
            self.window, self.is_news = window, False
            self.used = self.used_by_us = self.before_news = 0
            self.untold = {}


@dataclass(kw_only=True)
class UnderWay:
    number: int
    ticket: Ticket
    reply: Reply
    window: int
    sent_at_s: float
    silent_s: float = 0
    empty_s: float = 0


class Token:
    """One token, used by anybody in any order, at a GitHub that minds its limits."""

    def __init__(self, limit: int, share: float) -> None:
        self.now_s = 1000.0
        self.error = timedelta(0)
        self.named_s = 0.0
        """How long to wait, as the governor said last."""
        self.under_way: list[UnderWay] = []
        self.silent_until_s = 0.0
        self.empty_until_s = dict.fromkeys(Resource, 0.0)
        self.refused_at_s: float | None = None
        self.is_forgiven = False
        self.sent: list[tuple[float, Resource, int]] = []

        self.accounts = {each: Account(limit) for each in Resource}
        self.whole = max(int(share * limit), 1)
        self.governor = Governor(has_token=True, share=share, monotonic=lambda: self.now_s, now=self.wall)

    def truth(self) -> datetime:
        return NOON + timedelta(seconds=self.now_s)

    def wall(self) -> datetime:
        return self.truth() + self.error

    def step_the_clock(self, hours: int) -> None:
        self.error = timedelta(hours=hours)

    def wait(self, seconds: float) -> None:
        for each in [each for each in self.under_way if each.sent_at_s < self.now_s + seconds - SLOW_S]:
            self.answer(each)
        self.now_s += seconds

    def others_use_it(self, share: int, resource: Resource) -> None:
        account = self.account(resource)
        account.used = min(account.used + account.limit * share // 100, account.limit)

    def forgive(self) -> None:
        self.governor.forgive()
        self.is_forgiven = True

    def work(self, toll: Toll, fate: str, place: int) -> None:
        """Ask, and let answers arrive in any order; many wait until the time that is named."""
        if self.under_way and (len(self.under_way) == AT_ONCE or place > 80):
            self.answer(self.under_way[place % len(self.under_way)])
        if self.may(toll) or (place % 3 and self.may_after_waiting(toll)):
            self.send(toll, fate)

    def may(self, toll: Toll) -> bool:
        """Ask the governor; a pause is made."""
        try:
            pause_s = self.governor.pause_s(toll)
        except RateLimited as limited:
            self.named_s = (limited.resets_at - self.wall()).total_seconds()
            return False
        except BadCredentials:
            self.named_s = self.trial_in_s()
            return False
        assert pause_s <= AT_ONCE  # five points a second come back, and no request takes more
        self.now_s += pause_s
        return pause_s == 0 or self.may(toll)

    def may_after_waiting(self, toll: Toll) -> bool:
        """Let all be answered, and see that it goes on at the time that is named then."""
        while self.under_way:
            self.answer(self.under_way[-1])
        if not self.may(toll):
            assert 0 <= self.named_s <= HOUR_S + 60
            self.now_s += self.named_s + 0.001
            # the hour's end and the token's rest may have hidden each other
            assert self.may(toll) or self.may_after_waiting(toll)
        return True

    def trial_in_s(self) -> float:
        """See that a refused token is not used."""
        assert self.refused_at_s is not None
        rests_s = self.refused_at_s + TRIAL_AFTER_S - self.now_s
        is_tried = any(each.ticket.is_trial for each in self.under_way)
        assert is_tried or (rests_s > 0 and not self.is_forgiven)
        return max(rests_s, 0)

    def send(self, toll: Toll, fate: str) -> None:
        """See that it may be sent, and let GitHub think of an answer."""
        assert self.now_s >= max(self.silent_until_s, self.empty_until_s[toll.resource])
        if self.refused_at_s is not None:
            assert self.is_forgiven or self.now_s >= self.refused_at_s + TRIAL_AFTER_S
            assert not any(each.ticket.is_trial for each in self.under_way)
        self.sent.append((self.now_s, toll.resource, toll.points))
        minute = [points for at, each, points in self.sent if each is toll.resource and at > self.now_s - 60]
        assert sum(minute) <= PER_MINUTE[toll.resource] + 1e-6
        account = self.account(toll.resource)
        ticket = self.governor.begin(toll)
        self.under_way.append(self.thought_of(ticket, account, fate))
        assert account.used_by_us - sum(account.untold.values()) <= max(self.whole, account.before_news)

    def thought_of(self, ticket: Ticket, account: Account, fate: str) -> UnderWay:
        resource, cost = ticket.toll.resource, ticket.toll.cost
        status, silent_s, empty_s = 200, 0.0, 0.0
        headers: dict[str, str] = {}
        data: dict[str, object] = {}
        ends_s = (account.window + 1) * HOUR_S
        if fate == 'refused':
            status = 401
        elif fate in {'seconds', 'date', 'unsaid'}:
            status, silent_s = 403, 60
            data = {'message': 'You have exceeded a secondary rate limit.'}
            if fate != 'unsaid':
                until = format_datetime(self.truth() + timedelta(seconds=60), usegmt=True)
                headers['retry-after'] = '60' if fate == 'seconds' else until
        elif fate == 'unwell':
            status, silent_s, headers = 503, 60, {'retry-after': '60'}
        elif account.used + cost > account.limit:
            empty_s = ends_s - self.now_s
            is_graphql = resource is Resource.GRAPHQL
            status = 200 if is_graphql else 403
            data = {'errors': [{'type': 'RATE_LIMITED'}]} if is_graphql else {'message': 'API rate limit'}
            account.used = account.limit
        elif fate == 'free':
            status = 304
        else:
            account.used += cost
            account.used_by_us += cost
            account.before_news += 0 if account.is_news else cost
            if fate == 'lost':
                account.untold[len(self.sent)] = cost
        headers |= {
            'date': format_datetime(self.truth(), usegmt=True),
            'x-ratelimit-limit': str(account.limit),
            'x-ratelimit-remaining': str(account.limit - account.used),
            'x-ratelimit-reset': str(int(NOON.timestamp()) + ends_s),
            'x-ratelimit-resource': resource,
        }
        body = Body('', 10_000)
        body.feed(json.dumps(data).encode())
        reply = Reply(status=0 if fate == 'lost' else status, headers=httpx.Headers(headers), body=body)
        return UnderWay(
            number=len(self.sent), ticket=ticket, reply=reply, window=account.window, sent_at_s=self.now_s,
            silent_s=silent_s, empty_s=empty_s,
        )  # fmt: skip

    def answer(self, each: UnderWay) -> None:
        """Let an answer arrive, and remember what it forbids."""
        self.under_way.remove(each)
        resource = each.ticket.toll.resource
        if each.reply.status == 0:
            self.governor.end(each.ticket)
            return
        account = self.account(resource)
        account.is_news |= account.window == each.window
        account.untold = {number: cost for number, cost in account.untold.items() if number > each.number}
        read = graph.receipt if resource is Resource.GRAPHQL else REST.receipt
        receipt = read(each.reply, self.wall())
        is_well = each.reply.status < 500
        assert receipt.is_limit is (is_well and bool(each.silent_s or each.empty_s))
        with pytest.raises(RateLimited) if receipt.is_limit else nullcontext():
            self.governor.book(each.ticket, receipt)
        if 'retry-after' in each.reply.headers or each.empty_s:
            self.forbid(each)
        if each.reply.status == 401:
            self.refused_at_s, self.is_forgiven = self.now_s, False
        elif each.ticket.is_trial and is_well:
            self.refused_at_s = None

    def forbid(self, each: UnderWay) -> None:
        """Count from when it was said: the server's clock says that, in whole seconds."""
        if each.silent_s and each.reply.headers['retry-after'] == '60':
            self.silent_until_s = max(self.silent_until_s, self.now_s + 60)
        elif each.silent_s:
            self.silent_until_s = max(self.silent_until_s, each.sent_at_s + 59)
        else:
            until_s = self.empty_until_s[each.ticket.toll.resource]
            self.empty_until_s[each.ticket.toll.resource] = max(until_s, each.sent_at_s + each.empty_s - 1)

    def account(self, resource: Resource) -> Account:
        account = self.accounts[resource]
        account.turn(int(self.now_s // HOUR_S))
        return account


ASKING = st.tuples(st.just(Token.work), TOLLS, FATES, st.integers(0, 99))
ACTIONS = st.one_of(
    *[ASKING] * 9,
    st.tuples(st.just(Token.wait), st.sampled_from([0.5, 20, 59, 61, 299, 301, 1800, 3599])),
    st.tuples(st.just(Token.step_the_clock), st.sampled_from([-1, 0, 5])),
    st.tuples(st.just(Token.others_use_it), st.integers(1, 100), st.sampled_from(Resource)),
    st.tuples(st.just(Token.forgive)),
)


@given(
    limit=st.sampled_from([10, 20, 60, 5000]),
    share=st.sampled_from([0.05, 0.5, 0.8, 1]),
    actions=st.lists(ACTIONS, min_size=60, max_size=120),
)
def test_limits_are_kept_and_it_goes_on_by_itself(
    limit: int, share: float, actions: list[tuple[Any, ...]]
) -> None:
    token = Token(limit, share)

    for action, *values in actions:
        action(token, *values)

    for resource in Resource:
        assert token.may_after_waiting(Toll(resource=resource))


@pytest.mark.parametrize('resource', Resource)
def test_the_minute_is_kept_by_any_mix_of_reads_and_writes(resource: Resource) -> None:
    now_s = 0.0
    governor = Governor(has_token=True, monotonic=lambda: now_s)
    sent: list[tuple[float, int]] = []
    while now_s < 130:
        toll = Toll(resource=resource, points=5 if len(sent) % 7 == 0 else 1)
        if (pause_s := governor.pause_s(toll)) > 0:
            now_s += pause_s
            continue
        governor.end(governor.begin(toll))
        sent.append((now_s, toll.points))

    for first, _ in sent[::50]:
        assert sum(points for at, points in sent if first <= at < first + 60) <= PER_MINUTE[resource] + 5
