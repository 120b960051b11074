"""Take in an answer's bytes without letting them eat the memory."""

import gc
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from sync.github import secret
from sync.github.trouble import Garbled, TooBig


class Body:
    """The bytes of one answer, unpacked as they come and never more than ``at_most``.

    httpx would unpack a whole chunk at once: 64 KB of gzip become 64 MB, and far more when packed twice.
    """

    def __init__(self, encoding: str, at_most: int) -> None:
        if encoding not in {'', 'identity', 'gzip'}:
            raise Garbled('an answer packed as nobody asked for')
        self._gunzip = zlib.decompressobj(wbits=31) if encoding == 'gzip' else None
        self._at_most = at_most
        self._bytes = bytearray()
        self._parsed: Any = None

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the wire.

        Raises:
            TooBig: that is too much.
            Garbled: it is no gzip.
        """
        if self._gunzip is not None:
            try:
                chunk = self._gunzip.decompress(chunk, self._at_most - len(self._bytes) + 1)
            except zlib.error:
                raise Garbled('an answer that cannot be unpacked') from None
        self._bytes += chunk
        if len(self._bytes) > self._at_most:
            self._bytes.clear()  # the error may be kept for long, and us with it
            raise TooBig(f'an answer of more than {self._at_most} bytes')

    def hide(self, token: str) -> None:
        """Take our token out of all of it, once all of it is there."""
        self._bytes = secret.without(token, self._bytes)

    def start(self, size: int = 4096) -> bytes:
        """Give the first bytes."""
        return bytes(self._bytes[:size])

    def json(self) -> Any:
        """Parse the whole, once.

        Raises:
            Garbled: if it is no JSON, or only half of one.
        """
        if self._parsed is None:
            with _unsearched():
                self._parsed = self._parse()
        return self._parsed

    def _parse(self) -> Any:
        try:
            return orjson.loads(self._bytes)
        except orjson.JSONDecodeError:
            pass  # perhaps only a lone surrogate, which orjson refuses: it must not cost the whole page
        try:
            return json.loads(self._bytes)
        except (ValueError, RecursionError):
            self._bytes.clear()
            raise Garbled('an answer that is no JSON') from None


@contextmanager
def _unsearched() -> Iterator[None]:
    """Let Python look for no garbage: among a million new objects that takes eight times as long as these.

    A thread would not help, as parsing holds the interpreter all the while.
    """
    is_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_enabled:
            gc.enable()
