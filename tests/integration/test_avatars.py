"""Pictures of people as the server gives them out: fetched once, kept, and nobody waits for a dead host."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from nicegui import background_tasks, core

from reviewflow.album import Album
from reviewflow.board import Board
from reviewflow.errors import ForgeUnavailable
from reviewflow.models import Person
from reviewflow.people import People
from reviewflow.picture import Picture, picture
from reviewflow.web import avatars
from reviewflow.web.avatars import AT_ONCE, Avatars
from sync.demo import DemoForge
from sync.demo.team import ANA
from tests.builders import Clock, Ticks, card, person, pull
from tests.github.pictures import PNG
from tests.integration.gated_app import Doorway, doorway

CROWD = [
    person(f'p{number}', id=number, avatar_url=f'https://pictures.example/{number}') for number in range(9)
]
ANN = CROWD[1]


class Host(DemoForge):
    """A code host whose pictures come when they are let."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(None, clock)
        self.picture = picture(PNG)
        self.is_down = False
        self.asked: list[int | None] = []
        self.at_once = self.most_at_once = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.arrived = asyncio.Event()

    async def avatar(self, person: Person) -> Picture | None:
        self.asked.append(person.id)
        self.arrived.set()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.answers.wait()
        self.at_once -= 1
        if self.is_down:
            raise ForgeUnavailable('no connection')
        return self.picture


