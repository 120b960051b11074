"""What GitHub could not deliver is found in its list of deliveries, and fetched from there."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewflow.errors import RepositoryUnavailable
from sync.github import deliveries
from sync.github.client import GitHubClient
from sync.github.deliveries import Attempt
from sync.github.our_hook import OurHook
from tests.github import FakeGitHub, fault, sender
from tests.integration.github_client import Clock, make_client
from tests.integration.hook_stand import SECRET, TARGET, URL, Taker, make_github

NAME = 'acme/api'
FATES = [sender.SEND, sender.DROP, sender.DOUBLE]


class Stand:
    """A hook, who takes what it delivers, and who asks for its list."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.github: FakeGitHub = make_github()
        self.github.now = self.clock.truth
        self.begun = self.clock.truth()
        self.taker = Taker(self.github)
        id_ = self.github.add_hook(NAME, URL, content_type='json', secret=SECRET)
        self.hook_url = f'{self.github.url}/repos/{NAME}/hooks/{id_}'
        self.client: GitHubClient = make_client(self.github, self.clock)

    async def happen(self, *fates: sender.Fate) -> None:
        """Let pulls be opened, a second apart, whose deliveries go like this."""
        for fate in fates:
            self.clock.seconds += 1
            self.github.sender.plan(fate)
            self.github.open_pull(NAME)
            await self.github.sender.flush()

    async def failed(self, since_s: float = 0) -> list[Attempt]:
        """Ask what failed since so many seconds after the beginning."""
        time = self.begun + timedelta(seconds=since_s)
        return await deliveries.failed_since(self.client, self.hook_url, time, about=NAME)

    async def payload(self, attempt: Attempt) -> Any:
        """Ask what it said."""
        return await deliveries.payload(self.client, f'{self.hook_url}/deliveries/{attempt.id}', about=NAME)


@pytest.fixture
def stand() -> Stand:
    return Stand()


async def test_what_failed_is_listed_and_what_was_taken_is_not(stand: Stand) -> None:
    await stand.happen(sender.SEND, sender.DROP, sender.LOSE, sender.DOUBLE, sender.DROP)

    found = await stand.failed()

    assert [(each.event, each.action, each.answer) for each in found] == [
        ('pull_request', 'opened', '502 failed to connect to host')
    ] * 2
    assert [(await stand.payload(each))['number'] for each in found] == [2, 5]


async def test_where_github_lists_all_what_was_taken_is_passed_over(stand: Stand) -> None:
    stand.github.can_filter_deliveries = False
    await stand.happen(sender.SEND, sender.DROP)

    assert [(await stand.payload(each))['number'] for each in await stand.failed()] == [2]


async def test_several_attempts_of_one_are_one(stand: Stand) -> None:
    await stand.happen(sender.DROP)
    stand.clock.seconds += 60
    stand.github.sender.transport = None
    await stand.github.sender.send_again(stand.github.sender.deliveries[0])

    (attempt,) = await stand.failed()

    assert attempt.id == stand.github.sender.deliveries[1].id


async def test_pings_are_left_out(stand: Stand) -> None:
    stand.github.sender.plan(sender.DROP)
    await stand.github.sender.ping(stand.github.sender.hooks[0])

    assert await stand.failed() == []


async def test_the_list_is_read_as_far_back_as_wanted(stand: Stand) -> None:
    await stand.happen(*[sender.DROP] * 250)
    asked = len(stand.github.requests)

    assert len(await stand.failed()) == 250
    assert len(stand.github.requests) == asked + 3
    assert len(await stand.failed(since_s=241)) == 10
    assert len(stand.github.requests) == asked + 4


async def test_while_nothing_fails_the_list_costs_nothing(stand: Stand) -> None:
    await stand.happen(sender.SEND)
    await stand.failed()
    spent = stand.client.allowance.spent
    await stand.happen(sender.SEND)

    assert await stand.failed() == []
    assert stand.client.allowance.spent == spent


async def test_a_list_without_end_is_read_no_further_than_two_thousand_and_says_so(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(deliveries, 'PAGES_MAX', 2)
    await stand.happen(*[sender.DROP] * 200)
    assert len(await stand.failed()) == 200
    assert caplog.messages == []

    await stand.happen(sender.DROP)

    assert len(await stand.failed()) == 200
    assert caplog.messages == [f'{NAME}: so much could not be delivered that the oldest is left to the polls']


async def test_what_failed_is_found_at_our_hook_wherever_it_is(stand: Stand) -> None:
    stand.github.add_hook(NAME, 'https://elsewhere.example.com/', content_type='json', secret=SECRET)
    await stand.happen(sender.DROP, sender.SEND, sender.SEND)
    hook = OurHook(stand.client, stand.github.url, TARGET)

    (found,) = await hook.undelivered(NAME, stand.begun)

    parcel = stand.github.sender.deliveries[0].parcel
    assert (found.guid, found.event) == (parcel.guid, 'pull_request')
    assert await deliveries.payload(stand.client, found.handle, about=NAME) == parcel.payload
    assert await hook.undelivered(NAME, stand.clock.truth() + timedelta(seconds=1)) == []
    stand.github.sender.hooks.clear()
    assert await hook.undelivered(NAME, stand.begun) == [], 'there is none'


async def test_without_rights_nothing_is_known(stand: Stand) -> None:
    stand.github.may_manage_hooks = False

    with pytest.raises(RepositoryUnavailable):
        await stand.failed()


@pytest.mark.parametrize('rubbish', ['{}', '{"id": 1}', '{"request": {"payload": "x"}}', '[]'])
async def test_a_delivery_without_its_content_says_nothing(stand: Stand, rubbish: str) -> None:
    await stand.happen(sender.DROP)
    (attempt,) = await stand.failed()
    stand.github.fail(fault.text(rubbish))

    assert await stand.payload(attempt) is None


async def test_a_delivery_that_is_gone_says_nothing(stand: Stand) -> None:
    await stand.happen(sender.DROP)
    (attempt,) = await stand.failed()
    stand.github.sender.deliveries.clear()

    assert await stand.payload(attempt) is None


async def test_rubbish_in_the_list_is_passed_over(stand: Stand) -> None:
    at = '"delivered_at": "2026-06-01T00:00:00Z"'
    good = f'{{"id": 7, "guid": "g", {at}, "event": ["x"], "status_code": "200"}}'
    stand.github.fail(fault.text(f'[1, null, {{"id": true}}, {{"id": 8, "guid": 3}}, {good}]'))

    (attempt,) = await stand.failed()

    assert (attempt.id, attempt.event, attempt.action, attempt.status_code) == (7, '', None, 0)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(FATES), max_size=12), st.integers(0, 2**32))
async def test_whatever_becomes_of_deliveries_what_came_and_what_failed_is_all_there_was(
    fates: list[sender.Fate], seed: int
) -> None:
    stand = Stand()
    stand.github.sender.plan(*fates)
    for _ in fates:
        stand.github.open_pull(NAME)
    await stand.github.sender.flush(Random(seed))

    numbers = [(await stand.payload(each))['number'] for each in await stand.failed()]

    came = {payload['number'] for payload in stand.taker.payloads}
    assert set(numbers) == set(range(1, len(fates) + 1)) - came
    assert len(numbers) == sum(not fate.copies for fate in fates)
