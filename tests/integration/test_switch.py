"""From the pretend team to real pulls and back, while the server runs."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from reviewflow.errors import NotAllowed, StoreError
from reviewflow.models import SyncState
from reviewflow.settings import Settings, load
from reviewflow.store.store import Store
from sync.bootstrap import Core, sync_once
from tests.github import FakeGitHub, fault, serve
from tests.integration.switching import ANA, PATIENCE_S, TOKEN, connect, repositories, running, titles, until


@pytest.fixture
def github() -> FakeGitHub:
    github = FakeGitHub(token=TOKEN)
    for name in ('acme/api', 'acme/web'):
        github.add_repository(name, is_private=True)
        github.open_pull(name, f'A pull of {name}')
    return github


@pytest.fixture
def url(github: FakeGitHub) -> Iterator[str]:
    with serve(github) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Nothing but where to work: the pretend team."""
    return load({'--data-dir': str(tmp_path)}, {}, Path('no such file'))


@pytest.fixture
async def core(settings: Settings) -> AsyncIterator[Core]:
    async with running(settings) as core:
        await until(core, lambda: core.flow.board.sync.state is SyncState.LIVE)
        yield core


# From the pretend team to real pulls


async def test_the_pretend_team_leaves_at_once_and_real_pulls_come(core: Core, url: str) -> None:
    told: list[set[str]] = []
    core.flow.board.on_change(lambda _: told.append(repositories(core)))
    assert core.flow.board.sync.interval_s == 2

    await connect(core, url, 'acme/api', 'acme/web')
    await until(core, lambda: core.flow.board.sync.state is SyncState.LIVE and len(titles(core)) == 2)

    assert titles(core) == {'A pull of acme/api', 'A pull of acme/web'}
    assert (core.flow.board.sync.forge, core.flow.board.sync.interval_s) == ('GitHub', 30)
    gone = told.index(set())
    assert all(names and not names & {'acme/api', 'acme/web'} for names in told[:gone])
    assert all(names <= {'acme/api', 'acme/web'} for names in told[gone:])


async def test_nothing_of_the_pretend_team_stays_stored(core: Core, url: str) -> None:
    await connect(core, url, 'acme/api')

    assert await Store(core._database).repositories('demo') == []


async def test_whoever_only_looks_is_out_before_anything_real_is_shown(core: Core, url: str) -> None:
    token = await core.accounts.enter_demo()
    shown_to: list[set[str]] = []

    def note(_: object) -> None:
        if core.accounts.session(token) is not None:
            shown_to.append(repositories(core))

    await connect(core, url, 'acme/api')
    await until(core, lambda: titles(core) == {'A pull of acme/api'})
    await core.connector.disconnect(ANA)
    token = await core.accounts.enter_demo()
    core.flow.board.on_change(note)
    await connect(core, url, 'acme/api')  # it is stored, so it is there at once

    assert titles(core) == {'A pull of acme/api'}
    assert all(not names & {'acme/api'} for names in shown_to)
    assert core.accounts.session(token) is None
    assert not core.accounts.has_demo
    with pytest.raises(NotAllowed):
        await core.accounts.enter_demo()


async def test_people_with_an_account_stay_in(core: Core, url: str) -> None:
    code = core.accounts.setup_code
    assert code is not None
    token = await core.accounts.create_first(code, 'ana', 'a sentence is easiest', '127.0.0.1')

    await connect(core, url, 'acme/api')

    assert token is not None
    assert core.accounts.session(token) is not None


# Over a restart


async def test_the_choice_holds_after_a_restart(settings: Settings, url: str) -> None:
    async with running(settings) as core:
        await connect(core, url, 'acme/api')
        await until(core, lambda: titles(core) == {'A pull of acme/api'})
        await core.accounts.end_demo()

    async with running(settings) as again:
        assert titles(again) == {'A pull of acme/api'}, 'it was stored'
        assert again.reader.forge.key.startswith('github:')
        assert not again.accounts.has_demo
        await until(again, lambda: again.flow.board.sync.state is SyncState.LIVE)


async def test_a_crash_between_storing_and_switching_is_finished_by_the_next_start(
    settings: Settings, url: str
) -> None:
    async def crash(_: Settings) -> None:
        raise SystemError('the power is gone')

    async with running(settings) as core:
        token = await core.accounts.enter_demo()
        core.connector.switch = crash
        with pytest.raises(SystemError):
            await connect(core, url, 'acme/api')
        assert 'acme/api' not in repositories(core)

    async with running(settings) as again:
        assert again.accounts.session(token) is None
        await until(again, lambda: titles(again) == {'A pull of acme/api'})


async def test_a_sync_without_a_server_reads_what_was_chosen(settings: Settings, url: str) -> None:
    async with running(settings) as core:
        await connect(core, url, 'acme/api', 'acme/web')

    report = await sync_once(settings)

    assert (report.repositories, report.errors) == (2, ())


async def test_a_lost_key_is_told_and_the_rest_goes_on(
    settings: Settings, url: str, github: FakeGitHub, caplog: pytest.LogCaptureFixture
) -> None:
    github.add_repository('acme/open')
    github.open_pull('acme/open', 'For everybody')
    async with running(settings) as core:
        await connect(core, url, 'acme/open')
    lose_keys(settings)

    async with running(settings) as again:
        assert again.connector.is_token_lost
        await until(again, lambda: titles(again) == {'For everybody'})
        assert caplog.text.count('cannot be read any more') == 1

        await connect(again, url, 'acme/open', token=TOKEN)
        assert not again.connector.is_token_lost


