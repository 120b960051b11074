"""Repositories get renamed, replaced, deleted and handed on; no pull gets lost, or into another."""

import pytest

from reviewflow.errors import ForgeUnavailable
from reviewflow.models import SyncState
from reviewflow.store.database import Database
from sync.names import NONE_FOUND
from tests.builders import Clock
from tests.github import FakeGitHub
from tests.integration.rig import Rig

HOUR_S = 3601


def fill(github: FakeGitHub, name: str, count: int) -> None:
    for number in range(count):
        github.open_pull(name, f'{name} {number}')


def rename(github: FakeGitHub, name: str, new: str) -> None:
    """Rename a repository; its pulls know of it."""
    github.rename(name, new)
    for pull in github.repo(new).pulls.values():
        pull.listed['base']['repo'] = github.repo(new).data


def counts(rig: Rig) -> dict[str, int]:
    """Repository → pulls on the board."""
    found: dict[str, int] = {}
    for card in rig.board.cards.values():
        found[card.pull.repository] = found.get(card.pull.repository, 0) + 1
    return found


async def test_what_the_settings_name_and_nobody_finds_is_told_of_until_it_is_there(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, 'acme/nothing', 'acme/api') as rig:
        await rig.tick()

        host, (found, unfound) = rig.poller.health()
        assert (found.name, found.error) == ('acme/api', None)
        assert (unfound.name, unfound.id, unfound.error) == ('acme/nothing', 0, host.errors[0])
        assert host.errors[0].says.startswith('acme/nothing cannot be found')

        github.add_repository('acme/nothing')
        await rig.tick(after_s=61)
        assert [(each.name, each.error) for each in rig.poller.health()[1]] == [
            ('acme/api', None),
            ('acme/nothing', None),
        ]


