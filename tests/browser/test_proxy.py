"""Behind a real nginx, with the configuration that the documentation shows: https, and below a path."""

import re
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import httpx
import pytest
from playwright.sync_api import Page, expect
from websockets.sync.client import connect
from websockets.typing import Origin

from reviewflow.data_dir import DataDir
from tests.browser import nginx
from tests.browser.conftest import Launch, reading
from tests.browser.inbox import Inbox
from tests.browser.server import NAME, PASSWORD, Server
from tests.browser.visitors import ENDING, Visitors, sign_in
from tests.github import FakeGitHub, serve, shape
from tests.github.pictures import PNG
from tests.ports import free_port
from tests.qr import read_shown

HOST, PREFIX = 'reviews.localhost', '/reviewflow'
SOCKET = '/_nicegui_ws/socket.io/?EIO=4&transport=websocket&implicit_handshake=true&tab_id=t&document_id=d'
COOKIE = '__Host-rf_session'


class Place(NamedTuple):
    """Where people find a server."""

    port: int
    prefix: str = ''
    address: str = ''
    """The public one, when it is another."""

    @property
    def origin(self) -> str:
        return self.address or f'https://{HOST}:{self.port}'

    @property
    def url(self) -> str:
        return f'{self.origin}{self.prefix}'


@pytest.fixture(scope='module')
def places() -> dict[str, Place]:
    """A proxy that cuts the path off, one that passes it on, and one for a name of its own."""
    cut = Place(free_port(), PREFIX)
    return {'cut': cut, 'passed on': Place(free_port(), PREFIX, cut.origin), 'name': Place(free_port())}


@pytest.fixture(scope='module')
def server(github: FakeGitHub, launch: Launch, places: dict[str, Place]) -> Iterator[Server]:
    github.pictures.kept['ann'] = PNG
    with serve(github) as url:
        user = shape.user('ann') | {'avatar_url': f'{url}/avatars/ann'}
        github.open_pull('acme/api', 'Pay in euro', user=user)
        yield launch(**reading(github, url), PUBLIC_URL=places['cut'].url)


