"""The decisions of the gate, as tables."""

import pytest
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from reviewflow.web.origin import (
    is_foreign,
    is_loopback_host,
    plain_origin,
    safe_target,
)
from reviewflow.web.paths import Kind, kind_of, known_path
from reviewflow.window import Window
from tests.unit.scopes import scope


def nothing() -> None:
    """Stand in for an endpoint: it is never called."""


def routes() -> list[BaseRoute]:
    app, router, api = FastAPI(openapi_url=None), APIRouter(), FastAPI(openapi_url=None)
    router.get('/dashboard/login')(nothing)
    app.include_router(router)
    app.get('/dashboard/')(nothing)
    app.get('/dashboard/pulls/{owner}/{repo}/{number:int}')(nothing)
    api.get('/pulls')(nothing)
    app.mount('/dashboard/api', api)
    app.mount('/_nicegui_ws/', PlainTextResponse(''))
    app.mount('/_nicegui/3.18.0/static', PlainTextResponse(''))
    inner = [Route('/deep', nothing)]
    return [*app.routes, WebSocketRoute('/dashboard/ws', nothing), Mount('/far', app=Starlette(routes=inner))]


@pytest.mark.parametrize(
    'path',
    [
        '/dashboard/',
        '/dashboard',  # sent on to the one above
        '/dashboard/login',
        '/dashboard/pulls/harborline/web/7',
        '/dashboard/api/pulls',
        '/_nicegui/3.18.0/static/nicegui.js',
        '/_nicegui_ws/socket.io/',
        '/far/deep',
    ],
)
def test_a_path_that_some_route_answers_is_known(path: str) -> None:
    assert known_path(scope(path), routes())
    assert known_path(scope(path, method='HEAD'), routes())


@pytest.mark.parametrize(
    'path',
    [
        '',
        '/',
        '//',
        '/nope',
        '/dashboard/nope',
        '/dashboard/login/',
        '/dashboard//login',
        '/dashboard/pulls/harborline/web/seven',
        '/dashboard/api/nope',
        '/dashboard/api/',
        '/_nicegui/3.18.0/nope',
        '/_nicegui_ws/',
        '/_nicegui_ws/nope',
        '/_nicegui_ws/socket.io/nope',
        '/far/nope',
        '/dashboard/ws',  # only as a socket
    ],
)
def test_a_path_that_no_route_answers_is_unknown(path: str) -> None:
    assert not known_path(scope(path), routes())


@pytest.mark.parametrize(
    ('path', 'known'),
    [
        ('/dashboard/ws', True),
        ('/_nicegui_ws/socket.io/', True),
        ('/_nicegui_ws/nope', False),
        ('/dashboard/', False),
        ('/dashboard/login', False),
        ('/dashboard/ws/', False),
        ('/_nicegui/3.18.0/static/nicegui.js', False),
    ],
)
def test_a_socket_is_known_only_where_sockets_are(path: str, *, known: bool) -> None:
    assert (known_path(scope(path, kind='websocket'), routes()) is not None) is known


@pytest.mark.parametrize(
    ('path', 'kind'),
    [
        ('/dashboard/login', Kind.OPEN),
        ('/dashboard/logout', Kind.OPEN),
        ('/dashboard/setup', Kind.OPEN),
        ('/dashboard/demo', Kind.OPEN),
        ('/webhooks/github', Kind.OPEN),
        ('/livez', Kind.OPEN),
        ('/readyz', Kind.OPEN),
        ('/favicon.ico', Kind.STATIC),
        ('/dashboard/static/app.css', Kind.STATIC),
        ('/_nicegui/3.18.0/static/nicegui.js', Kind.STATIC),
        ('/_nicegui_ws/socket.io/', Kind.PAGE_SOCKET),
        ('/_nicegui/client/some-id/upload/7', Kind.DATA),
        ('/_nicegui/auto/static/token/file', Kind.DATA),
        ('/dashboard/api/pulls', Kind.DATA),
        ('/dashboard/avatars/7', Kind.DATA),
        ('/', Kind.OPEN),
        ('/dashboard/', Kind.PAGE),
        ('/dashboard/login/', Kind.PAGE),
        ('/dashboard/static', Kind.PAGE),
        ('/livez/deep', Kind.PAGE),
        ('/favicon.icon', Kind.PAGE),
        ('/metrics', Kind.METRICS),
    ],
)
def test_only_what_is_named_is_open(path: str, kind: Kind) -> None:
    assert kind_of(scope(path)) is kind


