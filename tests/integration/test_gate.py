"""Who gets in, as the contract's table says."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection
from starlette.types import Message

from reviewflow.settings import Limits
from reviewflow.web.gate import actor_of, session_of
from tests.integration.gated_app import doorway
from tests.integration.people import KEY, Clock

EVIL = 'http://evil.example'
PUBLIC = 'https://reviews.example'


@pytest.mark.parametrize('path', ['/dashboard/', '/dashboard'])
async def test_a_page_without_session_leads_to_the_login_and_back(tmp_path: Path, path: str) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        answer = await browser.get(f'{path}?channel=pending&q=a%26b%20c')
        assert answer.status_code == 303
        login = answer.headers['location']
        assert login.startswith('/dashboard/login?next=')
        target = (await browser.get(login)).text.partition('name="next" value="')[2].partition('"')[0]
        assert target == f'{path}?channel=pending&amp;q=a%26b%20c'


async def test_a_page_with_a_session_is_shown(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        assert (await browser.get('/dashboard/')).text == 'page of Mei'


@pytest.mark.parametrize('cookie', [b'', b'rubbish', b'x' * 5000, b'"', b'\xff\xc3\xa9', b'; rf_session'])
async def test_a_cookie_that_is_no_token_opens_nothing(tmp_path: Path, cookie: bytes) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        answer = await browser.get('/dashboard/', headers={b'cookie': b'rf_session=' + cookie})
        assert answer.status_code == 303


@pytest.mark.parametrize('method', ['GET', 'POST'])
async def test_the_api_without_session_answers_401_as_a_problem(tmp_path: Path, method: str) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        answer = await browser.request(method, '/dashboard/api/whoami')
        assert answer.status_code == 401
        assert answer.headers['content-type'] == 'application/problem+json'
        assert answer.headers['www-authenticate'] == 'Bearer'
        assert answer.json()['status'] == 401


async def test_the_api_with_a_session_knows_who_asks(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        answer = await browser.get('/dashboard/api/whoami')
        assert answer.json() == {'name': 'Mei', 'role': 'admin'}


@pytest.mark.parametrize(
    ('method', 'path'),
    [
        ('GET', '/dashboard/login'),
        ('HEAD', '/dashboard/login'),
        ('GET', '/livez'),
        ('POST', '/webhooks/github'),
    ],
)
async def test_what_is_open_needs_no_session(tmp_path: Path, method: str, path: str) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        assert (await browser.request(method, path)).status_code == 200


@pytest.mark.parametrize(
    'headers',
    [{'origin': EVIL}, {'origin': 'null'}, {'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors'}],
)
@pytest.mark.parametrize(
    'path', ['/dashboard/api/whoami', '/dashboard/login', '/dashboard/logout', '/dashboard/demo']
)
async def test_a_write_from_another_site_is_403(tmp_path: Path, headers: dict[str, str], path: str) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        assert (await browser.post(path, headers=headers)).status_code == 403
        assert (await browser.get('/dashboard/')).status_code == 200


@pytest.mark.parametrize(
    'headers', [{}, {'origin': 'http://localhost:8000'}, {'sec-fetch-site': 'same-origin'}]
)
async def test_a_write_of_our_own_or_without_origin_is_allowed(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        assert (await browser.post('/dashboard/api/whoami', headers=headers)).status_code == 200


async def test_a_link_in_an_e_mail_works(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        link = {'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate'}
        assert (await browser.get('/dashboard/', headers=link)).status_code == 200


async def test_behind_a_public_url_only_its_own_origin_may_write(tmp_path: Path) -> None:
    async with doorway(tmp_path, public_url=PUBLIC) as door:
        browser = await door.signed_in(PUBLIC)
        for origin, status in ((PUBLIC, 200), ('http://localhost:8000', 403), (EVIL, 403)):
            answer = await browser.post('/dashboard/api/whoami', headers={'origin': origin})
            assert answer.status_code == status


@pytest.mark.parametrize(
    'host', ['evil.example', 'evil.example:8000', '192.168.0.7:8000', 'localhost.evil.example']
)
async def test_a_loopback_server_answers_to_loopback_names_only(tmp_path: Path, host: str) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        answer = await browser.get('/dashboard/', headers={'host': host})
        assert answer.status_code == 403
        assert 'REVIEWFLOW_PUBLIC_URL' in answer.text


@pytest.mark.parametrize('settings', [{'host': '0.0.0.0'}, {'public_url': PUBLIC}])
async def test_a_server_for_others_answers_to_any_name(tmp_path: Path, settings: dict[str, Any]) -> None:
    async with doorway(tmp_path, **settings) as door:
        browser = await door.browser()
        answer = await browser.get('/dashboard/login', headers={'host': 'reviews.example'})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ('peer', 'path', 'authorization', 'forwarded', 'status'),
    [
        ('127.0.0.1', '/dashboard/api/whoami', f'Bearer {KEY}', False, 200),
        ('::1', '/dashboard/api/whoami', f'Bearer {KEY}', False, 200),
        ('192.0.2.1', '/dashboard/api/whoami', f'Bearer {KEY}', False, 401),
        ('127.0.0.1', '/dashboard/api/whoami', f'Bearer {KEY}', True, 401),
        ('127.0.0.1', '/dashboard/api/whoami', f'Bearer {KEY}x', False, 401),
        ('127.0.0.1', '/dashboard/api/whoami', KEY, False, 401),
        ('127.0.0.1', '/dashboard/api/whoami', 'Bearer ', False, 401),
        ('127.0.0.1', '/dashboard/', f'Bearer {KEY}', False, 303),
    ],
)
async def test_the_servers_key_opens_the_api_from_this_machine_only(
    tmp_path: Path, peer: str, path: str, authorization: str, status: int, *, forwarded: bool
) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser(peer=peer, authorization=authorization)
        headers = {'x-forwarded-for': '127.0.0.1'} if forwarded else {}
        answer = await browser.get(path, headers=headers)
        assert answer.status_code == status
        if status == 200:
            assert answer.json() == {'name': 'operator', 'role': 'admin'}


async def test_every_answer_tells_the_browser_to_keep_others_out(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        for path in ('/dashboard/', '/dashboard/api/whoami', '/nope', '/livez', '/favicon.ico'):
            headers = (await browser.get(path)).headers
            assert "frame-ancestors 'none'" in headers['content-security-policy']
            assert headers['x-content-type-options'] == 'nosniff'
            assert headers['x-frame-options'] == 'DENY'
            assert headers['referrer-policy'] == 'same-origin'
            assert 'camera=()' in headers['permissions-policy']
            assert 'strict-transport-security' not in headers


@pytest.mark.parametrize(
    ('path', 'stored'),
    [
        ('/dashboard/', 'no-store'),
        ('/dashboard/api/whoami', 'no-store'),
        ('/dashboard/api/cached', 'no-cache'),
        ('/favicon.ico', None),
    ],
)
async def test_nothing_of_a_person_is_stored_unless_the_route_says_so(
    tmp_path: Path, path: str, stored: str | None
) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        assert (await browser.get(path)).headers.get('cache-control') == stored


async def test_a_route_may_answer_with_headers_of_its_own(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        answer = await browser.get('/dashboard/api/cached')
        assert answer.headers.get_list('x-frame-options') == ['SAMEORIGIN']


async def test_over_https_browsers_are_told_to_stay_there(tmp_path: Path) -> None:
    async with doorway(tmp_path, public_url=PUBLIC) as door:
        browser = await door.browser(PUBLIC)
        assert 'max-age' in (await browser.get('/livez')).headers['strict-transport-security']


async def test_too_many_pages_in_a_minute_are_429_and_later_all_is_well(tmp_path: Path) -> None:
    async with doorway(tmp_path, limits=Limits(pages_per_minute=3)) as door:
        browser, other = await door.signed_in(), await door.signed_in()
        for _ in range(3):
            assert (await browser.get('/dashboard/')).status_code == 200
        answer = await browser.get('/dashboard/')
        assert answer.status_code == 429
        assert 0 < int(answer.headers['retry-after']) <= 61
        assert 'minute' in answer.text
        assert (await other.get('/dashboard/')).status_code == 200
        assert (await browser.get('/dashboard/api/whoami')).status_code == 200
        door.ticks.now += 60
        assert (await browser.get('/dashboard/')).status_code == 200


async def test_pages_that_load_again_after_a_restart_do_not_count(tmp_path: Path) -> None:
    clock, limits = Clock(), Limits(pages_per_minute=3)
    async with doorway(tmp_path, clock=clock, limits=limits) as door:
        cookies = (await door.signed_in()).cookies
    clock.forward(timedelta(seconds=2))
    async with doorway(tmp_path, clock=clock, limits=limits) as door:
        browser = await door.browser()
        browser.cookies = cookies
        for _ in range(10):
            assert (await browser.get('/dashboard/')).status_code == 200
        door.ticks.now += 60
        answers = [(await browser.get('/dashboard/')).status_code for _ in range(4)]
        assert answers == [200, 200, 200, 429]


@pytest.mark.parametrize('extensions', [{}, {'websocket.http.response': {}}])
async def test_a_socket_is_turned_away_by_any_server(tmp_path: Path, extensions: dict[str, Any]) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {'type': 'websocket.connect'}

    scope = {
        'type': 'websocket',
        'path': '/dashboard/ws',
        'query_string': b'',
        'headers': [(b'host', b'localhost')],
        'extensions': extensions,
    }
    async with doorway(tmp_path) as door:
        await door.app(scope, receive, send)
    refusal = ('websocket.http.response.start', 404) if extensions else ('websocket.close', None)
    assert (sent[0]['type'], sent[0].get('status')) == refusal


def test_nobody_asks_on_a_route_that_is_open() -> None:
    request = HTTPConnection({'type': 'http', 'headers': [], 'state': {'session': None, 'actor': None}})
    assert session_of(request) is None
    with pytest.raises(LookupError):
        actor_of(request)


async def test_an_ended_session_opens_nothing_any_more(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        await door.accounts.sign_out(browser.cookies['rf_session'])
        assert (await browser.get('/dashboard/')).status_code == 303
        assert (await browser.get('/dashboard/api/whoami')).status_code == 401
