"""Where GitHub calls: who is refused and how, and what is kept of whoever is not."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest
from sqlalchemy import text

from reviewflow.delivery import Hints, Outcome
from reviewflow.hooks import Hooks
from reviewflow.store.database import Database
from sync.github.hints import GitHubHooks
from tests.builders import NOW, Clock, Ticks
from tests.hooks import PATH, body, headers, pull_event, repository, signature
from tests.integration.rest_client import said
from tests.integration.sqlite_file import sqlite
from tests.webhook import Called, called, post

PULL = body(pull_event(7))
SHA = 'a' * 40


@pytest.fixture
def calls(database: Database, clock: Clock, ticks: Ticks) -> Called:
    return called(database, clock, monotonic=ticks)


@pytest.fixture
def hooks(calls: Called) -> Hooks:
    return calls.hooks


@pytest.fixture
async def github(calls: Called) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever calls."""
    async with calls.client() as client:
        yield client


def test_the_signature_is_the_one_of_githubs_own_example() -> None:
    digest = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'

    assert signature(b'Hello, World!') == f'sha256={digest}'


async def test_what_githubs_own_example_signs_is_let_in(github: httpx.AsyncClient) -> None:
    digest = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    answer = await post(github, b'Hello, World!', x_hub_signature_256=f'sha256={digest}')

    assert said(answer, 400) == 'The body is no JSON object, or nested too deep.', 'it is no 401'


# What is kept


async def test_a_delivery_is_stored_when_it_is_answered(github: httpx.AsyncClient, hooks: Hooks) -> None:
    answer = await post(github, PULL, id='72d3162e-cc78-11e3-81ab-4c9367dc0958')

    assert (answer.status_code, answer.json()) == (202, {'outcome': 'accepted'})
    (kept,) = await hooks.waiting()
    assert (kept.id, kept.event) == ('72d3162e-cc78-11e3-81ab-4c9367dc0958', 'pull_request')
    assert kept.hints == Hints(numbers=(7,), newer_than=NOW)
    assert kept.received_at == NOW


async def test_a_form_says_the_same(github: httpx.AsyncClient, hooks: Hooks) -> None:
    form = b'payload=' + quote_plus(PULL).encode()
    answer = await post(github, form, content_type='application/x-www-form-urlencoded')

    assert answer.status_code == 202
    (kept,) = await hooks.waiting()
    assert kept.hints == Hints(numbers=(7,), newer_than=NOW)


async def test_sent_again_it_is_welcome_and_does_nothing(github: httpx.AsyncClient, hooks: Hooks) -> None:
    answers = [await post(github, PULL) for _ in range(3)]
    other = await post(github, body(pull_event(8)))  # of the same id

    assert [answer.status_code for answer in (*answers, other)] == [202] * 4
    assert [answer.json()['outcome'] for answer in answers] == ['accepted', 'known', 'known']
    (kept,) = await hooks.waiting()
    assert kept.hints == Hints(numbers=(7,), newer_than=NOW)


async def test_an_unknown_event_is_counted_and_ignored(github: httpx.AsyncClient, hooks: Hooks) -> None:
    answer = await post(github, PULL, event='projects_v3')

    assert (answer.status_code, answer.json()) == (202, {'outcome': 'ignored'})
    assert hooks.counts == {('other', Outcome.IGNORED): 1}
    assert await hooks.waiting() == []


async def test_nothing_personal_is_kept(github: httpx.AsyncClient, database: Database) -> None:
    person = {'login': 'mei-the-author', 'email': 'mei@example.com'}
    payload = pull_event(7, sender=person, pusher=person, comment={'body': 'a secret plan'})
    await post(github, body(payload))

    async with database.transaction() as connection:
        row = str((await connection.execute(text('SELECT * FROM deliveries'))).one())
    assert [word for word in ('mei', 'plan', 'private') if word in row] == []


async def test_a_body_bigger_than_what_is_read_at_once_is_read(
    github: httpx.AsyncClient, hooks: Hooks
) -> None:
    big = body({'sha': SHA, 'description': 'x' * 1_000_000, 'repository': repository()})

    assert (await post(github, big, event='status')).json() == {'outcome': 'accepted'}
    assert [each.hints for each in await hooks.waiting()] == [Hints(shas=(SHA,))]


async def test_a_big_body_of_no_concern_is_not_even_read(github: httpx.AsyncClient, hooks: Hooks) -> None:
    assert (await post(github, b'[' * 1_000_000, event='push')).json() == {'outcome': 'ignored'}
    assert hooks.today == {Outcome.IGNORED: 1}


# Who is refused