async def test_an_owner_without_repositories_is_told_of_and_is_no_trouble(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.organisations.add('empty')
    async with Rig.running(github, clock, database, 'empty/*', 'acme/api') as rig:
        await rig.tick()

        host, (found, unfound) = rig.poller.health()
        assert (found.name, found.error) == ('acme/api', None)
        assert (unfound.name, unfound.error) == ('empty/*', NONE_FOUND)
        assert (host.errors, rig.state()) == ((), SyncState.LIVE)

        github.add_repository('empty/not-any-more')
        await rig.tick(after_s=HOUR_S)
        assert [(each.name, each.error) for each in rig.poller.health()[1]] == [
            ('acme/api', None),
            ('empty/not-any-more', None),
        ]


@pytest.mark.parametrize('new', ['acme/aaa', 'acme/zzz'], ids=['listed before', 'listed after'])
async def test_a_name_that_became_free_and_was_taken_costs_no_pull(
    github: FakeGitHub, clock: Clock, database: Database, new: str
) -> None:
    fill(github, 'acme/api', 120)
    async with Rig.running(github, clock, database, 'acme/*') as rig:
        await rig.tick()

        rename(github, 'acme/api', new)
        github.moved.clear()
        github.add_repository('acme/api')
        fill(github, 'acme/api', 2)
        github.repos.sort(key=lambda repo: repo.data['full_name'])
        for _ in range(2):
            await rig.tick(after_s=HOUR_S)

        assert counts(rig) == {new: 120, 'acme/api': 2}
        assert rig.state() is SyncState.LIVE


async def test_a_name_that_was_lent_and_given_back_costs_no_pull(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    fill(github, 'acme/api', 3)
    async with Rig.running(github, clock, database) as rig:
        await rig.tick()
        lent = github.repos.pop()
        github.add_repository('acme/api')
        fill(github, 'acme/api', 1)
        for _ in range(2):
            await rig.tick()
        assert counts(rig) == {'acme/api': 1}

        github.repos[:] = [lent]
        for _ in range(2):
            await rig.tick()

        assert counts(rig) == {'acme/api': 3}
        assert rig.state() is SyncState.LIVE


async def test_an_answer_that_comes_after_its_repository_was_replaced_is_no_ghost_on_the_board(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    fill(github, 'acme/api', 1)
    async with Rig.running(github, clock, database) as rig:
        await rig.tick()

        async with rig.forge.held('pull', rig.poller.read_details()):
            github.repos.clear()
            github.add_repository('acme/api')
            fill(github, 'acme/api', 2)
            for _ in range(2):
                await rig.tick(after_s=HOUR_S)

        assert counts(rig) == {'acme/api': 2}


async def test_a_single_pull_of_another_repository_never_gets_into_the_one_that_was_asked_for(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.open_pull('acme/api', 'Ours')
    async with Rig.running(github, clock, database) as rig:
        await rig.tick()
        github.repos.clear()
        github.add_repository('acme/api')
        github.open_pull('acme/api', 'Theirs')

        await rig.poller.read_details()

        assert rig.titles == {1: 'Ours'}


async def test_a_repository_leaves_an_owner_only_once_that_is_sure(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    github.add_repository('acme/web')
    fill(github, 'acme/api', 1)
    fill(github, 'acme/web', 1)
    async with Rig.running(github, clock, database, 'acme/*') as rig:
        await rig.tick()
        web = github.repos.pop()

        await rig.tick(after_s=HOUR_S)
        assert counts(rig) == {'acme/api': 1, 'acme/web': 1}
        await rig.tick(after_s=601)
        assert counts(rig) == {'acme/api': 1}
        await rig.tick()
        assert rig.state() is SyncState.LIVE

    async with Rig.running(github, clock, database, 'acme/*') as again:
        assert counts(again) == {'acme/api': 1}
        github.repos.append(web)
        await again.tick(after_s=HOUR_S)
        assert counts(again) == {'acme/api': 1, 'acme/web': 1}


async def test_settings_that_overlap_read_a_repository_once(
    github: FakeGitHub, clock: Clock, database: Database, writes: list[str]
) -> None:
    fill(github, 'acme/api', 1)
    async with Rig.running(github, clock, database, 'acme/*', 'acme/api') as rig:
        await rig.tick()
        await rig.tick()
        rig.asked()
        writes.clear()

        report = await rig.tick()

        assert report.repositories == 1
        assert len(rig.asked('/pulls?')) == 1
        await rig.tick(after_s=HOUR_S)
        assert writes == []


@pytest.mark.parametrize('pattern', ['acme/api', 'Acme/*'])
async def test_what_another_setting_read_is_shown_while_github_is_down(
    github: FakeGitHub, clock: Clock, database: Database, pattern: str
) -> None:
    fill(github, 'acme/api', 2)
    async with Rig.running(github, clock, database, 'acme/*') as rig:
        await rig.tick()

    async with Rig.running(github, clock, database, pattern) as again:
        again.forge.fail('repositories', ForgeUnavailable('down'))
        again.forge.broken['acme/api'] = ForgeUnavailable('down')
        await again.tick()

        assert counts(again) == {'acme/api': 2}
        assert again.state() is SyncState.FAILING


async def test_a_sync_by_hand_finds_new_repositories(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, 'acme/*') as rig:
        await rig.tick()
        github.add_repository('acme/web')
        fill(github, 'acme/web', 1)

        await rig.poller.sync_now()

        assert counts(rig) == {'acme/web': 1}


async def test_a_sync_by_hand_that_could_not_look_them_up_is_over_with_the_outage(
    github: FakeGitHub, clock: Clock, database: Database
) -> None:
    async with Rig.running(github, clock, database, 'acme/*') as rig:
        await rig.tick()
        rig.forge.fail('repositories', ForgeUnavailable('down'))
        await rig.poller.sync_now()
        assert rig.state() is SyncState.FAILING

        await rig.tick(after_s=60)

        assert rig.state() is SyncState.LIVE
