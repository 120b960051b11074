"""Where a request comes from, as far as proxies are believed, by Uvicorn as the server sets it up."""

from pathlib import Path
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from reviewflow.settings import Settings
from reviewflow.web.origin import is_loopback_peer
from reviewflow.web.server import Server
from sync.bootstrap import wire
from tests.integration.gated_app import doorway
from tests.integration.people import KEY, PASSWORD

PUBLIC = 'https://reviews.example'
CHAIN: dict[str, Any] = {'trusted_proxies': ('127.0.0.1', '10.0.0.0/24', 'fd00::/8')}


class Seen:
    """Who asked, as the application behind Uvicorn sees it."""

    def __init__(self, settings: Settings) -> None:
        self.app = ProxyHeadersMiddleware(self._note, list(settings.proxies))  # type: ignore[arg-type]  # ASGI
        self.peer: str | None = None
        self.scheme = ''
        self.is_loopback = False

    async def _note(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        self.peer, self.scheme, self.is_loopback = (
            scope['client'][0],
            scope['scheme'],
            is_loopback_peer(scope),
        )
        await send({'type': 'http.response.start', 'status': 204, 'headers': []})
        await send({'type': 'http.response.body', 'body': b''})

    async def ask(self, peer: str, **headers: str) -> None:
        transport = ASGITransport(self.app, client=(peer, 5000))  # type: ignore[arg-type]  # ASGI
        named = {name.replace('_', '-'): value for name, value in headers.items()}
        async with AsyncClient(transport=transport, base_url='http://localhost:8000') as client:
            await client.get('/', headers=named)


@pytest.mark.parametrize(
    ('peer', 'forwarded', 'found'),
    [
        ('127.0.0.1', '203.0.113.9', '203.0.113.9'),
        ('127.0.0.1', '127.0.0.1, 203.0.113.9', '203.0.113.9'),
        ('127.0.0.1', '198.51.100.1, 203.0.113.9, 10.0.0.4', '203.0.113.9'),
        ('fd00::1', '198.51.100.1, 2001:db8::9, fd00::2, 10.0.0.4', '2001:db8::9'),
        ('127.0.0.1', '[2001:db8::9]:4711', '2001:db8::9'),
        ('127.0.0.1', '203.0.113.9:4711', '203.0.113.9'),
        ('127.0.0.1', '203.0.113.9, unknown', 'unknown'),
        ('127.0.0.1', '', '127.0.0.1'),
        ('10.0.1.1', '203.0.113.9', '10.0.1.1'),
        ('203.0.113.5', '127.0.0.1', '203.0.113.5'),
    ],
)
async def test_the_last_address_that_is_no_trusted_proxy_is_the_persons(
    peer: str, forwarded: str, found: str
) -> None:
    seen = Seen(Settings(public_url=PUBLIC, **CHAIN))
    await seen.ask(peer, x_forwarded_for=forwarded, x_forwarded_proto='https')
    assert seen.peer == found
    assert not seen.is_loopback
    assert seen.scheme == ('https' if peer in {'127.0.0.1', 'fd00::1'} else 'http')


@pytest.mark.parametrize('settings', [{}, {'public_url': PUBLIC, 'trusted_proxies': ()}])
async def test_without_trusted_proxies_nothing_that_is_forwarded_counts(settings: dict[str, Any]) -> None:
    seen = Seen(Settings(**settings))
    await seen.ask('127.0.0.1', x_forwarded_for='203.0.113.9', x_forwarded_proto='https')
    assert (seen.peer, seen.scheme, seen.is_loopback) == ('127.0.0.1', 'http', False)


@pytest.mark.parametrize(
    'headers',
    [
        {'x_forwarded_for': '127.0.0.1'},
        {'x_forwarded_for': '127.0.0.1, ::1'},
        {'forwarded': 'for=127.0.0.1'},
        {'x_forwarded_prefix': '/x'},
        {'x_real_ip': '127.0.0.1'},
        {'cf_connecting_ip': '127.0.0.1'},
        {'via': '1.1 proxy'},
        {'host': 'reviews.example'},
    ],
)
async def test_nobody_becomes_a_program_of_this_machine_through_a_proxy_on_it(
    headers: dict[str, str],
) -> None:
    seen = Seen(Settings(public_url=PUBLIC))
    await seen.ask('127.0.0.1', **headers)
    assert not seen.is_loopback
    await seen.ask('127.0.0.1')
    assert seen.is_loopback


@pytest.mark.parametrize(
    ('settings', 'options'),
    [
        ({}, (False, [])),
        ({'public_url': PUBLIC}, (True, ['127.0.0.0/8', '::1/128'])),
        (CHAIN, (True, ['127.0.0.1', '10.0.0.0/24', 'fd00::/8'])),
    ],
)
def test_the_server_says_so_to_uvicorn_whatever_the_environment_says(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, Any],
    options: tuple[bool, list[str]],
) -> None:
    monkeypatch.setenv('FORWARDED_ALLOW_IPS', '*')
    chosen = Settings(data_dir=tmp_path, **settings)
    given = Server(chosen, wire(chosen)).options
    assert (given['proxy_headers'], given['forwarded_allow_ips']) == options


async def test_below_a_path_the_gate_answers_with_and_without_it(tmp_path: Path) -> None:
    async with doorway(tmp_path, public_url=f'{PUBLIC}/reviewflow') as door:
        browser = await door.browser(PUBLIC)
        for prefix in ('', '/reviewflow'):
            answer = await browser.get(f'{prefix}/dashboard/?q=a')
            assert answer.headers['location'] == '/reviewflow/dashboard/login?next=/dashboard/%3Fq%3Da'
            assert (await browser.get(f'{prefix}/livez')).status_code == 200
            assert (await browser.get(f'{prefix}/dashboard/api/whoami')).status_code == 401
            assert (await browser.get(f'{prefix}/nothing')).status_code == 404
        refused = await browser.get('/reviewflow/nothing', headers={'Accept': 'text/html'})
        assert 'href="/reviewflow/dashboard/"' in refused.text

        form = {'username': 'mei', 'password': PASSWORD, 'next': '/dashboard/?q=a'}
        answer = await browser.post('/reviewflow/dashboard/login', data=form)
        assert answer.headers['location'] == '/reviewflow/dashboard/?q=a'
        assert (await browser.get('/reviewflow/dashboard/')).text == 'page of Mei'
        slash = await browser.get('/reviewflow/dashboard')
        assert slash.headers['location'] == '/reviewflow/dashboard/'
        assert (await browser.get('/reviewflow/dashboard/api/whoami')).json()['name'] == 'Mei'

        command = await door.browser(Authorization=f'Bearer {KEY}')
        assert (await command.get('/dashboard/api/whoami')).json()['role'] == 'admin'


async def test_a_prefix_that_a_request_names_shows_nowhere(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser(**{'X-Forwarded-Prefix': '/evil'})
        for path in ('/dashboard/', '/dashboard/login', '/nothing'):
            answer = await browser.get(path, headers={'Accept': 'text/html'})
            assert 'evil' not in answer.text + str(answer.headers)
