"""Files that settings come from, and what can be wrong with a value."""

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx
from dotenv.parser import parse_stream
from pydantic import ValidationError

from reviewflow.errors import SettingsError

UNDECODED = re.compile(r'[\ud800-\udfff]')
"""How Python keeps bytes that are not UTF-8."""


def env_file_values(path: Path, names: Collection[str]) -> dict[str, str]:
    """Read a ``.env``; without the file there is nothing in it.

    Raises:
        SettingsError: it cannot be read or understood, or sets something else than these ``names``.
    """
    if not path.is_file():
        return {}
    try:
        with path.open(encoding='utf-8') as lines:
            bindings = list(parse_stream(lines))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f'{path}: cannot be read ({error})') from None
    values = {}
    for each in bindings:
        if each.error or (each.key is not None and each.value is None):
            raise SettingsError(f'{path}: line {each.original.line} is not like NAME=value')
        if each.key is not None and each.key.upper() not in names:
            raise SettingsError(f'{path}: {each.key} is not a setting')
        if each.key is not None and each.value is not None:
            values[each.key] = each.value
    return values


def check_text(name: str, value: str) -> None:
    """Refuse what is no text.

    Raises:
        SettingsError: it has bytes that are not UTF-8, or a NUL, which no file name can have.
    """
    if '\0' in value or UNDECODED.search(value):
        raise SettingsError(f'{name}: must be text in UTF-8')


def secret_file(variable: str, path: Path) -> str:
    """Read a secret that is kept in a file of its own; ``variable`` said where.

    Raises:
        SettingsError: it cannot be read.
    """
    try:
        return path.read_text('utf-8').strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f'{variable}: {path} cannot be read') from None


def put(values: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    """Put a value where its names lead, from the outside in."""
    *sections, name = path
    for section in sections:
        values = values.setdefault(section, {})
    values[name] = value


def split_address(url: str, *, example: str) -> SplitResult:
    """Take an address apart, unless a browser or httpx could not use it.

    Raises:
        ValueError: with what is wrong; the ``example`` is how it should be.
    """
    parts = urlsplit(url)
    is_plain = url.isprintable() and not {' ', '@', '?', '#', '\\'} & set(url)
    try:
        is_plain = is_plain and bool(httpx.URL(url).host)
    except (httpx.InvalidURL, UnicodeError):  # no name that could be looked up
        is_plain = False
    if parts.scheme not in {'http', 'https'} or not parts.hostname or not is_plain or parts.port == 0:
        raise ValueError(f'must be an address like {example}')
    return parts


def split_names(text: object) -> object:
    """Take names apart that come in one text: as a JSON list, or separated by commas.

    Raises:
        ValueError: it begins like JSON, but is none.
    """
    if not isinstance(text, str):
        return text
    if text.lstrip().startswith('['):
        try:
            return json.loads(text)
        except ValueError as error:
            raise ValueError('must be a JSON list or names separated by commas') from error
    return [name.strip() for name in text.split(',') if name.strip()]


WORDS = {
    'bool_parsing': 'must be true or false',
    'finite_number': 'must be a number',
    'float_parsing': 'must be a number',
    'greater_than_equal': 'must be {ge:g} or more',
    'int_from_float': 'must be a whole number',
    'int_parsing': 'must be a whole number',
    'literal_error': 'must be {expected}',
    'less_than_equal': 'must be {le:g} or less',
    'string_pattern_mismatch': 'must be a name or an address, and nothing else',
    'too_long': 'must have {max_length} characters or fewer',
    'string_too_long': 'must have {max_length} characters or fewer',
    'too_short': 'must have {min_length} characters or more',
    'string_too_short': 'must have {min_length} characters or more',
}
"""pydantic's kinds of errors → what we say; other kinds speak for themselves."""


def in_words(error: ValidationError, prefix: str) -> str:
    """Say what is wrong in one line, without the value: it may be a secret."""
    name, message = problem_of(error)
    return f'{prefix}{name.upper()}: {message}'


def problem_of(error: ValidationError) -> tuple[str, str]:
    """Name the first field that is wrong, levels joined by ``__``, and say what is wrong with it."""
    first = error.errors(include_input=False, include_url=False)[0]
    path = tuple(str(part) for part in first['loc'] if isinstance(part, str))
    message = first['msg'].removeprefix('Value error, ')  # it may quote what was given, braces and all
    if (words := WORDS.get(first['type'])) is not None:
        message = words.format(**first.get('ctx', {}))
    if path:
        return '__'.join(path), message
    name, _, message = message.partition(': ')
    return name, message
