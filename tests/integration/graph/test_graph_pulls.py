"""GitHub by GraphQL: single pulls, their pulses, and what is done where there is no GraphQL."""

import asyncio
import math
from collections.abc import Callable
from itertools import pairwise

import pytest

from reviewflow.errors import ForgeUnavailable, Reason, RepositoryUnavailable
from reviewflow.forge import Ask, Place, Pulse
from reviewflow.models import CheckState, PullRequest, Repository
from sync.github.forge import GitHubForge
from sync.github.graph_reader import PULLS_AT_ONCE
from sync.github.trouble import Passing
from tests.builders import NOW, Clock
from tests.github import FakeGitHub, fault
from tests.integration.asking import open_pulls, read_pull
from tests.integration.github_client import Crowd
from tests.integration.github_forge import make_forge
from tests.integration.graph.conftest import NAME

pytestmark = pytest.mark.usefixtures('npm')


# Pulls


async def test_many_pulls_are_read_with_few_requests(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pulls_in_bulk(NAME, 120)
    page = await open_pulls(forge, api)
    places = [Place(repository=api, number=one.number, node_id=one.node_id) for one in page.listed]
    github.requests.clear()

    pulls = await forge.pulls(places)

    assert [pull.number for pull in pulls if isinstance(pull, PullRequest)] == [one.number for one in places]
    assert len(github.requests) == math.ceil(len(places) / PULLS_AT_ONCE)


async def test_what_is_too_much_is_asked_for_in_halves(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pulls_in_bulk(NAME, 20)
    page = await open_pulls(forge, api)
    places = [Place(repository=api, number=one.number, node_id=one.node_id) for one in page.listed]
    github.requests.clear()
    github.fail(fault.status(502))

    pulls = await forge.pulls(places)

    assert [pull.number for pull in pulls if isinstance(pull, PullRequest)] == [one.number for one in places]
    asked = [len((request.variables or {})['ids']) for request in github.requests]
    assert asked == [20, 10, 10]


async def test_a_pull_that_is_gone_stands_among_the_others(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pulls_in_bulk(NAME, 3)
    page = await open_pulls(forge, api)
    github.delete_pull(NAME, page.listed[1].number)

    first, second, third = await forge.pulls(
        [Place(repository=api, number=one.number, node_id=one.node_id) for one in page.listed]
    )

    assert isinstance(second, RepositoryUnavailable)
    assert second.reason is Reason.MISSING
    assert isinstance(first, PullRequest)
    assert isinstance(third, PullRequest)


async def test_a_pull_that_was_just_changed_is_read_early(github: FakeGitHub, api: Repository) -> None:
    clock = Clock(NOW)
    github.now = clock
    number = github.open_pull(NAME)
    forge = make_forge(github, by_graph=True)

    early = (await read_pull(forge, api, number)).detail
    clock.forward(seconds=2)
    late = (await read_pull(forge, api, number)).detail
    await forge.aclose()

    assert early is not None
    assert late is not None
    assert (early.is_early, late.is_early) == (True, False)


# Pulses


@pytest.mark.parametrize('what', ['check', 'finish', 'status', 'conflict', 'queue', 'draft', 'push'])
async def test_the_pulse_is_another_one_when_something_moved(
    forge: GitHubForge, github: FakeGitHub, api: Repository, what: str
) -> None:
    number = github.open_pull(NAME)
    github.check(NAME, number, 'test', None)
    pull = await read_pull(forge, api, number)
    assert pull.detail is not None
    assert await forge.pulses([pull.node_id]) == [Pulse.of(pull.detail)]

    moves: dict[str, Callable[[], object]] = {
        'check': lambda: github.check(NAME, number, 'lint'),
        'finish': lambda: github.check(NAME, number, 'test', 'success'),
        'status': lambda: github.status(NAME, number),
        'conflict': lambda: github.set_mergeable(NAME, number, mergeable=False),
        'queue': lambda: github.enqueue(NAME, number),
        'draft': lambda: github.convert_to_draft(NAME, number),
        'push': lambda: github.push(NAME, number),
    }
    moves[what]()

    (pulse,) = await forge.pulses([pull.node_id]) or ()
    assert isinstance(pulse, Pulse)
    assert pulse.has_moved_since(pull.detail)


async def test_that_conflicts_are_not_known_just_now_is_no_move(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    pull = await read_pull(forge, api, github.open_pull(NAME))
    assert pull.detail is not None
    github.push_to_base(NAME)

    said = [pulse for _ in range(2) for pulse in await forge.pulses([pull.node_id]) or ()]

    assert said == [Pulse(digest=pull.detail.pulse, mergeable=None), Pulse.of(pull.detail)]
    assert not any(isinstance(pulse, Pulse) and pulse.has_moved_since(pull.detail) for pulse in said)


async def test_a_pulse_that_is_not_to_be_had_is_none(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    pull = await read_pull(forge, api, github.open_pull(NAME))

    first, second = await forge.pulses(['PR_nobody', pull.node_id]) or (None, None)

    assert first is None
    assert second


async def test_pulses_that_are_too_much_are_asked_for_in_halves(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pulls_in_bulk(NAME, 40)
    ids = [one.node_id for one in (await open_pulls(forge, api)).listed]
    true = await forge.pulses(ids)
    github.requests.clear()
    github.fail(fault.status(502), fault.resources_exceeded(), on='Heartbeat')

    assert await forge.pulses(ids) == true

    asked = [len((request.variables or {})['ids']) for request in github.requests]
    assert asked == [40, 20, 10, 10, 10, 10]


async def test_pulses_that_fail_stand_among_the_others(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.open_pulls_in_bulk(NAME, 4)
    ids = [one.node_id for one in (await open_pulls(forge, api)).listed]
    github.fail(fault.status(502), *[fault.status(503)] * 4, on='Heartbeat')

    found = await forge.pulses(ids)

    assert [type(pulse) for pulse in found or ()] == [Passing, Passing, Pulse, Pulse]


# Where there is none


async def test_without_graphql_rest_is_used_and_graphql_tried_again_after_ever_longer(
    github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull(NAME)
    forge = make_forge(github, by_graph=True)
    now_s = 0
    forge._monotonic = lambda: now_s
    forge._graph_from_s = 0.0
    github.has_graphql = False
    tried = []
    for now_s in range(0, 7500, 60):  # it is the time
        assert (await read_pull(forge, api, number)).number == number
        assert forge.pulls_at_once == 1
        assert await forge.pulses(['PR_1']) is None
        if any(request.path == '/graphql' for request in github.requests):
            tried.append(now_s)
        github.requests.clear()
    pauses = [after - before for before, after in pairwise(tried)]
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600]

    github.has_graphql = True
    now_s += 3600
    assert (await read_pull(forge, api, number)).number == number
    assert [request.path for request in github.requests] == ['/graphql']
    await forge.aclose()


async def test_an_enterprise_server_whose_schema_lacks_a_field_is_read_by_rest(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.graphql_lacks = {'PullRequest.statusCheckRollup'}  # as before 3.14
    number = github.open_pull(NAME)
    github.check(NAME, number)

    detail = (await read_pull(forge, api, number)).detail

    assert detail is not None
    assert [one.state for one in detail.checks or ()] == [CheckState.PASSING]
    assert forge.means == 'REST'


async def test_however_many_find_out_that_there_is_no_graphql_it_is_tried_again_in_a_minute(
    github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull(NAME)
    forge = make_forge(github, by_graph=True)
    now_s = 0.0
    forge._monotonic = lambda: now_s
    forge._graph_from_s = 0.0
    crowd = Crowd(6, fault.status(404))
    github.fail(*[crowd] * 6)

    assert await asyncio.gather(*[forge.pulses(['PR_1']) for _ in range(6)]) == [None] * 6

    assert crowd.most == 6
    now_s = 59
    assert forge.means == 'REST'
    now_s = 60
    assert forge.means == 'GraphQL'
    assert (await read_pull(forge, api, number)).number == number
    assert github.requests[-1].path == '/graphql'
    await forge.aclose()


async def test_an_answer_that_makes_no_sense_is_trouble_of_the_host(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    github.fail(*[fault.text('{"data": {"nodes": []}}')] * 8)

    (answer,) = await forge.lists([Ask(repository=api)])

    assert isinstance(answer, ForgeUnavailable)


async def test_of_pulls_that_say_very_much_fewer_are_asked_for(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    for _ in range(20):
        github.open_pull(NAME, body='語' * 65_536)
    page = await open_pulls(forge, api)
    places = [Place(repository=api, number=one.number, node_id=one.node_id) for one in page.listed]
    github.requests.clear()

    pulls = await forge.pulls(places)

    assert [pull.number for pull in pulls if isinstance(pull, PullRequest)] == [one.number for one in places]
    assert 1 < len(github.requests) < len(places)
    assert {request.path for request in github.requests} == {'/graphql'}
