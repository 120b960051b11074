"""GitHub's rules without any I/O: limits, waits, links, ETags, addresses, what an answer means.

Sources:
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
    https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from urllib.parse import urlsplit

import httpx

from reviewflow.errors import (
    ApprovalNeeded,
    BadCredentials,
    ForgeError,
    ForgeUnavailable,
    Reason,
    RepositoryUnavailable,
    WriteRefused,
)
from reviewflow.forge import Budget
from reviewflow.text import line, safe_url
from sync.github import secret

HOUR = timedelta(hours=1)
"""GitHub's own window: what asks for more is waited for so long, and then one finds out."""
WINDOW_MAX = HOUR + timedelta(minutes=5)
"""A window that ends later is none of GitHub's; its hosts' clocks need not be the same."""

PER_PAGE = 100
"""Of a list: as many as GitHub gives at once, and we ask for."""
SCOPES_MAX = 500
MESSAGE_MAX = 300
"""Of a text: the longest of GitHub's refusals ends with the address where the token can be mended."""

_LAST = re.compile(r'<([^<>]*)>\s*;\s*rel="last"')
_NEXT = re.compile(r'<([^<>]*)>\s*;\s*rel="next"')
_ETAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{1,200}"')
_HIDDEN = re.compile(r'partial-results; *organizations=([\d, ]{1,2000})')
_SSO_ORGANISATION = re.compile(r'/(?:orgs|organizations|enterprises)/([\w-]{1,100})/sso')
_LIMIT_PHRASES = (b'rate limit', b'abuse detection')


class Resource(StrEnum):
    """What GitHub keeps separate accounts of."""

    CORE = 'core'
    GRAPHQL = 'graphql'


class UnknownCommit(ForgeUnavailable):
    """The repository is there, but not the commit that was asked for (HTTP 422)."""


def next_link(headers: Mapping[str, str]) -> str | None:
    """Find the address of the following page."""
    found = _NEXT.search(headers.get('link', ''))
    return found[1] if found else None


def last_page(headers: Mapping[str, str]) -> int | None:
    """Find how many pages a list has; None on the last one, and where they are not counted."""
    found = _LAST.search(headers.get('link', ''))
    number = re.search(r'[?&]page=(\d{1,6})(?:&|$)', found[1]) if found else None
    return int(number[1]) if number else None


def etag(headers: Mapping[str, str]) -> str | None:
    """Give the answer's ETag, unless it could not be sent back as it is."""
    value = headers.get('etag', '')
    return value if _ETAG.fullmatch(value) else None


def resolve(base: httpx.URL, reference: str) -> httpx.URL:
    """Follow a link or a redirect, but never to another scheme, host or port: the token would go there.

    Raises:
        ForgeUnavailable: if it leads elsewhere, or nowhere.
    """
    try:
        url = base.join(reference)
    except (httpx.InvalidURL, UnicodeError):
        raise ForgeUnavailable('a link that is no address') from None
    if (url.scheme, url.host, url.port) != (base.scheme, base.host, base.port) or url.userinfo:
        raise ForgeUnavailable(f'a link to another host: {secret.said(url.host, at_most=MESSAGE_MAX)}')
    return url


def budget(headers: Mapping[str, str], local: datetime, resource: Resource = Resource.CORE) -> Budget | None:
    """Read the hourly allowance of such requests; None when the answer does not tell it properly."""
    limit, remaining, reset = (
        _number(headers, f'x-ratelimit-{name}') for name in ('limit', 'remaining', 'reset')
    )
    if (
        headers.get('x-ratelimit-resource', resource) != resource
        or not limit
        or remaining is None
        or reset is None
    ):
        return None
    return window(limit, remaining, reset - server_time(headers, local).timestamp())


def window(limit: int, remaining: int, resets_in_s: float) -> Budget | None:
    """Make an hour's allowance of what was said; None when it cannot be one."""
    if remaining > limit or resets_in_s > WINDOW_MAX.total_seconds():
        return None
    resets_in_s = min(max(resets_in_s, 0.0), HOUR.total_seconds())
    return Budget(limit=limit, remaining=remaining, resets_in=timedelta(seconds=resets_in_s))


def is_limit(status: int, headers: Mapping[str, str], start: bytes) -> bool:
    """Tell a refusal for asking too often from other ones; ``start`` is the beginning of the body."""
    if status != 403:
        return status == 429
    return (
        'retry-after' in headers
        or headers.get('x-ratelimit-remaining') == '0'
        or any(phrase in start.lower() for phrase in _LIMIT_PHRASES)
    )


def is_used_up(headers: Mapping[str, str]) -> bool:
    """Tell whether a refused caller spent the hour's allowance, which is one resource's; else it is all's."""
    has_end = _number(headers, 'x-ratelimit-reset') is not None
    return 'retry-after' not in headers and headers.get('x-ratelimit-remaining') == '0' and has_end