UNSIGNED = {
    'none': {'x_hub_signature_256': ''},
    'only sha1': {'x_hub_signature_256': '', 'x_hub_signature': f'sha1={"0" * 40}'},
    'sha1': {'x_hub_signature_256': f'sha1={"0" * 40}'},
    'of another secret': {'x_hub_signature_256': signature(PULL, 'not the secret')},
    'of another body': {'x_hub_signature_256': signature(PULL + b' ')},
    'of nothing': {'x_hub_signature_256': signature(b'')},
    'no name': {'x_hub_signature_256': signature(PULL).removeprefix('sha256=')},
    'upper case': {'x_hub_signature_256': signature(PULL).upper()},
    'cut off': {'x_hub_signature_256': signature(PULL)[:-1]},
    'too long': {'x_hub_signature_256': f'{signature(PULL)}0'},
    'odd': {'x_hub_signature_256': 'sha256=' + '\u00e9' * 64},
}


@pytest.mark.parametrize('changes', UNSIGNED.values(), ids=UNSIGNED)
async def test_what_we_did_not_sign_is_refused_and_leaves_nothing(
    github: httpx.AsyncClient, hooks: Hooks, writes: list[str], changes: dict[str, str]
) -> None:
    given = headers(PULL, **changes)
    raw = [(name.encode(), said.encode('latin-1')) for name, said in given.items() if said]
    answer = await github.post(PATH, content=PULL, headers=raw)

    assert 'ignature' in said(answer, 401)
    assert writes == []
    assert not hooks.arrived.is_set()
    assert hooks.counts == {('pull_request', Outcome.REFUSED): 1}
    assert hooks.heard == {}


async def test_a_body_that_was_changed_on_its_way_is_refused(github: httpx.AsyncClient) -> None:
    for at in range(0, len(PULL), 7):
        changed = bytearray(PULL)
        changed[at] ^= 1
        answer = await github.post(PATH, content=bytes(changed), headers=headers(PULL))
        assert answer.status_code == 401


async def test_the_log_has_a_line_a_minute_about_it(
    github: httpx.AsyncClient, ticks: Ticks, caplog: pytest.LogCaptureFixture
) -> None:
    for now in (0, 1, 59.9, 60.1, 61):
        ticks.now = now
        await post(github, PULL, x_hub_signature_256='')

    assert [record.levelname for record in caplog.records if 'webhook' in record.name] == ['WARNING'] * 2


@pytest.mark.parametrize(
    'changes',
    [
        {'x_github_event': ''},
        {'x_github_delivery': ''},
        {'x_github_event': 'x' * 101},
        {'x_github_delivery': 'x' * 101},
        {'x_github_delivery': 'a b'},
        {'x_github_event': 'a\tb'},
    ],
)
async def test_without_a_proper_event_and_id_it_is_refused(
    github: httpx.AsyncClient, hooks: Hooks, changes: dict[str, str]
) -> None:
    assert 'missing' in said(await post(github, PULL, **changes), 400)
    assert await hooks.waiting() == []


@pytest.mark.parametrize('wrong', [b'', b'[]', b'not json', b'{"a":' * 5000, b'\xff'])
async def test_a_signed_body_that_is_no_object_is_refused(
    github: httpx.AsyncClient, hooks: Hooks, wrong: bytes
) -> None:
    assert 'JSON' in said(await post(github, wrong), 400)
    assert hooks.counts == {('pull_request', Outcome.MALFORMED): 1}


async def test_a_payload_of_any_shape_is_answered(github: httpx.AsyncClient) -> None:
    for event in GitHubHooks().events:
        shapes: list[dict[str, Any]] = [{}, {event: 7}, {event: {'number': {}}}, pull_event(repository='x')]
        for at, payload in enumerate(shapes):
            answer = await post(github, body(payload), event=event, id=f'{event}-{at}')
            assert answer.status_code == 202, answer.text


async def test_other_methods_are_refused(github: httpx.AsyncClient) -> None:
    for method in ('GET', 'HEAD', 'PUT', 'DELETE'):
        answer = await github.request(method, PATH)
        assert (answer.status_code, answer.headers['allow']) == (405, 'POST')


# The database


async def test_trouble_with_the_database_is_told_so_that_github_shows_it(
    github: httpx.AsyncClient, hooks: Hooks, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.transaction(durable=True) as connection:
        await connection.execute(text('PRAGMA busy_timeout=1'))
        file = (await connection.execute(text('PRAGMA database_list'))).one()[2]
    with sqlite(file) as other:
        other.execute('BEGIN IMMEDIATE')
        answer, _ = [await post(github, PULL) for _ in range(2)]
        other.execute('ROLLBACK')

    assert said(answer, 503) == 'It could not be stored.'
    assert int(answer.headers['retry-after']) > 0
    assert hooks.counts == {('pull_request', Outcome.FAILED): 2}
    assert ['stored' in message for message in caplog.messages] == [True], 'a line a minute'
    assert (await post(github, PULL)).json() == {'outcome': 'accepted'}
