"""Whatever strangers write becomes harmless."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.text import BODY_MAX, TITLE_MAX, line, lines, safe_url, shown


@pytest.mark.parametrize(
    ('given', 'expected'),
    [
        ('Fix the lamp', 'Fix the lamp'),
        ('  Fix\tthe\r\nlamp\x1b\x7f ', 'Fix the lamp'),
        ('a\x00b', 'a\ufffdb'),
        ('half \ud83d of a pair', 'half \ufffd of a pair'),
        ('<b onload="x">\'quotes\'</b>', '<b onload="x">\'quotes\'</b>'),  # escaped where it is drawn
        ('\u202eright to left', '\u202eright to left'),  # likewise
        ('x' * 70_000, 'x' * TITLE_MAX),
        ('', ''),
        ('\n', ''),
        (None, ''),
        (17, ''),
        (['list'], ''),
    ],
)
def test_a_line_is_clean(given: object, expected: str) -> None:
    assert line(given) == expected


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.integers(1, 40))
def test_a_line_can_be_sent_and_stored(value: str, at_most: int) -> None:
    cleaned = line(value, at_most=at_most)

    assert len(cleaned) <= at_most
    assert '\x00' not in cleaned
    assert cleaned.isprintable() or not {'\n', '\r', '\t', '\x1b'} & set(cleaned)
    assert json.loads(json.dumps(cleaned).encode('utf-8')) == cleaned
    assert line(cleaned, at_most=at_most) == cleaned.strip()


@pytest.mark.parametrize(
    ('given', 'expected'),
    [
        ('Why\r\n\r\n\tWhat\n', 'Why\n\n\tWhat\n'),
        ('a\rb\x1b\x7f\x85c', 'abc'),
        ('a\x00b \ud83d', 'a\ufffdb \ufffd'),
        ('\U0001f600' * 3, '\U0001f600' * 3),
        ('\r\n' * 70_000, '\n' * BODY_MAX),
        ('x' * 300_000, 'x' * BODY_MAX),
        ('', ''),
        (None, ''),
        (17, ''),
        (['list'], ''),
    ],
)
def test_lines_are_clean(given: object, expected: str) -> None:
    assert lines(given) == expected


@given(st.text(st.characters(exclude_categories=()), max_size=60), st.integers(1, 40))
def test_lines_can_be_sent_and_stored(value: str, at_most: int) -> None:
    cleaned = lines(value, at_most=at_most)

    assert len(cleaned) <= at_most
    assert not {'\x00', '\r', '\x1b', '\x85'} & set(cleaned)
    assert json.loads(json.dumps(cleaned).encode('utf-8')) == cleaned
    assert lines(cleaned, at_most=at_most) == cleaned


@pytest.mark.parametrize('url', ['https://github.com/acme/api/pull/1', 'http://localhost:4000/a?b=c#d'])
def test_a_proper_link_is_kept(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    'url',
    [
        'javascript:alert(1)',
        'data:text/html,hello',
        'JAVASCRIPT:alert(1)',
        '//github.com/acme',
        '/acme',
        'https:',
        'https://',
        'https://[half',
        'https://a/\x00',
        'https://a/\n',
        'https://a/\ud800',
        'https://a/' + 'x' * 3000,
        '',
        None,
        7,
    ],
)
def test_any_other_link_is_dropped(url: object) -> None:
    assert safe_url(url) is None


@pytest.mark.parametrize(
    ('given', 'expected'),
    [
        ('Fix the lamp', 'Fix the lamp'),
        ('\u202enimda', '\\u202enimda'),
        ('a\u2066b\u2069c', 'a\\u2066b\\u2069c'),
        ('ad\u200bmin', 'ad\\u200bmin'),
        ('ad\u200dmin', 'ad\\u200dmin'),
        ('\u3164', '\\u3164'),
        (
            '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
            '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
        ),  # Persian needs it
        ('\U0001f469\u200d\U0001f680', '\U0001f469\u200d\U0001f680'),  # and so does an astronaut
        ('\u05e9\u05dc\u05d5\u05dd', '\u05e9\u05dc\u05d5\u05dd'),
    ],
)
def test_what_turns_or_hides_is_shown_as_an_escape(given: str, expected: str) -> None:
    assert shown(given) == expected
