"""Style sheets and pictures of our own, served from ``/dashboard/static``."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / 'static'
ROUTE = '/dashboard/static'


@cache
def address(name: str) -> str:
    """Give the address of a file; it changes with the content, so browsers may keep what they have."""
    digest = hashlib.blake2s((FOLDER / name).read_bytes(), digest_size=6).hexdigest()
    return f'{ROUTE}/{name}?v={digest}'
