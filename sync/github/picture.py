"""Fetch pictures of people: from GitHub's own hosts only, and without the token.

Source: https://docs.github.com/en/enterprise-server/admin/configuring-settings/hardening-security-for-your-enterprise/enabling-subdomain-isolation
"""

import asyncio
from datetime import timedelta

import httpx

from reviewflow import __version__
from reviewflow.errors import ForgeUnavailable
from reviewflow.loopback import is_loopback
from reviewflow.picture import SIZE_MAX, Picture, picture
from reviewflow.settings import GitHub
from sync.github.body import Body

TIMEOUT = timedelta(seconds=5)
AT_ONCE = 4
REDIRECTS = 3
SIDE = '64'
"""Pixels: what a page shows is 20 wide, on some screens three times as many."""

HEADERS = {'Accept': 'image/*', 'Accept-Encoding': 'identity', 'User-Agent': f'ReviewFlow/{__version__}'}

Origin = tuple[str, bytes, int | None]
"""Scheme, host as it is looked up, port unless it is the usual one."""


class PictureReader:
    """Its connections are its own: it neither knows the token nor spends of the allowance."""

    def __init__(
        self,
        settings: GitHub,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: timedelta = TIMEOUT,
    ) -> None:
        api = httpx.URL(settings.api_url)
        self._origins = origins(api)
        self._timeout_s = timeout.total_seconds()
        self._http = httpx.AsyncClient(
            headers=HEADERS,
            timeout=timeout.total_seconds(),
            limits=httpx.Limits(max_connections=AT_ONCE),
            transport=transport,
            trust_env=not is_loopback(api.host),
        )

    async def read(self, address: str) -> Picture | None:
        """Fetch a picture; None when there is none, or the address is not one of GitHub's.

        Raises:
            ForgeUnavailable: there was no answer in time.
        """
        url = follow(httpx.URL(), address)
        if url is None:
            return None
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._follow(url.copy_set_param('s', SIDE))
        except TimeoutError:
            raise ForgeUnavailable('a picture takes too long') from None
        except (httpx.RequestError, OSError, RuntimeError):  # the last: it was closed meanwhile
            raise ForgeUnavailable('no connection for a picture') from None

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _follow(self, url: httpx.URL | None) -> Picture | None:
        for _ in range(1 + REDIRECTS):
            if url is None or url.userinfo or origin(url) not in self._origins:
                return None
            async with self._http.stream('GET', url) as response:
                if not response.is_redirect:
                    return await _picture(response)
            url = follow(url, response.headers.get('location', ''))
        return None


def origins(api: httpx.URL) -> set[Origin]:
    """Say where pictures may come from: an Enterprise server keeps them itself or on a host beside it."""
    if api.host == 'api.github.com':
        return {('https', b'avatars.githubusercontent.com', None)}
    return {origin(api), ('https', b'avatars.' + api.raw_host.removeprefix(b'api.'), None)}


def origin(url: httpx.URL) -> Origin:
    """Say whom a request for this address would ask."""
    return url.scheme, url.raw_host, url.port


def follow(base: httpx.URL, reference: str) -> httpx.URL | None:
    """Go where an address leads; None when it is none."""
    try:
        return base.join(reference)
    except (httpx.InvalidURL, UnicodeError):
        return None


async def _picture(response: httpx.Response) -> Picture | None:
    """Read no more of an answer than a picture may have."""
    if response.status_code != 200:
        return None
    try:
        body = Body(response.headers.get('content-encoding', ''), SIZE_MAX)
        async for chunk in response.aiter_raw():
            body.feed(chunk)
    except ForgeUnavailable:
        return None  # too much, or packed in a way that nobody asked for
    return picture(body.start(SIZE_MAX))
