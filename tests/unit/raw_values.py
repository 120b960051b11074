"""Values as an answer of GitHub holds them, good and bad."""

from datetime import UTC, datetime

import pytest

from reviewflow.models import Repository
from tests.github import shape

AT = '2026-05-01T12:00:00Z'
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
REPO = shape.repository(7, 'acme/api', is_private=False, is_archived=False)
API = Repository(id=7, name='acme/api', node_id=REPO['node_id'])
BOMBS = {
    'markup': '<script>alert(1)</script>',
    'quotes': '"><img src=x onerror=alert(1)>\'; DROP TABLE pulls; --',
    'templates': '{{ 7 * 7 }} ${7 * 7} :onclick="x"',
    'right-to-left': '\u202egnp.exe\u202c \u200b\u2066hidden\u2069',
    'controls': 'NUL \x00 and \x1b[31m and \x85',
    'surrogates': 'lone \ud83d and \udc00',
    'long': 'x' * 65_536,
    'long surrogates': '\ud800' * 65_536,
    'empty': '',
    'blank': '\n\t ',
}
each_bomb = pytest.mark.parametrize('bomb', list(BOMBS.values()), ids=list(BOMBS))
