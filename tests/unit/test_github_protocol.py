from datetime import UTC, datetime, timedelta

import httpx
import pytest

from reviewflow.errors import BadCredentials, ForgeUnavailable, RepositoryUnavailable
from reviewflow.forge import Budget
from sync.github import protocol

LOCAL = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
RESET = int(LOCAL.timestamp()) + 600
CORE = {'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4990', 'x-ratelimit-reset': str(RESET)}
API = httpx.URL('https://api.github.com')


@pytest.mark.parametrize(
    ('link', 'expected'),
    [
        ('', None),
        ('<https://x/2>; rel="next"', 'https://x/2'),
        (
            '<https://x/1>; rel="prev", <https://x/3?a=b,c>; rel="next", <https://x/9>; rel="last"',
            'https://x/3?a=b,c',
        ),
        ('<https://x/1>; rel="first", <https://x/9>; rel="last"', None),
        ('<https://x/2>;rel="next"', 'https://x/2'),
        ('nonsense', None),
    ],
)
def test_the_next_page_is_found_in_the_link_header(link: str, expected: str | None) -> None:
    assert protocol.next_link({'link': link}) == expected


@pytest.mark.parametrize(
    ('value', 'expected'),
    [
        ('"abc"', '"abc"'),
        ('W/"abc"', 'W/"abc"'),
        ('', None),
        ('abc', None),
        ('"a\r\nAuthorization: x"', None),
        ('"ü"', None),
        (f'"{"a" * 300}"', None),
    ],
)
def test_an_etag_is_kept_only_if_it_can_be_sent_back(value: str, expected: str | None) -> None:
    assert protocol.etag({'etag': value}) == expected


@pytest.mark.parametrize(
    'reference',
    [
        '/repositories/1/pulls',
        'https://api.github.com/repositories/1/pulls',
        'https://API.github.com:443/repositories/1/pulls',
    ],
)
def test_links_on_the_same_host_are_followed(reference: str) -> None:
    assert str(protocol.resolve(API, reference)) == 'https://api.github.com/repositories/1/pulls'


@pytest.mark.parametrize(
    'reference',
    [
        'http://api.github.com/x',
        'https://api.github.com:8443/x',
        'https://evil.example/x',
        '//evil.example/x',
        'https://api.github.com@evil.example/x',
        'https://api.github.com\\@evil.example/x',
        'https://somebody:secret@api.github.com/x',
        'https://api.github.com.evil.example/x',
        'file:///etc/passwd',
        'https://api.github.com:port/x',
        '/\ud800',
    ],
)
def test_links_to_anywhere_else_are_refused(reference: str) -> None:
    with pytest.raises(ForgeUnavailable):
        protocol.resolve(API, reference)


def test_the_budget_is_read_from_the_headers() -> None:
    budget = protocol.budget(CORE, LOCAL)

    assert budget == Budget(limit=5000, remaining=4990, resets_in=timedelta(minutes=10))


def test_the_budget_counts_by_the_servers_clock() -> None:
    headers = CORE | {'date': 'Fri, 01 May 2026 12:05:00 GMT'}

    budget = protocol.budget(headers, LOCAL + timedelta(hours=5))

    assert budget is not None
    assert budget.resets_in == timedelta(minutes=5)


def test_a_reset_a_little_beyond_the_hour_is_in_an_hour() -> None:
    budget = protocol.budget(CORE | {'x-ratelimit-reset': str(RESET + 3120)}, LOCAL)

    assert budget is not None
    assert budget.resets_in == timedelta(hours=1)


def test_a_reset_in_the_past_is_now() -> None:
    budget = protocol.budget(CORE, LOCAL + timedelta(hours=1))

    assert budget is not None
    assert budget.resets_in == timedelta(0)


@pytest.mark.parametrize(
    'change',
    [
        {'x-ratelimit-resource': 'search'},
        {'x-ratelimit-limit': '0'},
        {'x-ratelimit-limit': ''},
        {'x-ratelimit-remaining': '-1'},
        {'x-ratelimit-remaining': '5001'},
        {'x-ratelimit-remaining': '1e3'},
        {'x-ratelimit-reset': '٣'},
        {'x-ratelimit-reset': '9' * 12},
        {'x-ratelimit-reset': str(RESET + 86_000)},
        {'x-ratelimit-reset': '9' * 5000},
    ],
)
def test_a_budget_of_rubbish_is_unknown(change: dict[str, str]) -> None:
    assert protocol.budget(CORE | change, LOCAL) is None


