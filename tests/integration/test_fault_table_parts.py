"""Something is wrong with a part of what GitHub says: nothing leaves the page, and nothing is lost."""

import json
from datetime import timedelta
from itertools import count

import pytest
from starlette.requests import Request
from starlette.responses import Response

from reviewflow.models import CheckState, Status, SyncState
from reviewflow.store.database import Database
from sync.names import GONE_AFTER_S, LOOK_UP_EVERY_S
from tests.github import FakeGitHub, fault
from tests.github.answer import as_json
from tests.github.fault.true_answer import true_answer
from tests.integration.fault_stand import REPOSITORIES, WallClock, full_github, standing, stored
from tests.integration.rig import INTERVAL_S

pytestmark = pytest.mark.usefixtures('npm')

MEANWHILE = [f'Meanwhile in {name}' for name in REPOSITORIES]
BY_GRAPH = pytest.mark.parametrize('by_graph', [False, True], ids=['rest', 'graphql'])


@pytest.fixture
def clock() -> WallClock:
    return WallClock()


@pytest.fixture
def github(clock: WallClock) -> FakeGitHub:
    return full_github(clock)


# Repositories


@BY_GRAPH
async def test_a_repository_that_is_named_is_shown_although_it_is_out_of_reach(
    by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    async with standing(github, clock, database, by_graph=by_graph) as stand:
        before = stand.page.titles
        github.refuse('acme/web')
        github.edit('acme/api', 1, title='The others go on')
        await stand.live(2 * GONE_AFTER_S)

        assert stand.page.titles == before - {'acme/api 0'} | {'The others go on'}
        assert stand.page.sync['state'] == SyncState.FAILING
        assert stand.page.error == (
            'acme/web cannot be found: it may be deleted, or the token may not see it'
        )
        github.refuse('acme/web', None)
        assert await stand.recover() <= 60


@BY_GRAPH
async def test_a_repository_that_an_owner_has_no_more_is_hidden_after_ten_minutes_and_comes_back(
    by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    async with standing(github, clock, database, 'acme/*', by_graph=by_graph) as stand:
        before = stand.page.titles
        github.refuse('acme/web')
        await stand.live(GONE_AFTER_S - 10)
        assert stand.page.titles == before
        assert stand.page.error == (
            'acme/web cannot be found: it may be deleted, or the token may not see it'
        )

        await stand.live(100)
        assert stand.page.titles == {f'acme/api {number}' for number in range(3)}
        assert stand.page.sync['state'] == SyncState.LIVE
        assert len(await stored(database)) == len(before), 'it is not deleted'

        github.refuse('acme/web', None)
        await stand.rig.poller.sync_now()
        assert stand.page.titles == before
        assert await stand.recover() <= 60


@BY_GRAPH
async def test_a_repository_that_is_not_found_once_is_not_hidden(
    by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    async with standing(github, clock, database, 'acme/*', by_graph=by_graph) as stand:
        for _ in range(2):
            github.refuse('acme/web')
            await stand.live(40)
            github.refuse('acme/web', None)
            await stand.live(GONE_AFTER_S - 40)
            assert len(stand.page.titles) == 6
            assert stand.page.sync['state'] == SyncState.LIVE


# Answers of GraphQL that lack something


def lacking(name: str | None = None, *, kind: str | None, most: int | None = None) -> fault.Fault:
    """Answer null for the first nodes, or for one field of each, and say why; ``kind`` None: say nothing."""

    async def leave_out(request: Request) -> Response:
        answer = json.loads(bytes(true_answer(request).body))
        nodes = answer['data']['nodes']
        for place, node in enumerate(nodes[:most]):
            if name is None:
                nodes[place] = None
            else:
                node[name] = None
            if kind is not None:
                path = ['nodes', place] if name is None else ['nodes', place, name]
                error = {'type': kind, 'path': path, 'message': 'It is missing.'}
                answer.setdefault('errors', []).append(error)
        return as_json(answer)

    return leave_out


@pytest.mark.parametrize(
    ('kind', 'lasts_s'),
    [('', 40), ('FORBIDDEN', 40), (None, 2 * GONE_AFTER_S), ('NOT_FOUND', 2 * GONE_AFTER_S)],
)
@pytest.mark.parametrize('operation', ['Changed', 'Detail', 'Heartbeat'])
async def test_null_for_what_is_there_removes_nothing(
    operation: str, kind: str | None, lasts_s: int, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    async with standing(github, clock, database, by_graph=True) as stand:
        before = stand.page.titles
        github.always(lacking(kind=kind), on=operation)
        stand.happen('Meanwhile')
        await stand.live(lasts_s)

        assert len(stand.page.titles) == len(before)
        assert stand.busiest_minute <= 12
        stand.calm()
        assert await stand.shows(*MEANWHILE) <= 60


@pytest.mark.parametrize('kind', [None, '', 'NOT_FOUND'])
async def test_one_of_many_that_is_null_once_is_asked_for_again_soon(
    kind: str | None, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    github.open_pulls_in_bulk('acme/api', 60)
    github.close('acme/api', 3)
    clock.forward(minutes=5)
    async with standing(github, clock, database, by_graph=True) as stand:
        github.fail(lacking(kind=kind, most=1), on='Detail')
        for number in (1, 3):
            github.edit('acme/api', number, title=f'Meanwhile {number}')

        assert await stand.shows('Meanwhile 1', 'Meanwhile 3') <= 60


PARTS = {
    'reviews': 'GitHub cannot be read: the reviews of a pull cannot be found',
    'reviewThreads': None,
    'statusCheckRollup': None,
    'mergeable': None,
}
"""Field of a pull → what the page says when it is not to be had."""


@pytest.mark.parametrize('name', PARTS)
async def test_a_part_that_is_not_to_be_had_is_unknown_and_comes_back(
    name: str, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    github.review('acme/api', 1)
    github.check('acme/api', 1)
    async with standing(github, clock, database, by_graph=True) as stand:
        board = stand.rig.board
        github.always(lacking(name, kind='FORBIDDEN'), on='Detail')
        stand.happen('Meanwhile')
        await stand.live(120)

        assert stand.page.error == PARTS[name]
        assert (PARTS[name] is None) == stand.page.titles.issuperset(MEANWHILE), 'all of a pull or nothing'
        assert stand.rig.card(1).status is Status.APPROVED
        stand.calm()
        assert await stand.shows(*MEANWHILE) <= 60
        await stand.live(60)
        assert stand.rig.card(1).checks is CheckState.PASSING
        assert board.sync.state is SyncState.LIVE


TOO_MUCH = 'GitHub cannot be read: that was too much at once: Resource limits for this query exceeded.'


@pytest.mark.parametrize(
    ('operation', 'says', 'is_news_shown'),
    [('Changed', TOO_MUCH, False), ('Detail', None, True), ('Heartbeat', TOO_MUCH, True)],
)
async def test_what_is_too_much_for_graphql_is_said_or_read_otherwise(
    operation: str,
    says: str | None,
    is_news_shown: bool,
    github: FakeGitHub,
    clock: WallClock,
    database: Database,
) -> None:
    async with standing(github, clock, database, by_graph=True) as stand:
        github.always(fault.resources_exceeded(), on=operation)
        stand.happen('Meanwhile')
        await stand.live(300)

        assert stand.page.error == says
        assert stand.page.titles.issuperset(MEANWHILE) == is_news_shown
        stand.calm()
        assert await stand.shows(*MEANWHILE) <= 60


async def test_a_limit_of_rest_alone_does_not_stop_graphql(
    github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    async with standing(github, clock, database, by_graph=True) as stand:
        clock.forward(seconds=LOOK_UP_EVERY_S)
        until = clock.now + timedelta(minutes=40)
        github.always(fault.primary_limit(until), on='/repos/')
        stand.happen('Meanwhile')
        await stand.live(60)

        assert 'Meanwhile in acme/api' in stand.page.titles
        assert stand.page.sync['state'] == SyncState.LIMITED
        assert stand.page.error == f'The allowance of GitHub is used up until {until:%H:%M} UTC'
        assert sum('graphql' not in sent.path for sent in stand.way.sent) <= len(REPOSITORIES)
        stand.calm()
        await stand.live(40 * 60)
        assert stand.page.sync['state'] == SyncState.LIVE


# Pages that drift


@BY_GRAPH
async def test_pulls_that_move_between_two_pages_are_not_lost(
    by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    github.add_repository('acme/big')
    github.open_pulls_in_bulk('acme/big', 330)
    for number in range(1, 331, 2):
        github.close('acme/big', number)
    moves = count(1)  # from the end of the list

    def drift() -> None:
        """Two of the unread are touched, one is closed, one is opened: each shifts all that follow."""
        clock.forward(seconds=1)
        for number in (next(moves), next(moves)):
            github.edit('acme/big', number, title=f'Touched {number}')
        github.close('acme/big', 2 * next(moves))
        github.open_pull('acme/big', 'Opened meanwhile')

    github.always(fault.after(drift), on='Changed' if by_graph else '/pulls?')
    async with standing(github, clock, database, 'acme/big', by_graph=by_graph) as stand:
        assert next(moves) > 3 * 3, 'it drifted between the pages'
        stand.calm()
        await stand.live(2 * INTERVAL_S + 5)

        there = {number: pull.listed for number, pull in github.repo('acme/big').pulls.items()}
        cards = stand.rig.board.cards.values()
        here = {card.pull.number: (card.pull.title, card.pull.is_open) for card in cards}
        assert here == {n: (pull['title'], pull['state'] == 'open') for n, pull in there.items()}


# Single pulls


@BY_GRAPH
async def test_pulls_that_always_fail_do_not_keep_the_others_from_their_turn(
    by_graph: bool, github: FakeGitHub, clock: WallClock, database: Database
) -> None:
    github.open_pulls_in_bulk('acme/api', 20)
    clock.forward(minutes=5)
    async with standing(github, clock, database, by_graph=by_graph) as stand:
        for number in range(1, 24):
            clock.forward(seconds=1)
            github.review('acme/api', number)
        for number in range(12, 24):  # those that changed last come first
            github.always(fault.status(500), on=f'/pulls/{number}')
        await stand.live(300)

        approved = {n for n in range(1, 24) if stand.rig.card(n).status is Status.APPROVED}
        assert approved >= set(range(1, 12))
        stand.calm()
        await stand.live(330)
        assert all(stand.rig.card(n).status is Status.APPROVED for n in range(1, 24))