@pytest.mark.parametrize(
    ('public', 'headers', 'foreign'),
    [
        (None, {}, False),
        (None, {'origin': 'http://localhost:8000'}, False),
        (None, {'origin': 'https://localhost:8000'}, False),
        (None, {'origin': 'HTTP://LocalHost:8000'}, False),
        (None, {'origin': 'http://localhost:8001'}, True),
        (None, {'origin': 'http://evil.example'}, True),
        (None, {'origin': 'http://localhost:8000.evil.example'}, True),
        (None, {'origin': 'null'}, True),
        (None, {'origin': ''}, True),
        (None, {'sec_fetch_site': 'same-origin'}, False),
        (None, {'sec_fetch_site': 'none'}, False),
        (None, {'sec_fetch_site': 'cross-site'}, True),
        (None, {'origin': 'http://localhost:8000', 'sec_fetch_site': 'cross-site'}, True),
        (None, {'sec_fetch_site': 'cross-site', 'sec_fetch_mode': 'navigate'}, True),
        ('https://reviews.example', {'origin': 'https://reviews.example'}, False),
        ('https://reviews.example', {'origin': 'http://reviews.example'}, True),
        ('https://reviews.example', {'origin': 'http://localhost:8000'}, True),
    ],
)
def test_what_another_site_makes_a_browser_send_is_foreign(
    public: str | None, headers: dict[str, str], *, foreign: bool
) -> None:
    post = scope('/dashboard/login', method='POST', host='localhost:8000', **headers)
    socket = scope('/_nicegui_ws/socket.io/', kind='websocket', host='localhost:8000', **headers)
    polling = scope('/_nicegui_ws/socket.io/', host='localhost:8000', **headers)
    assert is_foreign(post, public, is_socket=False) is foreign
    assert is_foreign(socket, public, is_socket=True) is foreign
    assert is_foreign(polling, public, is_socket=True) is foreign


@pytest.mark.parametrize('method', ['GET', 'HEAD'])
def test_a_link_from_another_site_may_be_followed(method: str) -> None:
    link = scope(
        '/dashboard/', method=method, host='r.example', sec_fetch_site='cross-site', sec_fetch_mode='navigate'
    )
    assert not is_foreign(link, None, is_socket=False)


def test_a_picture_on_another_site_may_not_be_one_of_ours() -> None:
    picture = scope('/dashboard/', host='r.example', sec_fetch_site='cross-site', sec_fetch_mode='no-cors')
    assert is_foreign(picture, None, is_socket=False)


def test_every_origin_that_is_sent_counts() -> None:
    two = scope(method='POST', host='r.example', origin='http://r.example')
    two['headers'].append((b'origin', b'http://evil.example'))
    assert is_foreign(two, None, is_socket=False)


@pytest.mark.parametrize(
    ('url', 'origin'),
    [
        ('https://Reviews.Example', 'https://reviews.example'),
        ('https://reviews.example:443', 'https://reviews.example'),
        ('http://reviews.example:80', 'http://reviews.example'),
        ('https://reviews.example:8443', 'https://reviews.example:8443'),
        ('http://[::1]:8000', 'http://[::1]:8000'),
        ('https://[2001:db8::1]', 'https://[2001:db8::1]'),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert plain_origin(url) == origin


@pytest.mark.parametrize(
    ('host', 'loopback'),
    [
        ('localhost', True),
        ('LOCALHOST:8000', True),
        ('127.0.0.1:8000', True),
        ('127.8.9.10', True),
        ('[::1]:8000', True),
        ('[::1]', True),
        ('[::ffff:127.0.0.1]', True),
        ('', False),
        ('evil.example', False),
        ('localhost.evil.example', False),
        ('evil.example@localhost', True),  # no browser sends it, and the name is ours
        ('127.0.0.1.evil.example', False),
        ('192.168.0.7:8000', False),
        ('0.0.0.0', False),
        ('[::1', False),
        ('::1', False),
    ],
)
def test_a_host_is_loopback_by_its_name_alone(host: str, *, loopback: bool) -> None:
    assert is_loopback_host(host) is loopback


@pytest.mark.parametrize(
    'target',
    [
        '/',
        '/dashboard/',
        '/dashboard/pulls/a/b/7?q=x%20y&page=2',
        '/dashboard/?q=50%25',
        '/a//b',
        '/ä',
        '/dashboard/?q=a%5Cb',
    ],
)
def test_a_target_on_this_server_is_kept(target: str) -> None:
    assert safe_target(target) == target


@pytest.mark.parametrize(
    'target',
    [
        '',
        'dashboard/',
        'https://evil.example',
        '//evil.example',
        '/../other',
        '/dashboard/..',
        '/dashboard/%2e%2e/other',
        '/./x',
        '///evil.example',
        '/\\evil.example',
        '\\\\evil.example',
        '/%2Fevil.example',
        '/%5Cevil.example',
        '/\t/evil.example',
        '/%09/evil.example',
        '\t//evil.example',
        ' /dashboard/',
        '/dashboard/\r\nSet-Cookie: a=b',
        '/dashboard/%0d%0aSet-Cookie: a=b',
        'javascript:alert(1)',
        '/' + 'a' * 2048,
    ],
)
def test_any_other_target_leads_home(target: str) -> None:
    assert safe_target(target) == '/dashboard/'


def test_a_window_counts_by_key_and_begins_anew() -> None:
    now = 0.0
    window = Window(10, lambda: now)
    assert [window.count('a'), window.count('a'), window.count('b')] == [1, 2, 1]
    now = 9.0
    assert window.count('a') == 3
    assert window.left_s == 1
    now = 10.0
    assert window.count('a') == 1
