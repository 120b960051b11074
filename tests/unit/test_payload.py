"""Bodies as GitHub posts them: JSON, or a form with JSON in it."""

import asyncio
import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewflow.web.payload import BIG, FORM, PIECE, Payloads

texts = st.text(max_size=50) | st.sampled_from(['a+b & c=d %41%', '%', '\ud800', 'ü€😀' * 9])
payloads = st.dictionaries(texts, texts | st.integers() | st.lists(texts, max_size=3), max_size=5)


async def read(body: bytes, media_type: str = 'application/json') -> dict[str, Any] | None:
    return await Payloads().read(bytearray(body), media_type)


def form(payload: Any) -> bytes:
    return b'payload=' + quote_plus(json.dumps(payload), errors='surrogatepass').encode()


@settings(max_examples=settings().max_examples // 4)
@given(payload=payloads, padding=st.sampled_from([0, BIG]))
async def test_json_and_a_form_say_the_same_small_or_big(payload: dict[str, Any], padding: int) -> None:
    said = {**payload, 'padding': 'é+%' * (padding // 3)}

    assert await read(json.dumps(said).encode()) == said
    assert await read(form(said), FORM) == said


@pytest.mark.parametrize('cut', range(-3, 4))
async def test_no_escape_is_cut_in_two(cut: int) -> None:
    body = b'payload=' + b'+' * (PIECE - 8 + cut) + form({'name': 'ü%€+' * BIG}).removeprefix(b'payload=')

    assert await read(body, FORM) == {'name': 'ü%€+' * BIG}


async def test_other_fields_of_a_form_are_passed_over() -> None:
    around = b'mypayload=1&' + form({'a': 1}) + b'&payload=2'

    assert await read(around, f'{FORM.upper()}; charset=utf-8') == {'a': 1}
    assert await read(b'mypayload=%7B%7D', FORM) is None


@pytest.mark.parametrize('padding', [b'', b' ' * BIG], ids=['small', 'big'])
@pytest.mark.parametrize(
    'body',
    [
        b'',
        b'[]',
        b'"x"',
        b'null',
        b'{',
        b'{"a":1}{}',
        b'\xff\xfe',
        b'{"a": ' + b'9' * 5000 + b'}',
        b'payload={}',
    ],
)
async def test_what_is_no_json_object_is_none(body: bytes, padding: bytes) -> None:
    assert await read(padding + body) is None


@pytest.mark.parametrize('size', [2_000, BIG], ids=['small', 'big'])
async def test_what_is_nested_too_deep_is_none(size: int) -> None:
    assert await read(b'{"a":' * size + b'1' + b'}' * size) is None
    assert await read(b'{"a":' + b'[' * size + b']' * size + b'}') is None


async def test_others_go_on_while_a_big_one_is_read() -> None:
    commits = [{'message': 'x' * 1000, 'added': ['y' * 50] * 50}] * 5000
    body = json.dumps({'ref': 'refs/heads/main', 'commits': commits}).encode()
    assert len(body) > 15_000_000
    turns, reading = 0, asyncio.ensure_future(read(body))
    while not reading.done():
        await asyncio.sleep(0.001)
        turns += 1

    assert await reading is not None
    assert turns >= 5, 'the event loop had its turns meanwhile'