@pytest.mark.parametrize(
    ('status', 'headers', 'body', 'expected'),
    [
        (429, {}, b'', True),
        (403, {'retry-after': '30'}, b'', True),
        (403, {'x-ratelimit-remaining': '0'}, b'', True),
        (403, {}, b'{"message": "You have exceeded a secondary rate limit"}', True),
        (403, {}, b'{"message": "You have triggered an abuse detection mechanism"}', True),
        (403, {'x-ratelimit-remaining': '1'}, b'{"message": "Resource not accessible"}', False),
        (404, {'x-ratelimit-remaining': '0'}, b'', False),
        (200, {'x-ratelimit-remaining': '0'}, b'rate limit', False),
    ],
)
def test_limits_are_told_from_other_refusals(
    status: int, headers: dict[str, str], body: bytes, *, expected: bool
) -> None:
    assert protocol.is_limit(status, headers, body) is expected


@pytest.mark.parametrize(
    ('headers', 'seconds'),
    [
        ({'retry-after': '30'}, 30),
        ({'retry-after': '30', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': str(RESET)}, 30),
        ({'retry-after': 'Fri, 01 May 2026 12:02:00 GMT'}, 120),
        ({'retry-after': 'Fri, 01 May 2026 07:02:00 GMT', 'date': 'Fri, 01 May 2026 07:00:00 GMT'}, 120),
        ({'x-ratelimit-remaining': '0', 'x-ratelimit-reset': str(RESET)}, 600),
        ({'x-ratelimit-reset': str(RESET)}, 600),
        ({'x-ratelimit-remaining': '0', 'x-ratelimit-reset': str(RESET - 700)}, 1),
        ({'retry-after': 'soon', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': str(RESET)}, 600),
        ({'retry-after': '0'}, 1),
        ({'retry-after': '999999999'}, 3600),
        ({'retry-after': 'Fri, 01 May 2026 11:00:00 GMT'}, 1),
        ({'retry-after': 'Fri, 01 May 2026 12:00:30 GMT', 'date': 'Fri, 01 May 2026 17:00:00 GMT'}, 1),
        ({'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT'}, 3600),
        ({'retry-after': 'Fri, 01 May 2026 07:02:00 -0500', 'date': 'Fri, 01 May 2026 12:00:00 GMT'}, 120),
        ({'retry-after': 'Friday, 01-May-26 12:02:00 GMT'}, 120),
    ],
)
def test_a_limit_says_how_long_to_wait(headers: dict[str, str], seconds: int) -> None:
    assert protocol.wait(headers, LOCAL) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    'headers',
    [
        {},
        {'retry-after': 'soon'},
        {'retry-after': '-5'},
        {'retry-after': '12.5'},
        {'retry-after': '٣٠'},
        {'retry-after': 'Fri, 99 Foo 2026 12:02:00 GMT'},
        {'retry-after': ''},
        {'x-ratelimit-remaining': '4000', 'x-ratelimit-reset': str(RESET)},
        {'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'later'},
    ],
)
def test_a_limit_may_leave_the_wait_open(headers: dict[str, str]) -> None:
    assert protocol.wait(headers, LOCAL) is None


@pytest.mark.parametrize(
    ('status', 'headers', 'seconds'),
    [
        (503, {'retry-after': '120'}, 120),
        (500, {'retry-after': 'Fri, 01 May 2026 12:02:00 GMT'}, 120),
        (503, {'retry-after': '0'}, 0),
        (503, {'retry-after': 'Fri, 01 May 2026 11:00:00 GMT'}, 0),
        (503, {'retry-after': '999999999'}, 3600),
        (503, {'retry-after': 'soon'}, None),
        (503, {}, None),
        (503, {'x-ratelimit-remaining': '0', 'x-ratelimit-reset': str(RESET)}, None),
        (404, {'retry-after': '120'}, None),
    ],
)
def test_a_server_in_trouble_may_say_when_to_come_back(
    status: int, headers: dict[str, str], seconds: int | None
) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert protocol.recess(status, headers, LOCAL) == expected


@pytest.mark.parametrize(
    ('status', 'reason'), [(404, 'missing'), (410, 'missing'), (451, 'missing'), (403, 'forbidden')]
)
def test_a_refused_repository_says_why(status: int, reason: str) -> None:
    error = protocol.failure(status, 'acme/api', {})

    assert isinstance(error, RepositoryUnavailable)
    assert (error.repository, error.reason) == ('acme/api', reason)


@pytest.mark.parametrize(
    ('status', 'kind'),
    [
        (401, BadCredentials),
        (204, ForgeUnavailable),
        (304, ForgeUnavailable),
        (400, ForgeUnavailable),
        (422, protocol.UnknownCommit),
    ],
)
def test_other_answers_are_errors_too(status: int, kind: type[Exception]) -> None:
    assert type(protocol.failure(status, 'acme/api', {})) is kind


def test_what_github_says_with_a_refusal_is_short_and_without_tokens() -> None:
    error = protocol.failure(403, 'acme/api', {}, f'No ghp_abcdefgh\n{"x" * 1000}.')

    assert isinstance(error, RepositoryUnavailable)
    assert error.said.startswith('No *** xxx')
    assert len(error.said) <= protocol.MESSAGE_MAX
