"""What never came here is found in GitHub's list of deliveries, and fetched from there."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.responses import Response

from reviewflow.errors import ForgeUnavailable, RepositoryUnavailable
from sync.github import deliveries
from sync.github.client import GitHubClient
from sync.github.deliveries import Attempt, missed
from sync.github.our_hook import OurHook
from tests.github import FakeGitHub, fault, sender
from tests.integration.github_client import Clock, make_client
from tests.integration.hook_stand import SECRET, TARGET, URL, Taker, make_github

NAME = 'acme/api'
FATES = [sender.SEND, sender.DROP, sender.LOSE, sender.DOUBLE]


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

    async def listed(self, since_s: float = 0) -> list[Attempt]:
        """Ask what was tried since so many seconds after the beginning."""
        time = self.begun + timedelta(seconds=since_s)
        return await deliveries.since(self.client, self.hook_url, time, about=NAME)

    def is_known(self, guid: str) -> bool:
        return guid in {known for _, known in self.taker.taken}


@pytest.fixture
def stand() -> Stand:
    return Stand()


async def test_what_failed_or_was_lost_is_missed_and_what_came_is_not(stand: Stand) -> None:
    await stand.happen(sender.SEND, sender.DROP, sender.LOSE, sender.DOUBLE)

    found = missed(await stand.listed(), stand.is_known)

    assert [(each.event, each.action, each.answer) for each in found] == [
        ('pull_request', 'opened', '502 failed to connect to host'),
        ('pull_request', 'opened', '200 OK'),
    ]
    numbers = [(await deliveries.told(stand.client, stand.hook_url, each, about=NAME)) for each in found]
    assert [told.payload['number'] for told in numbers] == [2, 3]
    assert [told.guid for told in numbers] == [each.guid for each in found]
    assert {told.event for told in numbers} == {'pull_request'}


async def test_what_is_kept_here_is_not_missed_though_github_waited_in_vain(stand: Stand) -> None:
    stand.taker.answer = lambda: Response(status_code=503)
    await stand.happen(sender.SEND)

    (attempt,) = await stand.listed()
    assert not attempt.is_delivered
    assert missed([attempt], stand.is_known) == []
    assert missed([attempt], lambda _: False) == [attempt]


async def test_several_attempts_of_one_are_one(stand: Stand) -> None:
    await stand.happen(sender.DROP)
    stand.github.sender.transport = None
    stand.clock.seconds += 60
    await stand.github.sender.send_again(stand.github.sender.deliveries[0])

    newest, oldest = await stand.listed()

    assert newest.guid == oldest.guid
    assert missed([newest, oldest], stand.is_known) == [newest]
    assert missed([oldest, newest], stand.is_known) == [newest]


async def test_one_that_was_sent_again_and_came_is_not_missed(stand: Stand) -> None:
    await stand.happen(sender.DROP)
    await stand.github.sender.send_again(stand.github.sender.deliveries[0])

    assert missed(await stand.listed(), stand.is_known) == []


async def test_pings_are_never_missed(stand: Stand) -> None:
    stand.github.sender.plan(sender.DROP)
    await stand.github.sender.ping(stand.github.sender.hooks[0])

    assert [each.event for each in await stand.listed()] == ['ping']
    assert missed(await stand.listed(), stand.is_known) == []


async def test_the_list_is_read_as_far_back_as_wanted(stand: Stand) -> None:
    await stand.happen(*[sender.DROP] * 250)
    asked = len(stand.github.requests)

    assert len(await stand.listed()) == 250
    assert len(stand.github.requests) == asked + 3
    assert len(await stand.listed(since_s=241)) == 10
    assert len(stand.github.requests) == asked + 4


async def test_a_list_without_end_is_read_no_further_than_two_thousand(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, 'PAGES_MAX', 2)
    await stand.happen(*[sender.DROP] * 201)

    assert len(await stand.listed()) == 200


async def test_what_was_missed_is_fetched_from_our_hook_wherever_it_is(stand: Stand) -> None:
    stand.github.add_hook(NAME, 'https://elsewhere.example.com/', content_type='json', secret=SECRET)
    await stand.happen(sender.DROP, sender.SEND, sender.SEND)
    hook = OurHook(stand.client, stand.github.url, TARGET)

    told = await hook.missed(NAME, stand.begun, stand.is_known)

    assert [(each.event, each.payload['number']) for each in told] == [('pull_request', 1)]
    assert await hook.missed(NAME, stand.begun, lambda _: True) == []
    assert await hook.missed(NAME, stand.clock.truth() + timedelta(seconds=1), lambda _: False) == []
    stand.github.sender.hooks.clear()
    assert await hook.missed(NAME, stand.begun, stand.is_known) == [], 'there is none'


async def test_without_rights_nothing_is_known(stand: Stand) -> None:
    stand.github.may_manage_hooks = False

    with pytest.raises(RepositoryUnavailable):
        await stand.listed()


@pytest.mark.parametrize(
    'rubbish', ['{}', '{"id": 1}', '{"id": 1, "guid": "g", "delivered_at": "2026-01-01T00:00:00Z"}', '[]']
)
async def test_a_delivery_without_its_content_is_trouble(stand: Stand, rubbish: str) -> None:
    await stand.happen(sender.DROP)
    (attempt,) = await stand.listed()
    stand.github.fail(fault.text(rubbish))

    with pytest.raises(ForgeUnavailable):
        await deliveries.told(stand.client, stand.hook_url, attempt, about=NAME)


async def test_rubbish_in_the_list_is_passed_over(stand: Stand) -> None:
    at = '"delivered_at": "2026-06-01T00:00:00Z"'
    good = f'{{"id": 7, "guid": "g", {at}, "event": ["x"], "status_code": "200"}}'
    stand.github.fail(fault.text(f'[1, null, {{"id": true}}, {{"id": 8, "guid": 3}}, {good}]'))

    (attempt,) = await stand.listed()

    assert (attempt.id, attempt.event, attempt.action, attempt.status_code) == (7, '', None, 0)
    assert not attempt.is_delivered


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(FATES), max_size=12), st.integers(0, 2**32))
async def test_whatever_becomes_of_deliveries_what_came_and_what_is_missed_is_all_there_was(
    fates: list[sender.Fate], seed: int
) -> None:
    stand = Stand()
    stand.github.sender.plan(*fates)
    for _ in fates:
        stand.github.open_pull(NAME)
    await stand.github.sender.flush(Random(seed))

    found = missed(await stand.listed(), stand.is_known)

    told = [(await deliveries.told(stand.client, stand.hook_url, each, about=NAME)) for each in found]
    came = {payload['number'] for payload in stand.taker.payloads}
    assert {each.payload['number'] for each in told} == set(range(1, len(fates) + 1)) - came
    assert len(told) == sum(not fate.copies for fate in fates)
