"""Bytes that somebody posted → what they say, without holding up anybody else."""

import asyncio
import json
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson

BIG = 262_144
"""Bytes from which on reading takes so long that it is done beside the event loop."""
PIECE = 16_384
FIELD = b'payload='
FORM = 'application/x-www-form-urlencoded'


class Payloads:
    """Reads small ones at once, and big ones one after the other in a thread: each takes much memory."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def read(self, body: bytearray, media_type: str) -> dict[str, Any] | None:
        """Give an object; None when it is none, or nested too deep, or no JSON at all."""
        is_form = media_type.partition(';')[0].strip().lower() == FORM
        if len(body) < BIG:
            return _object(body, is_form=is_form)
        async with self._turn:
            return await asyncio.to_thread(_big_object, body, is_form=is_form)


def _object(body: bytearray, *, is_form: bool) -> dict[str, Any] | None:
    text = _unquoted(body) if is_form else body
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:  # perhaps only a lone surrogate, which orjson refuses
        return _plain(text)
    return found if isinstance(found, dict) else None


def _big_object(body: bytearray, *, is_form: bool) -> dict[str, Any] | None:
    return _plain(_unquoted(body) if is_form else body)


def _plain(text: bytes | bytearray) -> dict[str, Any] | None:
    """Read with a function of ours at each object: there Python lets other threads go on, orjson never."""
    try:
        found = json.loads(text.decode(), object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(pairs)


def _unquoted(body: bytearray) -> bytearray:
    """Take the one field out of a form, piece by piece, and never through the middle of an escape."""
    at = 0 if body.startswith(FIELD) else body.find(b'&' + FIELD) + 1
    if not body.startswith(FIELD, at):
        return bytearray()
    at += len(FIELD)
    end = body.find(b'&', at)
    end = len(body) if end < 0 else end
    text = bytearray()
    while at < end:
        to = min(at + PIECE, end)
        if to < end and (escape := body.rfind(b'%', to - 2, to)) >= 0:
            to = escape
        text += unquote_to_bytes(bytes(body[at:to]).replace(b'+', b' '))
        at = to
    return text
