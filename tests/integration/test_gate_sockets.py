"""A page's socket belongs to the session that fetched the page: a real server, real sockets."""

from collections.abc import Iterator

import httpx
import pytest

from tests.integration.live_server import Page, Socket, ask, clicks, clients, enter, serve
from tests.integration.socket_status import status_of

REFUSED = '44{"message":"Implicit handshake failed"}'


@pytest.fixture(scope='module')
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(tmp_path_factory.mktemp('server')) as address:
        yield address


@pytest.fixture
def page(server: str) -> Page:
    return Page(server, enter(server))


@pytest.fixture
def other(server: str) -> Page:
    """A page of somebody else."""
    return Page(server, enter(server))


async def test_a_page_and_its_own_socket_work_together(server: str, page: Page) -> None:
    before = clicks(server)
    socket = await Socket.of(page)
    await socket.call('event', page.click)
    assert clicks(server) == before + 1
    await socket.close()


async def test_a_page_that_shakes_hands_explicitly_works_too(server: str, page: Page) -> None:
    before = clicks(server)
    socket = await Socket.open(page.url(implicit=False), page.cookie)
    assert (await socket.join()).startswith('40')
    assert await socket.call('handshake', page.handshake) == [True]
    await socket.call('event', page.click)
    assert clicks(server) == before + 1
    await socket.close()


@pytest.mark.parametrize(
    'headers', [{'Origin': 'http://evil.example'}, {'Origin': 'null'}, {'Sec-Fetch-Site': 'cross-site'}]
)
async def test_a_foreign_socket_is_refused_before_it_is_accepted(page: Page, headers: dict[str, str]) -> None:
    assert await status_of(page.url(), page.cookie, **headers) == 403


async def test_a_socket_of_our_own_origin_is_accepted(page: Page) -> None:
    socket = await Socket.open(page.url(), page.cookie, origin=page.address)
    assert (await socket.join()).startswith('40')
    await socket.close()


@pytest.mark.parametrize(
    'path', ['/', '/dashboard/', '/nope', '/dashboard/static/app.css', '/_nicegui_ws/nope']
)
async def test_there_are_no_sockets_elsewhere(page: Page, path: str) -> None:
    assert await status_of(page.address + path, page.cookie) == 404


@pytest.mark.parametrize('cookie', [None, 'rf_session=rubbish'])
async def test_without_a_session_a_socket_is_told_to_load_the_page_again(
    server: str, page: Page, cookie: str | None
) -> None:
    before = clients(server)
    socket = await Socket.open(page.url(), cookie)
    assert await socket.rest() == [REFUSED]
    assert clients(server) <= before


@pytest.mark.parametrize('more', ['', '&sid=anything', '&sid=x%0aCRITICAL%20forged'])
def test_there_is_no_polling(page: Page, more: str) -> None:
    assert ask(page.url('polling') + more, page.cookie).status_code == 400
    assert httpx.post(page.url() + more, headers={'Cookie': page.cookie}, content='40').status_code == 400


@pytest.mark.parametrize('more', ['&sid=anything', '&transport=polling', '&EIO=3', '&j=1'])
async def test_a_socket_is_opened_in_one_way_only(page: Page, more: str) -> None:
    assert await status_of(page.url() + more, page.cookie) == 400


@pytest.mark.parametrize(
    'packet',
    [
        '',
        '4',
        '42',
        '42{}',
        '42["x",[',
        '42' + '[' * 5000,
        '40/other,',
        '2',
        '5',
        '6',
        '1e999',
        '451-["x"]',
        b'x',
    ],
)
async def test_what_no_page_sends_ends_the_connection_without_a_traceback(
    page: Page, packet: str | bytes
) -> None:
    """The server's output is looked through when it ends."""
    socket = await Socket.of(page)
    await socket.raw(packet)
    await socket.rest()

    again = await Socket.of(page)
    await again.close()


async def test_a_page_of_somebody_else_is_refused_like_one_that_is_gone(page: Page, other: Page) -> None:
    for client_id in (page.client_id, 'no-such-page'):
        socket = await Socket.open(other.url(other={'client_id': client_id}), other.cookie)
        assert await socket.join() == REFUSED
        await socket.close()


async def test_a_page_of_another_session_of_the_same_browser_is_refused(server: str) -> None:
    former = Page(server, enter(server))
    cookie = enter(server)
    socket = await Socket.open(former.url(), cookie)
    assert await socket.join() == REFUSED
    await socket.close()


async def test_an_explicit_handshake_with_a_page_of_somebody_else_fails(page: Page, other: Page) -> None:
    socket = await Socket.open(other.url(implicit=False), other.cookie)
    await socket.join()
    claims: tuple[object, ...] = (
        page.handshake,
        {},
        None,
        [],
        {'client_id': 7},
        {'client_id': other.client_id},
    )
    for claim in claims:
        assert await socket.call('handshake', claim) == [False]
    assert await socket.call('handshake', other.handshake) == [True]
    await socket.close()


@pytest.mark.parametrize('flaw', [{'tab_id': ''}, {'next_message_id': 'x'}])
async def test_a_malformed_handshake_fails_and_a_right_one_still_works(
    page: Page, flaw: dict[str, str]
) -> None:
    broken = {name: value for name, value in (page.handshake | flaw).items() if value != ''}
    explicit = await Socket.open(page.url(implicit=False), page.cookie)
    await explicit.join()
    assert await explicit.call('handshake', broken) == [False]
    assert await explicit.call('handshake', page.handshake) == [True]
    await explicit.close()
    implicit = await Socket.open(page.url(other=flaw), page.cookie)
    assert await implicit.join() == REFUSED
    await implicit.close()
    again = await Socket.of(page)
    await again.close()


async def test_a_socket_serves_one_page_only(server: str) -> None:
    cookie = enter(server)
    page, second = Page(server, cookie), Page(server, cookie)
    before = clicks(server)
    socket = await Socket.of(page)
    assert await socket.call('handshake', second.handshake) == [False]
    await socket.call('event', second.click)
    assert clicks(server) == before
    await socket.call('event', page.click)
    assert clicks(server) == before + 1
    await socket.close()


async def test_events_for_a_page_of_somebody_else_are_ignored(server: str, page: Page, other: Page) -> None:
    before = clicks(server)
    socket, stranger = await Socket.of(page), await Socket.of(other)
    await stranger.call('event', page.click)
    assert clicks(server) == before
    await socket.call('event', page.click)
    assert clicks(server) == before + 1
    await socket.close()
    await stranger.close()


async def test_a_socket_without_a_page_fires_nothing(server: str, page: Page) -> None:
    before = clicks(server)
    socket = await Socket.of(page)
    homeless = await Socket.open(page.url(implicit=False), page.cookie)
    await homeless.join()
    for message in (page.click, page.click | {'client_id': None}):
        await homeless.call('event', message)
    assert clicks(server) == before
    await socket.close()
    await homeless.close()


async def test_malformed_messages_harm_nobody(server: str, page: Page) -> None:
    before = clicks(server)
    socket = await Socket.of(page)
    own = {'client_id': page.client_id}
    broken: tuple[object, ...] = (
        None,
        7,
        'text',
        [],
        {},
        own,
        page.click | {'args': 7},
        page.click | {'args': ['{']},
    )
    for event in ('event', 'ack', 'log', 'javascript_response'):
        for message in broken:
            await socket.call(event, message)
    await socket.call('log', own | {'level': 'no-level', 'message': 'hello'})
    await socket.call('ack', own | {'next_message_id': 'x'})
    await socket.call('event', page.click)
    assert clicks(server) == before + 1
    await socket.close()
