"""With few requests an hour everything still gets its turn, and our share is never overspent."""

import pytest

from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rig import Rig

ANONYMOUS = 60
SHARE = 48


def add(github: FakeGitHub, count: int) -> list[str]:
    """Repositories with one open pull each."""
    names = [f'acme/r{number:03}' for number in range(count)]
    for name in names:
        github.add_repository(name)
        github.open_pull(name, f'Old {name}')
    return names


async def live(rig: Rig, hours: int) -> list[int]:
    """Poll as the plan says; gives the requests of each hour."""
    spent = []
    for _ in range(hours):
        before, end = len(rig.github.requests), rig.monotonic() + 3600
        while (left := end - rig.monotonic()) > 0:
            await rig.tick(after_s=min(rig.poller.spending.plan.interval_s, left))
            await rig.poller.read_details()
        spent.append(len(rig.github.requests) - before)
    return spent


@pytest.mark.parametrize('count', [15, 40, 60])
async def test_without_a_token_every_repository_is_read_and_news_of_each_is_found(
    github: FakeGitHub, clock: Clock, database: Database, count: int
) -> None:
    github.now = clock
    names = add(github, count)
    async with Rig.running(github, clock, database, *names, has_token=False) as rig:
        await live(rig, 6)
        assert len(rig.board.cards) == count
        for name in names:
            github.edit(name, 1, title='New')

        spent = await live(rig, 5)

        assert {card.pull.title for card in rig.board.cards.values()} == {'New'}
        assert max(spent) <= ANONYMOUS


async def test_the_rest_of_the_allowance_is_left_to_others(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.now = clock
    names = add(github, 30)
    async with Rig.running(github, clock, database, *names, has_token=False) as rig:
        await rig.tick()
        await rig.tick()
        await rig.poller.sync_now()

        assert github.used[''] <= SHARE


async def test_first_reads_leave_something_for_what_changes_later(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.now, github.limit = clock, 500
    for number in range(200):
        github.open_pull('acme/api', f'Pull {number}')
    async with Rig.running(github, clock, database) as rig:
        for _ in range(40):
            await rig.tick()
            await rig.poller.read_details()
        github.review('acme/api', 1)
        await rig.tick()
        await rig.poller.read_details()

        detail = rig.card(1).pull.detail
        assert detail is not None, 'the one that was touched last is read, though others wait'
        assert len(detail.reviews) == 1
        assert any(card.pull.detail is None for card in rig.board.cards.values())


async def test_a_first_read_of_many_pages_goes_on_where_the_allowance_ended(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.now, github.anonymous_limit = clock, 10
    for number in range(1500):
        github.open_pull('acme/api', f'Pull {number}')
        github.merge('acme/api', number + 1)
    async with Rig.running(github, clock, database, has_token=False) as rig:
        await live(rig, 4)

        assert rig.board.totals['merged'] == 1500
        (tracked,) = await rig.tracked()
        assert tracked.read_to is not None
