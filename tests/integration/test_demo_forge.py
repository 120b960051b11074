"""The pretend team keeps the promises of a forge."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from reviewflow.forge import Forge
from sync.demo import PATTERN, DemoForge
from tests.integration.forge_contract import ForgeContract, Stir, all_pulls, changed


class Clock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


class TestDemoForge(ForgeContract):
    @pytest.fixture
    async def forge(self, clock: Clock) -> AsyncIterator[Forge]:
        forge = DemoForge(None, clock)
        yield forge
        await forge.aclose()

    @pytest.fixture
    def pattern(self) -> str:
        return PATTERN

    @pytest.fixture
    def stir(self, clock: Clock) -> Stir:
        async def wait() -> None:
            clock.now += timedelta(minutes=3)

        return wait


async def test_it_costs_nothing(clock: Clock) -> None:
    forge = DemoForge(None, clock)
    await forge.repositories(PATTERN)

    assert (forge.cost_per_pull, forge.budget, forge.spent) == (0, None, 0)


async def test_seven_repositories_keep_their_ids_over_restarts(clock: Clock) -> None:
    before = await DemoForge(None, clock).repositories(PATTERN)
    clock.now += timedelta(days=1)
    after = await DemoForge(None, clock).repositories(PATTERN)

    assert before == after
    assert len(before) == 7


async def test_small_pages_show_what_one_large_page_shows(clock: Clock) -> None:
    whole, cut = DemoForge(3, clock), DemoForge(3, clock, per_page=2)
    repository = (await whole.repositories('harborline/web'))[0]

    pages = [page async for page in changed(cut, repository)]

    assert len(pages) > 1
    assert [pull for page in pages for pull in page.pulls] == await all_pulls(whole, repository)


async def test_without_a_seed_the_story_is_always_the_same(clock: Clock) -> None:
    repository = (await DemoForge(None, clock).repositories('harborline/web'))[0]

    assert await all_pulls(DemoForge(None, clock), repository) == await all_pulls(
        DemoForge(None, clock), repository
    )
