"""Our webhook in a repository: find it, create or repair it, remove its doubles, see that its ping arrives.

Each step looks before it acts, so doing it again is harmless.

Sources:
    https://docs.github.com/en/rest/repos/webhooks
    https://docs.github.com/en/rest/orgs/webhooks
    https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx

from reviewflow.errors import (
    ApprovalNeeded,
    ForgeError,
    ForgeUnavailable,
    RepositoryUnavailable,
    WriteRefused,
)
from reviewflow.our_hook import HookReport, HookTarget, Undelivered
from sync.github import deliveries, normalise, value
from sync.github.client import GitHubClient
from sync.github.deliveries import Attempt

EVENTS = (
    'check_run',
    'check_suite',
    'issue_comment',
    'label',
    'milestone',
    'pull_request',
    'pull_request_review',
    'pull_request_review_comment',
    'pull_request_review_thread',
    'repository',
    'status',
)
"""What we want to be told about."""
ALL_EVENTS = '*'
PAGES_MAX = 10
LOOK_AFTER_S = (0.25, 0.5, 1, 2, 3)
"""When it is looked whether a ping arrived, each counted from the one before; then it is given up."""
NEEDS = (
    'the token may not manage its webhooks; it needs the scope admin:repo_hook,'
    ' or "Webhooks: read and write" if it is fine-grained'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A hook, as GitHub shows it; its secret is never shown."""

    id: int
    url: str
    content_type: str
    has_secret: bool
    checks_certificates: bool
    is_active: bool
    events: frozenset[str]

    def leads_to(self, url: str) -> bool:
        """Tell whether its deliveries end up there, however the address is written."""
        return _place(self.url) == _place(url)

    def flaws(self, url: str) -> tuple[str, ...]:
        """Name what is not as we want it."""
        found = {
            'address': self.url != url,
            'content type': self.content_type != 'json',
            'no secret': not self.has_secret,
            'certificates unchecked': not self.checks_certificates,
            'inactive': not self.is_active,
            'events': self.events != frozenset(EVENTS),
        }
        return tuple(name for name, is_so in found.items() if is_so)

    def does_it_all(self, url: str) -> bool:
        """Tell whether it tells us all that we want, and perhaps more."""
        knows = self.events if ALL_EVENTS not in self.events else frozenset(EVENTS)
        return not replace(self, events=knows & frozenset(EVENTS)).flaws(url)


