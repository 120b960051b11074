"""Pages and their sockets that end, are too many or never come to be, over a real server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.integration.live_server import PATIENCE_S, Page, Socket, ask, clicks, clients, enter, leave, serve
from tests.integration.socket_status import status_of

REFUSED = '44{"message":"Implicit handshake failed"}'
RELOAD = '42["run_javascript",{"code":"window.location.reload()"}]'


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(tmp_path_factory.mktemp('server')) as address:
        yield address


@pytest.fixture
def strict_server(tmp_path: Path) -> Iterator[str]:
    with serve(tmp_path, sockets_per_user=2, events_per_10_s=5) as address:
        yield address


@pytest.fixture
def page(server: str) -> Page:
    return Page(server, enter(server))


@pytest.fixture
def other(server: str) -> Page:
    """A page of somebody else."""
    return Page(server, enter(server))


async def opened_in_time(page: Page) -> Socket:
    """Connect as soon as there is room again, as a browser does."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                return await Socket.of(page)
            except InvalidStatus:
                continue


@pytest.mark.parametrize('implicit', [True, False])
async def test_signing_out_closes_the_pages_and_their_browsers_come_to_the_login(
    server: str, *, implicit: bool
) -> None:
    cookie = enter(server)
    page = Page(server, cookie)
    socket = await Socket.open(page.url(implicit=implicit), page.cookie)
    await socket.join()
    unconnected, closed = Page(server, cookie), Page(server, cookie)
    await (await Socket.of(closed)).close()
    leave(server, cookie)
    packets = await socket.rest()
    assert RELOAD in packets
    assert not clients(server) & {page.client_id, unconnected.client_id, closed.client_id}
    reload = ask(f'{server}/dashboard/', page.cookie)
    assert reload.headers['location'].startswith('/dashboard/login')
    for gone in (page, unconnected, closed):
        late = await Socket.open(gone.url(), gone.cookie)
        assert await late.rest() == [REFUSED]


async def test_signing_out_leaves_others_alone(server: str, page: Page, other: Page) -> None:
    before = clicks(server)
    socket = await Socket.of(page)
    leave(server, other.cookie)
    await socket.call('event', page.click)
    assert clicks(server) == before + 1
    await socket.close()


def test_fifty_unknown_paths_make_no_client(server: str, page: Page) -> None:
    before = clients(server)
    with httpx.Client(base_url=server) as browser:
        for number in range(50):
            cookie = {'Cookie': page.cookie} if number % 2 else {}
            for path in (f'/nope{number}', f'/dashboard/nope{number}', f'/_nicegui/nope{number}'):
                assert browser.get(path, headers=cookie).status_code == 404
    assert clients(server) <= before


@pytest.mark.parametrize('cookie', ['', 'rf_session=rubbish'])
def test_without_a_session_no_page_is_built(server: str, cookie: str) -> None:
    before = clients(server)
    assert httpx.get(f'{server}/dashboard/', headers={'Cookie': cookie}).status_code == 303
    assert clients(server) <= before


async def test_one_page_too_many_is_not_connected_but_a_reconnect_is_none(strict_server: str) -> None:
    cookie = enter(strict_server)
    first, second, third = (Page(strict_server, cookie) for _ in range(3))
    socket, neighbour = await Socket.of(first), await Socket.of(second)
    assert await status_of(third.url(), third.cookie) == 403
    again = await Socket.open(first.url(), first.cookie)
    assert (await again.join()).startswith('40')
    await socket.rest()  # the server has closed it: its page has another one now
    await neighbour.close()
    stranger = await Socket.of(Page(strict_server, enter(strict_server)))
    late = await opened_in_time(third)
    for open_socket in (again, stranger, late):
        await open_socket.close()


async def test_events_over_the_cap_are_dropped_and_a_flood_is_cut(strict_server: str) -> None:
    page = Page(strict_server, enter(strict_server))
    before = clicks(strict_server)
    socket = await Socket.of(page)
    for _ in range(5):
        await socket.call('event', page.click)
    for _ in range(60):
        await socket.send('event', page.click)
    await socket.rest()
    assert clicks(strict_server) == before + 5
