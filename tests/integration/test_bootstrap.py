"""All parts together, without a screen."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from reviewflow.errors import StartError
from reviewflow.forge import Budget
from reviewflow.models import Progress, SyncState
from reviewflow.settings import GitHub, Settings, Sync, load
from reviewflow.store.accounts import AccountStore
from reviewflow.store.database import Database, prepare
from sync.bootstrap import Core, create_test_pull, set_up_webhooks, sync_once, wire
from sync.github.protocol import Resource
from tests.builders import Clock
from tests.github import FakeGitHub, serve
from tests.integration.switching import connect, running, titles
from tests.waiting import until


@pytest.fixture
def demo(tmp_path: Path) -> Settings:
    return load({'--data-dir': str(tmp_path)}, {}, Path('no such file'))


def test_the_share_that_is_set_is_that_of_every_token(tmp_path: Path) -> None:
    settings = load({'--data-dir': str(tmp_path), '--sync.share': '0.3'}, {}, Path('no such file'))
    told = Budget(limit=100, remaining=90, resets_in=timedelta(minutes=9))

    for github in (settings.github, GitHub(token=SecretStr('a-token'))):
        allowance = wire(settings).governors.of(github).allowances[Resource.GRAPHQL]
        allowance.learn(told, sent_at_s=1)
        assert allowance.budget is not None
        assert (allowance.budget.whole, allowance.budget.ours) == (30, 20)


async def until_live(core: Core) -> None:
    await until(lambda: core.flow.board.sync.state is SyncState.LIVE)


async def test_without_settings_the_pretend_team_is_alive_at_once(demo: Settings) -> None:
    await prepare(demo.database)
    core = wire(demo)
    await core.open()
    try:
        await until_live(core)

        assert core.reader.forge.key == 'demo'
        assert core.flow.board.sync.interval_s == 2
        assert core.flow.board.totals['pending'] > 10
    finally:
        await core.close()


async def test_the_pretend_team_is_looked_at_as_often_as_is_set(tmp_path: Path) -> None:
    flags = {'--data-dir': str(tmp_path), '--sync.interval-s': '1'}
    async with running(load(flags, {}, Path('no such file'))) as core:
        await until_live(core)

        assert core.flow.board.sync.interval_s == 1


async def test_a_switch_that_is_broken_off_amid_it_leaves_somebody_who_reads(
    demo: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await prepare(demo.database)
    github = FakeGitHub()
    github.add_repository('acme/api', is_private=False)
    github.open_pull('acme/api', 'A pull')
    core = wire(demo)
    await core.open()
    try:
        await until_live(core)
        token = await core.accounts.enter_demo()
        closing = asyncio.Event()

        async def never() -> None:
            closing.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(core.reader.poller, 'idle', never)
        with serve(github) as url:
            switching = asyncio.ensure_future(connect(core, url, 'acme/api', token=github.token))
            await closing.wait()
            switching.cancel()
            await asyncio.wait([switching])

            assert core.accounts.session(token) is None, 'who only looks is out'
            await until(lambda: titles(core) == {'A pull'})
            await core.reader.close()
    finally:
        await core.close()


async def test_a_switch_that_is_broken_off_before_anything_is_shown_leaves_somebody_who_reads(
    demo: Settings,
) -> None:
    github = FakeGitHub()
    github.add_repository('acme/api', is_private=False)
    github.open_pull('acme/api', 'A pull')
    with serve(github) as url:
        async with running(demo) as core:
            await until_live(core)
            token = await core.accounts.enter_demo()
            async with core.accounts._writing:  # somebody's password is being stored
                switching = asyncio.ensure_future(connect(core, url, 'acme/api', token=github.token))
                await until(lambda: core.accounts._writing._waiters)
                switching.cancel()
            with pytest.raises(asyncio.CancelledError):
                await switching

            assert core.accounts.session(token) is None, 'who only looks is out'
            await until(lambda: titles(core) == {'A pull'})


async def test_the_pretend_team_tells_its_story_anew_at_every_start(demo: Settings, clock: Clock) -> None:
    await sync_once(demo)
    first = wire(demo, clock=clock)
    await first.hydrate()
    for _ in range(30):
        clock.forward(minutes=2)
        await first.reader.poller.tick()
        await first.reader.poller.read_details()
    before = clock.now
    await first.close()

    clock.now = before
    again = wire(demo, clock=clock)
    try:
        await again.hydrate()
        assert not again.flow.board.cards
        for _ in range(10):
            await again.reader.poller.tick()
            await again.reader.poller.read_details()
            clock.forward(minutes=1)

        assert again.flow.board.sync.state is SyncState.LIVE
        assert 20 < len(again.flow.board.cards) < len(first.flow.board.cards)
    finally:
        await again.close()


async def test_a_sync_by_itself_says_how_far_a_first_read_got(demo: Settings) -> None:
    told = list[Progress | None]()

    await sync_once(demo, told.append)

    pulls = [progress.pulls for progress in told if progress is not None]
    assert pulls == sorted(pulls)
    assert 0 < pulls[0] <= pulls[-1]
    assert told[-1] is None, 'it is over'


async def test_a_sync_by_itself_leaves_accounts_alone(tmp_path: Path) -> None:
    environ = {'REVIEWFLOW_ADMIN__USERNAME': 'ana', 'REVIEWFLOW_ADMIN__PASSWORD': 'a sentence is easiest'}
    settings = load({'--data-dir': str(tmp_path)}, environ, Path('no such file'))

    await sync_once(settings)

    database = Database(settings.database)
    assert await AccountStore(database).users() == []
    await database.close()


async def test_with_repositories_it_is_github(tmp_path: Path) -> None:
    github = FakeGitHub()
    github.add_repository('acme/api')
    github.open_pull('acme/api', 'From GitHub')
    with serve(github) as url:
        environ = {
            'REVIEWFLOW_DATA_DIR': str(tmp_path),
            'REVIEWFLOW_GITHUB__REPOSITORIES': 'acme/api',
            'REVIEWFLOW_GITHUB__API_URL': url,
            'REVIEWFLOW_GITHUB__TOKEN': github.token,
        }
        report = await sync_once(load({}, environ, Path('no such file')))

    assert (report.repositories, report.changed, report.left, report.errors) == (1, 1, 0, ())


async def test_a_test_pull_by_itself_takes_the_token_of_the_page(tmp_path: Path) -> None:
    github = FakeGitHub()
    github.add_repository('acme/api')
    settings = load({'--data-dir': str(tmp_path)}, {}, Path('no such file'))
    await prepare(settings.database)
    with serve(github) as url:
        core = wire(settings)
        await connect(core, url, 'acme/api', token=github.token)
        await core.close()

        pull = await create_test_pull(settings, 'acme/api')

    assert github.pull('acme/api', pull.number).listed['title'] == pull.title


async def test_a_sync_into_a_damaged_database_is_refused(demo: Settings, tmp_path: Path) -> None:
    (tmp_path / 'reviewflow.db').write_bytes(b'rubbish' * 100)

    with pytest.raises(StartError, match='damaged'):
        await sync_once(demo)


async def test_setting_up_webhooks_without_a_server_keeps_to_the_share_that_is_set(tmp_path: Path) -> None:
    github = FakeGitHub()
    github.add_repository('acme/api')
    github.used[f'Bearer {github.token}'] = github.limit // 2
    with serve(github) as url:
        settings = Settings(
            data_dir=tmp_path,
            public_url='https://reviews.example.com',
            github=GitHub(api_url=url, token=SecretStr(github.token), webhook_secret=SecretStr('s' * 16)),
            sync=Sync(share=0.3),
        )
        report = await set_up_webhooks(settings, ['acme/api'], '')

    assert report.hooks == ()
    assert 'allowance' in report.errors[0]