def lose_keys(settings: Settings) -> None:
    (settings.data_dir / 'keys').unlink()


# Other repositories


async def test_a_repository_taken_out_leaves_the_board_and_stays_stored(
    core: Core, url: str, github: FakeGitHub
) -> None:
    await connect(core, url, 'acme/api', 'acme/web')
    await until(core, lambda: len(titles(core)) == 2)
    keys = {card.pull.repository: key for key, card in core.flow.board.cards.items()}

    await connect(core, url, 'acme/web')
    assert titles(core) == {'A pull of acme/web'}
    assert core.flow.board.totals['all'] == 1
    github.fail(*[fault.status(503)] * 100)
    await connect(core, url, 'acme/web', 'acme/api')

    assert {card.pull.repository: key for key, card in core.flow.board.cards.items()} == keys


async def test_what_stays_is_never_gone_meanwhile(core: Core, url: str) -> None:
    await connect(core, url, 'acme/api')
    await until(core, lambda: titles(core) == {'A pull of acme/api'})
    told: list[set[str]] = []
    core.flow.board.on_change(lambda _: told.append(titles(core)))

    await connect(core, url, 'acme/api', 'acme/web')
    await until(core, lambda: len(titles(core)) == 2)

    assert all('A pull of acme/api' in each for each in told)


async def test_of_two_choices_at_once_the_last_holds_alone(core: Core, url: str, github: FakeGitHub) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(connect(core, url, 'acme/api'))
        group.create_task(connect(core, url, 'acme/web'))
    await until(core, lambda: titles(core) == {'A pull of acme/web'})
    github.requests.clear()

    report = await core.flow.sync(ANA)

    assert (report.repositories, report.errors) == (1, ())
    assert all('acme/api' not in request.path for request in github.requests)
    assert titles(core) == {'A pull of acme/web'}


async def test_disconnecting_brings_the_pretend_team_back(core: Core, url: str, github: FakeGitHub) -> None:
    await connect(core, url, 'acme/api')
    await until(core, lambda: titles(core) == {'A pull of acme/api'})

    await core.connector.disconnect(ANA)
    await until(core, lambda: len(titles(core)) > 10)

    assert 'acme/api' not in repositories(core)
    assert core.flow.board.sync.forge == 'Demo'
    assert core.accounts.has_demo
    await asyncio.to_thread(httpx.get, f'{url}/user', trust_env=False)  # what was on its way came before it
    github.requests.clear()
    await core.flow.sync(ANA)
    assert github.requests == []


# Trouble


async def test_a_host_that_fails_is_told_as_usual(core: Core, url: str, github: FakeGitHub) -> None:
    await connect(core, url, 'acme/api', token='another')
    await until(core, lambda: core.flow.board.sync.state is SyncState.FAILING)

    assert core.flow.board.sync.error == 'GitHub refused the token'
    assert not core.flow.board.cards
    await connect(core, url, 'acme/api')
    await until(core, lambda: titles(core) == {'A pull of acme/api'})
    assert github.requests


async def test_a_sync_that_is_under_way_is_broken_off(core: Core, url: str, github: FakeGitHub) -> None:
    await connect(core, url, 'acme/api')
    await until(core, lambda: titles(core) == {'A pull of acme/api'})
    github.fail(*[fault.hang()] * 20)
    github.requests.clear()
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        syncs = [group.create_task(core.flow.sync(ANA)) for _ in range(2)]
        while not github.requests:  # noqa: ASYNC110  # nobody sets an event for it
            await asyncio.sleep(0)
        switching = group.create_task(core.connector.disconnect(ANA))

    assert [sync.result().errors for sync in syncs] == [('It was broken off: ask again in a moment',)] * 2
    assert switching.exception() is None
    await until(core, lambda: core.flow.board.sync.state is SyncState.LIVE and len(titles(core)) > 10)


async def test_what_is_stored_but_cannot_be_shown_is_read_anew_and_never_mixed(
    core: Core, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise StoreError('the database refused')

    with monkeypatch.context() as patch:
        patch.setattr(Store, 'repositories', refuse)
        with pytest.raises(StoreError):
            await connect(core, url, 'acme/api')
        assert not core.flow.board.cards
        assert not core.accounts.has_demo

    await until(core, lambda: titles(core) == {'A pull of acme/api'})


async def test_the_way_back_to_the_pretend_team_never_mixes_either(
    core: Core, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise StoreError('the database refused')

    await connect(core, url, 'acme/api')
    await until(core, lambda: titles(core) == {'A pull of acme/api'})
    with monkeypatch.context() as patch:
        patch.setattr(Store, 'clear', refuse)
        with pytest.raises(StoreError):
            await core.connector.disconnect(ANA)

    await until(core, lambda: len(titles(core)) > 10)
    assert 'A pull of acme/api' not in titles(core)


async def test_after_the_end_nothing_is_switched(settings: Settings, url: str, github: FakeGitHub) -> None:
    async with running(settings) as core:
        draft = core.connector.draft(api_url=url, token=github.token, repositories=['acme/api'])
    await core.switch(settings.model_copy(update={'github': draft}))
    await asyncio.sleep(0)

    assert github.requests == []
