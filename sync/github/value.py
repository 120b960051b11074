"""Read single values out of JSON that may hold anything."""

import json
import re
from datetime import UTC, datetime
from hashlib import blake2s
from typing import Any

import orjson

from reviewflow.errors import ForgeUnavailable

ID_MAX = 2**63 - 1
NUMBER_MAX = 2**31 - 1
ITEMS_MAX = 100
TIME_MAX = 100
YEARS = range(1970, 3000)


def items(data: Any) -> list[dict[str, Any]]:
    """Take the objects of a list that must be there.

    Raises:
        ForgeUnavailable: if it is no list.
    """
    if not isinstance(data, list):
        raise ForgeUnavailable('no list where GitHub promises one')
    return [item for item in data if isinstance(item, dict)]


def some(value: Any) -> list[dict[str, Any]]:
    """Take the first objects of a list that may be missing."""
    return items(value[:ITEMS_MAX]) if isinstance(value, list) else []


def dig(value: Any, *path: str) -> Any:
    """Go down through objects; None where one is missing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def integer(value: Any, at_most: int) -> int | None:
    """Take a whole number from 1; JSON's true is none."""
    return value if type(value) is int and 1 <= value <= at_most else None


def identifier(value: Any) -> int | None:
    """Take the ``id`` of an object."""
    return integer(dig(value, 'id'), ID_MAX)


def count(value: Any) -> int | None:
    """Take a whole number from 0."""
    return 0 if type(value) is int and value == 0 else integer(value, NUMBER_MAX)


def digest(data: object, *, size: int) -> str:
    """Sum up a part of an answer in so many bytes, to find out whether it is the same.

    Raises:
        ForgeUnavailable: it is nested too deep.
    """
    try:
        content = orjson.dumps(data)
    except TypeError:  # a lone surrogate, or a number beyond 64 bits
        content = _dumps(data)
    return blake2s(content, digest_size=size).hexdigest()


def matching(pattern: re.Pattern[str], value: Any) -> str | None:
    """Take a text that is all of a pattern."""
    return value if isinstance(value, str) and pattern.fullmatch(value) else None


def time(value: Any) -> datetime | None:
    """Take a time of a believable year, as aware UTC."""
    if not isinstance(value, str) or len(value) > TIME_MAX:
        return None
    try:
        found = datetime.fromisoformat(value)
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year in YEARS else None


def _dumps(data: object) -> bytes:
    try:
        return json.dumps(data).encode('ascii')
    except RecursionError:
        raise ForgeUnavailable('an answer nested too deep') from None
