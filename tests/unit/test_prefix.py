"""Paths below the path of the public address, and back."""

import pytest
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from reviewflow.web.prefix import KEPT, answering_below, below, outside, within, without
from tests.unit.scopes import scope

HERE = '/reviewflow'


@pytest.mark.parametrize(
    ('path', 'prefix', 'found'),
    [
        ('/reviewflow/dashboard/', HERE, '/dashboard/'),
        ('/dashboard/', HERE, '/dashboard/'),
        ('/reviewflow', HERE, '/'),
        ('/reviewflow/', HERE, '/'),
        ('/reviewflowx/dashboard/', HERE, '/reviewflowx/dashboard/'),
        ('/reviewflow/reviewflow/dashboard/', HERE, '/reviewflow/dashboard/'),
        ('/reviewflow//dashboard/', HERE, '//dashboard/'),
        ('/a/b/livez', '/a/b', '/livez'),
        ('/a/livez', '/a/b', '/a/livez'),
        ('/dashboard/', '', '/dashboard/'),
        ('', '', ''),
    ],
)
def test_a_prefix_is_taken_off_once_and_only_whole(path: str, prefix: str, found: str) -> None:
    assert within(path, prefix) == found


def test_the_gate_sees_a_request_as_if_there_were_no_prefix() -> None:
    seen = without({**scope('/reviewflow/livez'), 'root_path': '/other'}, HERE)
    assert (seen['path'], seen['root_path']) == ('/livez', '')


def test_a_prefix_that_a_request_names_is_made_empty_and_still_tells_of_a_proxy() -> None:
    seen = without(scope(x_forwarded_prefix='/evil', host='localhost'), '')
    assert seen['headers'] == [(b'x-forwarded-prefix', b''), (b'host', b'localhost')]


async def test_what_is_behind_the_gate_gets_the_path_with_its_prefix() -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        seen.append(scope)

    for kind in ('http', 'websocket'):
        await below(app, HERE)(scope('/dashboard/', kind=kind), nothing, drop)
    await below(app, HERE)({'type': 'lifespan'}, nothing, drop)
    assert [(each.get('path'), each.get('root_path')) for each in seen] == [
        ('/reviewflow/dashboard/', HERE),
        ('/reviewflow/dashboard/', HERE),
        (None, None),
    ]
    assert below(app, '') is app
    assert answering_below(drop, '', '/') is drop


@pytest.mark.parametrize(
    ('path', 'status', 'given', 'found'),
    [
        ('/', 303, {'location': '/dashboard/'}, {'location': '/reviewflow/dashboard/'}),
        ('/', 303, {'location': 'https://a.example/'}, {'location': 'https://a.example/'}),
        ('/_nicegui/3.18.0/static/a.js', 200, {}, {'cache-control': KEPT}),
        ('/_nicegui/3.18.0/static/a.js', 200, {'cache-control': 'no-cache'}, {'cache-control': 'no-cache'}),
        ('/_nicegui/3.18.0/static/a.js', 404, {}, {}),
        ('/_nicegui/3.18.0/dynamic_resources/a', 200, {}, {}),
        ('/dashboard/', 200, {}, {}),
    ],
)
async def test_an_answer_leads_below_the_prefix_and_keeps_what_has_a_version(
    path: str, status: int, given: dict[str, str], found: dict[str, str]
) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    await answering_below(send, HERE, path)({'type': 'http.response.start', 'status': status, 'headers': raw})
    assert {name.decode(): value.decode() for name, value in sent[0]['headers']} == found


def test_a_page_writes_addresses_with_the_prefix_that_the_gate_knows() -> None:
    behind = HTTPConnection({**scope(), 'state': {'prefix': HERE}})
    assert outside(behind, '/dashboard/') == '/reviewflow/dashboard/'
    assert outside(HTTPConnection(scope()), '/dashboard/') == '/dashboard/'


async def nothing() -> Message:
    return {}


async def drop(message: Message) -> None:
    del message