class OurHook:
    """The webhook that tells one address, wherever it is set up."""

    def __init__(
        self,
        client: GitHubClient,
        api: str,
        target: HookTarget,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._api = api
        self._target = target
        self._sleep = sleep

    async def set_up(self, name: str) -> HookReport:
        """See that a repository has exactly one, and that it is as it should be; no other is touched.

        Raises:
            ForgeError: it may not be as it should be.
        """
        address = f'{self._api}/repos/{name}'
        name = (await self._client.get(address, normalise.repository, about=name)).value.name
        try:
            return await self._set_up(name)
        except ApprovalNeeded:
            raise
        except RepositoryUnavailable as error:  # the repository itself could be read
            raise WriteRefused(error.repository, 404, NEEDS) from None
        except WriteRefused as error:
            is_about_rights = (
                error.status == 404 or 'not accessible' in error.said or 'admin rights' in error.said
            )
            raise WriteRefused(name, error.status, NEEDS) if is_about_rights else error from None

    async def find(self, place: str) -> list[Hook]:
        """List ours of ``repos/owner/name`` or ``orgs/owner``, those first that have the fewest flaws.

        Raises:
            ForgeError: it is not known which there are.
        """
        found: list[Hook] = []
        url: str | None = f'{self._api}/{place}/hooks?per_page=100'
        for _ in range(PAGES_MAX):
            answer = await self._client.get_again(url or '', hooks_of, about=place.partition('/')[2])
            found += [hook for hook in answer.value if hook.leads_to(self._target.url)]
            if (url := answer.next) is None:
                break
        return sorted(found, key=lambda hook: (len(hook.flaws(self._target.url)), hook.id))

    async def undelivered(self, name: str, since: datetime) -> list[Undelivered]:
        """List what of a repository GitHub could not bring since then, oldest first.

        Raises:
            ForgeError: it is not known, for example as the token may not read it.
        """
        found: list[Undelivered] = []
        for hook in await self.find(f'repos/{name}'):
            url = f'{self._api}/repos/{name}/hooks/{hook.id}'
            failed = await deliveries.failed_since(self._client, url, since, about=name)
            found += [
                Undelivered(guid=each.guid, event=each.event, handle=f'{url}/deliveries/{each.id}')
                for each in failed
            ]
        return found

    async def _set_up(self, name: str) -> HookReport:
        place = f'repos/{name}'
        ours = await self.find(place)
        if not ours and (whole := await self._of_organisation(name)) is not None:
            organisation = name.partition('/')[0]
            report = HookReport(repository=name, organisation=organisation)
            return await self._pinged(report, f'orgs/{organisation}/hooks/{whole.id}', by_itself=False)
        report, is_certain = HookReport(repository=name, is_new=not ours), False
        if not ours:
            ours, is_certain = await self._create(place, name)
        hook, *doubles = ours
        for double in doubles:
            await self._remove(f'{place}/hooks/{double.id}', name)
        if not is_certain:  # perhaps its secret is not ours, which nobody can see
            await self._write('PATCH', f'{place}/hooks/{hook.id}', name, self._wanted)
            flaws = hook.flaws(self._target.url)
            report = replace(report, repaired=flaws, removed=len(doubles))
        return await self._pinged(report, f'{place}/hooks/{hook.id}', by_itself=is_certain)

    async def _of_organisation(self, name: str) -> Hook | None:
        """Find one that tells us all of all repositories, where the token may see it; it is not ours."""
        try:
            hooks = await self.find(f'orgs/{name.partition("/")[0]}')
        except RepositoryUnavailable:  # the owner is a person, or the token no administrator's
            return None
        return next((hook for hook in hooks if hook.does_it_all(self._target.url)), None)

    async def _create(self, place: str, name: str) -> tuple[list[Hook], bool]:
        """Create it, sent once; or find it where the answer was lost, or somebody was faster.

        Gives what is there, and whether it is certain that it is as we want it.
        """
        try:
            url = f'{self._api}/{place}/hooks'
            data = await self._client.write('POST', url, {'name': 'web'} | self._wanted, about=name)
        except (ForgeUnavailable, WriteRefused) as error:
            is_open = isinstance(error, ForgeUnavailable) or error.status == 422
            if not is_open or not (found := await self.find(place)):
                raise
            return found, False
        if (created := hook_of(data)) is None:
            raise ForgeUnavailable('a hook without an id')
        return [created], True

    async def _remove(self, path: str, name: str) -> None:
        try:
            await self._write('DELETE', path, name)
        except WriteRefused as error:
            if error.status != 404:  # somebody else removed it
                raise

    async def _write(self, method: str, path: str, name: str, body: object = None) -> None:
        """Change something that can be sent twice, and is where no answer comes."""
        url = f'{self._api}/{path}'
        try:
            await self._client.write(method, url, body, about=name)
        except ForgeUnavailable:
            await self._client.write(method, url, body, about=name)

    async def _pinged(self, report: HookReport, path: str, *, by_itself: bool) -> HookReport:
        """Have a ping sent, and see what came of it; GitHub pings a new hook by itself.

        What is wrong with a ping is no flaw of the hook: GitHub may not say, or may not reach us yet.
        """
        url = f'{self._api}/{path}'
        with suppress(ForgeError):
            before = set() if by_itself else {each.id for each in await self._pings(url)}
            if not by_itself:
                await self._client.write('POST', f'{url}/pings', None, about=report.repository)
            for pause_s in LOOK_AFTER_S:
                await self._sleep(pause_s)
                new = [ping for ping in await self._pings(url) if ping.id not in before]
                if new:
                    return replace(report, ping=new[0].answer, has_arrived=new[0].is_delivered)
        return report

    async def _pings(self, hook_url: str) -> list[Attempt]:
        page = await deliveries.page(self._client, f'{hook_url}/deliveries?per_page=30', about='a hook')
        return [attempt for attempt in page.value if attempt.event == 'ping']

    @property
    def _wanted(self) -> dict[str, Any]:
        """The whole of it: what a change leaves out of ``config``, GitHub forgets, also the secret."""
        config = {
            'url': self._target.url,
            'content_type': 'json',
            'insecure_ssl': '0',
            'secret': self._target.secret,
        }
        return {'active': True, 'events': list(EVENTS), 'config': config}


def hooks_of(data: Any) -> tuple[Hook, ...]:
    """Read a list of hooks; those that call no address are left out."""
    return tuple(hook for item in value.items(data) if (hook := hook_of(item)) is not None)


def hook_of(data: Any) -> Hook | None:
    """Read one hook."""
    id_, config = value.identifier(data), value.dig(data, 'config')
    url = value.dig(config, 'url')
    if id_ is None or not isinstance(url, str):
        return None
    events = data.get('events') if isinstance(data.get('events'), list) else []
    return Hook(
        id=id_,
        url=url,
        content_type=str(value.dig(config, 'content_type')),
        has_secret=bool(value.dig(config, 'secret')),
        checks_certificates=str(value.dig(config, 'insecure_ssl')) == '0',
        is_active=value.dig(data, 'active') is True,
        events=frozenset(each for each in events if isinstance(each, str)),
    )


def _place(url: str) -> tuple[object, ...] | None:
    """Take apart where an address leads; None for what is no address, and equal to nothing of ours."""
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        return None
    return parts.scheme, parts.host, parts.port, parts.path.rstrip('/')