@pytest.fixture(scope='module')
def proxies(
    server: Server, launch: Launch, places: dict[str, Place], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """One nginx in front of two servers, the second of which has no path."""
    folder = tmp_path_factory.mktemp('nginx')
    admin = {'ADMIN__USERNAME': NAME, 'ADMIN__PASSWORD': PASSWORD}
    other = launch(**admin, PUBLIC_URL=places['name'].url)
    whole, location = nginx.documented()
    head, start, _ = re.split(r'(server \{.*?)(?=\n    location)', whole, maxsplit=1, flags=re.DOTALL)
    fill = partial(nginx.filled, folder=folder)
    blocks = [
        fill(whole, port=places['name'].port, server=other.url),
        fill(start + location + '}', port=places['cut'].port, server=server.url),
        fill(
            start + location.replace('8000/;', '8000;') + '}',
            port=places['passed on'].port,
            server=server.url,
        ),
    ]
    assert head.startswith('map')
    with nginx.serve(folder, blocks, f'https://127.0.0.1:{places["name"].port}/livez'):
        yield


@pytest.fixture
def place(proxies: None, places: dict[str, Place], request: pytest.FixtureRequest) -> Place:  # noqa: ARG001
    return places[getattr(request, 'param', 'cut')]


@pytest.fixture
def person(place: Place) -> Iterator[httpx.Client]:
    """Somebody who asks the proxy, as a browser would name it."""
    with client(place) as person:
        yield person


def client(place: Place, local_address: str = '127.0.0.1', **headers: str) -> httpx.Client:
    transport = httpx.HTTPTransport(verify=False, local_address=local_address)
    base, host = f'https://127.0.0.1:{place.port}', place.origin.removeprefix('https://')
    return httpx.Client(transport=transport, base_url=base, headers={'Host': host, **headers}, timeout=60)


def test_people_sign_in_look_around_and_leave_below_the_path_over_https(
    place: Place, github: FakeGitHub, visitors: Visitors
) -> None:
    page = visitors.stranger(f'{place.url}/dashboard/', ignore_https_errors=True)
    sign_in(page)
    inbox = Inbox(page)
    expect(page).to_have_url(f'{place.url}/dashboard/')
    cookies = {cookie['name']: cookie for cookie in page.context.cookies()}
    assert cookies[COOKIE]['secure']
    expect(inbox.badge).to_contain_text('Live')
    expect(inbox.row('Pay in euro').locator('.who img')).to_be_visible()

    github.open_pull('acme/api', 'Pay in yen')
    inbox.row('Pay in yen').locator('.title a').click()
    expect(inbox.drawer.get_by_role('heading', name='Pay in yen')).to_be_visible()
    expect(page).to_have_url(f'{place.url}/dashboard/pulls/acme/api/2')
    page.go_back()
    expect(inbox.drawer).to_have_count(0)
    page.go_forward()
    expect(inbox.drawer.get_by_role('heading', name='Pay in yen')).to_be_visible()
    assert inbox.has_stayed
    page.reload()
    expect(Inbox(page).drawer.get_by_role('heading', name='Pay in yen')).to_be_visible()

    look_around(page, place)
    take_to_a_phone(page, place)

    visitors.excuse(ENDING)
    page.get_by_label('Account of ana').click()
    page.get_by_role('button', name='Sign out').click()
    expect(page).to_have_url(re.compile(f'^{re.escape(place.url)}/dashboard/login'))
    page.goto(f'{place.url}/dashboard/')
    expect(page).to_have_url(f'{place.url}/dashboard/login?next=/dashboard/')


def look_around(page: Page, place: Place) -> None:
    """Follow every link and button that leads to another page."""
    page.get_by_label('Account of ana').click()
    page.get_by_role('link', name='Connect GitHub').click()
    expect(page).to_have_url(f'{place.url}/dashboard/connect')
    page.locator('.rf-nav a[data-channel=merged]').click()
    expect(page).to_have_url(f'{place.url}/dashboard/?channel=merged')
    expect(page.get_by_role('heading', name='Merged', exact=True)).to_be_visible()
    page.locator('.rf-brand').click()
    expect(page).to_have_url(f'{place.url}/dashboard/')
    Inbox(page)
    page.keyboard.press('Control+k')
    page.get_by_role('combobox', name='Search or jump to').fill('yen')
    page.get_by_role('option', name='Pay in yen').click()
    expect(page).to_have_url(f'{place.url}/dashboard/pulls/acme/api/2')
    page.goto(f'{place.url}/dashboard/api/docs')
    page.get_by_role('button', name='GET /stats Stats').click()
    page.get_by_role('button', name='Try it out').click()
    page.get_by_role('button', name='Execute').click()
    expect(page.locator('.live-responses-table .response-col_status').last).to_contain_text('200')
    page.goto(f'{place.url}/')
    expect(page).to_have_url(f'{place.url}/dashboard/')
    Inbox(page)


def take_to_a_phone(page: Page, place: Place) -> None:
    """Scan the code, also where all around it is dark."""
    for theme in ('Light', 'Dark'):
        page.get_by_label('Account of ana').click()
        page.get_by_role('button', name=theme).click()
        page.get_by_role('button', name='Open on your phone').click()
        dialog = page.get_by_role('dialog', name='Open on your phone')
        assert read_shown(dialog.get_by_label('QR code of the address below')) == f'{place.url}/dashboard/'
        expect(dialog.get_by_text(f'{place.url}/dashboard/', exact=True)).to_be_visible()
        dialog.get_by_role('button', name='Copy').click()
        expect(dialog.get_by_role('status')).to_have_text('Copied')
        assert page.evaluate('getSelection().toString()').strip() == f'{place.url}/dashboard/'
        page.keyboard.press('Escape')
        expect(dialog).to_have_count(0)
        expect(page.get_by_label('Account of ana')).to_be_focused()


@pytest.mark.parametrize('place', ['cut', 'passed on', 'name'], indirect=True)
def test_every_kind_of_proxy_leads_to_pages_files_and_sockets(place: Place, person: httpx.Client) -> None:
    assert person.get(f'{place.prefix}/').headers['location'] == f'{place.prefix}/dashboard/'
    answer = person.get(f'{place.prefix}/dashboard/?channel=merged')
    login = f'{place.prefix}/dashboard/login?next=/dashboard/%3Fchannel%3Dmerged'
    assert (answer.status_code, answer.headers['location']) == (303, login)
    form = {'username': NAME, 'password': PASSWORD, 'next': '/dashboard/?channel=merged'}
    answer = person.post(f'{place.prefix}/dashboard/login', data=form, headers={'Origin': place.origin})
    assert answer.headers['location'] == f'{place.prefix}/dashboard/?channel=merged'
    assert answer.headers['strict-transport-security']
    cookie = answer.headers['set-cookie'].partition(';')[0]
    slash = person.get(f'{place.prefix}/dashboard', headers={'Cookie': cookie})
    assert slash.headers['location'] == f'{place.prefix}/dashboard/'

    forged = {'Cookie': cookie, 'X-Forwarded-Prefix': '/evil'}
    html = person.get(f'{place.prefix}/dashboard/', headers=forged).text
    assert 'evil' not in html
    files = set(re.findall(r'(?:href|src)="(/[^"]+\.(?:css|js|svg)[^"]*)"', html))
    assert len(files) > 10
    for file in files:
        assert file.startswith(f'{place.prefix}/')
        answer = person.get(file)
        assert answer.status_code == 200
        assert 'max-age' in answer.headers['cache-control']

    (client_id,) = re.findall(r"'client_id': '([^']+)'", html)
    with connect(
        f'wss://127.0.0.1:{place.port}{place.prefix}{SOCKET}&client_id={client_id}&next_message_id=0',
        ssl=ssl._create_unverified_context(),
        origin=Origin(place.origin),
        additional_headers={'Cookie': cookie},
    ) as socket:
        assert str(socket.recv()).startswith('0{')
        socket.send('40')
        assert str(socket.recv()).startswith('40{')


@pytest.mark.parametrize('origin', ['https://evil.example', 'http://reviews.localhost', 'null'])
def test_another_origin_may_not_write_through_the_proxy(
    place: Place, person: httpx.Client, origin: str
) -> None:
    form = {'username': NAME, 'password': PASSWORD}
    answer = person.post(f'{place.prefix}/dashboard/login', data=form, headers={'Origin': origin})
    assert answer.status_code == 403


def test_the_key_of_the_machine_opens_nothing_through_the_proxy(place: Place, server: Server) -> None:
    address = DataDir(server.folder / 'data').address()
    assert address is not None
    headers = {'Authorization': f'Bearer {address.key}'}
    assert httpx.get(f'{address.url}/dashboard/api/stats', headers=headers).status_code == 200
    for claim in ({}, {'Host': 'localhost'}, {'X-Forwarded-For': '127.0.0.1'}, {'Forwarded': 'for=[::1]'}):
        with client(place, **headers, **claim) as liar:
            assert liar.get(f'{place.prefix}/dashboard/api/stats').status_code == 401


def test_each_person_behind_the_proxy_is_counted_by_their_own_address(place: Place) -> None:
    """Whoever guesses cannot hide behind a header, and keeps nobody else out."""

    def sign_in(claim: str, local_address: str = '127.0.0.2', password: str = 'a guess') -> httpx.Response:
        with client(place, local_address, **{'X-Forwarded-For': claim}) as person:
            form = {'username': NAME, 'password': password}
            return person.post(f'{place.prefix}/dashboard/login', data=form)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(sign_in, [f'192.0.2.{number}' for number in range(10)]))
    assert 'Too many wrong tries' in sign_in('127.0.0.3', password=PASSWORD).text
    assert sign_in('127.0.0.2', '127.0.0.3', PASSWORD).status_code == 303