def wait(headers: Mapping[str, str], local: datetime) -> timedelta | None:
    """Say how long a limited caller must keep still; None when GitHub leaves it open.

    ``x-ratelimit-reset`` counts only when nothing remains: a secondary limit comes with a reset far away.
    """
    seconds = None
    if 'retry-after' in headers:
        seconds = _retry_after(headers, local)
    if seconds is None and not _number(headers, 'x-ratelimit-remaining'):
        reset = _number(headers, 'x-ratelimit-reset')
        seconds = None if reset is None else reset - server_time(headers, local).timestamp()
    return None if seconds is None else _within_an_hour(max(seconds, 1.0))


def recess(status: int, headers: Mapping[str, str], local: datetime) -> timedelta | None:
    """Say how long a server in trouble (5xx) wants to be left alone; None when it does not say."""
    seconds = _retry_after(headers, local) if status >= 500 and 'retry-after' in headers else None
    return None if seconds is None else _within_an_hour(max(seconds, 0.0))


def failure(status: int, about: str, headers: Mapping[str, str], message: object = None) -> ForgeError:
    """Make the error for an answer that is neither good nor a limit; ``about`` is a repository or pattern.

    What GitHub says with a 403 is kept: only that tells a rule of the organisation from a right of the token.
    """
    if status == 401:
        return BadCredentials('GitHub refused the token')
    if status == 403 and headers.get('x-github-sso', '').startswith('required'):
        return _approval_needed(headers['x-github-sso'], about)
    if status in {404, 410, 451}:
        return RepositoryUnavailable(about, Reason.MISSING)
    if status == 403:
        return RepositoryUnavailable(about, Reason.FORBIDDEN, _said(message))
    return UnknownCommit(about) if status == 422 else ForgeUnavailable(f'it answered HTTP {status}')


def write_failure(status: int, about: str, headers: Mapping[str, str], message: object) -> ForgeError:
    """Make the error for something that was to be changed; only ``ForgeUnavailable`` may have been done."""
    if status == 401 or (status == 403 and 'x-github-sso' in headers):
        return failure(status, about, headers)
    if status < 400 or status >= 500:
        return ForgeUnavailable(f'it answered HTTP {status}')
    said = _said(message)
    if status == 404:
        said = 'the token may not write there'  # to whom it may not be told, GitHub says that it is not there
    return WriteRefused(about, status, said or f'HTTP {status}')


def hidden_organisations(headers: Mapping[str, str]) -> int:
    """Count those that hide their repositories until the token is approved for single sign-on."""
    found = _HIDDEN.fullmatch(headers.get('x-github-sso', ''))
    return len(found[1].split(',')) if found else 0


def scopes(headers: Mapping[str, str]) -> tuple[str, ...] | None:
    """Read what a classic token may do; None for other tokens, which have no scopes."""
    listed = headers.get('x-oauth-scopes')
    if listed is None:
        return None
    return tuple(scope.strip() for scope in line(listed, at_most=SCOPES_MAX).split(',') if scope.strip())


def expiry(headers: Mapping[str, str]) -> datetime | None:
    """Read until when the token works; None: it does not say."""
    value = headers.get('github-authentication-token-expiration', '').replace('UTC', '+0000')
    try:
        return datetime.strptime(value, '%Y-%m-%d %H:%M:%S %z').astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _said(message: object) -> str:
    return secret.said(message, at_most=MESSAGE_MAX).rstrip('.')


def _approval_needed(header: str, about: str) -> ApprovalNeeded:
    """Take apart ``required; url=https://github.com/orgs/NAME/sso?authorization_request=…``."""
    url = safe_url(header.partition('url=')[2].strip())
    found = _SSO_ORGANISATION.match(urlsplit(url or '').path)
    return ApprovalNeeded(about, found[1] if found else about.partition('/')[0], url)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(name, '')
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 12 else None


def date(headers: Mapping[str, str]) -> datetime | None:
    """Read the server's clock."""
    return _http_date(headers.get('date', ''))


def server_time(headers: Mapping[str, str], local: datetime) -> datetime:
    """Give the server's clock, which alone can be compared with what the server says; ours if it has none."""
    return date(headers) or local


def _retry_after(headers: Mapping[str, str], local: datetime) -> float | None:
    seconds = _number(headers, 'retry-after')
    if seconds is not None:
        return seconds
    date = _http_date(headers['retry-after'])
    return None if date is None else date.timestamp() - server_time(headers, local).timestamp()


def _within_an_hour(seconds: float) -> timedelta:
    return timedelta(seconds=min(seconds, HOUR.total_seconds()))


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
