"""Texts from strangers, made harmless before anything else sees them.

A single lone surrogate made a page answer 500 and dropped a batch of live updates: nothing gets past this
module that UTF-8, JSON, SQLite or PostgreSQL would choke on.
"""

import re
from urllib.parse import urlsplit

REPLACEMENT = '\N{REPLACEMENT CHARACTER}'
TITLE_MAX = 256
NAME_MAX = 100
REF_MAX = 255
URL_MAX = 2048
BODY_MAX = 65_536

_BROKEN = re.compile('[\x00\ud800-\udfff]')
_SLY = re.compile(
    '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164'
    '\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]'
    '|(?<![\u0600-\u1fff\u2190-\U000dffff])[\u200c\u200d]'  # after those these join letters and emoji
)
_CONTROL = re.compile('[\x01-\x1f\x7f-\x9f]+')
_CONTROL_BUT_LF_AND_TAB = re.compile('[\x01-\x08\x0b-\x1f\x7f-\x9f]+')


def line(value: object, *, at_most: int = TITLE_MAX) -> str:
    """Make one clean line of whatever was sent; anything but a text becomes empty."""
    if not isinstance(value, str):
        return ''
    value = value[: 4 * at_most]  # 64 KB of rubbish is not worth a regular expression
    return _CONTROL.sub(' ', _BROKEN.sub(REPLACEMENT, value)).strip()[:at_most]


def lines(value: object, *, at_most: int = BODY_MAX) -> str:
    """Make clean lines of whatever was sent; anything but a text becomes empty."""
    if not isinstance(value, str):
        return ''
    value = value[: 2 * at_most].replace('\r\n', '\n')  # at worst all of it is line ends
    return _CONTROL_BUT_LF_AND_TAB.sub('', _BROKEN.sub(REPLACEMENT, value))[:at_most]


def shown(value: str) -> str:
    """Make visible what would turn the text around it, or hide: a login that reads backwards is another."""
    return _SLY.sub(lambda match: f'\\u{ord(match[0]):04x}', value)


def safe_url(value: object) -> str | None:
    """Keep a link only when it is http or https with a host."""
    if not isinstance(value, str) or len(value) > URL_MAX or _BROKEN.search(value) or _CONTROL.search(value):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in {'http', 'https'} and parts.netloc else None
