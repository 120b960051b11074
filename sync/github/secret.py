"""Keep what opens doors out of what the host says: errors are read by everybody, and logs by many."""

import re

from reviewflow.text import line

HIDDEN = '***'
SHORTEST = 8
"""A token of fewer characters is none, and may be in any word."""

_TOKEN = re.compile(
    r'(authorization:\s*(?:\w+\s+)?|\bbearer\s+)\S+|(?:gh[pousr]|github_pat)_\w*', re.ASCII | re.IGNORECASE
)


def said(value: object, *, at_most: int) -> str:
    """Make one clean line of what the host said, without anything that looks like a token."""
    return _TOKEN.sub(rf'\1{HIDDEN}', line(value, at_most=at_most))


def without(token: str, content: bytearray) -> bytearray:
    """Take our own token out of the bytes of an answer: a proxy may repeat what it was sent."""
    return content if len(token) < SHORTEST else content.replace(token.encode(), HIDDEN.encode())
