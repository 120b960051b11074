"""Our webhook at GitHub: found, created, repaired, never doubled, pinged; no other is touched."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewflow.our_hook import HookReport
from sync.github.our_hook import EVENTS
from tests.github import FakeGitHub
from tests.integration.github_client import Clock
from tests.integration.hook_stand import RIGHT, SECRET, URL, Taker, looks, make_github, make_hooks

NAME = 'acme/api'
ELSEWHERE = 'https://elsewhere.example.com/webhooks/github'


@pytest.fixture
def github() -> FakeGitHub:
    return make_github()


@pytest.fixture(autouse=True)
def taker(github: FakeGitHub) -> Taker:
    return Taker(github)


async def set_up(github: FakeGitHub, clock: Clock | None = None) -> HookReport:
    return await make_hooks(github, clock).set_up(NAME)


def right_ones(github: FakeGitHub) -> int:
    return sum(looks(hook) == RIGHT for hook in github.hooks(NAME))


def secrets(github: FakeGitHub) -> list[str | None]:
    return [hook.config.get('secret') for hook in github.sender.hooks]


def writes(github: FakeGitHub) -> list[str]:
    return [asked.method for asked in github.requests if asked.method != 'GET']


async def test_without_one_it_is_created_and_its_ping_arrives(github: FakeGitHub, taker: Taker) -> None:
    report = await set_up(github)

    assert report == HookReport(repository=NAME, is_new=True, ping='202 Accepted', has_arrived=True)
    assert [looks(hook) for hook in github.hooks(NAME)] == [RIGHT]
    assert secrets(github) == [SECRET]
    assert taker.events == ['ping'], 'GitHub pings a new one by itself'
    assert writes(github) == ['POST']


async def test_what_happens_then_is_delivered(github: FakeGitHub, taker: Taker) -> None:
    await set_up(github)
    number = github.open_pull(NAME, 'Fix it')
    github.review(NAME, number)
    github.check(NAME, number)
    await github.sender.flush()

    assert taker.events == ['ping', 'pull_request', 'pull_request_review', 'check_run', 'check_suite']
    assert taker.payloads[1]['pull_request']['title'] == 'Fix it'
    assert taker.refused == 0


async def test_doing_it_again_changes_nothing_that_can_be_seen(github: FakeGitHub, taker: Taker) -> None:
    await set_up(github)
    before = copy.deepcopy(github.hooks(NAME))
    report = await set_up(github)

    assert report == HookReport(repository=NAME, ping='202 Accepted', has_arrived=True)
    assert [looks(hook) for hook in github.hooks(NAME)] == [looks(hook) for hook in before]
    assert taker.events == ['ping', 'ping']


async def test_a_secret_that_nobody_can_see_is_set_anew(github: FakeGitHub) -> None:
    github.add_hook(NAME, URL, events=EVENTS, content_type='json', secret='another')

    report = await set_up(github)

    assert (report.repaired, report.has_arrived) == ((), True)
    assert secrets(github) == [SECRET]


@pytest.mark.parametrize(
    ('wrong', 'said'),
    [
        ({'events': ('push',)}, 'events'),
        ({'events': ('*',)}, 'events'),
        ({'active': False}, 'inactive'),
        ({'content_type': 'form'}, 'content type'),
        ({'insecure_ssl': '1'}, 'certificates unchecked'),
        ({'insecure_ssl': 1}, 'certificates unchecked'),
        ({'secret': None}, 'no secret'),
        ({'url': f'{URL}/'}, 'address'),
        ({'url': URL.replace('example.com', 'EXAMPLE.com:443')}, 'address'),
        ({'url': URL.replace('//', '//me:it@') + '?a=b'}, 'address'),
    ],
)
async def test_what_is_wrong_is_repaired_and_said(
    github: FakeGitHub, wrong: dict[str, Any], said: str
) -> None:
    usual = {'url': URL, 'events': EVENTS, 'content_type': 'json', 'secret': SECRET}
    id_ = github.add_hook(NAME, **(usual | wrong))

    report = await set_up(github)

    assert report == HookReport(repository=NAME, repaired=(said,), ping='202 Accepted', has_arrived=True)
    (hook,) = github.hooks(NAME)
    assert (hook['id'], looks(hook)) == (id_, RIGHT)


async def test_of_several_the_best_is_kept_and_the_others_go(github: FakeGitHub) -> None:
    github.add_hook(NAME, URL, events=('push',))
    best = github.add_hook(NAME, f'{URL}/', events=EVENTS, content_type='json', secret='x')
    github.add_hook(NAME, URL, events=('star',), active=False)
    other = github.add_hook(NAME, ELSEWHERE)

    report = await set_up(github)

    assert (report.repaired, report.removed, report.is_new) == (('address',), 2, False)
    assert [hook['id'] for hook in github.hooks(NAME)] == [best, other]


async def test_a_hook_on_a_later_page_is_found(github: FakeGitHub) -> None:
    for number in range(120):
        github.add_hook(NAME, f'{ELSEWHERE}/{number}')
    github.add_hook(NAME, URL, events=('push',))

    assert (await set_up(github)).repaired
    assert right_ones(github) == 1
    assert len(github.hooks(NAME)) == 121


async def test_a_renamed_repository_is_written_to_under_its_new_name(github: FakeGitHub) -> None:
    github.rename(NAME, 'acme/core')

    assert (await set_up(github)).repository == 'acme/core'
    assert [looks(hook) for hook in github.hooks('acme/core')] == [RIGHT]


OURS = st.fixed_dictionaries(
    {
        'url': st.sampled_from([URL, f'{URL}/', URL.replace('reviews', 'REVIEWS'), f'{URL}?x=1']),
        'events': st.sampled_from([EVENTS, ('push',), ('*',), ('star', 'push'), EVENTS[:5], ()]),
        'active': st.booleans(),
        'content_type': st.sampled_from(['json', 'form']),
        'insecure_ssl': st.sampled_from(['0', '1', 0, 1]),
        'secret': st.sampled_from([None, SECRET, 'another']),
    }
)
OTHERS = st.fixed_dictionaries(
    {
        'url': st.sampled_from(
            [ELSEWHERE, URL + '/more', URL.replace('https', 'http'), URL.replace('.com', '.com:8443'), 'odd']
        ),
        'events': st.sampled_from([EVENTS, ('push',), ('*',)]),
        'active': st.booleans(),
        'secret': st.sampled_from([None, 'theirs']),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(OURS, max_size=4), st.lists(OTHERS, max_size=3), st.randoms())
async def test_whatever_was_there_there_is_one_right_hook_and_the_others_are_as_they_were(
    ours: list[dict[str, Any]], others: list[dict[str, Any]], random: Any
) -> None:
    github = make_github()
    taker = Taker(github)
    hooks = [*ours, *others]
    random.shuffle(hooks)
    for hook in hooks:
        github.add_hook(NAME, **hook)
    foreign = [copy.deepcopy(shown) for shown in github.hooks(NAME) if not is_ours(shown)]

    report = await set_up(github)

    assert right_ones(github) == 1
    assert len(github.hooks(NAME)) == 1 + len(others)
    assert [hook for hook in github.hooks(NAME) if not is_ours(hook)] == foreign
    assert report.removed == max(len(ours) - 1, 0)
    assert report.is_new == (not ours)
    assert report.has_arrived
    assert taker.refused == 0
    assert (await set_up(github)).repaired == ()


def is_ours(hook: Any) -> bool:
    url = hook['config']['url'].lower()
    return url.startswith(URL) and not url.endswith('/more')


# An organisation's


async def test_the_hook_of_an_organisation_is_enough(github: FakeGitHub) -> None:
    github.organisations.add('acme')
    github.may_see_hooks_of_organisations = True
    github.add_hook('acme', URL, content_type='json', secret=SECRET)

    report = await set_up(github)

    assert report == HookReport(repository=NAME, organisation='acme', ping='202 Accepted', has_arrived=True)
    assert github.hooks(NAME) == []


@pytest.mark.parametrize(
    'lacking', [{'active': False}, {'events': ('push',)}, {'secret': None}, {'url': ELSEWHERE}]
)
async def test_one_that_does_not_do_it_all_is_left_alone(github: FakeGitHub, lacking: dict[str, Any]) -> None:
    github.organisations.add('acme')
    github.may_see_hooks_of_organisations = True
    usual = {'url': URL, 'content_type': 'json', 'secret': SECRET}
    github.add_hook('acme', **(usual | lacking))
    before = copy.deepcopy(github.hooks('acme'))

    assert (await set_up(github)).is_new
    assert github.hooks('acme') == before
    assert right_ones(github) == 1


async def test_where_the_token_does_not_see_those_of_the_organisation_it_is_created(
    github: FakeGitHub,
) -> None:
    github.organisations.add('acme')
    github.add_hook('acme', URL, content_type='json', secret=SECRET)

    assert (await set_up(github)).is_new