@pytest.fixture
async def host(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setattr(core, 'loop', asyncio.get_running_loop())  # where NiceGUI's background tasks run
    return Host(clock)


@pytest.fixture
def subject(host: Host, ticks: Ticks, tmp_path: Path) -> Avatars:
    return Avatars(lambda: host, Album(tmp_path / 'avatars'), monotonic=ticks)


def grow_old(tmp_path: Path, *, days: int) -> None:
    for path in (tmp_path / 'avatars').iterdir():
        os.utime(path, (0, time.time() - days * 86_400))


async def settle() -> None:
    """Wait for what is fetched in the background."""
    await asyncio.gather(*background_tasks.running_tasks)


# Fetching


async def test_all_who_ask_at_the_same_time_share_a_fetch(host: Host, subject: Avatars) -> None:
    found = await asyncio.gather(*(subject.find(ANN) for _ in range(20)))

    assert found == [picture(PNG)] * 20
    assert host.asked == [ANN.id]


async def test_somebody_who_leaves_does_not_end_it_for_the_others(host: Host, subject: Avatars) -> None:
    host.answers.clear()
    async with asyncio.TaskGroup() as tasks:
        leaving, staying = (tasks.create_task(subject.find(ANN)) for _ in range(2))
        await host.arrived.wait()
        leaving.cancel()
        await asyncio.wait({leaving})
        host.answers.set()

    assert staying.result() == picture(PNG)
    assert host.asked == [ANN.id]


async def test_only_a_few_are_fetched_at_once(host: Host, subject: Avatars) -> None:
    found = await asyncio.gather(*map(subject.find, CROWD))

    assert found == [picture(PNG)] * len(CROWD)
    assert host.most_at_once <= AT_ONCE


async def test_a_restart_fetches_nothing_again_also_while_the_host_is_down(
    host: Host, subject: Avatars, tmp_path: Path
) -> None:
    await subject.find(ANN)
    host.is_down = True

    after_restart = Avatars(lambda: host, Album(tmp_path / 'avatars'))

    assert await after_restart.find(ANN) == picture(PNG)
    assert host.asked == [ANN.id]


async def test_a_new_address_is_another_picture(host: Host, subject: Avatars) -> None:
    await subject.find(ANN)
    await subject.find(person('ann', id=ANN.id, avatar_url='https://pictures.example/new'))

    assert host.asked == [ANN.id, ANN.id]


async def test_after_a_day_the_old_one_is_served_while_the_new_one_is_fetched(
    host: Host, subject: Avatars, tmp_path: Path
) -> None:
    await subject.find(ANN)
    grow_old(tmp_path, days=2)
    host.picture = picture(PNG + b'new')

    assert await subject.find(ANN) == picture(PNG)
    await settle()

    assert await subject.find(ANN) == host.picture
    assert host.asked == [ANN.id, ANN.id]


async def test_an_old_one_is_served_for_as_long_as_there_is_no_new_one(
    host: Host, subject: Avatars, tmp_path: Path
) -> None:
    await subject.find(ANN)
    grow_old(tmp_path, days=30)
    host.is_down = True

    assert await subject.find(ANN) == picture(PNG)
    await settle()
    assert await subject.find(ANN) == picture(PNG)

    assert host.asked == [ANN.id, ANN.id]


async def test_a_disk_that_cannot_be_written_costs_only_the_cache(
    host: Host, subject: Avatars, tmp_path: Path
) -> None:
    (tmp_path / 'avatars').write_text('no folder')

    assert await subject.find(ANN) == picture(PNG)
    assert await subject.find(ANN) == picture(PNG)

    assert host.asked == [ANN.id, ANN.id]


# Failing


async def test_a_missing_one_is_not_asked_for_again_for_ten_minutes(
    host: Host, subject: Avatars, ticks: Ticks
) -> None:
    host.picture = None
    assert await subject.find(ANN) is None
    ticks.now += 599
    assert await subject.find(ANN) is None
    assert host.asked == [ANN.id]

    ticks.now += 2
    host.picture = picture(PNG)

    assert await subject.find(ANN) == picture(PNG)


async def test_when_the_host_does_not_answer_nobody_is_asked_for_a_minute(
    host: Host, subject: Avatars, ticks: Ticks
) -> None:
    host.is_down = True
    assert await asyncio.gather(*map(subject.find, CROWD)) == [None] * len(CROWD)
    asked = len(host.asked)
    assert asked <= AT_ONCE

    ticks.now += 59
    assert await subject.find(CROWD[8]) is None
    assert len(host.asked) == asked
    ticks.now += 2
    host.is_down = False

    assert await subject.find(CROWD[8]) == picture(PNG)


# The route


@pytest.fixture
async def door(subject: Avatars, tmp_path: Path) -> AsyncIterator[Doorway]:
    board = Board()
    board.put([card(pull(author=ANN))])
    async with doorway(tmp_path) as door:
        door.app.include_router(avatars.create(People(board), subject))
        yield door


@pytest.fixture
async def browser(door: Doorway) -> httpx.AsyncClient:
    return await door.signed_in()


async def test_a_picture_comes_as_what_it_is_and_is_kept_by_its_browser_alone(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get('/dashboard/avatars/1')

    assert (answer.status_code, answer.content) == (200, PNG)
    headers = answer.headers
    assert (headers['content-type'], headers['x-content-type-options']) == ('image/png', 'nosniff')
    assert headers['cache-control'] == 'private, max-age=86400'
    assert headers['content-security-policy'].startswith("default-src 'none'")
    again = await browser.get('/dashboard/avatars/1', headers={'if-none-match': headers['etag']})
    assert (again.status_code, again.content) == (304, b'')


async def test_a_stranger_sees_nobody(door: Doorway, host: Host) -> None:
    stranger = await door.browser()

    assert (await stranger.get('/dashboard/avatars/1')).status_code == 401
    assert host.asked == []


@pytest.mark.parametrize(
    'name', ['2', '01', '-1', '1.png', '9' * 5000, '%00', '%EF%BC%91', 'https:%2F%2Fa.b', 'x']
)
async def test_somebody_who_is_not_on_the_board_cannot_be_asked_for(
    browser: httpx.AsyncClient, host: Host, name: str
) -> None:
    assert (await browser.get(f'/dashboard/avatars/{name}')).status_code == 404
    assert host.asked == []


async def test_a_picture_that_is_not_to_be_had_is_no_error_in_the_console(
    browser: httpx.AsyncClient, host: Host
) -> None:
    host.picture = None

    answer = await browser.get('/dashboard/avatars/1')

    assert (answer.status_code, answer.content) == (204, b'')
    assert answer.headers['cache-control'] == 'private, max-age=60'


# The pretend team


async def test_the_pretend_team_is_drawn(clock: Clock, tmp_path: Path, host: Host) -> None:
    del host
    found = await Avatars(lambda: DemoForge(None, clock), Album(tmp_path / 'avatars')).find(ANA)

    assert found is not None
    assert found.media_type == 'image/svg+xml'
    assert b'<script' not in found.content
    assert not (tmp_path / 'avatars').exists()
