"""A small picture of a person. What a host says of its kind proves nothing: the first bytes do."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

SIZE_MAX = 256 * 1024
"""Bytes of a picture; more is none."""

KINDS = (
    (b'\x89PNG\r\n\x1a\n', 'image/png'),
    (b'\xff\xd8\xff', 'image/jpeg'),
    (b'GIF87a', 'image/gif'),
    (b'GIF89a', 'image/gif'),
)
"""How files begin → what they are. No SVG from outside: it may hold a script."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Bytes that a browser may be given."""

    content: bytes
    media_type: str

    @cached_property
    def etag(self) -> str:
        """Changes with the content."""
        return f'"{hashlib.blake2s(self.content, digest_size=12).hexdigest()}"'


def picture(content: bytes) -> Picture | None:
    """Take bytes from outside for what they are; None when that is none of the kinds we pass on."""
    if len(content) > SIZE_MAX:
        return None
    is_webp = content[:4] == b'RIFF' and content[8:12] == b'WEBP'
    kinds = [kind for start, kind in KINDS if content.startswith(start)]
    kind = 'image/webp' if is_webp else next(iter(kinds), None)
    return None if kind is None else Picture(content=content, media_type=kind)
