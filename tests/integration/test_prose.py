"""Rendering happens elsewhere: nothing that goes wrong there stops the server, or the next text."""

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from reviewflow.web.prose.prose import Prose

SLOW = 'a://' * 16_000
"""The renderer takes many seconds for it."""
ACTOR = """
import json, sys
count = 0
print(json.dumps('ready'), flush=True)
for line in sys.stdin:
    text, host, repository = json.loads(line)
    count += 1
    if text == 'die': sys.exit(3)
    if text == 'babble': print('{', flush=True)
    if text == 'refuse': print('null', flush=True)
    while text == 'hang': pass
    print(json.dumps(f'{text} {host} {repository} {count}'), flush=True)
"""
"""It counts the texts that this one process was given."""


@pytest.fixture
async def prose() -> AsyncIterator[Prose]:
    prose = Prose(limit_s=30)
    yield prose
    await prose.close()


@pytest.fixture
async def acted() -> AsyncIterator[Prose]:
    prose = Prose(limit_s=30, kept_max=2000, worker=(sys.executable, '-c', ACTOR))
    yield prose
    await prose.close()


@pytest.fixture
async def hasty() -> AsyncIterator[Prose]:
    """It gives up soon."""
    prose = Prose(limit_s=2, worker=(sys.executable, '-c', ACTOR))
    yield prose
    await prose.close()


async def html(prose: Prose, text: str, *, host: str = '', repository: str = 'acme/api') -> str | None:
    return await prose.html(text, digest=text[:20], host=host, repository=repository)


async def test_a_text_becomes_html(prose: Prose) -> None:
    found = await html(prose, '**Why** #1 \U0001f600\n' * 20, host='https://a.example')

    assert found is not None
    assert found.count('<strong>Why</strong>') == 20
    assert found.count('https://a.example/acme/api/issues/1"') == 20
    assert found.count('\U0001f600') == 20


async def test_a_text_that_takes_too_long_is_given_up_and_the_next_one_is_rendered() -> None:
    prose = Prose(limit_s=5)

    assert await html(prose, SLOW) is None
    assert await html(prose, 'Next') == '<p>Next</p>\n'

    await prose.close()


async def test_it_is_not_tried_again(hasty: Prose, caplog: pytest.LogCaptureFixture) -> None:
    assert [await html(hasty, 'hang') for _ in range(3)] == [None] * 3

    assert [record.levelname for record in caplog.records] == ['WARNING']
    assert 'hang' not in caplog.text


@pytest.mark.parametrize('trouble', ['die', 'babble'])
async def test_a_process_that_fails_is_replaced(acted: Prose, trouble: str) -> None:
    assert await html(acted, 'one') == 'one  acme/api 1'
    assert await html(acted, trouble) is None
    assert await html(acted, 'two') == 'two  acme/api 1', 'the first text of a new one'


async def test_a_text_that_cannot_be_rendered_costs_no_process(acted: Prose) -> None:
    assert await html(acted, 'refuse') is None
    assert (await html(acted, 'two') or '').startswith('refuse')


@pytest.mark.parametrize('worker', [('/nowhere/python',), (sys.executable, '-c', 'pass')])
async def test_without_a_process_nothing_is_rendered_and_nothing_breaks(worker: tuple[str, ...]) -> None:
    prose = Prose(worker=worker)

    assert [await html(prose, 'one') for _ in range(2)] == [None] * 2

    await prose.close()


async def test_a_start_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('reviewflow.web.prose.prose.START_LIMIT_S', 0.1)
    prose = Prose(worker=(sys.executable, '-c', 'while True: pass'))

    assert await html(prose, 'one') is None

    await prose.close()


async def test_what_was_rendered_is_kept_for_each_place(acted: Prose) -> None:
    assert await html(acted, 'a') == await html(acted, 'a') == 'a  acme/api 1'
    assert await html(acted, 'a', repository='acme/web') == 'a  acme/web 2'
    assert await html(acted, 'a', host='https://a.example') == 'a https://a.example acme/api 3'
    assert await html(acted, 'a') == 'a  acme/api 1'


async def test_what_was_not_wanted_for_longest_goes_first(acted: Prose) -> None:
    for text in 'abc':
        await html(acted, text)
    await html(acted, 'a')

    await html(acted, 'd')

    assert await html(acted, 'a') == 'a  acme/api 1'
    assert await html(acted, 'b') == 'b  acme/api 5'


async def test_many_who_want_the_same_wait_for_one(acted: Prose) -> None:
    assert set(await asyncio.gather(*(html(acted, 'a') for _ in range(5)))) == {'a  acme/api 1'}


async def test_what_was_rendered_does_not_wait_for_a_slow_one(hasty: Prose) -> None:
    await html(hasty, 'a')
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(html(hasty, 'hang'))
        await asyncio.sleep(0)

        assert await html(hasty, 'a') == 'a  acme/api 1'
        assert not slow.done()


async def test_an_answer_that_nobody_waits_for_is_not_given_to_the_next(acted: Prose) -> None:
    await html(acted, 'a')
    leaving = asyncio.ensure_future(html(acted, 'b'))
    for _ in range(3):
        await asyncio.sleep(0)
    leaving.cancel()

    assert (await html(acted, 'c') or '').startswith('c ')


async def test_once_closed_nothing_is_rendered(acted: Prose) -> None:
    await html(acted, 'a')
    async with asyncio.TaskGroup() as group:
        running, waiting = (group.create_task(html(acted, text)) for text in ('hang', 'b'))
        await asyncio.sleep(0)
        await acted.close()

    assert (running.result(), waiting.result()) == (None, None)
    assert await html(acted, 'c') is None
